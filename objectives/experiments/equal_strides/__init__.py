"""The six rules when every stride of theirs changes the policy by the same KL."""
