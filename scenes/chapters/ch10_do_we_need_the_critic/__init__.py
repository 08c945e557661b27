"""Do we need the critic? A group's mean as a forecast, its table, the division, and one advantage for every token."""
