"""How far a map made from one batch holds, and steps of a given size in KL."""
