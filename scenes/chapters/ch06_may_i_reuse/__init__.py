"""May I reuse yesterday's answers? A handful for every step, or one for sixty; ratios, a map, three losses."""
