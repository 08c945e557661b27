"""A rare good token at three learning rates: the clip takes away the reason to go on, and holds nothing."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial
from typing import NamedTuple, TypeVar

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Ink, Marks, rule
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts import clip_fence as fence
from scenes.parts import upright
from scenes.parts.chart import Chart
from scenes.parts.plane import Plane
from scenes.parts.ratio_curve import FENCE
from traces.store import Trace

RATES = ("small", "middle", "large")
M = TypeVar("M", bound=Mobject)
PPO = theme.OBJECTIVES["ppo"]
DROP = theme.LABEL / 3  # from the middle of words to their baseline
LEAVE, COME = -1.0, -0.5  # seconds around the first rate: the words leave the middle, and the chart comes
FIRST = 0.7  # seconds that the first update takes


class Places(NamedTuple):
    """Where the ratios are drawn, and the batch over the lamps of those who still push."""

    plot: theme.Area
    batch: theme.Area
    lamps: tuple[theme.Area, ...]


def places(stage: Stage) -> Places:
    """The ratios beside the batch; upright, above it."""
    room = upright.picture(stage)
    if stage.upright:  # under a statement of one line
        graph, aside = layout.rows(layout.trimmed(room, top=-theme.WIDE), (4, 5))
        shares, gap = (2, 3), theme.TIGHT
    else:
        graph, aside = layout.columns(room, (3, 2))
        shares, gap = (1, 1), theme.GUTTER
    plot = layout.trimmed(graph, left=theme.WIDE, top=theme.GAP, right=theme.NUMBER, bottom=theme.GAP)
    batch, *lamps = layout.rows(aside, (shares[0], *[shares[1]] * len(RATES)), gap=gap)
    return Places(plot, batch, tuple(lamps))


def apart(heights: list[float], least: float) -> list[float]:
    """Heights on the canvas, from the lowest upward pushed at least so many pixels apart."""
    out = list(heights)
    order = sorted(range(len(out)), key=lambda k: -out[k])
    for below, above in itertools.pairwise(order):
        out[above] = min(out[above], out[below] - least)
    return out


def take_place(mobject: Mobject, of: Ink) -> None:
    """Put a mobject where another one of as many points is."""
    mobject.points = of.points.copy()


class NoWall(Stage):
    """A rare good token at three learning rates: the clip takes away the reason to go on, and holds nothing."""

    traces = ("ppo_clip",)
    sizes = ("1080x1920",)

    def build(self) -> None:
        trace = self.trace("ppo_clip")
        self.places, self.room = places(self), upright.picture(self)
        self.put(upright.statement(self, "Is the clip *a wall?*"), "text")
        updates = trace["word_ratio"].shape[1] - 1
        most = float(1 / trace["word_probs"][0])
        chart = self.chart(trace, updates, 1.25 * most)
        self.words(round(most))
        ends = [chart.pixels(updates, float(r))[1] for r in trace["word_ratio"][:, -1, 0]]
        post = [chart.pixels(updates, float(trace["posts"][1]))[1]] if self.upright else []  # named in the same margin
        self.ends = apart([*ends, *post], theme.STATEMENT)
        for k, cue in enumerate(RATES):
            begin = self.time(cue) + 0.3
            on = self.time("slide") + 0.2 if k == 0 else begin + FIRST + 0.2
            self.curve(chart, trace, k, begin, on)
            self.lamps(trace, k, begin, on)
        note = f"Ours, exact: {round(most)} tokens, each as often as its chance; updates on this batch: {updates}."
        note += " In large runs: Engstrom et al. 2020."
        self.put(upright.source(self, note), "text")

    def chart(self, trace: Trace, updates: int, top: float) -> Chart:
        chart = Chart(*layout.rectangle(self.places.plot), (0, updates), (0.6, top), log=True)
        ticks = {t: f"{t:g}" for ten in range(3) for t in (10**ten, 2 * 10**ten, 5 * 10**ten) if t <= top}
        name, steps = "ratio of the good token", {0.0: "0", float(updates): f"{updates}"}
        axes = chart.put(self, "update", steps, name, ticks, shown=False, size=theme.NOTE)
        self.show(*axes, at=("small", COME), over=theme.QUICK)
        p = chart.plane
        levels = [chart.pixels(0, float(post))[1] for post in trace["posts"]]
        x, anchor = self.places.plot.right - theme.TIGHT, "right"
        if self.upright:
            x, anchor = self.places.plot.right + theme.GUTTER, "left"
        for y, post, dy in zip(levels, trace["posts"], (theme.LABEL, -theme.TIGHT), strict=True):
            self.shown_late(rule(p.x, y, p.x + p.width, y, stroke=FENCE, pen=3.0, dash=theme.DOTTED), "grid")
            bound = text(f"{post:.2g}", x, y + (DROP if self.upright else dy), theme.LABEL, FENCE, anchor)
            self.shown_late(halo(bound), "text")
        past = Plane(p.x, p.y, p.width, levels[1] - p.y, (0.0, 1.0), (0.0, 1.0))
        unit = np.array([0.0, 1.0])
        style = {"stroke": theme.HATCH, "pen": theme.FINE, "stroke_opacity": 0.3, "quiet": True}
        self.shown_late(past.hatch(unit, unit, np.ones((2, 2)), theme.GUTTER, **style), "ground")
        quiet = text(
            "past the post: silent",
            self.places.plot.right - theme.GUTTER,
            levels[1] - (theme.GAP if self.upright else theme.NUMBER),
            theme.LABEL,
            theme.MUTED,
            "right",
        )
        self.shown_late(halo(quiet), "text")
        place = theme.point(*chart.pixels(0.0, 1.0))[None, :2]
        self.shown_late(Marks(place, "circle", DROP, fill=theme.TEXT, stroke=theme.CASING, pen=theme.FINE), "mover")
        return chart

    def words(self, count: int) -> None:
        # The batch: one good word among many; large at first, then a row above the lamps.
        rows = 1 if count < 6 else 2
        across = -(-count // rows)
        wide = min(2 * theme.WIDE, self.room.width / across)
        k = np.arange(count)
        middle, centre = self.room.middle
        x = middle + wide * (k % across - (across - 1) / 2)
        large = theme.points(x, centre - wide + wide * (k // across))[:, :2]
        batch = self.places.batch
        pitch = min(theme.LABEL, batch.width / count)
        small = theme.points(batch.left + pitch * (k + 0.5), np.full(count, batch.top + pitch / 2))[:, :2]
        looks: tuple[tuple[slice, str, float, dict[str, object]], ...] = (
            (slice(1, None), "circle", 0.3, {"stroke": theme.DOWN, "pen": theme.FINE}),
            (slice(0, 1), "star", 0.34, {"fill": theme.UP}),
        )
        for part, marker, share, style in looks:
            before, after = Marks(large[part], marker, share * wide, **style), Marks(small[part], marker, share * pitch)
            marks = self.put(before, "mark")
            self.move(marks, partial(take_place, of=after), at=("small", LEAVE), over=1.0)
        others = "one other" if count == 2 else f"{count - 1} others"
        told, under = f"one good token, {others}", batch.top + pitch + theme.GAP
        first = text(told, middle, centre + 3 * theme.WIDE, theme.STATEMENT, theme.TEXT, "center")
        self.hide(self.put(first, "text"), at=("small", LEAVE))
        late = [] if self.upright else [(told, under)]
        for words, y in (*late, ("who still pushes, update by update", batch.bottom)):
            self.shown_late(text(words, batch.left, y, theme.LABEL, theme.MUTED), "text")

    def shown_late(self, mobject: M, layer: str) -> M:
        """Put on stage what comes when the words have made room."""
        self.put(mobject, layer, shown=False)
        self.show(mobject, at=("small", COME), over=theme.QUICK)
        return mobject

    def rest(self, k: int) -> float:
        # Seconds that the updates after the first take: the first rate is watched, the others are compared.
        return theme.SLOW if k else 2 * theme.SLOW

    def curve(self, chart: Chart, trace: Trace, k: int, begin: float, on: float) -> None:
        # The first update over the post; then the others.
        ratio = trace["word_ratio"][k, :, 0]
        updates = len(ratio) - 1
        at = np.arange(updates + 1, dtype=float)
        line = self.put(
            Ink(np.zeros((0, 3)), stroke=theme.OBJECTIVES["ppo"].colour, pen=theme.BOLD, casing=theme.FINE), "mark"
        )
        marker = ("circle", "square", "triangle")[k]
        dots = self.put(
            Marks(
                np.zeros((0, 2)), marker, DROP, fill=theme.OBJECTIVES["ppo"].colour, stroke=theme.CASING, pen=theme.FINE
            ),
            "mover",
        )

        def between(low: float, high: float) -> Callable[[float], None]:
            def write(share: float) -> None:
                now = (low + share * (high - low)) * updates
                x = np.append(at[: int(now) + 1], now)
                level = chart.level(np.append(ratio[: int(now) + 1], np.interp(now, at, ratio)))
                line.write(*chart.plane.trail(x, level))
                dots.place(chart.plane.points(x[1:-1], level[1:-1])[:, :2])
                if len(x) < 3:
                    dots.write(np.zeros((2, 3)), [0])  # a point: nothing to see yet, but on stage

            return write

        self.write([line, dots], between(0.0, 1 / updates), at=begin, over=FIRST, ease=theme.smooth)
        self.write([line, dots], between(1 / updates, 1.0), at=on, over=self.rest(k))
        x, _ = chart.pixels(updates, float(ratio[-1]))
        end = text(
            f"*{ratio[-1]:.2f}*",
            x + theme.GUTTER,
            self.ends[k] + theme.BODY / 3,
            theme.BODY,
            theme.OBJECTIVES["ppo"].colour,
        )
        self.show(self.put(halo(end), "text", shown=False), at=on + self.rest(k) - theme.QUICK, over=theme.QUICK)

    def lamps(self, trace: Trace, k: int, begin: float, on: float) -> None:
        # Two rows of lamps a rate: does the good word push in this update, and do the others?
        gates = trace["word_gate"][k]
        head, *rows = (row.middle[1] for row in layout.rows(self.places.lamps[k], 3, gap=0))
        head -= theme.TIGHT / 2 if self.upright else 0.0
        x, wide = self.places.batch.left, self.places.batch.width
        lights = fence.GateTimeline(gates, x + theme.NUMBER, rows[0], wide - theme.NUMBER, rows[1] - rows[0])
        self.shown_late(text(f"learning rate *{float(trace['rates'][k]):g}*", x, head + DROP), "text")
        for row, name in zip(rows, ("good", "others"), strict=True):
            self.shown_late(text(name, x, row + DROP, theme.LABEL, theme.MUTED), "text")
        self.shown_late(lights.sockets, "grid")
        each = self.rest(k) / max(1, len(gates) - 2)
        for step, pair in enumerate(lights.lamps):
            when = begin + FIRST * step if step < 2 else on + each * (step - 1)
            for lamp in pair:
                self.show(self.put(lamp, "mark", shown=False), at=when, over=0.2)
