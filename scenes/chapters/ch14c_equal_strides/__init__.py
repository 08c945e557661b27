"""What if all six step equally far: their strides in the race, the race at equal strides, and what is left of it."""
