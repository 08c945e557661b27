"""What is stale, why, and the making of it."""
