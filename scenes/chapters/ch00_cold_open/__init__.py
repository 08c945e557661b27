"""Cold open: six hikers, one mountain, the same dice; they part, for each sees another ground."""
