"""Pseudo-code of at most ten lines, in the monospace font; a line can be lit while it is spoken of.

    code = Code(
        '''
        answers = model.sample(prompt, 16)
        loss = -(reward * log_prob).mean()   # reward is a constant
        ''',
        symbols={"reward": "reward", "log_prob": "logp"},
    )
    below(code, formula)
    code.enter(stage, at="code", each=0.3)
    code.light(stage, 2, at="loss")
    code.rest(stage, at="rest")

`symbols` gives names the colour of a symbol of the theme; a remark after `#` is muted. Lines count from 1.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING

from manim import Typst

from scenes import theme
from scenes.engine.lettering import name, shapes, text
from scenes.engine.spotlight import Spotlight

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

FONT = "DejaVu Sans Mono"  # the one that the typst wheel has inside
ADVANCE = 1233 / 2048  # of every sign of it, in ems
LINES = 10
PITCH = 1.62  # between baselines, in ems


class Code:
    """Lines of code; the first one's baseline is at `y`."""

    def __init__(
        self,
        source: str,
        x: float = theme.LEFT,
        y: float = theme.PICTURE.top,
        size: float = theme.LABEL,
        symbols: Mapping[str, str] | None = None,
        pitch: float = PITCH,
    ):
        lines = textwrap.dedent(source).strip("\n").rstrip().split("\n")
        if len(lines) > LINES:
            raise ValueError(f"pseudo-code has at most {LINES} lines, not {len(lines)}")
        self.x, self.size, self.symbols = x, size, dict(symbols or {})
        self.parts = [
            self._line(line, y + row * pitch * size) for row, line in enumerate(lines) if line.strip()
        ]  # an empty line is room
        self.spotlight = Spotlight({str(k): [part] for k, part in enumerate(self.parts, start=1)})

    def enter(self, stage: Stage, at: When, over: float = theme.CHANGE, each: float = 0.0) -> None:
        """Come line by line, `each` seconds apart."""
        self.spotlight.enter(stage, at, each, over)

    def light(self, stage: Stage, *lines: int, at: When, over: float = theme.QUICK) -> None:
        """Make these lines bright and the rest quiet; empty lines do not count."""
        self.spotlight.light(stage, *map(str, lines), at=at, over=over)

    def rest(self, stage: Stage, at: When, over: float = theme.CHANGE) -> None:
        """Make every line bright."""
        self.spotlight.rest(stage, at, over)

    def leave(self, stage: Stage, at: When, over: float = theme.QUICK) -> None:
        """Fade out."""
        self.spotlight.leave(stage, at, over)

    def _line(self, line: str, y: float) -> Typst:
        shown = line.strip()
        quoted = shown.replace("\\", "\\\\").replace('"', '\\"')
        indent = (len(line) - len(line.lstrip())) * ADVANCE * self.size
        markup = f'#text(font: "{FONT}", ligatures: false, "{quoted}")'
        drawn = text(markup, self.x + indent, y, self.size, anchor="pen")
        colours = [colour for sign, colour in zip(shown, self._colours(shown), strict=True) if sign != " "]
        for sign, colour in zip(shapes(drawn), colours, strict=True):  # one shape a sign
            sign.set_color(colour)
        return name(drawn, shown, self.size, owner=self)

    def _colours(self, line: str) -> list[str]:
        """The colour of every sign of a line."""
        code, _, _ = line.partition("#")
        colours = [theme.TEXT] * len(code) + [theme.MUTED] * (len(line) - len(code))
        for word in re.finditer(r"\w+", code):
            if word[0] in self.symbols:
                colours[word.start() : word.end()] = [theme.SYMBOLS[self.symbols[word[0]]]] * len(word[0])
        return colours
