"""How good is an estimate from a few answers? Right on average, noisy, blind to what is rare; REINFORCE, its map."""
