"""The newer rules, lever by lever, as their settings are shipped: what differs from GRPO is bright."""

from __future__ import annotations

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import rule
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement

RULES = {
    "grpo": "GRPO",
    "dapo": "DAPO",
    "rloo": "RLOO",
    "dr_grpo": "Dr. GRPO",
    "reinforce_pp": "REINFORCE++",
    "gspo": "GSPO",
    "cispo": "CISPO",
    "vapo": "VAPO",
}
HEADS = ("rule", "subtracted", "divided by", "ratio of", "beyond the posts", "average over", "leash")
SHARES = (5, 4, 4, 4, 4, 5, 3)
SUBTRACTED = {"rloo": "others", "reinforce_pp": "batch", "vapo": "critic"}  # all the others: the group's mean
PER = {
    "token": "tokens",
    "group": "tokens",
    "sequence": "answers",
    "constant": "constant",
    "sum": "answers, summed",
}
RATIO = {"token": "token", "sequence": "answer", "product": "answer"}


class NewerRulesRecap(Stage):
    """The newer rules, lever by lever, as their settings are shipped: what differs from GRPO is bright."""

    hyperparameters = (
        "grpo.aggregation",
        "dapo.aggregation",
        "rloo.aggregation",
        "dr_grpo.aggregation",
        "reinforce_pp.aggregation",
        "gspo.aggregation",
        "cispo.aggregation",
        "vapo.aggregation",
        "grpo.scale",
        "dapo.scale",
        "dr_grpo.scale",
        "gspo.scale",
        "cispo.scale",
        "grpo.beta",
        "rloo.beta",
        "dr_grpo.beta",
        "reinforce_pp.beta",
        "cispo.beta",
        "grpo.ratio_level",
        "gspo.ratio_level",
        "cispo.ratio_level",
        "rloo.whiten",
        "reinforce_pp.whiten",
        "vapo.whiten",
        "rloo.surrogate",
        "grpo.clip_high",
        "dapo.clip_high",
        "dr_grpo.clip_high",
        "reinforce_pp.clip_high",
        "gspo.clip_high",
        "cispo.clip_high",
        "vapo.clip_high",
    )

    def build(self) -> None:
        self.bring(statement("So, what do the newer rules *change?*"))
        note = "As set in this film. Leashes: RLOO's from its paper, REINFORCE++'s from OpenRLHF, GSPO's not stated."
        self.bring(source(note))
        rows = layout.rows(theme.PICTURE, len(RULES) + 1, gap=0)
        grpo = self.levers("grpo")
        for words, cell in zip(HEADS, layout.columns(rows[0], SHARES, gap=theme.TIGHT), strict=True):
            self.bring(text(words, cell.left, rows[0].middle[1], theme.NOTE, theme.MUTED))
        y = rows[0].bottom - theme.TIGHT
        self.bring(rule(theme.LEFT, y, theme.RIGHT, y, stroke=theme.HAIRLINE, pen=theme.FINE, quiet=True), None, "grid")
        for k, ((name, label), row) in enumerate(zip(RULES.items(), rows[1:], strict=True)):
            look = theme.OBJECTIVES.get(name)
            at = ("table", theme.QUICK * (k + 1)) if k else None
            cells = layout.columns(row, SHARES, gap=theme.TIGHT)
            called = text(f"*{label}*", cells[0].left, row.middle[1], theme.BODY, look.colour if look else theme.TEXT)
            self.bring(called, at)
            for word, same, cell in zip(self.levers(name), grpo, cells[1:], strict=True):
                changed = word != same or name == "grpo"
                mark = f"*{word}*" if word != same else word
                colour = theme.TEXT if changed else theme.MUTED
                self.bring(text(mark, cell.left, row.middle[1], theme.LABEL, colour), at)

    def levers(self, name: str) -> tuple[str, ...]:
        """What a rule subtracts, divides by, takes the ratio of, does beyond the posts, averages over, is held by."""
        known = type(self).hyperparameters

        def hyper(key: str, otherwise: object) -> object:
            return self.hyper(f"{name}.{key}") if f"{name}.{key}" in known else otherwise

        whiten, scale = hyper("whiten", False), hyper("scale", "none")
        divided = "batch" if whiten else "group" if scale == "std" else "nothing" if scale == "none" else str(scale)
        plain = hyper("surrogate", "ratio") == "log"
        ratio = "none" if plain else RATIO[str(hyper("ratio_level", "token"))]
        post = "" if plain else f", +{float(str(self.hyper(f'{name}.clip_high'))):g}"
        beyond = "none" if plain else ("capped" if name == "cispo" else "silent") + post
        beta = float(str(hyper("beta", 0.0)))
        return (
            SUBTRACTED.get(name, "group"),
            divided,
            ratio,
            beyond,
            PER[str(hyper("aggregation", "token"))],
            f"{beta:g}" if beta else "none",
        )
