"""GRPO and DAPO on the mountain, what they earn, and which filter DAPO has here."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch14b_the_race.pair import Pair, note
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.legend import SIZE
from traces.store import Trace

RULES = ("grpo", "dapo")
KEPT = {"reward": "*whose rewards differ*", "correct": "*as the paper does*", "off": "*of every kind*"}


class GroupPair(Stage):
    """GRPO and DAPO on the mountain, what they earn, and which filter DAPO has here."""

    traces = ("six_objectives",)

    def build(self) -> None:
        trace = self.trace("six_objectives")
        self.bring(statement("Without a critic: *GRPO and DAPO*"))
        pair = Pair(self, trace, RULES)
        pair.put()
        for rule in RULES:
            pair.climb(rule, "go", 2 * theme.REST)
            pair.passed(rule, "pass")
        self.filter(trace, pair)
        again = "" if trace["refill"] else " Left-out groups are not drawn again, so all rules see as many answers."
        self.bring(source(f"{note(trace)}{again}", SIZE))

    def filter(self, trace: Trace, pair: Pair) -> None:
        # Which groups count, below the chart: in the paper, and here.
        look, place = theme.OBJECTIVES["dapo"], pair.planes["dapo"]
        y = place.y + place.height + theme.TITLE
        there, runs = int(trace.numbers["arrived_correct_filter"]), trace["j"].shape[0]
        lines = (
            ("filter", "DAPO's paper keeps groups with right and wrong answers."),
            ("three", f"With that, only *{there} of {runs} runs* pass here: A and B are both right."),
            ("instead", f"So we keep groups {KEPT[str(trace['filter'])]}."),
        )
        for k, (cue, words) in enumerate(lines):
            at = theme.LEFT, y + k * theme.STATEMENT
            self.bring(text(words, *at, theme.LABEL, look.colour if k == 2 else theme.TEXT), cue)
