"""Every seed walks on to its last batch: the same fate for a rule, and strides of their own."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch14b_the_race.seed_panels import SeedPanels
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.legend import SIZE
from scenes.parts.six_panels import cells


class WalkOn(Stage):
    """Every seed walks on to its last batch: the same fate for a rule, and strides of their own."""

    traces = ("six_objectives",)

    def build(self) -> None:
        trace = self.trace("six_objectives")
        dice = SeedPanels(self, trace)
        steps, last = dice.steps, dice.last
        self.put(statement("*Which differences survive* new dice?"), "text")
        early = self.put(dice.count(steps), "text")
        if last > steps:
            self.hide(early, at=("on", 0.5))
            self.enter(dice.count(last), at=("on", 0.9))
        for k, cell in enumerate(cells(trace)):
            dice.ground(cell)
            bold, *ghosts = dice.ways(k, cell, 0, steps)
            self.put(bold, "mark")
            for way in ghosts:
                self.put(way, "mover")
            if last > steps:
                for way in dice.ways(k, cell, steps, last):
                    self.draw(self.put(way, "mover"), at="on", over=3.0, ease=theme.linear)
            dice.start(k, cell)
            runs, dots, (name, mean) = dice.runs(k, cell)
            for mob in (dots, name, mean):
                self.put(mob, "mark" if mob is dots else "text")
            if last > steps:
                self.write(dots, runs.between(trace["j"][:, k, steps:], dots), at="on", over=3.0)
                _, end = runs.number(0, "mean", f"{trace.numbers[f'j_end_{cell.name}']:.2f}")
                self.hide(mean, at="on")
                self.show(self.put(end, "text", shown=False), at=("on", 2.6))
            stride = trace.numbers[f"stride_at20_{cell.name}"]
            bar = runs.bar(stride / dice.longest if dice.longest > 0 else 0.0, cell.look.colour)
            parts = [self.put(word, "text", shown=False) for word in runs.number(1, "stride", f"{stride:.2f}")]
            self.show(*parts, self.put(bar, "mark", shown=False), at=("stride", 0.1 * k))
        note = (
            f"Each dot: exact expected reward of one seed. Stride: mean length of a step over {steps} batches, in "
            "logits. Paths end at the edge of the window."
        )
        self.put(source(note, SIZE), "text")
