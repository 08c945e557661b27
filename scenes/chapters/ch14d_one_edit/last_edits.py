"""A leash, a higher fence, a filter: and the mountain is where it was."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch14d_one_edit.edit_chain import TITLE, EditChain
from scenes.engine.stage import Stage
from scenes.parts.headings import statement


class LastEdits(Stage):
    """A leash, a higher fence, a filter: and the mountain is where it was."""

    traces = ("six_objectives",)

    def build(self) -> None:
        title = self.put(statement(TITLE), "text")
        more = "DAPO's paper adds: *draw again, token mean, soft length limit*"
        paper = self.put(statement(more), "text", shown=False)
        self.hide(title, at="whole", over=theme.QUICK)
        self.show(paper, at=("whole", theme.QUICK))
        self.hide(paper, at="sum", over=theme.QUICK)
        self.show(title, at=("sum", theme.QUICK))
        EditChain(self, self.trace("six_objectives"), ("leash", "higher", "dapo"), end="sum").put()
