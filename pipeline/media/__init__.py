"""Sound, pictures and films as files."""
