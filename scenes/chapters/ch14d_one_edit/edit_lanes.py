"""A lane for each rule from REINFORCE to DAPO, over one axis of batches; a dot a run.

lanes = EditLanes(settings, 60)
lanes.put(stage, axes="axes"); lanes.dots(stage, when, at="go", over=4.0); lanes.light(stage, "scale", at="scale")
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Marks, rule
from scenes.engine.lettering import text
from scenes.parts import rules
from scenes.parts.plane import Plane

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When
    from scenes.theme import FloatArray

TENS = 10
RADIUS = theme.BOLD + 1  # of a dot
WORDS = theme.PICTURE.width / 3.4  # for what an edit does
SAYS = theme.PICTURE.width / 4.6  # for from when to when
STEP = 2.0 * RADIUS


class EditLanes:
    """Lanes in the picture's room, the first `batches` batches across."""

    def __init__(self, settings: Mapping[str, Any], batches: int):
        self.edits, self.batches = rules.spell(settings).edits, batches
        room = layout.trimmed(theme.PICTURE, top=-theme.TIGHT, bottom=theme.TIGHT)
        self.rows = dict(zip(self.edits, layout.rows(room, len(self.edits), gap=0), strict=True))
        middle = layout.trimmed(room, left=WORDS, right=SAYS)
        self.plane = Plane(*layout.rectangle(middle), (0.0, float(batches)), (0.0, 1.0))

    def x(self, batch: float) -> float:
        """Where a batch is, across."""
        return float(self.plane.pixels(np.array([batch]), np.zeros(1))[0][0])

    def colour(self, name: str) -> str:
        """An edit has the colour of the rule it leads to."""
        return theme.OBJECTIVES[self.edits[name][1]].colour

    def put(self, stage: Stage, axes: When) -> None:
        """What each edit does, and the axis."""
        for name, row in self.rows.items():
            y = row.middle[1] + theme.LABEL / 3
            edge = rule(row.left, row.bottom, row.right, row.bottom, stroke=theme.HAIRLINE, pen=1.0, quiet=True)
            stage.bring(edge, layer="ground")
            stage.bring(text(self.edits[name][0], row.left + theme.GAP, y, theme.LABEL, self.colour(name)))
        p = self.plane
        foot = p.y + p.height
        for batch in range(0, self.batches + 1, TENS):
            x = self.x(batch)
            stage.bring(rule(x, p.y, x, foot, stroke=theme.HAIRLINE, pen=theme.FINE, quiet=True), axes, "ground")
            stage.bring(text(f"{batch}", x, foot + theme.LABEL, theme.NOTE, theme.MUTED, "center"), axes)
        stage.bring(text("batch", p.x + p.width + theme.GAP, foot + theme.LABEL, theme.NOTE, theme.MUTED), axes)

    def places(self, row: theme.Area, when: FloatArray) -> FloatArray:
        """Where the runs of a lane that pass stand, in order: those of one batch over one another, in threes."""
        out = []
        for batch in sorted(set(when.tolist())):
            count = int((when == batch).sum())
            across = -(-count // 3)
            for n in range(count):
                side = n // 3 - (across - 1) / 2
                out.append((self.x(batch) + side * STEP, row.middle[1] + (n % 3 - 1) * STEP))
        return theme.points(*np.array(out).T)[:, :2] if out else np.zeros((0, 2))

    def dots(self, stage: Stage, when: FloatArray, at: When, over: float) -> None:
        """Runs appear as the batches go by, in all lanes at once; then from when to when, and how many did not."""
        for (name, row), column in zip(self.rows.items(), when.T, strict=True):
            there = np.sort(column[column <= self.batches])
            places = self.places(row, there)
            dots = Marks(places[:0], "circle", RADIUS, fill=self.colour(name), stroke=theme.CASING, pen=1.0)
            stage.put(dots, "mover")

            def write(share: float, dots: Marks = dots, places: FloatArray = places, there: FloatArray = there) -> None:
                dots.place(places[: int((there <= share * self.batches).sum())])

            stage.write(dots, write, at=at, over=over)
            words = f"*{there.min():g}–{there.max():g}*" if len(there) else "none"
            if len(there) < len(column):
                words += f", {len(column) - len(there)} not passed"
            y = row.middle[1] + theme.LABEL / 3
            word = text(words, self.plane.x + self.plane.width + theme.GUTTER, y, theme.LABEL, self.colour(name))
            stage.bring(word, stage.time(at) + over)

    def light(self, stage: Stage, name: str, at: When) -> None:
        """Point at a lane."""
        row = self.rows[name]
        bar = rule(row.left, row.top, row.left, row.bottom, stroke=theme.TEXT, pen=theme.BOLD)
        stage.bring(bar, at, "mark")
