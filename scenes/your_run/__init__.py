"""Clips of a run that is not the film's: `render.py run --clip` hands in its numbers as a trace."""
