"""The mountain with the six where their run ends, and the one sentence that the film was about."""

from __future__ import annotations

from scenes import theme
from scenes.engine import layout
from scenes.engine.lettering import paragraph, text
from scenes.engine.stage import Stage
from scenes.parts.headings import source
from scenes.parts.hikers import Hikers
from scenes.parts.plane import Plane, spans

CHOICES = (
    ("compare", "what an answer is *compared* with"),
    ("far", "how *far* one batch may move the policy"),
    ("average", "what is *averaged*"),
)
SENTENCE = ("Each rule uses a map drawn from a few answers.", "A map is good *near where it was drawn*.")


class OneSentence(Stage):
    """The mountain with the six where their run ends, and the one sentence that the film was about."""

    traces = ("six_objectives",)
    hyperparameters = ("sampling.iterations", "sampling.seed")

    def build(self) -> None:
        trace = self.trace("six_objectives")
        side = theme.SAFE.height - theme.GAP
        plane = Plane(theme.RIGHT - side, theme.TOP, side, side, *spans(trace))
        six = Hikers(trace, plane)
        six.mountain(self)
        six.arrived(self)
        room = theme.Area(theme.LEFT, theme.TOP, plane.x - theme.WIDE, theme.BOTTOM - theme.GAP)
        row = theme.BODY + theme.TIGHT
        names = len(theme.OBJECTIVES) * row
        above = layout.trimmed(room, bottom=names + theme.WIDE)
        six.legend(self, room.left, room.bottom - names + theme.BODY, row, theme.BODY)
        # The three choices in which rules differ, one below the other; then the sentence that holds for all of them.
        rows = layout.rows(above, [1] * (1 + len(CHOICES)))
        for place, (cue, words) in zip(rows, (("ask", "Rules differ in"), *CHOICES), strict=True):
            line = self.bring(text(words, place.left, place.top + theme.STATEMENT, theme.STATEMENT), cue)
            self.hide(line, at=("map", -theme.CHANGE))
        first = paragraph(SENTENCE[0], above.left, 0.0, above.width, theme.TITLE)
        self.bring(layout.shifted(first, 0.0, above.top - layout.area(first).top), "map")
        second = paragraph(SENTENCE[1], above.left, 0.0, above.width, theme.TITLE)
        self.bring(layout.below(second, first), "near")
        count, seed = self.hyper("sampling.iterations"), self.hyper("sampling.seed")
        self.bring(source(f"Where they stand after {count} batches, seed {seed}. Dotted: reward, exact."))
