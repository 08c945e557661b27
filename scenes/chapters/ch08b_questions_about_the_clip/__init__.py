"""Three questions about the clip: is it a wall, why is the loss zero, and why is the clip fraction zero?"""
