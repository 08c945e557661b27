"""Reusable mobjects: each draws one recurring picture of the film from arrays."""
