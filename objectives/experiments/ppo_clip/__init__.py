"""PPO's clip on the map: where the surrogate folds, where its gradient is zero, and what it does not hold."""
