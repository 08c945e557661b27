"""Six panels with every seed's path, and where each seed stands."""

from __future__ import annotations

from manim import Mobject

from scenes import theme
from scenes.chapters.ch14b_the_race.runs import Runs
from scenes.chapters.ch14b_the_race.walk_panel import reward_axis, shown
from scenes.engine.ink import Ink, Marks
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.map_panel import MapPanel, levels
from scenes.parts.six_panels import MAP, Cell, cells
from traces.store import Trace


class SeedPanels:
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
