"""Twenty steps together: paths, triangles and policy bars."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch14b_the_race.walk_panel import WalkPanel, note, shown
from scenes.engine.lettering import counter, text
from scenes.engine.stage import Stage
from scenes.parts.headings import statement
from scenes.parts.six_panels import cells


class TwentySteps(Stage):
    """Twenty steps together: paths, triangles and policy bars."""

    traces = ("six_objectives",)
    hyperparameters = ("sampling.seed",)

    def build(self) -> None:
        trace = self.trace("six_objectives")
        steps = shown(trace)
        self.put(statement("All six at once, *the same random numbers*"), "text")
        self.put(note(trace, self.hyper("sampling.seed")), "text")
        over = self.walking()
        self.counter(steps, over)
        for k, cell in enumerate(cells(trace)):
            walk = WalkPanel(self, k, cell, trace, ("go", -0.6))
            self.write(walk.moving, walk.write, at="go", over=over)

    def walking(self) -> float:
        """Seconds of the walk."""
        return self.time("look") + 4.0 - self.time("go")

    def counter(self, steps: int, over: float) -> None:
        for n in range(steps + 1):
            words = text(f"batch {n} of {steps}", theme.RIGHT, theme.TOP + 46, 34, theme.MUTED, "right")
            number = self.put(words, "text", shown=n == 0)
            counter(number)
            at = self.time("go") + over * n / steps
            if n:
                self.show(number, at=at, over=0.0)
            if n < steps:
                self.hide(number, at=self.time("go") + over * (n + 1) / steps, over=0.0)
