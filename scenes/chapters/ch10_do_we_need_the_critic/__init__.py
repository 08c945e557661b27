"""Fire the critic: eight answers graded on a curve, their table, what the division does, and who goes home."""
