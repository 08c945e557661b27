"""May I reuse yesterday's answers? What answers cost, the ratio, a star, a map that promises, KL."""
