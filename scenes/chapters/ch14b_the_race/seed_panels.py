"""Six panels with every run's path, and where each run stands after the drawn batches."""

from __future__ import annotations

from manim import Mobject

from scenes import theme
from scenes.chapters.ch14b_the_race.runs import Runs
from scenes.chapters.ch14b_the_race.walk_panel import reward_axis
from scenes.engine.stage import Stage
from scenes.parts.map_panel import MapPanel, levels
from scenes.parts.six_panels import MAP, Cell
from traces.store import Trace


class SeedPanels:
    """Six panels with every run's path to the last of the drawn batches, and a dot a run on a scale of reward."""

    def __init__(self, stage: Stage, trace: Trace):
        self.stage, self.trace = stage, trace
        self.last = trace["theta"].shape[2] - 1

    def put(self, k: int, cell: Cell) -> tuple[Runs, list[Mobject]]:
        """All of it but the words at the foot; also what is quiet while others are spoken of."""
        panel, stage, trace = MapPanel(cell.plane, self.trace), self.stage, self.trace
        for mob in cell.heading():
            stage.put(mob, "text")
        stage.put(panel.frame(), "grid")
        stage.put(panel.territory(levels(trace)), "line")
        stage.bring(panel.corners(theme.NOTE), layer="text")
        paths = [
            panel.trail(path, cell.look, theme.FINE, 0.0, dash=(), stroke_opacity=0.6, quiet=True)
            for path in trace["theta"][:, k]
        ]
        for path in paths:
            stage.put(path, "mark")
        stage.put(panel.start(trace["theta"][0, k, 0]), "mover")
        x, width = cell.column
        runs = Runs(x, cell.plane.y, width, MAP, *reward_axis(trace))
        for ink in runs.strip.axes:
            stage.put(ink, "grid")
        for word in runs.strip.words:
            stage.put(word, "text")
        dots = stage.put(runs.dots(trace["j"][:, k, -1], cell.look), "mark")
        mean = runs.number(0, "mean", f"{float(trace['j'][:, k, -1].mean()):.2f}")
        for told in mean:
            stage.put(told, "text")
        return runs, [*paths, dots]
