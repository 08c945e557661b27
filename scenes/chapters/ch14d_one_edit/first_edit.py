"""Six formulas, and the first edit: subtract the forecast."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch14d_one_edit.edit_chain import BESIDE, ROOM, TITLE, EditChain
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts import rules
from scenes.parts.formula import Formula
from scenes.parts.headings import statement


class FirstEdit(Stage):
    """Six formulas, and the first edit: subtract the forecast."""

    traces = ("six_objectives",)

    def build(self) -> None:
        trace = self.trace("six_objectives")
        question = self.put(statement("Six formulas. *How far apart are they?*"), "text")
        self.hide(question, at="turn")
        self.enter(statement(TITLE), at=("turn", theme.QUICK))
        self.six(rules.spell(trace.hyperparameters))
        EditChain(self, trace, ("reinforce", "baseline")).put()

    def six(self, written: rules.Rules) -> None:
        # The six formulas in short; they make room for the first of them in full.
        for k, (name, look) in enumerate(theme.OBJECTIVES.items()):
            y = ROOM.top + theme.WIDE * (1 + k)
            label = self.put(text(f"*{look.label}*", BESIDE.left, y, theme.STATEMENT, look.colour), "text")
            short = Formula(written.short[name], BESIDE.left + 5 * theme.WIDE, y, theme.TITLE)
            for term in short.terms.values():
                self.put(term, "text")
            self.hide(label, at=("reinforce", -theme.REST))
            short.leave(self, at=("reinforce", -theme.REST))
