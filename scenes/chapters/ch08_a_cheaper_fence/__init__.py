"""A cheaper fence: PPO's one number per word, its two curves, the terraces that it lays, and what it does not hold."""
