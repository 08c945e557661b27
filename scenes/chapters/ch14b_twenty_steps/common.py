"""What the clips of this chapter share."""

from __future__ import annotations

import numpy as np
from manim import Mobject, Typst

from scenes import theme
from scenes.chapters.ch14b_twenty_steps.runs import Runs
from scenes.engine.ink import Ink, Marks
from scenes.engine.lettering import text
from scenes.engine.stage import Stage, When
from scenes.parts import rules
from scenes.parts.bars import Bars
from scenes.parts.card import source
from scenes.parts.legend import SIZE
from scenes.parts.map_panel import MapPanel, along, levels
from scenes.parts.six import MAP, Cell, cells
from scenes.parts.strip import Axis, scale
from scenes.parts.triangle import Triangle
from traces.store import Trace


def shown(trace: Trace) -> int:
    """How many iterations the six walk together."""
    return int(trace.numbers["shown"])


def reward_axis(trace: Trace, *more: float) -> Axis:
    """An axis that holds every answer's reward."""
    return scale(np.append(trace["rewards"], more))


class _Walk:
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


class _Dice:
    """Six panels with every seed's path, and where each seed stands; at the end of the shown steps, or on its way."""

    def __init__(self, stage: Stage, trace: Trace):
        self.stage, self.trace = stage, trace
        self.steps, self.seeds = shown(trace), trace["theta"].shape[0]
        self.last = trace["theta"].shape[2] - 1
        self.longest = max(trace.numbers[f"stride_at20_{cell.name}"] for cell in cells(trace))

    def count(self, steps: int) -> Mobject:
        """How far the walks have come."""
        return text(f"after {steps} batches", theme.RIGHT, theme.TOP + 46, 34, theme.MUTED, "right")

    def ways(self, k: int, cell: Cell, since: int, until: int) -> list[Ink]:
        """Every seed's path between two iterations, the first seed's bold."""
        panel = MapPanel(cell.plane, self.trace)
        bold, ghost = {"pen": 4.0, "casing": 1.5}, {"pen": 3.0, "casing": 0.0, "stroke_opacity": 0.5, "quiet": True}
        paths = self.trace["theta"][:, k, since : until + 1]
        return [panel.trail(p, cell.look, dash=(), **(ghost if s else bold)) for s, p in enumerate(paths)]

    def ground(self, cell: Cell) -> None:
        """Name, frame and mountain."""
        panel = MapPanel(cell.plane, self.trace)
        for mob in cell.heading():
            self.stage.put(mob, "text")
        self.stage.put(panel.frame(), "grid")
        self.stage.put(panel.territory(levels(self.trace)), "line")
        for letter in panel.letters():
            self.stage.put(letter, "line")

    def start(self, k: int, cell: Cell) -> None:
        """The white dot, over all paths."""
        self.stage.put(MapPanel(cell.plane, self.trace).start(self.trace["theta"][0, k, 0]), "mover")

    def runs(self, k: int, cell: Cell) -> tuple[Runs, Marks, list[Mobject]]:
        """The scale of reward with a dot a seed, and the mean below it; dots and words are not yet on stage."""
        x, width = cell.column
        runs = Runs(x, cell.plane.y, width, MAP, *reward_axis(self.trace))
        for ink in runs.strip.axes:
            self.stage.put(ink, "grid")
        for word in runs.strip.words:
            self.stage.put(word, "text")
        dots = runs.dots(self.trace["j"][:, k, self.steps], cell.look)
        return runs, dots, runs.number(0, "mean", f"{self.trace.numbers[f'j_at20_{cell.name}']:.2f}")
