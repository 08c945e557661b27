"""A leash, a higher fence, a filter: and the mountain is where it was."""

from __future__ import annotations

from scenes.chapters.ch14d_one_edit.edit_chain import TITLE, EditChain
from scenes.engine.stage import Stage
from scenes.parts.headings import statement


class LastEdits(Stage):
    """A leash, a higher fence, a filter: and the mountain is where it was."""

    traces = ("six_objectives",)

    def build(self) -> None:
        self.put(statement(TITLE), "text")
        EditChain(self, self.trace("six_objectives"), ("leash", "higher", "dapo"), end="sum").put()
