"""Forecast and turn works on the tree of a tiny model; of a real one there are too many beginnings."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch01_what_is_a_policy.common import TREE
from scenes.chapters.ch01_what_is_a_policy.sentences import BREADTH, Sentences, tree_of
from scenes.engine import layout
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.house import ODDS, WORTH
from traces.store import Trace

TOKENS = 3  # that are counted


class TooManyStates(Stage):
    """Forecast and turn works on the tree of a tiny model; of a real one there are too many beginnings."""

    traces = ("maze_policy",)

    def build(self) -> None:
        trace = self.trace("maze_policy")
        asked = self.bring(statement("Forecast and turn, *for a model?*"))
        tree = tree_of(trace, TREE)
        sentences = Sentences(trace, tree)
        river = self.bring(tree.river(trace["reach"][0], BREADTH))
        sentences.stand(self)
        # In this tiny tree, that works: round after round.
        seconds = self.time("real") - self.time("tiny") - theme.QUICK
        sentences.learn(self, river, "tiny", seconds)
        legend = text("*value* of each beginning", TREE.left, theme.PICTURE.bottom, theme.BODY, WORTH)
        chance = layout.beside(text("*chance* of each token", size=theme.BODY, colour=ODDS), legend, theme.WIDE)
        note = source("A tiny model that sees only its last word. Exact.")
        for word in (legend, chance, note):
            self.bring(word)
        self.hide(
            river,
            sentences.root,
            *sentences.words,
            *sentences.told,
            legend,
            chance,
            note,
            asked,
            at="real",
            over=theme.CHANGE,
        )
        self.bring(statement("A real model: *too many states*"), "real")
        self.count(trace)

    def count(self, trace: Trace) -> None:
        # How many beginnings there are after each token.
        vocabulary = int(trace["vocabulary"])
        first, last = theme.column(1, 10)
        cells = layout.rows(theme.PICTURE, TOKENS + 2, theme.GUTTER)
        for words, x, anchor in (("tokens written", first, "left"), ("states to forecast", last, "right")):
            self.bring(text(words, x, cells[0].middle[1], theme.STATEMENT, theme.MUTED, anchor), ("real", theme.QUICK))
        for n, cell in enumerate(cells[1:]):
            cue = ("real", "real", "two", "hopeless")[n]
            delay = theme.CHANGE + theme.REST * n if cue == "real" else 0.0
            size = theme.DISPLAY
            self.bring(text(f"{n}", first, cell.middle[1], size, theme.MUTED), (cue, delay))
            self.bring(text(f"{vocabulary**n:,}", last, cell.middle[1], size, anchor="right"), (cue, delay))
        note = "DeepSeek-V3 (2412.19437), section 4.1: a vocabulary of 128K tokens."
        self.bring(source(note), "real")
