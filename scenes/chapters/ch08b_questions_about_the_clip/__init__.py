"""Four questions about the clip: what it does to a map, is it a wall, and why are loss and clip fraction zero?"""
