"""One step of the policy on the one answer: every token's direction, times its own advantage."""

from __future__ import annotations

from scenes import theme
from scenes.engine.ink import rule
from scenes.engine.lettering import number, text
from scenes.engine.stage import Stage
from scenes.parts import slopes
from scenes.parts.formula import Formula
from scenes.parts.headings import source, statement
from scenes.parts.spoken import Spoken
from scenes.parts.targets import Column, edges, middles
from traces.store import Trace

FLOOR, HIGH = theme.PICTURE.bottom - theme.GAP, 4 * theme.WIDE  # of the bars of chance: where they stand, and 1
RULE = theme.PICTURE.top + theme.WIDE  # baseline of the formula


class TokenByToken(Stage):
    """One step of the policy on the one answer: every token's direction, times its own advantage."""

    traces = ("token_values",)
    hyperparameters = ("token_values.step",)

    def build(self) -> None:
        trace = self.trace("token_values")
        self.bring(statement("One answer, and *an advantage for every token*"))
        self.formula()
        self.tokens(trace)
        step = f"Exact values as forecasts, lambda 0, a step of {float(self.hyper('token_values.step')):g}."
        self.bring(source(step), at="up")

    def formula(self) -> None:
        # As in the last chapter; but now every token has a direction and an advantage of its own, summed up.
        old = Formula(slopes.ADVANTAGE, theme.LEFT, RULE, theme.DISPLAY)
        self.bring(old.maths, layer="text")
        self.hide(old.maths, at=("way", 0.8))
        score = "{{ nabla log pi(#word[token]_t | #word[prefix]_t) : logp }}"
        rule_ = Spoken(
            f"nabla J approx {{{{ sum_t : mean }}}} {{{{ hat(A)_t : advantage }}}} thin {score}",
            y=RULE,
            size=theme.DISPLAY,
        )
        rule_.enter(self, at=("way", 1.2))
        rule_.light(self, "logp", at=("way", 2.1))
        rule_.light(self, "advantage", at="times")
        rule_.light(self, "mean", at="add")
        rule_.rest(self, at="up")

    def tokens(self, trace: Trace) -> None:
        # Every token with its advantage, and its chance before and after the step.
        x = middles(edges(theme.LEFT + 2 * theme.WIDE, theme.RIGHT, len(trace["sentence"])))
        line = RULE + 2.5 * theme.WIDE
        self.bring(
            rule(theme.LEFT, FLOOR, theme.RIGHT, FLOOR, stroke=theme.AXIS, pen=theme.FINE), at="up", layer="grid"
        )
        for words, y, at in (("advantage", line + theme.WIDE, "times"), ("chance", FLOOR - theme.TIGHT, "up")):
            self.bring(text(words, theme.LEFT, y, theme.BODY, theme.MUTED), at=at)
        for k, (token, at_x) in enumerate(zip(trace["sentence"], x.tolist(), strict=True)):
            colour = theme.MUTED if token == "end" else theme.TEXT
            self.bring(text(f"*{token}*", at_x, line, theme.DISPLAY, colour, "center"))
            told = float(trace["jump"][k])
            sign = theme.UP if told >= 0 else theme.DOWN
            word = text(f"*{number(told, signed=True)}*", at_x, line + theme.WIDE, theme.TITLE, sign, "center")
            self.bring(word, at=("times", 0.3 * k))
            if not k:
                self.legend(at_x)
            self.chance(at_x, float(trace["before"][k]), float(trace["after"][k]), sign)

    def legend(self, x: float) -> None:
        # Which bar is which, at the first token.
        for words, at in (("before", x - theme.WIDE), ("after", x + theme.WIDE)):
            self.bring(text(words, at, FLOOR - HIGH / 2 - theme.GAP, theme.LABEL, theme.MUTED, "center"), at="up")

    def chance(self, x: float, before: float, after: float, sign: str) -> None:
        old = Column(x - theme.WIDE, FLOOR, HIGH, theme.WIDE, fill=theme.AXIS)
        old.write(before)
        self.bring(old.ink, "up", "mark")
        new = (
            Column(x + theme.WIDE, FLOOR, HIGH, theme.WIDE, fill=sign)
            if after >= before
            else Column(x + theme.WIDE, FLOOR, HIGH, theme.WIDE, stroke=sign, pen=theme.PEN)
        )
        self.bring(new.ink, ("up", 0.6), "mark")
        grow = lambda s: new.write(before + s * (after - before))  # noqa: E731
        self.write(new.ink, grow, at=("up", 1.2), over=theme.SLOW, ease=theme.smooth)
        for place, value, at in ((x - theme.WIDE, before, 0.0), (x + theme.WIDE, after, 2.2)):
            word = text(f"{value:.0%}", place, FLOOR + 1.2 * theme.STATEMENT, theme.STATEMENT, anchor="center")
            self.bring(word, at=("up", at))
