"""Statements cut out of a library's function, to be run as they stand."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any


def blocks(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    """Every list of statements in a tree, the outermost first."""
    for node in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            found = getattr(node, field, None)
            if isinstance(found, list):
                yield found


def cut(function: Callable[..., Any], first: str, last: str | None = None) -> CodeType:
    """The statements from the one that begins with `first` to the one that begins with `last`, or `first` alone."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    for block in blocks(tree):
        heads = [ast.unparse(statement) for statement in block]
        begin = next((n for n, head in enumerate(heads) if head.startswith(first)), None)
        if begin is None:
            continue
        end = next((n for n, head in enumerate(heads) if n >= begin and head.startswith(last or first)), None)
        if end is not None:
            return compile(ast.Module(block[begin : end + 1], []), inspect.getfile(function), "exec")
    raise AssertionError(f"{function.__name__} has no statements from {first!r} to {last!r}")
