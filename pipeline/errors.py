"""Errors that a user can act on: each is one sentence, and render.py prints it without a traceback."""


class UserError(Exception):
    """The input is wrong (exit code 2)."""


class BuildError(Exception):
    """The input is right, but something could not be made (exit code 1)."""
