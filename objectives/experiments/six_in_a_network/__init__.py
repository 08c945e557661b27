"""Chapter 14: the six on a tiny transformer."""
