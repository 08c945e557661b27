"""Who speaks a line, and when each of its words sounds."""
