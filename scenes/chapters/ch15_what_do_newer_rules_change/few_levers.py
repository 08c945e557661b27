"""GRPO's formula once more, and the six places in it that newer rules change."""

from __future__ import annotations

from scenes import theme
from scenes.engine import layout
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.headings import statement
from scenes.parts.spoken import Spoken

OBJECTIVE = (
    "J = {{ 1/G sum_i 1/abs(o_i) sum_t : mean }} thin min( {{ rho_(i,t) : ratio }} thin {{ hat(A)_i : advantage }},"
    ' {{ upright("clip")(rho_(i,t)) : clip }} thin {{ hat(A)_i : advantage-2 }} )'
    ' - {{ beta thin upright(D)_(upright("KL")) : kl }}'
)
ADVANTAGE = (
    "{{ hat(A)_i : advantage }} = ( {{ r_i : reward }} - {{ mu : mean }} ) / {{ sigma : mean-2 }}"
    ' wide {{ rho_(i,t) : ratio }} = pi_theta / pi_(upright("old"))'
)
LEVERS = (  # cue, the lever, its term in the objective or in what stands below it
    ("mean", "what is subtracted", "", "mean"),
    ("scale", "what divides", "", "mean-2"),
    ("ratio", "whose ratio", "ratio", "ratio"),
    ("clip", "beyond the posts", "clip", ""),
    ("average", "which average", "mean", ""),
    ("leash", "the leash", "kl", ""),
)


class FewLevers(Stage):
    """GRPO's formula once more, and the six places in it that newer rules change."""

    def build(self) -> None:
        self.bring(statement("Where can one change *GRPO?*"))
        upper, middle, lower = layout.rows(theme.PICTURE, (3, 2, 3))
        whole, below = Spoken(OBJECTIVE, size=theme.DISPLAY), Spoken(ADVANTAGE, size=theme.TITLE)
        if (wide := layout.area(whole).width) > theme.PICTURE.width:
            whole = Spoken(OBJECTIVE, size=theme.DISPLAY * theme.PICTURE.width / wide)
        for part, room in ((whole, upper), (below, middle)):
            layout.centred(part, room)
            part.enter(self, at=-theme.CHANGE)
        for cue, _, term, term_below in LEVERS:
            for part, label in ((whole, term), (below, term_below)):
                if label:
                    part.light(self, label, at=cue)
                else:
                    part.rest(self, at=cue)
        for part in (whole, below):
            part.rest(self, at="levers")
        for (cue, words, *_), cell in zip(LEVERS, layout.grid(lower, 2, 3, theme.GUTTER), strict=True):
            lever = text(f"*{words}*", cell.left, cell.middle[1], theme.STATEMENT)
            self.bring(layout.centred(lever, cell), cue)
