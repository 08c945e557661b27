"""The centrepiece: six rules on one mountain, from the same start and with the same random numbers."""
