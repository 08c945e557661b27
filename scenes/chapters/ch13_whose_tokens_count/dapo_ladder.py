"""DAPO's ladder on AIME 2024 as its paper reports it, and the rerun of its last rungs in verl."""

from __future__ import annotations

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import box, rule
from scenes.engine.lettering import halo, paragraph, plain, text
from scenes.engine.stage import Stage, When
from scenes.parts.chart import Chart
from scenes.parts.headings import statement
from scenes.parts.settings import Quote, foot, quote, sources

RUNGS = {  # key of a quote: when it comes
    "ladder_grpo": ("naive", 0.0),
    "ladder_filtering": ("steps", 0.0),
    "ladder_clip": ("steps", 2.0),
    "ladder_soft": ("steps", 3.5),
    "ladder_token": ("steps", 5.0),
    "ladder_dapo": ("full", 0.0),
}
RERUN = {"ladder_soft": "verl_soft", "ladder_token": "verl_token", "ladder_dapo": "verl_dapo"}
ZERO = "ladder_zero"
UP = "points on AIME 2024 (avg\\@32), Qwen2.5-32B"
HIGHEST = 60.0  # points at the top of the axis
PLOT = layout.trimmed(theme.PICTURE, left=theme.WIDE, top=2 * theme.WIDE, bottom=2 * theme.WIDE)
GRPO, DAPO = (theme.OBJECTIVES[name].colour for name in ("grpo", "dapo"))
TAKEN = 0.8  # of a rung's room that its bars take


class DapoLadder(Stage):
    """DAPO's ladder on AIME 2024 as its paper reports it, and the rerun of its last rungs in verl."""

    traces = ("papers",)

    def build(self) -> None:
        trace = self.trace("papers")
        self.bring(statement("*DAPO* comes from ByteDance Seed and Tsinghua University"))
        quotes = {key: quote(trace, key) for key in (*RUNGS, *RERUN.values(), ZERO)}
        chart = Chart(*layout.rectangle(PLOT), (0.0, float(len(RUNGS))), (0.0, HIGHEST))
        ticks = {float(level): f"{level}" for level in range(0, int(HIGHEST) + 1, 20)}
        chart.put(self, "", {}, UP, ticks, size=theme.NOTE)
        # The paper's rungs from left to right, filled; beside the last ones verl's, hollow.
        for room, (key, when) in zip(layout.columns(PLOT, len(RUNGS), gap=0), RUNGS.items(), strict=True):
            first, second = layout.columns(layout.narrowed(room, TAKEN), 2, gap=theme.TIGHT)
            self.bar(chart, first, quotes[key], when, fill=GRPO if key == next(iter(RUNGS)) else DAPO)
            words = plain(quotes[key].name.split(",")[0])
            label = paragraph(words, room.left, PLOT.bottom + theme.GAP, room.width - theme.GUTTER, theme.NOTE)
            self.bring(layout.shifted(label, first.left - room.left, 0.0), when)
            if again := RERUN.get(key):
                self.bar(chart, second, quotes[again], "verl", stroke=theme.TEXT, pen=theme.PEN)
        self.level(chart, quotes[ZERO])
        self.tags()
        self.bring(foot(plain(sources(list(quotes.values())))))

    def bar(self, chart: Chart, place: theme.Area, of: Quote, at: When, **style: object) -> None:
        # A bar from the foot of the chart, and its number.
        y = chart.pixels(0.0, of.value)[1]
        bar = box(place.left, y, place.width, PLOT.bottom - y, round_joins=False, **style)
        self.bring(bar, at, "mark")
        colour = theme.CANVAS if "fill" in style else theme.TEXT
        foot = PLOT.bottom - theme.GUTTER
        self.bring(text(f"*{of.shown}*", place.middle[0], foot, theme.STATEMENT, colour, "center"), at)

    def level(self, chart: Chart, of: Quote) -> None:
        # What DeepSeek reported for a model of the same size.
        y = chart.pixels(0.0, of.value)[1]
        self.bring(
            rule(PLOT.left, y, PLOT.right, y, stroke=theme.TEXT, pen=theme.FINE, dash=theme.DASHED), "zero", "line"
        )
        words = f"{plain(of.run)}, by DeepSeek, pass\\@1: *{of.shown}*"
        self.bring(halo(text(words, PLOT.left + theme.TIGHT, y - theme.TIGHT, theme.BODY)), "zero")

    def tags(self) -> None:
        # Who measured what.
        y = theme.PICTURE.top + theme.GUTTER
        self.bring(text("*filled: the paper's own*, one number a rung", PLOT.left, y, theme.BODY, DAPO), "own")
        self.bring(
            text(
                "*hollow: its authors' rerun in verl*, no overlong filtering",
                PLOT.right,
                y,
                theme.BODY,
                anchor="right",
            ),
            "verl",
        )
