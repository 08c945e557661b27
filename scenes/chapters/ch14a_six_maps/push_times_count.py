"""How a map comes of a batch: the push of one answer times how often it came."""

from __future__ import annotations

from typing import NamedTuple

from manim import Mobject

from scenes import theme
from scenes.chapters.ch14a_six_maps.one_map import ALONE, TOTALS, alone, names, territory
from scenes.chapters.ch14a_six_maps.totals import Totals
from scenes.engine import layout
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts import rules, upright
from scenes.parts.formula import Formula
from scenes.parts.headings import source
from scenes.parts.legend import SIZE, Legend
from scenes.parts.say import appear
from scenes.parts.weights import Weights


class Places(NamedTuple):
    """The batch and its sums, their words' size and shares; the formula and its size; the map, and its legend."""

    totals: theme.Area
    words: float
    shares: tuple[float, float]
    formula: theme.Area
    size: float
    map: theme.Area
    ramp: tuple[float, float, float]


def places(stage: Stage) -> Places:
    """Beside one another; upright, the batch stands over the map."""
    if not stage.upright:
        line = theme.Area(ALONE.left, ALONE.top - theme.TITLE, ALONE.right, ALONE.top - theme.GUTTER)
        ramp = ALONE.middle[0] + theme.GUTTER, ALONE.bottom + 2.6 * theme.LABEL, theme.LABEL
        return Places(TOTALS, theme.FORMULA, (2, 1), line, theme.BODY, ALONE, ramp)
    whole = layout.trimmed(upright.picture(stage), bottom=-theme.GAP)
    top, line, below = layout.rows(whole, (5, 1, 10), gap=theme.GUTTER)
    square = layout.square(layout.trimmed(below, bottom=3 * theme.TICK))
    ramp = theme.UPRIGHT.middle[0], square.bottom + 2.6 * theme.TICK, theme.TICK
    formula = layout.trimmed(line, left=4.6 * theme.GAP)
    return Places(top, theme.LABEL - 2, (1, 1), formula, theme.LABEL, square, ramp)


class PushTimesCount(Stage):
    """How a map comes of a batch: the push of one answer times how often it came."""

    traces = ("six_objectives",)
    hyperparameters = ("sampling.seed",)
    sizes = ("1080x1920",)

    def build(self) -> None:
        trace = self.trace("six_objectives")
        where = places(self)
        self.put(upright.statement(self, "A map is made of pushes, *one for every answer drawn.*"), "text")
        full = rules.spell(trace.hyperparameters).full
        self.names()
        shown = ("reinforce", "baseline")
        lines = [Formula(full[name], where.formula.left, where.formula.bottom, where.size) for name in shown]
        for line in lines:
            line.put(self)
        lines[0].enter(self, at="push")
        lines[0].become(self, lines[1], at="baseline")
        totals = Totals(trace["batch_answer"], where.totals, where.words, where.shares)
        for marks in totals.marks:
            self.put(marks, "mark")
        totals.put_counts(self)
        first, then = (Weights.means(trace["batch_advantage"][k], trace["batch_answer"]) for k in range(2))
        totals.put_push(self, first, at=("push", theme.QUICK))
        self.dim(*totals.words[1:], to=0.5, at="count")
        self.dim(*totals.words[1:], to=1.0, at="many")
        totals.put_bars(self, "many", then)
        panel = alone(trace, where.map)
        territory(self, panel, trace, None, None)
        legend = Legend(*where.ramp)
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
        self.put(upright.source(self, note) if self.upright else source(note, SIZE), "text")

    def names(self) -> None:
        # Whose map it is: of the six names those that have had their turn; upright, there is room for one.
        if not self.upright:
            six = names(self)
            for name, parts in six.items():
                if name != "reinforce":
                    self.hide(*parts, at="push")
            self.show(*six["baseline"], at="baseline")
            return
        row = places(self).formula
        first, then = (theme.OBJECTIVES[name] for name in ("reinforce", "baseline"))
        word = self.bring(text(f"*{first.label}*", theme.UPRIGHT.left, row.bottom, theme.LABEL, first.colour), "push")
        self.hide(word, at="baseline")
        self.bring(text(f"*{then.label}*", theme.UPRIGHT.left, row.bottom, theme.LABEL, then.colour), "baseline")
