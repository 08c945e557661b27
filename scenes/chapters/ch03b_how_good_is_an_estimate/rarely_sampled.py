"""The best answer is rarely in a batch; and even the exact slope goes to the common one first."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine.ink import Ink, Marks, box, travelled
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts.batch import Batch
from scenes.parts.headings import source, statement
from scenes.parts.map_panel import along
from scenes.parts.mountain import mountain
from scenes.parts.plane import Plane
from traces.store import Trace

LEFT, RIGHT = theme.column(0, 6)
TOP = theme.PICTURE.top
ROOM = theme.HEIGHT / 2  # height of the rows of batches
TOLD = TOP + ROOM + theme.WIDE  # baseline of what is counted


class RarelySampled(Stage):
    """The best answer is rarely in a batch; and even the exact slope goes to the common one first."""

    traces = ("gradient_clouds",)

    def build(self) -> None:
        trace = self.trace("gradient_clouds")
        self.bring(statement("How often is A *in a batch?*"))
        self.batches(trace)
        plane = mountain(self, trace, trace["start"], at="luck").plane
        self.exact(trace, plane)
        seed, rate = (trace.hyperparameters[key] for key in ("sampling.seed", "training.learning_rate"))
        self.bring(source(f"Batches: seed {seed}. Dotted: expected reward. Step size {rate:g}."))

    def batches(self, trace: Trace) -> None:
        # Batches in two columns, one a row; then all but the stars step back.
        shown = trace["shown"].astype(int)
        size, rows = shown.shape[1], -(-len(shown) // 2)
        wide = (RIGHT - LEFT - theme.GAP) / 2
        pitch, gap = wide / size, ROOM / rows
        for column, part in enumerate((shown[:rows], shown[rows:])):
            if not len(part):
                continue
            places = np.repeat(np.arange(len(part)), size)
            x = LEFT + pitch / 2 + column * (wide + theme.GAP)
            batch = Batch(part.ravel(), places, x, TOP + gap / 2, min(pitch, gap), gap=gap)
            for k, marks in enumerate(batch.marks):
                self.bring(marks, layer="mark")
                if k:
                    self.dim(marks, to=0.3, at="star")
        # The rows without a star.
        missing = (shown != 0).all(axis=1)
        for index in np.flatnonzero(missing):
            column, row = divmod(int(index), rows)
            x, y = LEFT + column * (wide + theme.GAP), TOP + gap * row + 2
            band = box(x, y, wide, gap - 4, fill=theme.DOWN, fill_opacity=0.35, quiet=True)
            self.bring(band, ("none", 0.2), "grid")
        share = f"*{float(trace['start_probs'][0]):.0%}* of all answers are A (stars)".replace("%", " \\%")
        self.bring(text(share, LEFT, TOLD, theme.BODY), ("star", 0.6))
        none = int(missing.sum())
        words = f"*{none} of {len(shown)}* batches {'has' if none == 1 else 'have'} none"
        self.bring(text(words, LEFT, TOLD + theme.TITLE, theme.BODY, theme.DOWN), ("none", 0.4))

    def exact(self, trace: Trace, plane: Plane) -> None:
        # The exact slope, update by update: to B, and when it has come out again, a mark and its number.
        walk, escape = trace["exact_walk"], int(trace["escape"])
        shown = walk[:: max(1, len(walk) // 800)]
        corner = int(np.argmax(trace["exact_probs"][: escape + 1, 1]))
        found = corner and escape < len(walk) - 1
        parts = (walk[: corner + 1], walk[corner:]) if found else (shown,)
        hiker = Marks(np.zeros((0, 2)), "circle", theme.TIGHT, fill=theme.TEXT, stroke=theme.CASING, pen=theme.FINE)
        self.put(hiker, "mover", shown=False)
        self.show(hiker, at=("exact", -0.4), over=0.1)
        for part, cue, over in zip(parts, ("exact", "late"), (3.0, 4.0), strict=False):
            path, starts = plane.trail(part[:, 0], part[:, 1])
            way = Ink(path, starts=starts, stroke=theme.TEXT, pen=theme.BOLD, casing=3)
            self.put(way, "mark", shown=False)
            self.show(way, at=cue, over=0.05)
            self.draw(way, at=cue, over=over, ease=theme.linear)
            steps = travelled(part)

            def step(share: float, part: np.ndarray = part, steps: np.ndarray = steps) -> None:
                at = along(part, float(np.interp(share * steps[-1], steps, np.arange(len(part)))))
                inside = plane.inside(*at[:, None])[0]
                hiker.place(plane.centre(*at)[None] if inside else np.zeros((0, 2)))

            self.write(hiker, step, at=cue, over=over)
        turn = walk[escape] if escape < len(walk) else walk[-1]
        if found and plane.inside(*turn[:, None])[0]:
            mark = Marks(plane.centre(*turn)[None], "circle", theme.TIGHT, fill=theme.TEXT, stroke=theme.CASING, pen=3)
            x, y = (float(p[0]) for p in plane.pixels(*turn[:, None]))
            self.bring(mark, ("late", 2.4), "mover")
            for k, words in enumerate((f"*{escape} updates:*", "A likelier than not")):
                told = text(words, x + theme.GUTTER, y + theme.WIDE + k * theme.STATEMENT, theme.BODY)
                self.bring(halo(told), ("late", 2.4))
