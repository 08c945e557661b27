"""DAPO's objective whole, as its paper writes it, and its four parts lit after the failures that they cure."""

from __future__ import annotations

from scenes import theme
from scenes.engine import layout
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.spoken import Spoken

CLIP = (
    '{{ upright("clip") : clip }} ( {{ rho_(i,t) : ratio-2 }}, {{ 1 - epsilon_(upright("low")) : clip-2 }},'
    ' {{ 1 + epsilon_(upright("high")) : clip-3 }} ) {{ hat(A)_(i,t) : advantage-2 }}'
)
EXPECT = '{{ EE_((q,a) tilde cal(D), thin brace.l o_i brace.r tilde pi_(upright("old"))) : expect }}'
MEAN = "{{ 1 / (sum_(i=1)^G abs(o_i)) sum_(i=1)^G sum_(t=1)^abs(o_i) : mean }}"
INSIDE = f"{{{{ min : smaller }}}} ( {{{{ rho_(i,t) : ratio }}}} thin {{{{ hat(A)_(i,t) : advantage }}}}, {CLIP} )"
MIXED = 'upright("subject to") quad {{ 0 < abs(brace.l o_i | upright("is_equivalent")(a, o_i) brace.r) < G : mixed }}'
WHERE = (
    '{{ rho_(i,t) : ratio-3 }} = pi_theta / pi_(upright("old")) wide'
    ' {{ hat(A)_(i,t) : advantage-3 }} = ( {{ r_i : reward }} - {{ upright("mean") : mean-3 }} )'
    ' / {{ upright("standard deviation") : mean-4 }} wide'
    ' {{ r_i : reward-2 }} = plus.minus 1 + {{ r_(upright("length")) : reward-3 }}'
)
LINES = (f"&J = {EXPECT} lr(bracket.l {MEAN} thin {INSIDE} bracket.r)", f"&{MIXED}", f"&{WHERE}")
LEADING = 1.1
BASIC = {
    "expect": ("expect",),
    "ratio": ("ratio", "ratio-3", "advantage", "advantage-3"),
    "min": ("smaller", "ratio", "advantage", "clip", "ratio-2", "clip-2", "clip-3", "advantage-2"),
}
NEW = {  # cue: the terms of a part, its name, and the failure that it cures
    "high": (("clip", "clip-3"), "clip-higher", "rare tokens could hardly rise"),
    "mixed": (("mixed",), "dynamic sampling", "groups that agree teach nothing"),
    "tokens": (("mean",), "token mean", "long failures got off lightly"),
    "length": (("reward-2", "reward-3"), "soft overlong punishment", "the cut came without warning"),
}


class DapoWhole(Stage):
    """DAPO's objective whole, as its paper writes it, and its four parts lit after the failures that they cure."""

    def build(self) -> None:
        colour = theme.OBJECTIVES["dapo"].colour
        self.bring(statement("*DAPO*, decoupled clip and dynamic sampling policy optimization (2025)", colour))
        above, below = layout.rows(theme.PICTURE, (7, 3), gap=theme.WIDE)
        wide = layout.area(Spoken(*LINES, size=theme.TITLE, leading=LEADING)).width
        size = theme.TITLE * min(1.0, theme.PICTURE.width / wide)
        formula = Spoken(*LINES, size=size, leading=LEADING)
        layout.centred(formula, above)
        formula.enter(self, at=-theme.CHANGE)
        for cue, labels in BASIC.items():
            formula.light(self, *labels, at=cue)
        formula.rest(self, at="parts")
        # Each part: the failure is said, then what cures it is bright.
        for column, (cue, (labels, name, failure)) in zip(layout.columns(below, len(NEW)), NEW.items(), strict=True):
            y = column.top + theme.BODY
            self.bring(text(failure, column.left, y, theme.NOTE), cue)
            self.bring(text(f"*{name}*", column.left, y + theme.TITLE, theme.LABEL, colour), (cue, theme.REST))
            formula.light(self, *labels, at=(cue, theme.REST))
        formula.rest(self, at="leash")
        y = below.bottom - theme.TIGHT
        self.bring(text("no KL penalty: no $beta$, no reference policy", below.left, y, theme.BODY), "leash")
        self.bring(source("Yu et al. 2025 (2503.14476), eq. 8, 9 and 13, in the letters of this film."))
