"""The best answer is rarely in a handful, and REINFORCE walks to the common one; so does the true slope."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch03_why_not_compute_the_slope.common import AMBER
from scenes.engine.ink import Ink, Marks, rule
from scenes.engine.lettering import counted
from scenes.engine.stage import Stage
from scenes.parts.batch import Batch
from scenes.parts.headings import source, statement
from scenes.parts.mountain import mountain
from scenes.parts.plane import Plane
from scenes.parts.say import appear, say
from traces.store import Trace


class RarelyInHand(Stage):
    """The best answer is rarely in a handful, and REINFORCE walks to the common one; so does the true slope."""

    traces = ("gradient_clouds",)

    def build(self) -> None:
        trace = self.trace("gradient_clouds")
        title = self.put(statement("Look into the hands: *how often is A among them?*"), "text")
        size, walks = int(trace["walk_size"]), trace["walk"]
        self.hands(trace, size)
        plane = mountain(self, trace, trace["start"]).plane
        self.legend(trace)
        self.walks(trace, plane)
        self.true_slope(trace, plane)
        closing = statement("The slope is *sampled, not computed:* right on average, wild one by one")
        self.hide(title, at="answer", over=0.3)
        appear(self, closing, "text", at=("answer", 0.3))
        note = f"REINFORCE, {size} answers a step, {counted(len(walks), 'seed')}. Dotted: expected reward."
        self.put(source(note, theme.LABEL), "text")

    def hands(self, trace: Trace, size: int) -> None:
        # Handfuls in two columns, one a row; then all but the stars step back.
        hands = trace["shown"].astype(int)
        rows = -(-len(hands) // 2)
        pitch = min(24.0, 384 / size)
        for column, part in enumerate((hands[:rows], hands[rows:])):
            places = np.repeat(np.arange(len(part)), size)
            left = theme.LEFT + 14 + 436 * column
            batch = Batch(part.ravel(), places, left, 170, pitch, gap=430 / rows)
            for marks in batch.marks:
                self.put(marks, "mark")
            self.dim(batch.marks[1], batch.marks[2], to=0.35, at="star")
        say(self, f"one row, one handful of {size}; a star is an A", theme.LEFT, 634, 32, theme.MUTED)
        share = f"*{float(trace['start_probs'][0]):.0%}* of all answers are A".replace("%", "\\%")
        say(self, share, theme.LEFT, 694, 38, at=("star", 0.6))
        none = int((hands != 0).all(axis=1).sum())
        say(
            self,
            f"*{none} of {len(hands)}* handfuls {'holds' if none == 1 else 'hold'} none",
            theme.LEFT + 440,
            694,
            38,
            at=("none", 0.3),
        )

    def legend(self, trace: Trace) -> None:
        # What walks on the map, each beside a piece of its line.
        walk, exact = trace["walk"], trace["exact_walk"]
        steps, escape = walk.shape[1] - 1, int(trace["escape"])
        turns = steps < escape < len(exact)
        for k, (words, cue, colour, dash) in enumerate(
            (
                (f"REINFORCE: {counted(len(walk), 'walk')} of {steps} steps", "walk", AMBER, ()),
                (f"the true slope: {steps} steps", "true", theme.TEXT, ()),
                (f"the true slope: to {escape} steps and on", "late", theme.TEXT, (4, 9)),
            )[: 3 if turns else 2]
        ):
            y = 776 + 58 * k
            line = rule(theme.LEFT, y - 11, theme.LEFT + 74, y - 11, stroke=colour, pen=5, dash=dash)
            appear(self, line, "line", at=(cue, 0.2))
            say(self, words, theme.LEFT + 100, y, 38, colour, at=(cue, 0.2))

    def walks(self, trace: Trace, plane: Plane) -> None:
        # All walks at once.
        walk = trace["walk"]
        steps = walk.shape[1] - 1
        over = max(2.0, min(4.0, self.time("true") - self.time("walk") - 0.4))
        for w in walk:
            path, starts = plane.trail(w[:, 0], w[:, 1])
            ghost = Ink(path, starts=starts, stroke=AMBER, pen=2.5, stroke_opacity=0.6)
            self.draw(appear(self, ghost, "line", at="walk", over=0.05), at="walk", over=over, ease=theme.linear)
        hikers = Marks(np.zeros((0, 2)), "circle", 9, fill=AMBER, stroke=theme.CASING, pen=2.5)

        def step(share: float) -> None:
            at = share * steps
            k = min(int(at), steps - 1)
            uv = walk[:, k] + (at - k) * (walk[:, k + 1] - walk[:, k])
            on_map = plane.inside(uv[:, 0], uv[:, 1])[:, None]
            hikers.place(np.where(on_map, plane.points(uv[:, 0], uv[:, 1])[:, :2], np.nan))

        step(0.0)
        self.write(appear(self, hikers, "mover", at="walk", over=0.05), step, at="walk", over=over)

    def true_slope(self, trace: Trace, plane: Plane) -> None:
        # The true slope's own walk, as long as the others, and on until it turns; there a mark and its number.
        exact, steps, escape = trace["exact_walk"], trace["walk"].shape[1] - 1, int(trace["escape"])
        for part, cue, over, dash in ((exact[: steps + 1], "true", 1.6, ()), (exact[steps:], "late", 2.4, (4, 9))):
            path, starts = plane.trail(part[:, 0], part[:, 1])
            way = Ink(path, starts=starts, stroke=theme.TEXT, pen=5, casing=3, dash=dash)
            self.draw(appear(self, way, "mover", at=cue, over=0.05), at=cue, over=over)
        turn = exact[escape : escape + 1].T
        if steps < escape < len(exact) and plane.inside(*turn)[0]:
            spot = plane.centre(*exact[escape])
            mark = Marks(spot[None], "circle", 11, fill=theme.TEXT, stroke=theme.CASING, pen=3)
            appear(self, mark, "mover", at=("late", 1.0))
            x, y = (float(p[0]) for p in plane.pixels(*turn))
            for k, words in enumerate((f"*{escape} steps:*", "A is likelier than not")):
                say(self, words, x + 18, y + 52 + 46 * k, 40 - 4 * k, at=("late", 1.0), edge=True)
