"""The six rules when every step of theirs changes the policy by the same KL."""
