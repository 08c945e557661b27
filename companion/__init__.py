"""The companion page: the rules on numbers of your own, your own training run, and the film in a browser."""
