"""The closing image with the one sentence of the film, its sources and what is ours, and calm for an end screen."""
