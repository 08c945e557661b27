"""One edit at a time: REINFORCE becomes DAPO, the sum, the map and the walk changing together."""
