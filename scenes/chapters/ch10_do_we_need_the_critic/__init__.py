"""Do we need the critic? A group's mean as a forecast, its table, the division, the KL penalty, and GRPO whole."""
