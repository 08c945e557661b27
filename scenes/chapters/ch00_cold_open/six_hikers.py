"""Six hikers start on one spot of one mountain, see the same dice, step each by its own rule, and part."""

from __future__ import annotations

from dataclasses import dataclass

from scenes import theme
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.hikers import Hikers
from scenes.parts.plane import Plane, spans

LINES = (
    ("", "One mountain."),
    ("start", "The same start."),
    ("dice", "The same dice."),
    ("part", "*Six rules, six strides.*"),
)


@dataclass(frozen=True)
class Layout:
    """Where things stand: left edges, baselines and sizes in canvas pixels; one number for each line of the title."""

    map: tuple[float, float, float]  # left, top, side
    title_x: float
    title_y: tuple[float, float, float, float]
    title_size: tuple[float, float]  # of the first three, and of the last
    names_x: float
    names_y: float
    names_row: float
    names_size: float
    letters: float
    note_size: float


SIDE = theme.BOTTOM - theme.TOP - theme.GAP
LYING = Layout(
    map=(theme.RIGHT - SIDE - theme.TIGHT, theme.TOP, SIDE),
    title_x=theme.LEFT,
    title_y=(116, 198, 280, 370),
    title_size=(theme.TITLE, 64),
    names_x=theme.LEFT,
    names_y=490,
    names_row=theme.WIDE,
    names_size=theme.STATEMENT,
    letters=theme.STATEMENT,
    note_size=theme.NOTE,
)
UPRIGHT = Layout(
    map=(theme.UPRIGHT.left + 17, 372, 512),
    title_x=theme.UPRIGHT.left,
    title_y=(120, 182, 244, 340),
    title_size=(theme.STATEMENT, 50),
    names_x=theme.UPRIGHT.right - 214,
    names_y=110,
    names_row=theme.BODY,
    names_size=theme.NOTE,
    letters=theme.BODY,
    note_size=theme.TICK,
)


class SixHikers(Stage):
    """Six hikers start on one spot of one mountain, see the same dice, step each by its own rule, and part."""

    traces = ("six_objectives",)
    hyperparameters = ("sampling.iterations", "sampling.seed")
    sizes = ("1080x1920",)

    def build(self) -> None:
        self.places = UPRIGHT if self.upright else LYING
        trace = self.trace("six_objectives")
        span = spans(trace)
        left, top, side = self.places.map
        six = Hikers(trace, Plane(left, top, side, side, *span), letters=self.places.letters)
        six.mountain(self)
        six.legend(self, self.places.names_x, self.places.names_y, self.places.names_row, self.places.names_size)
        six.gather(self, at=("start", theme.QUICK))
        six.walk(self, at="walk", over=max(4.0, self.time("why") - theme.QUICK - self.time("walk")))
        six.names_of_pairs(self, at=("part", theme.QUICK))

        # The title builds up with the sentences.
        for k, (cue, words) in enumerate(LINES):
            size = self.places.title_size[words.startswith("*")]
            self.bring(text(words, self.places.title_x, self.places.title_y[k], size), cue or None)
        count, seed = self.hyper("sampling.iterations"), self.hyper("sampling.seed")
        note = f"A real run of {count} batches, seed {seed}. Dotted: reward, exact."
        size = self.places.note_size
        self.bring(text(note, self.safe.left, self.safe.bottom - size / 3, size, theme.MUTED), layer="text")
