"""PPO's objective whole, as the paper writes it, term by term."""

from __future__ import annotations

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import box
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.headings import statement
from scenes.parts.spoken import Spoken

OBJECTIVE = (
    "L &= {{ 1/N sum_(i,t) : mean }} thin bracket.l thin"
    " {{ min : smaller }} ( {{ rho_(i t) : ratio }} thin {{ hat(A)_(i t) : advantage }},"
    ' thin {{ upright("clip")(rho_(i t), 1 - epsilon, 1 + epsilon) : clip }} thin {{ hat(A)_(i t) : advantage-2 }} )',
    "&- {{ c_1 (V(s_(i t)) - R_(i t))^2 : value }} + {{ c_2 thin H(pi(dot.op | s_(i t))) : entropy }} thin bracket.r",
)

TERMS = {
    "sum": ("mean",),
    "ratio": ("ratio",),
    "advantage": ("ratio", "advantage"),
    "clip": ("clip", "advantage-2"),
    "min": ("smaller",),
    "value": ("value",),
    "entropy": ("entropy",),
    "weights": ("value", "entropy"),
    "prefix": ("ratio",),
}


class PpoWhole(Stage):
    """PPO's objective whole, as the paper writes it, term by term."""

    def build(self) -> None:
        self.put(statement("*PPO*, proximal policy optimization (2017)"), "text")
        objective = Spoken(*OBJECTIVE, size=theme.TITLE)
        layout.centred(objective, layout.trimmed(theme.PICTURE, bottom=4 * theme.WIDE))
        objective.enter(self, at=0.2)
        # Each term is bright while its words are spoken.
        for cue, labels in TERMS.items():
            objective.light(self, *labels, at=cue)
        objective.rest(self, at="rest")
        self.example()

    def example(self) -> None:
        # One token with its ratio, and the beginning that this term does not weigh again.
        y = theme.PICTURE.bottom - theme.WIDE
        words = [text(f"*{token}*", theme.column(2)[0], y, theme.DISPLAY) for token in ("2+2", "is", "4")]
        layout.row(*words, gap=theme.WIDE)
        *begun, four = words
        for word in words:
            self.bring(word, "prefix")
        under = theme.PICTURE.bottom - theme.TIGHT
        for parts, colour, told, at in (
            ([four], theme.SYMBOLS["ratio"], "its ratio: new chance over old", ("prefix", 2.5)),
            (begun, theme.MUTED, "less often today? Not counted here", ("begin", 1.5)),
        ):
            place = layout.inset(layout.area(*parts), -theme.GUTTER)
            frame = box(*layout.rectangle(place), stroke=colour, pen=theme.PEN)
            self.bring(frame, at, "mark")
            x, anchor = (place.right + theme.GAP, "left") if parts == [four] else (place.left, "left")
            line = y if parts == [four] else under + theme.GAP
            self.bring(text(told, x, line, theme.BODY, colour, anchor), at)
