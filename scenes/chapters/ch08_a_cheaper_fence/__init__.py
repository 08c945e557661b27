"""A simpler fence: PPO's one number per token, its two curves, the terraces that it lays, and PPO whole."""
