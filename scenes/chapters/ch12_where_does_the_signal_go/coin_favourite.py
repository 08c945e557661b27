"""Coins again, under clips: the upper post alone leaves one favourite, a higher post more entropy; until a reward."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage, When
from scenes.parts.chart import Chart
from scenes.parts.headings import source, statement
from scenes.parts.weights import Weights
from scenes.theme import FloatArray
from traces.store import Trace

COINS, SIGNAL = (
    layout.trimmed(column, left=theme.WIDE, top=2 * theme.WIDE, right=theme.NUMBER + theme.WIDE, bottom=theme.TITLE)
    for column in layout.columns(theme.PICTURE, 2, gap=theme.WIDE)
)
UPPER, NONE = -3, -1  # clip ranges of the trace
DOWN = 1  # the state of the trace in which the rare answers have risen
CLIP, REWARD = theme.SYMBOLS["clip"], theme.SYMBOLS["reward"]
DASHES: tuple[tuple[float, ...], ...] = ((), theme.DASHED, theme.DOTTED)
ROOM = 1.1  # of the axis upwards, over the start


class CoinFavourite(Stage):
    """Coins under clips: the upper post alone leaves one favourite, a higher post more entropy; until a reward."""

    traces = ("noise_clip",)

    def build(self) -> None:
        trace = self.trace("noise_clip")
        self.bring(statement("Can a *clip alone* choose a favourite?"))
        self.batches = trace["entropy"].shape[-1] - 1
        self.top = ROOM * float(trace["entropy"][0, 0, 0])
        chart = self.chart(COINS, "paid by a coin, no leash", -theme.CHANGE)
        self.curve(chart, trace["entropy"][NONE], "no clip", "guess", theme.MUTED, theme.DASHED)
        self.curve(chart, trace["entropy"][UPPER], "upper post only", "upper", theme.DOWN, ())
        self.favourite(trace)
        self.why(trace)
        self.posts(chart, trace, trace["entropy"], "posts")
        second = self.chart(SIGNAL, "the likeliest answer is paid more often", "signal")
        self.posts(second, trace, trace["signal_entropy"], ("signal", theme.REST))
        runs = trace["entropy"].shape[1]
        self.bring(source(f"Curves: averages of {runs} runs. Random rewards: after arXiv 2509.26114."))

    def chart(self, room: theme.Area, name: str, at: When) -> Chart:
        # Batches to the right, entropy upwards.
        chart = Chart(*layout.rectangle(room), (0.0, float(self.batches)), (0.0, self.top))
        ends = {0.0: "0", float(self.batches): f"{self.batches}"}
        parts = chart.put(self, "batch", ends, "entropy (nat)", {0.0: "0", 1.0: "1"}, False, theme.NOTE)
        parts.append(self.bring(text(f"*{name}*", room.left, room.top - theme.WIDE, theme.BODY), at))
        self.show(*parts[:-1], at=at)
        return chart

    def curve(self, chart: Chart, runs: FloatArray, name: str, at: When, colour: str, dash: tuple[float, ...]) -> None:
        # The mean of all runs, with its name where it ends.
        mean, across = runs.mean(0), np.arange(self.batches + 1.0)
        curve = chart.curve(across, mean, stroke=colour, pen=theme.BOLD, dash=dash)
        self.put(curve, "mark")
        self.write(curve, chart.growing(curve, across, mean), at=at, over=theme.REST)
        x, y = chart.pixels(self.batches, float(mean[-1]))
        if name:
            tag = halo(text(name, x + theme.TIGHT, y + theme.NOTE / 3, theme.NOTE, colour))
            self.bring(tag, self.time(at) + theme.REST)

    def posts(self, chart: Chart, trace: Trace, runs: FloatArray, at: When) -> None:
        # Both posts, the upper one ever higher.
        apart = len(runs) > len(trace["signal_entropy"])  # else their ends lie on one another, and have one name
        for k, high in enumerate(trace["high"][:UPPER]):
            when = self.time(at) + k * theme.QUICK
            name = f"*{1 + float(high):g}*" if apart else "all posts" if k == 0 else ""
            self.curve(chart, runs[k], name, when, CLIP, DASHES[k % len(DASHES)])

    def favourite(self, trace: Trace) -> None:
        # How much the favourite has, with the upper post only.
        share = float(trace["favourite"][UPPER].mean())
        words = text(f"the favourite has *{share:.0%}*".replace("%", " \\%"), size=theme.STATEMENT)
        layout.at(words, x=SIGNAL.left, y=COINS.top - theme.WIDE)
        self.bring(words, ("upper", theme.REST))
        self.hide(words, at=("signal", -theme.QUICK))

    def why(self, trace: Trace) -> None:
        # Where the rare answers have leapt past the post: what an average batch of coins does to each answer.
        push, lean = trace["push"][UPPER, DOWN], trace["lean"][DOWN]
        room = layout.trimmed(SIGNAL, top=theme.WIDE, bottom=theme.WIDE)
        names = [f"× {ratio:.1f}" for ratio in lean]
        bars = Weights(*layout.rectangle(room), push, float(np.abs(push).max()), names, theme.NOTE)
        post = 1 + float(trace["high"][UPPER])
        for name, ratio in zip(bars.names, lean, strict=True):
            name.set_color(CLIP if ratio > post else theme.MUTED)
        head = text("average push on each answer, and its ratio", room.left, room.top, theme.BODY, theme.MUTED)
        parts = [head, bars.zero, *bars.bars, *bars.names]
        for part in parts:
            self.bring(part, "why")
        self.hide(*parts, at=("signal", -theme.QUICK))
