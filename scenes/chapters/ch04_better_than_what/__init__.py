"""Better than what? Points that are added to every reward, a baseline, the advantage, and a division."""
