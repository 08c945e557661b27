"""Better than what? Points added to every answer make noise; what was expected, taken off, makes it quiet."""
