"""What the film measured, what papers say in which edition, and what to ask before one believes a curve."""
