"""The page beside the film: an explorer, your own training, and the film in a browser."""
