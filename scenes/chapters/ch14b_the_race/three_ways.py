"""Where the six have come to, one kind of way after the other."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch14b_the_race.walk_panel import WalkPanel, note, shown
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.headings import statement
from scenes.parts.six_panels import cells


class ThreeWays(Stage):
    """Where the six have come to, one kind of way after the other."""

    traces = ("six_objectives",)
    hyperparameters = ("sampling.seed",)

    def build(self) -> None:
        trace = self.trace("six_objectives")
        steps = shown(trace)
        self.put(statement("The same dice, *and where did each go?*"), "text")
        self.put(text(f"batch {steps} of {steps}", theme.RIGHT, theme.TOP + 46, 34, theme.MUTED, "right"), "text")
        self.put(note(trace, self.hyper("sampling.seed")), "text")
        walks = {}
        for k, cell in enumerate(cells(trace)):
            walks[cell.name] = WalkPanel(self, k, cell, trace)
            walks[cell.name].write(1.0)
        told = {"corner": ("reinforce", "baseline"), "ring": ("trpo",), "bend": ("ppo", "grpo", "dapo")}
        for cue, named in told.items():
            for name, walk in walks.items():
                self.dim(*walk.moving, to=1.0 if name in named else 0.2, at=cue)
        for walk in walks.values():
            self.dim(*walk.moving, to=1.0, at="rest")
