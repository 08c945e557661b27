"""Errors that a user sees: one sentence each, and the exit code that goes with it."""

from __future__ import annotations

from traces.schema import did_you_mean

__all__ = ["BuildError", "UserError", "did_you_mean"]


class UserError(Exception):
    """What was asked for cannot be: a wrong name, a wrong value, a file with the wrong content. Exit code 2."""

    exit_code = 2


class BuildError(Exception):
    """Something that was rightly asked for failed on the way. Exit code 1."""

    exit_code = 1
