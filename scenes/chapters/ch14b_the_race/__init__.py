"""Which rule climbs fastest: the race as the papers run it, two rules at a time, then six, and where it leads."""
