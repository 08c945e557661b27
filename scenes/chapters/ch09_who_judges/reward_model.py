"""A reward model: a language model's body with one number out, its loss over pairs, and how often it agrees."""

from __future__ import annotations

from collections.abc import Callable

from manim import Mobject

from scenes import theme
from scenes.chapters.ch09_who_judges.common import CHANCE, span
from scenes.engine import layout
from scenes.engine.ink import box, rule
from scenes.engine.lettering import text
from scenes.engine.stage import Stage, When
from scenes.parts.chart import Chart
from scenes.parts.definition import Definition
from scenes.parts.headings import source, statement
from scenes.parts.spoken import Spoken
from scenes.theme import Area, FloatArray
from traces.store import Trace

SIGMOID = '#word[loss] = {{ - log : log }} thin {{ upright("sigmoid") : sigmoid }}'
LOSS = f'{SIGMOID} ( {{{{ r_(upright("chosen")) : reward }}}} - {{{{ r_(upright("other")) : reward-2 }}}} )'
TERMS = {"difference": ("reward", "reward-2"), "sigmoid": ("sigmoid",), "log": ("log",)}
UPPER, LOWER, PAIRS, TOY = layout.rows(theme.PICTURE, (3, 3, 4, 10), theme.GUTTER)
LEFT, RIGHT = layout.columns(TOY, (1, 1), theme.WIDE)
PLOT = layout.trimmed(RIGHT, left=theme.WIDE, top=theme.GAP, right=theme.GAP, bottom=theme.GAP)
Out = Callable[[Area], list[Mobject]]
DROP = theme.STATEMENT / 3  # from the middle of a row to its baseline


class RewardModel(Stage):
    """A reward model: a language model's body with one number out, its loss over pairs, and how often it agrees."""

    traces = ("reward_hacking",)
    hyperparameters = ("flattery.pairs",)

    def build(self) -> None:
        trace = self.trace("reward_hacking")
        self.bring(statement("A *reward model* learns to score answers"))
        self.model(UPPER, "language model", "a chance for every token", lambda place: self.bars(place, trace))
        score = f"*{float(trace['judge'][1]):.2f}*"
        self.model(LOWER, "reward model", "a single number", lambda place: self.number(place, score), "body")
        loss = Spoken(LOSS, x=theme.LEFT, y=PAIRS.middle[1] + theme.GUTTER, size=theme.DISPLAY)
        loss.enter(self, at=("difference", -theme.QUICK), over=theme.QUICK)
        for cue, terms in TERMS.items():
            loss.light(self, *terms, at=cue)
        loss.rest(self, at="fit")
        self.line(trace)
        self.agreement(trace)
        pairs, apart = int(self.hyper("flattery.pairs")), int(trace["pairs_apart"][0])
        self.bring(source(f"Our toy: {pairs} pairs, {apart} of them of two different answers."))

    def model(self, row: Area, name: str, told: str, out: Out, at: When | None = None) -> None:
        # Its name, its body, and what comes out.
        named, body, shaft, place, end = layout.columns(row, (5, 3, 2, 3, 6), 0.0)
        middle = row.middle[1]
        for mobject in (
            text(f"*{name}*", named.left, middle + DROP, theme.STATEMENT),
            box(*layout.rectangle(body), fill=theme.HAIRLINE, quiet=True),
            text("body", body.middle[0], middle + theme.BODY / 3, theme.BODY, theme.TEXT, "center"),
            rule(
                body.right + theme.TIGHT, middle, shaft.right - theme.TIGHT, middle, stroke=theme.MUTED, pen=theme.PEN
            ),
            *out(place),
            text(told, end.left + theme.GUTTER, middle + DROP, theme.STATEMENT, theme.MUTED),
        ):
            self.bring(mobject, at)

    @staticmethod
    def bars(place: Area, trace: Trace) -> list[Mobject]:
        chances: FloatArray = trace["ref_probs"]
        chart = Chart(*layout.rectangle(place), (0.0, float(len(chances))), (0.0, float(chances.max())))
        return [chart.columns(chances, fill=CHANCE)]

    @staticmethod
    def number(place: Area, words: str) -> list[Mobject]:
        return [text(words, place.middle[0], place.middle[1] + DROP, theme.TITLE, anchor="center")]

    def line(self, trace: Trace) -> None:
        # To the right how much an answer flatters, upwards its score: the line tilts until the loss is least.
        level, slope = trace["level"], float(trace["fitted"][0])
        top = float(trace["judge"].max())
        up = (min(0.0, float(trace["judge"].min())), span(trace["judge"])[1])
        chart = Chart(*layout.rectangle(PLOT), (float(level[0]), float(level[-1])), up)
        across, levels = {float(end): f"{end:g}" for end in level[[0, -1]]}, {0.0: "0", top: f"{top:.1f}"}
        axes = chart.put(self, "how much an answer flatters", across, "score", levels, False, theme.LABEL)
        self.show(*axes, at=("fit", -theme.CHANGE))
        curve = chart.curve(level, 0.0 * level, stroke=theme.TEXT, pen=theme.BOLD)
        self.bring(curve, ("fit", -theme.CHANGE), "mark")

        def tilt(share: float) -> None:
            curve.write(*chart.plane.trail(level, share * slope * level))

        self.write(curve, tilt, at=("fit", theme.QUICK), over=2.0, ease=theme.smooth)

    def agreement(self, trace: Trace) -> None:
        # How often it prefers what people chose, and what that is called; and how it differs from a critic.
        share = f"{float(trace['agrees_people'][0]):.0%}".replace("%", "\\%")
        number = text(f"*{share}*", LEFT.left, LEFT.top + theme.NUMBER, theme.NUMBER)
        self.bring(number, at="share")
        name = Definition("pair accuracy", "it prefers what people chose", size=theme.STATEMENT)
        self.bring(layout.beside(name, number, gap=theme.WIDE), at="accuracy")
        whole = text("judges *whole answers*, no prefixes", LEFT.left, LEFT.bottom - theme.GAP, theme.STATEMENT)
        self.bring(whole, at="critic")
