"""Two rules on the mountain, every run as a thin line, and beside them what they earn.

pair = Pair(stage, trace, ("trpo", "ppo"))
pair.put(axes="axes")
pair.climb("trpo", at="go", over=4.0)
pair.passed("trpo", at="pass")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Marks
from scenes.engine.lettering import text
from scenes.parts.chart import Chart
from scenes.parts.map_panel import MapPanel, along, levels
from scenes.parts.plane import Plane, spans
from scenes.parts.value_strip import scale

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When
    from traces.store import Trace

NAMES = list(theme.OBJECTIVES)
SHARES = (7, 7, 6)  # of the width: two maps and a chart
THIN: dict[str, Any] = {"casing": 0.0, "stroke_opacity": 0.55, "quiet": True, "dash": ()}


class Pair:
    """Two maps of the mountain and one chart, on the same baselines."""

    def __init__(self, stage: Stage, trace: Trace, rules: tuple[str, str]):
        self.stage, self.trace, self.rules = stage, trace, rules
        room = layout.trimmed(theme.PICTURE, top=theme.GAP, bottom=theme.WIDE)
        *maps, chart = layout.columns(room, SHARES, gap=theme.GAP)
        span = spans(trace)
        squares = [layout.square(place, "start") for place in maps]
        self.planes = {rule: Plane(*layout.rectangle(place), *span) for rule, place in zip(rules, squares, strict=True)}
        foot = chart.bottom - squares[0].bottom
        place = layout.trimmed(chart, left=theme.WIDE, top=theme.GAP, right=theme.GUTTER, bottom=foot)
        self.batches = trace["j"].shape[-1] - 1
        earned, ticks = scale(trace["rewards"])
        self.ticks = {tick: f"{tick:g}" for tick in ticks}
        self.chart = Chart(*layout.rectangle(place), (0.0, float(self.batches)), earned)

    def put(self, axes: When | None = None) -> None:
        """Mountain, start and names; the axes of the chart."""
        for rule, plane in self.planes.items():
            panel, look = MapPanel(plane, self.trace), theme.OBJECTIVES[rule]
            self.stage.bring(panel.surface(self.trace["true_j"]))
            self.stage.bring(panel.territory(levels(self.trace), pen=theme.FINE, dash=theme.DOTTED), layer="grid")
            self.stage.bring(panel.corners(theme.LABEL), layer="text")
            y = plane.y - theme.GUTTER
            mark = theme.points(plane.x + theme.TIGHT, y - theme.TIGHT)[:, :2]
            self.stage.bring(Marks(mark, look.marker, theme.TIGHT, fill=look.colour), layer="text")
            self.stage.bring(text(f"*{look.label}*", plane.x + theme.GAP, y, theme.BODY, look.colour))
        ends = {0.0: "0", float(self.batches): f"{self.batches}"}
        parts = self.chart.put(self.stage, "batch", ends, "expected reward", self.ticks, axes is None, theme.NOTE)
        if axes is not None:
            self.stage.show(*parts, at=axes)

    def climb(self, rule: str, at: When, over: float) -> None:
        """All runs of a rule go, on the map and in the chart; the thick ones are their mean."""
        stage, k, look = self.stage, NAMES.index(rule), theme.OBJECTIVES[rule]
        plane, panel = self.planes[rule], MapPanel(self.planes[rule], self.trace)
        runs, earned = self.trace["theta"][:, k], self.trace["j"][:, k]
        mean, batches = runs.mean(0), np.arange(self.batches + 1.0)
        thin = [panel.trail(run, look, theme.FINE, **THIN) for run in runs]
        for ink in thin:
            stage.put(ink, "line", shown=False)
            stage.show(ink, at=at, over=0.1)
            stage.draw(ink, at=at, over=over, ease=theme.linear)
        trail, hiker = panel.trail(mean, look, dash=()), panel.hiker(look)
        fan = self.chart.fan(batches, earned, stroke=look.colour, pen=theme.FINE, stroke_opacity=THIN["stroke_opacity"])
        below = rule == self.rules[0]  # wider, so that it is seen where the other one lies on it
        style = {"pen": 2 * theme.BOLD, "dash": ()} if below else {"pen": theme.PEN, "dash": look.dash}
        curve = self.chart.curve(batches, earned.mean(0), stroke=look.colour, **style)
        for ink in (fan, trail, curve, hiker):
            stage.put(ink, "mover")
        stage.bring(panel.start(mean[0]), layer="mover")
        spread, grow = self.chart.spreading(fan, batches, earned), self.chart.growing(curve, batches, earned.mean(0))

        def write(share: float) -> None:
            here = along(mean, share * self.batches)
            so_far = np.vstack([mean[: int(share * self.batches) + 1], here[None]])
            trail.write(*plane.trail(so_far[:, 0], so_far[:, 1]))
            hiker.place(plane.stop(so_far[:, 0], so_far[:, 1]))
            spread(share)
            grow(share)

        stage.write([trail, hiker, fan, curve], write, at=at, over=over)

    def passed(self, rule: str, at: When) -> None:
        """From when to when the runs of a rule pass the mark, above its map."""
        plane, numbers = self.planes[rule], self.trace.numbers
        first, last = (int(numbers[f"{end}_{rule}"]) for end in ("earliest", "latest"))
        words = f"{numbers['high']:g} after *{first}–{last}* batches"
        y = plane.y - theme.GUTTER
        word = text(words, plane.x + plane.width, y, theme.LABEL, theme.OBJECTIVES[rule].colour, "right")
        self.stage.bring(word, at)


def note(trace: Trace) -> str:
    """What thick and thin lines are."""
    return (
        f"Thin: each of {trace['j'].shape[0]} runs, thick: their mean. Dotted lines and curves: expected reward, exact."
    )
