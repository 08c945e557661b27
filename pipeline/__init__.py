"""The machinery behind `render.py`: what is stale and why, and the steps that make it anew."""
