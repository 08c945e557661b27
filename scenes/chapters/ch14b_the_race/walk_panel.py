"""One of six panels: the map of the first batch, the walk over it, and the policy as a triangle and as bars."""

from __future__ import annotations

import numpy as np
from manim import Mobject, Typst

from scenes import theme
from scenes.engine.ink import Ink, Marks
from scenes.engine.stage import Stage, When
from scenes.parts import rules
from scenes.parts.bars import Bars
from scenes.parts.headings import source
from scenes.parts.legend import SIZE
from scenes.parts.map_panel import MapPanel, along, levels
from scenes.parts.six_panels import MAP, Cell
from scenes.parts.triangle import Triangle
from scenes.parts.value_strip import Axis, scale
from traces.store import Trace


def shown(trace: Trace) -> int:
    """How many iterations the six walk together."""
    return int(trace.numbers["shown"])


def reward_axis(trace: Trace, *more: float) -> Axis:
    """An axis that holds every answer's reward."""
    return scale(np.append(trace["rewards"], more))


class WalkPanel:
    """One panel: the map of the first batch, the walk over it, and the policy as a triangle and as bars."""

    def __init__(self, stage: Stage, k: int, cell: Cell, trace: Trace, fade: When | None = None):
        steps, plane, look = shown(trace), cell.plane, cell.look
        self.steps, self.plane = steps, plane
        self.theta, self.probs = trace["theta"][0, k, : steps + 1], trace["probs"][0, k, : steps + 1]
        panel = MapPanel(plane, trace)
        x, width = cell.column
        side = min(width - 20, 164)
        self.triangle = Triangle(x + (width - side) / 2, plane.y + 26, side)
        self.bars = Bars(x, plane.y + 222, width, MAP - 222 - 32, look.colour)
        surface = stage.put(panel.surface(trace["surface"][k]), "ground")
        stage.dim(surface, to=0.35, at=-1.0 if fade is None else fade, over=0.0 if fade is None else theme.SLOW)
        stage.put(panel.frame(), "grid")
        stage.put(panel.territory(levels(trace)), "line")
        for letter in panel.letters():
            stage.put(letter, "line")
        stage.put(panel.start(trace["theta"][0, k, 0]), "mark")
        marker, name = cell.heading()
        short = cell.short(rules.spell(trace.hyperparameters).short)
        still = [marker, name, short, self.triangle.frame, *self.triangle.names, self.bars.base, *self.bars.names]
        self.trail: Ink = panel.trail(self.theta, look)
        self.way: Ink = self.triangle.path(self.probs, look)
        self.hiker: Marks = panel.hiker(look)
        self.spot: Marks = self.triangle.marker(self.probs[:1], look)
        self.moving: list[Mobject] = [self.trail, self.way, self.hiker, self.spot, self.bars.ink]
        for part in still:
            stage.put(part, "text")
        for ink in self.moving:
            stage.put(ink, "mover")

    def write(self, share: float) -> None:
        """Where the walk stands after a share of its steps."""
        at = share * self.steps
        here, odds = along(self.theta, at), along(self.probs, at)
        done = int(at) + 1
        so_far = np.vstack([self.theta[:done], here[None]])
        self.trail.write(*self.plane.trail(so_far[:, 0], so_far[:, 1]))
        self.hiker.place(self.plane.stop(so_far[:, 0], so_far[:, 1]))
        self.way.write(self.triangle.points(np.vstack([self.probs[:done], odds[None]])))
        self.spot.place(self.triangle.points(odds)[:, :2])
        self.bars.write(odds)


def reuse(trace: Trace) -> str:
    """How many steps each rule takes on one map, in words."""
    steps = {look.label: int(n) for look, n in zip(theme.OBJECTIVES.values(), trace["updates"], strict=True)}
    words = [f"{label} {n}" for label, n in steps.items() if n != 1]
    return f"Steps on each map: {', '.join(words)}; the others 1." if words else "One step on each map."


def note(trace: Trace, seed: int) -> Typst:
    """What the six panels show, and how often each rule steps on a map."""
    shaded = "Shaded: the map of the first batch; every batch gives a new one."
    return source(f"Seed {seed}. {shaded} {reuse(trace)}", SIZE)
