"""What the tour says between clips of the lecture: cards with one thought each."""
