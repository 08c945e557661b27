"""Estimators that the rules are put together from: advantages, ratios, KL, value loss, entropy, aggregation."""
