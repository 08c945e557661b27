"""The trust region as a rule: TRPO whole, and its price."""
