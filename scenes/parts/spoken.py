"""A formula that is spoken: it comes term by term, the term that is meant is bright, and at rest all of it is.

    objective = Spoken(
        "J &= {{ 1/N sum_i : mean }} min( {{ rho_i : ratio }} {{ hat(A)_i : advantage }}, ... )",
        "&- {{ beta thin upright("KL") : kl }}",
        size=theme.DISPLAY,
    )
    centred(objective, theme.PICTURE)
    objective.enter(stage, at={"mean": "average", "ratio": "how_much", "advantage": "better"})
    objective.light(stage, "kl", at="leash")
    objective.rest(stage, at="rest")

A label is a symbol of the theme, which gives the colour, or a symbol and a number: `advantage-2`. A label that stands
twice is lit twice. What has no label (=, brackets, commas) comes with the label after it and is bright only at rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from manim import VGroup, VMobject

from scenes import theme
from scenes.engine.lettering import name, shapes
from scenes.engine.spotlight import Spotlight
from scenes.parts.formula import UNNAMED, Formula

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

LEADING = 0.75  # between the lines, in ems


class Spoken(Formula):
    """One line or more (`&` where they align), the first one's baseline at `y`."""

    def __init__(
        self,
        *lines: str,
        x: float = theme.LEFT,
        y: float = theme.PICTURE.top,
        size: float = theme.TITLE,
        anchor: str = "left",
        leading: float = LEADING,
    ):
        source = " \\ ".join(lines)
        super().__init__(source, x, y, size, anchor, leading)
        labels = [label for label in self.terms if label != UNNAMED]
        if not labels:
            raise ValueError(f"a formula is lit term by term, but no term of {source!r} has a label")
        glue = self._part(labels)
        self.terms = {label: self.terms[label] for label in labels}
        self.terms |= {
            f"{UNNAMED}-{label}": name(group, source, size, owner=self, formula=True) for label, group in glue.items()
        }
        self.spotlight = Spotlight(
            {label: [self.terms[label]] for label in labels}, {label: [group] for label, group in glue.items()}
        )

    def _part(self, labels: list[str]) -> dict[str, VGroup]:
        """What has no label, by the label that follows in the order of writing; the end goes to the last."""
        owner: dict[int, str] = {}
        for label in labels:
            for leaf in shapes(self.terms[label]):
                if id(leaf) in owner:
                    raise ValueError(f"the terms {owner[id(leaf)]!r} and {label!r} share a sign; terms do not nest")
                owner[id(leaf)] = label
        glue: dict[str, list[VMobject]] = {}
        waiting: list[VMobject] = []
        last = labels[0]
        for leaf in shapes(self.maths):
            if id(leaf) not in owner:
                waiting.append(leaf)
                continue
            last = owner[id(leaf)]
            if waiting:
                glue.setdefault(last, []).extend(waiting)
                waiting = []
        if waiting:
            glue.setdefault(last, []).extend(waiting)
        return {label: VGroup(*leaves) for label, leaves in glue.items()}

    def enter(self, stage: Stage, at: When | Mapping[str, When], over: float = theme.CHANGE, each: float = 0.0) -> None:
        """Come term by term: `each` seconds apart, or at the cue of each label, lit until the next one comes."""
        self.spotlight.enter(stage, at, each, over)

    def light(self, stage: Stage, *labels: str, at: When, over: float = theme.QUICK) -> None:
        """Make these terms bright and the rest quiet."""
        self.spotlight.light(stage, *labels, at=at, over=over)

    def rest(self, stage: Stage, at: When, over: float = theme.CHANGE) -> None:
        """Make the whole formula bright."""
        self.spotlight.rest(stage, at, over)

    def leave(self, stage: Stage, at: When, over: float = theme.QUICK) -> None:
        """Fade the whole formula out."""
        self.spotlight.leave(stage, at, over)
