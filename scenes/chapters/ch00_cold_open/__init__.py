"""Cold open: one question to a model, and six rules that train it on one mountain, with the same dice; they part."""
