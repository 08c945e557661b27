"""The same story under every seed: paths as ghosts, and where each seed stands."""

from __future__ import annotations

from scenes.chapters.ch14b_the_race.seed_panels import SeedPanels
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.legend import SIZE
from scenes.parts.six_panels import cells


class TwelveTimes(Stage):
    """The same story under every seed: paths as ghosts, and where each seed stands."""

    traces = ("six_objectives",)

    def build(self) -> None:
        trace = self.trace("six_objectives")
        dice = SeedPanels(self, trace)
        title = "Was it luck? *" + (f"New dice, {dice.seeds} times.*" if dice.seeds > 1 else "One run only.*")
        self.put(statement(title), "text")
        self.enter(dice.count(dice.steps), at="again")
        span = max(2.0, self.time("ends") - self.time("again") - 2.0)
        each = span / max(1, dice.seeds - 1)
        for k, cell in enumerate(cells(trace)):
            dice.ground(cell)
            bold, *ghosts = dice.ways(k, cell, 0, dice.steps)
            self.put(bold, "mark")
            for s, way in enumerate(ghosts):
                self.draw(self.put(way, "mover"), at=("again", s * each), over=max(0.8, 1.5 * each))
            dice.start(k, cell)
            _, dots, words = dice.runs(k, cell)
            self.show(self.put(dots, "mark", shown=False), at=("ends", 0.1 * k))
            for word in words:
                self.show(self.put(word, "text", shown=False), at=("ends", 0.8 + 0.1 * k))
        note = "Each dot: exact expected reward of one seed."
        self.show(self.put(source(note, SIZE), "text", shown=False), at="ends")
