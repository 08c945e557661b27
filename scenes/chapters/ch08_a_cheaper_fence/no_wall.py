"""A rare good token at three learning rates: the clip takes away the reason to go on, and holds nothing."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.chapters.ch08_a_cheaper_fence import fence
from scenes.chapters.ch08_a_cheaper_fence.common import PPO
from scenes.chapters.ch08_a_cheaper_fence.ratio_curve import FENCE
from scenes.engine.ink import Ink, Marks, rule
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts.chart import Chart
from scenes.parts.headings import source, statement
from scenes.parts.plane import Plane
from traces.store import Trace

RATES = ("small", "middle", "large")
M = TypeVar("M", bound=Mobject)


def apart(heights: list[float], least: float) -> list[float]:
    """Heights on the canvas, from the lowest upward pushed at least so many pixels apart."""
    out = list(heights)
    order = sorted(range(len(out)), key=lambda k: -out[k])
    for below, above in itertools.pairwise(order):
        out[above] = min(out[above], out[below] - least)
    return out


class NoWall(Stage):
    """A rare good token at three learning rates: the clip takes away the reason to go on, and holds nothing."""

    traces = ("ppo_clip",)

    def build(self) -> None:
        trace = self.trace("ppo_clip")
        self.put(statement("Is the clip *a wall?*"), "text")
        updates = trace["word_ratio"].shape[1] - 1
        most = float(1 / trace["word_probs"][0])
        chart = self.chart(trace, updates, 1.25 * most)
        self.words(round(most))
        self.ends = apart([chart.pixels(updates, float(r))[1] for r in trace["word_ratio"][:, -1, 0]], 46.0)
        for k, cue in enumerate(RATES):
            begin = self.time(cue) + 0.3
            on = self.time("slide") + 0.2 if k == 0 else begin + 0.9
            self.curve(chart, trace, k, begin, on)
            self.lamps(trace, k, begin, on)
        note = f"Ours, exact: {round(most)} tokens, each as often as its chance; updates on this batch: {updates}."
        note += " In large runs: Engstrom et al. 2020."
        self.put(source(note), "text")

    def chart(self, trace: Trace, updates: int, top: float) -> Chart:
        chart = Chart(theme.LEFT + 60, 196, 890, 668, (0, updates), (0.6, top), log=True)
        ticks = {t: f"{t:g}" for t in (1, 2, 5, 10, 20, 50, 100, 200, 500) if t <= top}
        names = ("update", {0: "0", updates: f"{updates}"}, "ratio of the good token", ticks)
        self.show(*chart.put(self, *names, shown=False, size=28), at=("small", -0.5), over=0.6)
        p = chart.plane
        levels = [chart.pixels(0, float(post))[1] for post in trace["posts"]]
        for y, post, dy in zip(levels, trace["posts"], (34, -12), strict=True):
            self.shown_late(rule(p.x, y, p.x + p.width, y, stroke=FENCE, pen=3.0, dash=(2, 7)), "grid")
            name = text(f"{post:.2g}", p.x + p.width - 10, y + dy, theme.LABEL, FENCE, "right")
            self.shown_late(halo(name, 6), "text")
        past = Plane(p.x, p.y, p.width, levels[1] - p.y, (0.0, 1.0), (0.0, 1.0))
        unit = np.array([0.0, 1.0])
        style = {"stroke": theme.HATCH, "pen": 1.6, "stroke_opacity": 0.4, "quiet": True}
        self.shown_late(past.hatch(unit, unit, np.ones((2, 2)), 18.0, **style), "ground")
        quiet = text("past the post: silent", p.x + p.width - 20, levels[1] - 150, theme.LABEL, theme.MUTED, "right")
        self.shown_late(halo(quiet, 7), "text")
        place = theme.point(*chart.pixels(0.0, 1.0))[None, :2]
        self.shown_late(Marks(place, "circle", 9, fill=theme.TEXT, stroke=theme.CASING, pen=2.5), "mover")
        return chart

    def words(self, count: int) -> None:
        # The batch: one good word among many; large at first, then a row above the lamps.
        rows = 1 if count < 6 else 2
        across = -(-count // rows)
        wide = min(150.0, (theme.RIGHT - theme.LEFT - 100) / across)
        k = np.arange(count)
        x = theme.WIDTH / 2 + wide * (k % across - (across - 1) / 2)
        large = theme.points(x, 430.0 + 1.1 * min(wide, 150.0) * (k // across))[:, :2]
        pitch = min(31.0, (theme.RIGHT - 1180) / count)
        small = theme.points(1180 + pitch * (k + 0.5), np.full(count, 190.0))[:, :2]
        looks: tuple[tuple[slice, str, float, dict[str, object]], ...] = (
            (slice(1, None), "circle", 0.3, {"stroke": theme.DOWN, "pen": 2.5}),
            (slice(0, 1), "star", 0.34, {"fill": theme.UP}),
        )
        for part, marker, share, style in looks:
            before, after = Marks(large[part], marker, share * wide, **style), Marks(small[part], marker, share * pitch)
            marks = self.put(before, "mark")
            self.move(marks, lambda m, to=after.points: m.write(to.copy()), at=("small", -1.1), over=1.0)
        others = "one other" if count == 2 else f"{count - 1} others"
        first = text(f"one good token, {others}", theme.WIDTH / 2, 740, theme.STATEMENT, theme.TEXT, "center")
        self.hide(self.put(first, "text"), at=("small", -1.1))
        for words, y in ((f"one good token, {others}", 246), ("who still pushes, update by update", 322)):
            self.shown_late(text(words, 1180, y, theme.LABEL, theme.MUTED), "text")

    def shown_late(self, mobject: M, layer: str) -> M:
        """Put on stage what comes when the words have made room."""
        self.put(mobject, layer, shown=False)
        self.show(mobject, at=("small", -0.5), over=0.6)
        return mobject

    def curve(self, chart: Chart, trace: Trace, k: int, begin: float, on: float) -> None:
        # The first update over the post; then the others.
        ratio = trace["word_ratio"][k, :, 0]
        updates = len(ratio) - 1
        at = np.arange(updates + 1, dtype=float)
        line = self.put(Ink(np.zeros((0, 3)), stroke=PPO.colour, pen=7.0, casing=2.5), "mark")
        marker = ("circle", "square", "triangle")[k]
        dots = self.put(Marks(np.zeros((0, 2)), marker, 10.0, fill=PPO.colour, stroke=theme.CASING, pen=2.0), "mover")

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

        self.write([line, dots], between(0.0, 1 / updates), at=begin, over=0.8, ease=theme.smooth)
        self.write([line, dots], between(1 / updates, 1.0), at=on, over=2.2 if k == 0 else 1.2)
        x, _ = chart.pixels(updates, float(ratio[-1]))
        end = self.put(
            halo(text(f"*{ratio[-1]:.2f}*", x + 18, self.ends[k] + 13, 38, PPO.colour), 6), "text", shown=False
        )
        self.show(end, at=on + (1.8 if k == 0 else 0.9))

    def lamps(self, trace: Trace, k: int, begin: float, on: float) -> None:
        # Two rows of lamps a rate: does the good word push in this update, and do the others?
        gates = trace["word_gate"][k]
        y = 402.0 + 182 * k
        gates_shown = fence.GateTimeline(gates, 1310, y + 34, theme.RIGHT - 1310)
        self.shown_late(text(f"learning rate *{float(trace['rates'][k]):g}*", 1180, y - 18, theme.LABEL), "text")
        for row, name in enumerate(("good", "others")):
            self.shown_late(text(name, 1180, y + 44 + 56 * row, theme.LABEL, theme.MUTED), "text")
        self.shown_late(gates_shown.sockets, "grid")
        span = 2.2 if k == 0 else 1.2
        for step, pair in enumerate(gates_shown.lamps):
            when = begin if step == 0 else begin + 0.7 if step == 1 else on + span * (step - 1) / max(1, len(gates) - 2)
            for lamp in pair:
                self.show(self.put(lamp, "mark", shown=False), at=when, over=0.25)
