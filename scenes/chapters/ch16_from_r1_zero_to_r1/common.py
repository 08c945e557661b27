"""How this chapter draws shares: right answers, and marks in the prompt's dialect."""

from __future__ import annotations

from manim import Typst

from scenes import theme
from scenes.engine.lettering import said

RIGHT, READABLE = theme.TEXT, theme.UP
SHARES = {0.0: "0", 0.5: "50 %", 1.0: "100 %"}
UP = (0.0, 1.04)  # a little above a share of 1, so that a curve there is whole
STAGES = {  # cue: what is done, how it is called
    "imitate": ("imitate", "supervised fine-tuning"),
    "practise": ("practise", "GRPO"),
    "again": ("imitate the best", "supervised fine-tuning"),
    "last": ("practise again", "GRPO"),
}


def as_one(*words: Typst) -> None:
    """Let several words be one label of the picture."""
    for word in words:
        told = said(word)
        assert told is not None
        told.owner = id(words[0])


def percent(value: float) -> str:
    """A share as it is written."""
    return f"{100 * float(value):.0f} \\%"
