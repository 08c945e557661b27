"""How good is an estimate from a few answers? Right on average, noisy, and blind to what is rare; REINFORCE whole."""
