"""Pushes over their spread: of the whole batch, and then of a group."""

from __future__ import annotations

from scenes.chapters.ch14d_one_edit.edit_chain import TITLE, EditChain
from scenes.engine.stage import Stage
from scenes.parts.headings import statement


class ScaleThePushes(Stage):
    """Pushes over their spread: of the whole batch, and then of a group."""

    traces = ("six_objectives",)

    def build(self) -> None:
        self.put(statement(TITLE), "text")
        EditChain(self, self.trace("six_objectives"), ("scale", "group")).put()
