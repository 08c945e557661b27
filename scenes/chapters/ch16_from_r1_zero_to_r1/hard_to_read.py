"""Tally in two dialects, and runs that only practise: what is right grows, and every run has its own mixture."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch16_from_r1_zero_to_r1.common import READABLE, RIGHT, SHARES, UP
from scenes.engine import layout
from scenes.engine.ink import box
from scenes.engine.lettering import paragraph, percent, text
from scenes.engine.stage import Stage, When
from scenes.parts.chart import Chart
from scenes.parts.headings import source, statement
from scenes.theme import Area

KEY, GRAPHS = layout.rows(theme.PICTURE, (2, 7), gap=theme.WIDE)
ROOMS = [
    layout.trimmed(room, left=theme.WIDE, top=theme.WIDE, right=theme.NUMBER, bottom=theme.TITLE)
    for room in layout.columns(GRAPHS, 2, gap=theme.GAP)
]
QUOTE = "“DeepSeek-R1-Zero struggles with challenges like *poor readability*, and *language mixing*.”"
WHOSE = "the paper's own words, DeepSeek-AI 2025 (arXiv 2501.12948v1), section 2.2.4"
TONGUES = (("E", "O", "the prompt's dialect", READABLE), ("e", "o", "the other dialect", theme.MUTED))


class HardToRead(Stage):
    """Tally in two dialects, and runs that only practise: what is right grows, and every run has its own mixture."""

    traces = ("staged_pipeline",)

    def build(self) -> None:
        trace = self.trace("staged_pipeline")
        self.bring(statement("*R1-Zero:* right, but hard to read"))
        self.quoted()
        self.key()
        right, readable = trace["zero_accuracy"], trace["zero_readable"]
        self.graph(ROOMS[0], right, "right answers", RIGHT, "axes")
        chart = self.graph(ROOMS[1], readable, "marks in the prompt's dialect", READABLE, "dialect")
        self.ends(chart, readable)
        runs, batches = len(right), right.shape[1] - 1
        self.bring(source(f"A toy, and our run: Tally, GRPO, runs: {runs}, batches: {batches}. Shares are exact."))

    def quoted(self) -> None:
        # What its paper says of it.
        said = paragraph(QUOTE, theme.PICTURE.left, 0.0, theme.PICTURE.width, theme.DISPLAY)
        whose = text(WHOSE, theme.PICTURE.left, 0.0, theme.BODY, theme.MUTED)
        layout.centred(said, theme.PICTURE, across=False)
        layout.below(whose, said)
        for part in (said, whose):
            self.bring(part, layer="text")
            self.hide(part, at=("toy", -theme.QUICK))

    def key(self) -> None:
        # Either dialect has a mark for even and a mark for odd.
        for (even, odd, words, colour), room in zip(TONGUES, layout.columns(KEY, 2, gap=theme.GAP), strict=True):
            tag = self.bring(text(words, room.left, room.top + theme.GAP, theme.BODY, theme.MUTED), "toy")
            y = layout.area(tag).bottom + theme.GUTTER
            cells = layout.columns(Area(room.left, y, room.right, room.bottom), (1, 3, 1, 3), gap=theme.GUTTER)
            for mark, meaning, frame, beside in (
                (even, "says even", cells[0], cells[1]),
                (odd, "says odd", cells[2], cells[3]),
            ):
                self.bring(box(*layout.rectangle(frame), stroke=theme.AXIS, pen=theme.FINE), "toy")
                base = frame.middle[1] + theme.STATEMENT / 3
                self.bring(text(f"*{mark}*", frame.middle[0], base, theme.STATEMENT, colour, "center"), "toy")
                self.bring(text(meaning, beside.left, base, theme.BODY), "toy")

    def graph(self, room: Area, shares: np.ndarray, name: str, colour: str, at: When) -> Chart:
        # Every run, and where it comes from.
        batches = shares.shape[1] - 1
        chart = Chart(*layout.rectangle(room), (0.0, float(batches)), UP)
        ticks = {0.0: "0", float(batches): f"{batches}"}
        self.show(*chart.put(self, "batches", ticks, name, SHARES, False, theme.NOTE), at=at)
        across = np.arange(batches + 1.0)
        fan = chart.fan(across, shares, stroke=colour, pen=theme.PEN)
        self.put(fan, "mark")
        self.write(fan, chart.spreading(fan, across, shares), at="run", over=2 * theme.REST)
        return chart

    def ends(self, chart: Chart, shares: np.ndarray) -> None:
        # The run with the least of the prompt's dialect, and the one with the most, apart if they are near.
        ends = np.array([shares[:, -1].max(), shares[:, -1].min()])
        x, y = chart.plane.pixels(np.full(2, chart.plane.u[1]), chart.level(ends))
        middle, half = y.mean(), max((y[1] - y[0]) / 2, theme.BODY / 2)
        for value, base in zip(ends, (middle - half, middle + half), strict=True):
            words = f"*{percent(float(value))}*"
            tag = text(words, float(x[0]) + theme.TIGHT, base + theme.BODY / 3, theme.BODY, READABLE)
            self.bring(tag, ("run", 2 * theme.REST))
