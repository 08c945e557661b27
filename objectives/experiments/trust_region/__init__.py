"""How far the surrogate of one batch holds, and steps of a given size in KL."""
