"""A policy in a house of rooms and in a tree of words, evaluated and improved until nothing changes."""
