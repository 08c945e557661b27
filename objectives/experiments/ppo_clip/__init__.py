"""PPO's clip on its surrogate: where the surrogate folds, where its gradient is zero, and what it does not hold."""
