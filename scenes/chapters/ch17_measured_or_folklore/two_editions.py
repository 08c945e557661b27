"""R1-Zero's score before training, and after it as two editions of one paper give it."""

from __future__ import annotations

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import box
from scenes.engine.lettering import paragraph, plain, text
from scenes.engine.stage import Stage
from scenes.parts.chart import Chart
from scenes.parts.headings import statement
from scenes.parts.settings import foot, quote, sources

BARS = {  # cue: the quote, and what it is called
    "start": ("zero_start", "before training"),
    "first": ("zero_first", "after it, first edition"),
    "second": ("zero_nature", "after it, edition in Nature"),
}
PLOT = layout.trimmed(theme.PICTURE, left=theme.WIDE, top=theme.WIDE, bottom=2 * theme.WIDE)
HIGHEST = 100.0  # per cent at the top of the axis
TAKEN = 0.5  # of a bar's room that it takes


class TwoEditions(Stage):
    """R1-Zero's score before training, and after it as two editions of one paper give it."""

    traces = ("papers",)

    def build(self) -> None:
        self.bring(statement("One model, one contest, *two numbers*"))
        quotes = {cue: quote(self.trace("papers"), key) for cue, (key, _) in BARS.items()}
        chart = Chart(*layout.rectangle(PLOT), (0.0, float(len(BARS))), (0.0, HIGHEST))
        ticks = {float(level): f"{level} %" for level in range(0, int(HIGHEST) + 1, 50)}
        chart.put(self, "", {}, "right answers on AIME 2024, R1-Zero", ticks, size=theme.NOTE)
        for room, (cue, (_, words)) in zip(layout.columns(PLOT, len(BARS), gap=0), BARS.items(), strict=True):
            of, place = quotes[cue], layout.narrowed(room, TAKEN)
            y = chart.pixels(0.0, of.value)[1]
            colour = theme.MUTED if cue == "start" else theme.OBJECTIVES["grpo"].colour
            self.bring(box(place.left, y, place.width, PLOT.bottom - y, fill=colour, round_joins=False), cue, "mark")
            self.bring(text(f"*{of.shown}*", place.middle[0], y - theme.TIGHT, theme.TITLE, anchor="center"), cue)
            label = paragraph(words, place.left, PLOT.bottom + theme.GAP, place.width, theme.BODY)
            self.bring(label, cue)
        self.bring(foot(plain(sources(list(quotes.values())))))
