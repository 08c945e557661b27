"""What one answer says about the gradient, what many do, and how many answers there are."""
