"""The ratio instead of the logarithm, and a fence around it."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch14d_one_edit.edit_chain import TITLE, EditChain
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts.headings import statement


class UseItAgain(Stage):
    """The ratio instead of the logarithm, and a fence around it."""

    traces = ("six_objectives",)

    def build(self) -> None:
        self.put(statement(TITLE), "text")
        trace = self.trace("six_objectives")
        chain = EditChain(self, trace, ("ratio", "clip"))
        chain.put()
        look = theme.OBJECTIVES["trpo"]
        ring = chain.panel.level(trace["kl_old"], float(trace["kl_limit"]), look, theme.BOLD, casing=theme.FINE)
        self.put(ring, "mark", shown=False)
        self.show(ring, at="step", over=0.1)
        self.draw(ring, at="step", over=theme.SLOW)
        x, y = (float(at) for at in chain.plane.pixels(*trace["edit_theta"][0, 0]))
        label = halo(text("TRPO's ring", x + theme.TITLE, y + theme.BODY / 3, theme.BODY, look.colour))
        self.show(self.put(label, "mover", shown=False), at=("step", theme.QUICK))
        self.hide(ring, label, at="clip")
