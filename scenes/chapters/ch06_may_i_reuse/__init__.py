"""May I reuse yesterday's answers? The division, what answers cost, the ratio, a star, a map that promises, KL."""
