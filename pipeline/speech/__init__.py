"""Who speaks a line, how its words are pronounced, when each of them sounds, and what was spoken and is kept."""
