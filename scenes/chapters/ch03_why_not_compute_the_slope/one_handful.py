"""A batch of answers, drawn as often as each is likely; direction times reward, averaged: REINFORCE."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch03_why_not_compute_the_slope.common import AMBER, CHANGE
from scenes.engine import layout
from scenes.engine.ink import Ink, Marks, box
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts import slopes
from scenes.parts.batch import Batch
from scenes.parts.cloud import Compass, arrow_points, fly
from scenes.parts.formula import Formula
from scenes.parts.headings import source, statement
from scenes.parts.house import signed
from traces.store import Trace

FORMULA_AT = theme.PICTURE.top + theme.GAP  # baseline of the formula
FIRST, PITCH = FORMULA_AT + 3 * theme.WIDE, 2 * theme.WIDE  # and of the first row, and from one to the next
LETTER = theme.column(0)[0] + theme.WIDE
ROWS, VIEW = layout.columns(theme.PICTURE, (3, 2), gap=theme.GUTTER)  # the batch, and beside it the plane
SLOTS, WAYS, WEIGHTS = layout.columns(
    layout.trimmed(ROWS, left=theme.NUMBER + theme.GUTTER), (4, 1, 1), gap=theme.GUTTER
)  # as long as the whole batch; directions; rewards
WAY, WEIGHT = WAYS.middle[0], WEIGHTS.middle[0]
COMPASS = layout.trimmed(VIEW, left=theme.GAP, bottom=2 * theme.GAP)
ARROW = theme.NUMBER  # pixels of a direction of length one
THIN, THICK = 2 * theme.PEN, 3 * theme.PEN  # shafts of arrows: of a push, and of what they add up to
EACH = 0.3  # seconds from one push to the next
SUM, TRUE = 1.6, 2.6  # seconds after the cue that the estimate and the true slope come


class OneHandful(Stage):
    """A batch of answers, drawn as often as each is likely; direction times reward, averaged: REINFORCE."""

    traces = ("gradient_clouds",)

    def build(self) -> None:
        trace = self.trace("gradient_clouds")
        self.bring(statement("So write a few: *a batch of answers*"))
        raw = trace.hyperparameters["reinforce.baseline"] == 0.0
        full = Formula(slopes.SLOPE, theme.LEFT, FORMULA_AT, theme.TITLE)
        sampled = Formula(slopes.SAMPLED if raw else slopes.MINUS_CONSTANT, theme.LEFT, FORMULA_AT, theme.TITLE)
        for formula in (full, sampled):
            formula.put(self)
        full.enter(self, at=-1.0, over=0.0)
        self.expected(trace)
        self.draw_batch(trace)
        full.become(self, sampled, at=("out", 0.5))
        self.push(trace)
        self.average(trace)
        self.bring(text("*REINFORCE*", theme.LEFT, theme.PICTURE.bottom, theme.DISPLAY, AMBER), "name")
        self.bring(source(f"Seed {trace.hyperparameters['sampling.seed']}. REINFORCE: Williams 1992."))

    def base(self, k: int) -> float:
        return FIRST + PITCH * k

    def slot(self, trace: Trace) -> float:
        return SLOTS.width / len(trace["batch"])

    def expected(self, trace: Trace) -> None:
        # The chance of each answer, as long as so many of the batch.
        left, wide = SLOTS.left, SLOTS.width
        for k, p in enumerate(trace["start_probs"]):
            y = self.base(k)
            self.bring(
                Batch.sample(LETTER - theme.WIDE / 2 - theme.TIGHT, y - theme.BODY / 2, k, theme.TITLE),
                layer="mark",
            )
            self.bring(text(f"*{trace['answers'][k]}*", LETTER, y, theme.TITLE))
            top, high = y - theme.STATEMENT, theme.TITLE
            self.bring(box(left, top, wide, high, fill=theme.HAIRLINE, fill_opacity=0.5, quiet=True), layer="grid")
            self.bring(
                box(left, top, wide * float(p), high, fill=theme.AXIS, fill_opacity=0.6, quiet=True),
                layer="grid",
            )
        self.bring(text("bar: chance", left, FIRST - theme.WIDE, theme.LABEL, theme.MUTED))

    def draw_batch(self, trace: Trace) -> None:
        # One answer after the other falls into its row: as many as it is likely, more or less.
        begin, end = self.time("few") + theme.CHANGE, self.time("count")
        pitch, left = self.slot(trace), SLOTS.left
        seen = [0, 0, 0]
        for j, k in enumerate(int(k) for k in trace["batch"]):
            x, y = left + pitch * (seen[k] + 0.5), self.base(k) - theme.BODY / 2
            seen[k] += 1
            mark = Batch.sample(x, y, k, min(pitch, theme.GAP))
            after, start = mark.centres.copy(), begin + (end - begin) * j / len(trace["batch"])
            before = theme.point(x, theme.PICTURE.top + theme.WIDE)[None, :2]
            self.bring(mark, start, "mover", over=0.2)

            def drop(share: float, mark: Marks = mark, before: np.ndarray = before, after: np.ndarray = after) -> None:
                mark.place(before + share * (after - before))

            self.write(mark, drop, at=start, over=theme.QUICK, ease=theme.smooth)
        words = f"marks: a batch of {len(trace['batch'])}"
        self.bring(text(words, SLOTS.right, FIRST - theme.WIDE, theme.LABEL, anchor="right"), "batch")

    def push(self, trace: Trace) -> None:
        # For each answer: the direction that makes it likelier, times its reward.
        for words, x, colour, at in (("direction", WAY, CHANGE, "way"), ("reward", WEIGHT, theme.TEXT, "pay")):
            self.bring(text(words, x, FIRST - theme.WIDE, theme.LABEL, colour, "center"), at)
        for k, way in enumerate(trace["scores"]):
            y = self.base(k) - theme.BODY / 2
            row = Compass(0, 0, 0, 0, WAY, y, ARROW / max(1.0, float(np.abs(way).max())))
            self.bring(row.arrow(way / 2, -way / 2, pen=THIN, fill=CHANGE), ("way", 0.2 * k), "mark")
            words = f"× {signed(float(trace['weights'][k]), '.3g')}"
            weight = text(words, WEIGHT, self.base(k), theme.TITLE, anchor="center")
            self.bring(weight, ("pay", 0.2 * k))
            # If all rewards were one: right or wrong, all push alike.
            alike = text("× 1", WEIGHT, self.base(k), theme.TITLE, theme.MUTED, "center")
            self.dim(weight, to=0.0, at="alike")
            self.bring(alike, ("alike", theme.QUICK))
            self.hide(alike, at="trial")
            self.dim(weight, to=1.0, at=("trial", theme.QUICK))
        right = WEIGHTS.right
        told = text("all push alike, even C", right, self.base(2) + theme.WIDE, theme.BODY, theme.MUTED, "right")
        self.bring(told, "alike")
        self.hide(told, at="trial")

    def average(self, trace: Trace) -> None:
        # What each kind adds to the average, end to end: the estimate; and beside it the true slope.
        pushes, exact, first = trace["pushes"], trace["exact"], self.time("mean")
        ends = np.cumsum(np.concatenate([np.zeros((1, 2)), pushes]), axis=0)
        compass = Compass.around(np.concatenate([ends, exact[None]]), *layout.rectangle(COMPASS), margin=theme.WIDE)
        for part in (compass.cross(), *compass.names(theme.LABEL)):
            self.bring(part, ("mean", -theme.CHANGE), "grid")
        for k, push in enumerate(pushes):
            if np.linalg.norm(push) < 1e-9:
                continue
            middle = np.array([WEIGHT + theme.WIDE, self.base(k) - theme.GUTTER])
            leaves = middle + compass.scale * np.stack([-push, push]) * [1.0, -1.0] / 4
            tail, tip = leaves
            flying = Ink(arrow_points(tail, tip, THIN), closed=True, fill=theme.mix(AMBER, theme.CANVAS, 0.4))
            at = first + EACH * k
            self.bring(flying, at, "mark", over=0.2)
            fly(self, flying, leaves, compass.pixels(ends[k : k + 2]), at, pen=THIN, thick=THIN)
        estimate = compass.arrow(ends[-1], pen=THICK, fill=AMBER)
        true = compass.arrow(exact, pen=THICK, fill=theme.TEXT, stroke=theme.CASING)
        self.bring(estimate, first + SUM, "mover")
        self.bring(true, first + TRUE, "mover")
        foot, left, right = COMPASS.bottom + theme.GAP, COMPASS.left, VIEW.right
        self.bring(text("the estimate of this batch", left, foot, theme.BODY, AMBER), first + SUM)
        self.bring(text("the true slope", right, foot, theme.BODY, anchor="right"), first + TRUE)
