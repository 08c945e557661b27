"""GRPO whole, as DeepSeekMath writes it, term by term; then a step of it in code, and the settings of real runs."""

from __future__ import annotations

from scenes import theme
from scenes.engine import layout
from scenes.engine.stage import Stage
from scenes.parts.code import Code
from scenes.parts.headings import statement
from scenes.parts.settings import Settings
from scenes.parts.spoken import Spoken

CLIP = '{{ upright("clip")(rho_(i,t), 1 - epsilon, 1 + epsilon) : clip }}'
AVERAGE = (
    '{{ EE_(q, brace.l o_i brace.r tilde pi_(upright("old"))) : expect }} thin {{ 1/G sum_(i=1)^G : mean }}'
    " thin {{ 1/abs(o_i) sum_(t=1)^abs(o_i) : mean-2 }}"
)
INSIDE = (
    "bracket.l {{ min : smaller }} ( {{ rho_(i,t) : ratio }} thin {{ hat(A)_i : advantage }},"
    f' {CLIP} thin {{{{ hat(A)_i : advantage-2 }}}} ) - {{{{ beta thin upright(D)_(upright("KL")) : kl }}}} bracket.r'
)
WHERE = (
    '{{ rho_(i,t) : ratio-2 }} = pi_theta / pi_(upright("old")) wide'
    ' {{ hat(A)_i : advantage-3 }} = ( {{ r_i : reward }} - {{ upright("mean") : mean-3 }} )'
    ' / {{ upright("standard deviation") : mean-4 }}'
    ' wide {{ upright(D)_(upright("KL")) : kl-2 }} approx {{ upright("k3") : kl-3 }} = x - 1 - log x,'
    ' thick x = pi_(upright("ref")) / pi_theta'
)
LARGE = (f"J = {AVERAGE}", f"quad {INSIDE}")  # alone on the screen
SMALL = (f"&J = {AVERAGE} thin {INSIDE}", f"&{WHERE}")  # above the code
LEADING = 1.2
TERMS = {
    "expect": ("expect",),
    "group": ("mean",),
    "tokens": ("mean-2",),
    "ratio": ("ratio", "ratio-2"),
    "advantage": ("ratio", "advantage", "advantage-3", "reward", "mean-3", "mean-4"),
    "clip": ("ratio", "advantage", "clip", "advantage-2"),
    "min": ("smaller",),
    "leash": ("kl", "kl-2", "kl-3"),
}
CODE = """
answers = policy.write(question, G)
r = score(answers)
A = (r - r.mean()) / (r.std() + 1e-6)    # advantage
ratio = exp(log_prob - old_log_prob)
gain = min(ratio * A, clip(ratio, 1 - eps, 1 + eps) * A)
x = exp(ref_log_prob - log_prob)
k3 = x - 1 - log(x)                      # KL, estimated
loss = -(gain - beta * k3).mean(tokens).mean(answers)
loss.backward(); step()
"""
LINES = {"write": (1, 2), "grade": (3,), "gain": (4, 5), "kl": (6, 7), "loss": (8, 9)}
SYMBOLS = {"ratio": "ratio", "A": "advantage", "r": "reward", "k3": "kl", "beta": "kl"}
KEYS = ("math_group", "math_beta", "math_updates", "r1_group", "r1_beta")


class GrpoWhole(Stage):
    """GRPO whole, as DeepSeekMath writes it, term by term; then a step of it in code, and the settings of real runs."""

    traces = ("papers",)

    def build(self) -> None:
        self.bring(statement("*GRPO*, group relative policy optimization (2024)", theme.OBJECTIVES["grpo"].colour))
        # Alone first: each term is bright while its words are spoken.
        formula, where = Spoken(*LARGE, size=theme.DISPLAY, leading=LEADING), Spoken(WHERE, size=theme.STATEMENT)
        layout.centred(formula, layout.rows(theme.PICTURE, (3, 1))[0])
        layout.at(where, x=theme.PICTURE.middle[0], y=theme.PICTURE.bottom - theme.GAP, align="middle")
        for part in (formula, where):
            part.enter(self, at=-theme.CHANGE)
            for cue, labels in TERMS.items():
                if own := [label for label in labels if label in part.terms]:
                    part.light(self, *own, at=cue)
                else:
                    part.rest(self, at=cue)
            part.rest(self, at="look")
            part.leave(self, at=("write", -theme.REST))
        # Then smaller, with a step in code below it, and beside that the settings.
        size = theme.TITLE * min(1.0, theme.PICTURE.width / layout.area(Spoken(*SMALL, size=theme.TITLE)).width)
        kept = Spoken(*SMALL, size=size, y=theme.PICTURE.top + theme.TITLE, leading=LEADING)
        kept.enter(self, at=("write", -theme.SLOW))
        rest = layout.area(kept).bottom + theme.TITLE
        left, right = layout.columns(layout.trimmed(theme.PICTURE, top=rest - theme.PICTURE.top), (5, 4), theme.GAP)
        code = Code(CODE, y=left.top + theme.LABEL, size=theme.NOTE, symbols=SYMBOLS)
        code.enter(self, at=("write", -theme.SLOW))
        for cue, lines in LINES.items():
            code.light(self, *lines, at=cue)
        code.rest(self, at="math")
        table = Settings(
            self.trace("papers"), KEYS, x=right.left, y=right.top + theme.LABEL, width=right.width, size=theme.NOTE
        )
        table.enter(self, at="math", each=theme.QUICK)
        table.light(self, *KEYS[:3], at=("math", 2 * theme.REST))
        table.light(self, *KEYS[3:], at="zero")
        table.rest(self, at="rest")
