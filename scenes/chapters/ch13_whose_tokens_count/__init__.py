"""Whose tokens count? Four averages, an average that pays for fillers, overlong answers, and DAPO whole."""
