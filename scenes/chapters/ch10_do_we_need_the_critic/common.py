"""Numbers as this chapter writes them."""

from __future__ import annotations


def number(value: float, signed: bool = False, digits: int = 2) -> str:
    """A number in `digits` decimals; what rounds to nothing has no sign."""
    word = f"{abs(float(value)):.{digits}f}"
    if float(word) == 0.0 or (value > 0 and not signed):
        return word
    return ("+" if value > 0 else "−") + word
