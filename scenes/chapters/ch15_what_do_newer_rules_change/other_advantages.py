"""One hard and one easy question, and the advantages that four rules give to their answers."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Marks, rule
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.pushes import Pushes
from scenes.parts.spoken import Spoken
from scenes.theme import FloatArray

RULES = (  # cue, key in the trace, name, how the advantage is computed
    ("grpo", "grpo", "GRPO", "( {{ r_i : reward }} - {{ mu : mean }} ) / {{ sigma : mean-2 }}"),
    ("rloo", "rloo", "RLOO", '{{ r_i : reward }} - {{ mu_(upright("others")) : mean }}'),
    ("dr", "dr_grpo", "Dr. GRPO", "{{ r_i : reward }} - {{ mu : mean }}"),
    (
        "batch",
        "reinforce_pp",
        "REINFORCE++",
        '( {{ r_i : reward }} - {{ mu_(upright("batch")) : mean }} ) / {{ sigma_(upright("batch")) : mean-2 }}',
    ),
)
QUESTIONS = ("a hard question", "an easy question")
TOP, PLOT, FOOT = layout.rows(theme.PICTURE, (2, 7, 1), theme.GUTTER)
BAR = 0.7  # of an answer's room that its bar takes


class OtherAdvantages(Stage):
    """One hard and one easy question, and the advantages that four rules give to their answers."""

    traces = ("family_weights",)

    def build(self) -> None:
        trace = self.trace("family_weights")
        self.bring(statement("What is an answer *compared with?*"))
        graded, paid = trace["graded"], trace["paid"]
        self.rooms = layout.columns(PLOT, len(QUESTIONS), gap=2 * theme.WIDE)
        self.unit = PLOT.height / max(float(np.ptp(graded)), 1e-9)
        self.zero = PLOT.top + self.unit * max(float(graded.max()), 0.0)
        self.answers(paid)
        layouts = [self.layout(graded[trace["gradings"].tolist().index(key)]) for _, key, *_ in RULES]
        bars = Pushes(paid.ravel() - 0.5)
        flat = layouts[0] * [1, 1, 1, 0]
        bars.write(flat)
        for ink in bars.inks:
            self.put(ink, "mark")
        before = flat
        for k, ((cue, key, name, formula), now) in enumerate(zip(RULES, layouts, strict=True)):
            self.write(bars.inks, bars.between(before, now), at=cue, over=theme.SLOW, ease=theme.smooth)
            before = now
            look = theme.OBJECTIVES.get(key)
            called = text(f"*{name}*", TOP.left, TOP.middle[1], theme.TITLE, look.colour if look else theme.TEXT)
            maths = Spoken("{{ hat(A)_i : advantage }} = " + formula, size=theme.TITLE)
            layout.centred(maths, TOP)
            self.bring(called, cue)
            maths.enter(self, at=cue)
            values = self.values(graded[trace["gradings"].tolist().index(key)], cue)
            if k + 1 < len(RULES):
                after = (RULES[k + 1][0], -theme.QUICK)
                self.hide(called, *values, at=after)
                maths.leave(self, at=after)
        self.bring(source("Computed by the rules, paid 1 or 0. Standard deviations over G; TRL and verl take G − 1."))

    def layout(self, graded: FloatArray) -> FloatArray:
        # The bars of both questions.
        rows = []
        for room, advantages in zip(self.rooms, graded, strict=True):
            for cell, advantage in zip(layout.columns(room, len(advantages), gap=0), advantages, strict=True):
                bar = layout.narrowed(cell, BAR)
                rows.append([bar.left, self.zero, bar.width, self.unit * float(advantage)])
        return np.array(rows)

    def answers(self, paid: FloatArray) -> None:
        # Below each question, its answers: right ones filled, wrong ones hollow.
        for room, rewards, words in zip(self.rooms, paid, QUESTIONS, strict=True):
            x = layout.middles(room, len(rewards))
            places = theme.points(x, np.full(len(x), FOOT.top + theme.TIGHT))[:, :2]
            right = rewards > rewards.mean()
            self.bring(Marks(places[right], "circle", theme.TIGHT, fill=theme.UP), None, "mark")
            wrong = Marks(places[~right], "circle", theme.TIGHT - 1, stroke=theme.DOWN, pen=theme.FINE)
            self.bring(wrong, None, "mark")
            label = text(words, room.middle[0], FOOT.top + theme.TITLE + theme.TIGHT, theme.BODY, anchor="center")
            self.bring(label)
            line = rule(room.left, self.zero, room.right, self.zero, stroke=theme.AXIS, pen=theme.FINE)
            self.bring(line, None, "grid")

    def values(self, graded: FloatArray, cue: str) -> list[object]:
        # The advantage of the rare answer of each question.
        out: list[object] = []
        for room, advantages, k, colour in zip(self.rooms, graded, (0, -1), (theme.UP, theme.DOWN), strict=True):
            cell = layout.columns(room, len(advantages), gap=0)[k]
            end = self.zero - self.unit * float(advantages[k])
            sign = "+" if advantages[k] > 0 else "−"
            word = f"*{sign}{abs(float(advantages[k])):.2f}*"
            side, anchor = (cell.right + theme.TIGHT, "left") if k == 0 else (cell.left - theme.TIGHT, "right")
            y = end + (theme.STATEMENT if advantages[k] > 0 else 0.0)
            out.append(self.bring(halo(text(word, side, y, theme.STATEMENT, colour, anchor)), (cue, theme.SLOW)))
        return out
