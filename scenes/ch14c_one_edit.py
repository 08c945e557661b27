"""One edit at a time: REINFORCE becomes DAPO, the sum, the map and the walk changing together."""

from __future__ import annotations

from scenes import theme
from scenes.lettering import halo, text
from scenes.parts import rules
from scenes.parts.card import statement
from scenes.parts.edit_chain import COLUMN, EditChain
from scenes.parts.formula import Formula
from scenes.stage import Stage

TITLE = "One edit at a time. *The mountain never moves.*"


class FirstEdit(Stage):
    """Six formulas, and the first edit: subtract the forecast."""

    traces = ("centrepiece",)

    def build(self) -> None:
        trace = self.trace("centrepiece")
        question = self.put(statement("Six formulas. *How far apart are they?*"), "text")
        self.hide(question, at="turn")
        self.enter(statement(TITLE), at=("turn", 0.4))
        self.six(rules.spell(trace.hyperparameters))
        EditChain(self, trace, ("reinforce", "baseline")).put()

    def six(self, written: rules.Rules) -> None:
        # The six formulas in short; they make room for the first of them in full.
        for k, (name, look) in enumerate(theme.OBJECTIVES.items()):
            y = 190 + 68 * k
            label = self.put(text(f"*{look.label}*", COLUMN, y, 36, look.colour), "text")
            short = Formula(written.short[name], COLUMN + 290, y)
            for term in short.terms.values():
                self.put(term, "text")
            self.hide(label, at=("reinforce", -1.4))
            short.leave(self, at=("reinforce", -1.4))


class UseItAgain(Stage):
    """The ratio instead of the logarithm, and a fence around it."""

    traces = ("centrepiece",)

    def build(self) -> None:
        self.put(statement(TITLE), "text")
        trace = self.trace("centrepiece")
        chain = EditChain(self, trace, ("ratio", "clip"))
        chain.put()
        ring = chain.panel.level(trace["kl_old"], float(trace["kl_limit"]), theme.OBJECTIVES["trpo"], 5.0, casing=2.0)
        self.put(ring, "mark", shown=False)
        self.show(ring, at="step", over=0.1)
        self.draw(ring, at="step", over=1.2)
        x, y = (float(at) for at in chain.plane.pixels(*trace["edit_theta"][0, 0]))
        label = halo(text("TRPO: no step beyond this ring", x + 60, y + 8, 34, theme.OBJECTIVES["trpo"].colour))
        self.show(self.put(label, "mover", shown=False), at=("step", 0.4))
        self.hide(ring, label, at="clip")


class ScaleThePushes(Stage):
    """Pushes over their spread: of the whole batch, and then of a group."""

    traces = ("centrepiece",)

    def build(self) -> None:
        self.put(statement(TITLE), "text")
        EditChain(self, self.trace("centrepiece"), ("scale", "group")).put()


class LastEdits(Stage):
    """A leash, a higher fence, a filter: and the mountain is where it was."""

    traces = ("centrepiece",)

    def build(self) -> None:
        self.put(statement(TITLE), "text")
        EditChain(self, self.trace("centrepiece"), ("leash", "higher", "dapo"), end="sum").put()
