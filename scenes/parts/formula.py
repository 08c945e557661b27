"""Formulas built of labelled terms: a term can be pointed at, and keeps its place when the formula around it changes.

old = Formula("{{ r : reward }} {{ log pi : logp }}", x, y)
new = Formula("({{ r : reward }} - {{ V : value }}) {{ log pi : logp }}", x, y)
old.put(stage); new.put(stage)
old.enter(stage, at="open"); old.become(stage, new, at="edit")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from manim import VGroup

from scenes import theme
from scenes.engine.lettering import formula, name, shapes

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

UNNAMED = "unnamed"


class Formula:
    """A formula whose labelled terms are separate actors; everything without a label is the term `unnamed`."""

    def __init__(
        self,
        source: str,
        x: float = theme.LEFT,
        y: float = theme.TOP,
        size: float = theme.FORMULA,
        anchor: str = "left",
        leading: float | None = None,
    ):
        self.maths = formula(source, x, y, size, anchor=anchor, leading=leading)
        self.terms: dict[str, VGroup] = {}
        named: set[int] = set()
        for label in self.maths._label_aliases:
            term = self.maths.select(label)
            self.terms[label] = term
            named |= {id(m) for m in term.submobjects}
        rest = [m for m in shapes(self.maths) if id(m) not in named]
        if rest:
            self.terms[UNNAMED] = VGroup(*rest)
        for term in self.terms.values():
            name(term, source, size, owner=self, formula=True)

    @property
    def parts(self) -> list[VGroup]:
        """Every term."""
        return list(self.terms.values())

    def put(self, stage: Stage, layer: str = "text") -> None:
        """Put every term on stage, hidden."""
        for term in self.terms.values():
            stage.put(term, layer, shown=False)

    def enter(self, stage: Stage, at: When, over: float = theme.CHANGE) -> None:
        """Fade the whole formula in."""
        stage.show(*self.terms.values(), at=at, over=over)

    def leave(self, stage: Stage, at: When, over: float = theme.QUICK) -> None:
        """Fade the whole formula out."""
        stage.hide(*self.terms.values(), at=at, over=over)

    def become(self, stage: Stage, new: Formula, at: When, over: float = theme.SLOW) -> None:
        """Carry over the terms that stay the same, fade out what goes, then fade in what is new."""
        start = stage.time(at)
        for label, term in self.terms.items():
            twin = new.terms.get(label)
            if twin is not None and not label.startswith(UNNAMED) and _same_shapes(term, twin):
                stage.hide(term, at=start, over=0.0)
                stage.show(twin, at=start, over=0.0)
                _travel(stage, term, twin, start, over)
            else:
                stage.hide(term, at=start, over=0.35 * over)
        for label, twin in new.terms.items():
            before = self.terms.get(label)
            if before is None or label.startswith(UNNAMED) or not _same_shapes(before, twin):
                stage.show(twin, at=start + 0.55 * over, over=0.6 * over)


def _same_shapes(first: VGroup, second: VGroup) -> bool:
    return [len(m.points) for m in first.submobjects] == [len(m.points) for m in second.submobjects]


def _travel(stage: Stage, term: VGroup, twin: VGroup, start: float, over: float) -> None:
    """Let `twin` come from where `term` stands."""
    before = [m.points.copy() for m in term.submobjects]
    after = [m.points.copy() for m in twin.submobjects]

    def write(share: float) -> None:
        for m, a, b in zip(twin.submobjects, before, after, strict=True):
            m.points = b.copy() if share >= 1.0 else a + share * (b - a)

    stage.write(twin, write, at=start, over=over, ease=theme.smooth, channel="points")
