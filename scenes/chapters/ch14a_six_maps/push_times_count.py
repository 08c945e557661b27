"""How a map comes of a batch: the push of one answer times how often it came."""

from __future__ import annotations

from manim import Mobject

from scenes import theme
from scenes.chapters.ch14a_six_maps.one_map import ALONE, TOTALS, alone, names, territory
from scenes.chapters.ch14a_six_maps.totals import Totals
from scenes.engine.stage import Stage
from scenes.parts import rules
from scenes.parts.formula import Formula
from scenes.parts.headings import source, statement
from scenes.parts.legend import SIZE, Legend
from scenes.parts.say import appear
from scenes.parts.weights import Weights


class PushTimesCount(Stage):
    """How a map comes of a batch: the push of one answer times how often it came."""

    traces = ("six_objectives",)
    hyperparameters = ("sampling.seed",)

    def build(self) -> None:
        trace = self.trace("six_objectives")
        self.put(statement("A map is made of pushes, *one for every answer drawn.*"), "text")
        full = rules.spell(trace.hyperparameters).full
        six = names(self)
        for name, parts in six.items():
            if name != "reinforce":
                self.hide(*parts, at="push")
        self.show(*six["baseline"], at="baseline")
        lines = [
            Formula(full[name], ALONE.left, ALONE.top - theme.GUTTER, theme.BODY) for name in ("reinforce", "baseline")
        ]
        for line in lines:
            line.put(self)
        lines[0].enter(self, at="push")
        lines[0].become(self, lines[1], at="baseline")
        totals = Totals(trace["batch_answer"], TOTALS)
        for marks in totals.marks:
            self.put(marks, "mark")
        totals.put_counts(self)
        first, then = (Weights.means(trace["batch_advantage"][k], trace["batch_answer"]) for k in range(2))
        totals.put_push(self, first, at=("push", theme.QUICK))
        self.dim(*totals.words[1:], to=0.5, at="count")
        self.dim(*totals.words[1:], to=1.0, at="many")
        totals.put_bars(self, "many", then)
        panel = alone(trace)
        territory(self, panel, trace, None, None)
        legend = Legend(ALONE.middle[0] + theme.GUTTER, ALONE.bottom + 2 * theme.GAP, theme.LABEL)
        for part in [*legend.say("map: low"), *legend.ramp(theme.WIDE), *legend.say("high")]:
            appear(self, part, "text", "bright")
        maps: list[list[Mobject]] = []
        for k, cue in enumerate(("bright", "baseline")):
            later = (cue, 0.2 if k == 0 else 1.4)
            maps.append([appear(self, panel.surface(trace["surface"][k]), "ground", later, theme.SLOW)])
            if k:
                self.hide(maps[0][1], at=later)
            maps[k].append(appear(self, panel.relief(trace["surface"][k]), "grid", later, theme.SLOW))
        totals.change(self, then, "baseline")
        note = f"Batch of seed {self.hyper('sampling.seed')}. Bars: count × push of one answer; hollow: pushed down."
        self.put(source(note, SIZE), "text")
