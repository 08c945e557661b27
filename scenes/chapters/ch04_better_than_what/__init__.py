"""Better than what? Points that are added to every reward, a baseline that is taken off, and what that is good for."""
