"""Closing card: the papers that the rules come from, and what is ours."""
