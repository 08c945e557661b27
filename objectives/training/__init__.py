"""Training: gradient steps, trust-region steps, GRPO on a world of tokens, plain gradient ascent."""
