"""Newer rules, by the levers that they move: the advantage, the ratio, the clip, the average, the leash, the critic."""
