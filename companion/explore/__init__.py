"""The explorer: one group, six maps, tokens."""
