"""What is expected as an answer is written: level between two tokens, and a jump at each of them.

    stairs = Staircase(trace["sentence"], values, place, unit)     # values: before each token, and the reward at last
    stairs.put(stage)                                  # the tokens on their line, and the axis
    stairs.level(stage, 0, at="start"); stairs.jump(stage, 0, at="first")

Jump number k is that of token k, from level k to level k + 1. A rise is filled, a fall is hollow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine.ink import Ink, line, rule
from scenes.engine.lettering import halo, number, text
from scenes.parts.targets import PROMPT, REWARD, VALUE, edges, middles, shortly
from scenes.theme import Area, FloatArray

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

SHAFT, HEAD = 26.0, 52.0  # width of a jump's arrow and of its head, in pixels


class Staircase:
    """Levels and jumps in an area of the canvas; zero is its lower edge, the largest value its upper one."""

    def __init__(self, tokens: Sequence[str], values: FloatArray, place: Area):
        self.values, self.place = np.asarray(values, float), place
        half = place.width / (2 * len(values))
        self.x = edges(place.left + half, place.right - half, len(tokens))
        self.at = middles(self.x)
        low, high = min(0.0, float(self.values.min())), max(float(self.values.max()), 1e-3)
        self.unit = place.height / (high - low)
        self.foot = place.bottom + self.unit * low
        line_ = place.bottom + 2 * theme.STATEMENT
        self.prompt = text(PROMPT, place.left, line_, theme.STATEMENT, theme.MUTED)
        colours = [theme.MUTED if token == "end" else theme.TEXT for token in tokens]
        self.tokens = [
            text(f"*{token}*", x, line_, theme.DISPLAY, colour, "center")
            for token, x, colour in zip(tokens, self.at.tolist(), colours, strict=True)
        ]
        self.axis = rule(place.left, self.foot, place.right, self.foot, stroke=theme.AXIS, pen=theme.FINE)
        self.zero = text("0", place.left - theme.TIGHT, self.foot + 0.35 * theme.TICK, theme.TICK, theme.MUTED, "right")

    def y(self, value: float) -> float:
        """Canvas y of a value."""
        return self.foot - self.unit * value

    def put(self, stage: Stage, at: When | None = None) -> None:
        """The prompt, the tokens below, and the axis."""
        for part in (self.prompt, *self.tokens, self.zero):
            stage.bring(part, at)
        stage.bring(self.axis, at, "grid")

    def bar(self, k: int, value: float, **style: object) -> Ink:
        """A level line at place `k`, where the answer has `k` tokens."""
        left = self.at[k - 1] if k else self.place.left
        right = self.at[k] if k < len(self.at) else self.place.right
        return rule(left, self.y(value), right, self.y(value), **{"stroke": VALUE, "pen": theme.BOLD, **style})

    def level(self, stage: Stage, k: int, at: When | None = None) -> list[Mobject]:
        """What is expected at place `k`, with its number; the last one is the reward."""
        last = k == len(self.values) - 1
        colour, value = (
            (REWARD, f"reward {shortly(float(self.values[k]))}") if last else (VALUE, f"{self.values[k]:.2f}")
        )
        value = value if k else f"value {value}"
        below = self.below(k)
        y = self.y(float(self.values[k])) + (1.2 * theme.STATEMENT if below else -theme.TIGHT - 4)
        number = halo(text(f"*{value}*", float(self.x[k]), y, theme.STATEMENT, colour, "center"))
        return [stage.bring(self.bar(k, float(self.values[k]), stroke=colour), at, "mark"), stage.bring(number, at)]

    def jump(self, stage: Stage, k: int, at: When, word: bool = True) -> list[Mobject]:
        """An arrow at token `k` from one level to the next, and how far it goes."""
        a, b = float(self.values[k]), float(self.values[k + 1])
        start, end = self.y(a), self.y(b)
        tip = min(HEAD / 2, abs(end - start))
        back = end + np.sign(start - end) * tip
        x, half, wide = float(self.at[k]), SHAFT / 2, HEAD / 2
        xs = [x - half, x - half, x - wide, x, x + wide, x + half, x + half]
        ys = [start, back, back, end, back, back, start]
        rising = b >= a
        style = {"fill": theme.UP} if rising else {"stroke": theme.DOWN, "pen": theme.PEN, "fill": theme.CANVAS}
        arrow = line(xs, ys, closed=True, round_joins=False, **style)
        parts: list[Mobject] = [stage.bring(arrow, at, "mover", over=theme.QUICK)]
        if word:
            parts.append(self.number(stage, k, at))
        return parts

    def number(self, stage: Stage, k: int, at: When) -> Mobject:
        """How far jump `k` goes, beside its arrow."""
        value = float(self.values[k + 1] - self.values[k])
        colour = theme.UP if value >= 0 else theme.DOWN
        y = (self.y(float(self.values[k])) + self.y(float(self.values[k + 1]))) / 2 + 0.35 * theme.STATEMENT
        word = text(
            f"*{number(value, signed=True)}*", float(self.at[k]) + HEAD / 2 + theme.TIGHT, y, theme.STATEMENT, colour
        )
        return stage.bring(halo(word), at)

    def below(self, k: int) -> bool:
        """Whether a level's number stands below it: clear of the next jump, which goes up from there."""
        return 0 < k < len(self.values) - 1 and self.values[k] < self.values[k - 1]
