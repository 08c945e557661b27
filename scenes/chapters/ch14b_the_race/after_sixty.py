"""All runs of all six after the drawn batches: where they are, and when they passed the mark."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch14b_the_race.seed_panels import SeedPanels
from scenes.engine.stage import Stage
from scenes.parts.headings import corner, source, statement
from scenes.parts.six_panels import cells

QUIET = 0.2
TOLD = {"high": ("trpo", "ppo", "grpo", "dapo"), "low": ("reinforce", "baseline")}


class AfterSixty(Stage):
    """All runs of all six after the drawn batches: where they are, and when they passed the mark."""

    traces = ("six_objectives",)

    def build(self) -> None:
        trace = self.trace("six_objectives")
        panels = SeedPanels(self, trace)
        self.bring(statement("Was it *luck?*"))
        self.bring(corner(f"after {panels.last} batches", size=theme.LABEL))
        for k, cell in enumerate(cells(trace)):
            runs, moving = panels.put(k, cell)
            # Those that are spoken of are bright; then all of them, and when they passed the mark.
            for cue, names in TOLD.items():
                self.dim(*moving, to=1.0 if cell.name in names else QUIET, at=cue)
            self.dim(*moving, to=1.0, at="first")
            first, last = (int(trace.numbers[f"{end}_{cell.name}"]) for end in ("earliest", "latest"))
            words = f"{first}–{last}" if last <= panels.last else "none"
            for word in runs.number(1, f"{trace.numbers['high']:g} at", words, cell.look.colour):
                self.bring(word, ("first", 0.1 * k))
        note = "Each dot: exact expected reward of one run. Paths end at the edge of the map."
        self.bring(source(note, theme.NOTE))
