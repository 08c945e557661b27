"""Measurements as ratios within one run; timing is no matter of tests."""
