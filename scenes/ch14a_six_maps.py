"""Six maps of one mountain: one batch, push times count, and what each rule's pushes and fences make of it."""

from __future__ import annotations

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.lettering import bounds, counted, text
from scenes.parts import rules
from scenes.parts.batch import Batch
from scenes.parts.card import source, statement
from scenes.parts.formula import Formula
from scenes.parts.legend import HATCHED, SIZE, Legend
from scenes.parts.map_panel import MapPanel, levels
from scenes.parts.plane import Plane
from scenes.parts.say import appear, say
from scenes.parts.six import MAP, Cell, cells
from scenes.parts.totals import Totals
from scenes.parts.weights import Weights
from scenes.stage import Stage, When
from traces.store import Trace

SIDE = 600.0
ALONE = (theme.RIGHT - SIDE, 248.0)  # left and top of the one map
NAMES = 172.0  # baseline of the six names
TOTALS = (theme.LEFT, 266.0, 648.0, 350.0, 600.0)  # left, top, width of the marks and of the bars, height


def names(stage: Stage) -> dict[str, list[Mobject]]:
    """The six rules in one row, each with its marker."""
    x, out = float(theme.LEFT), {}
    for name, look in theme.OBJECTIVES.items():
        marker = Legend(x, NAMES, 34.0)
        parts = [*marker.marker(look), *marker.say(f"*{look.label}*", look.colour)]
        out[name] = [stage.put(part, "text") for part in parts]
        x = bounds(parts[1])[2] + 56
    return out


def alone(trace: Trace) -> MapPanel:
    """The one large map."""
    us, vs = trace["grid_u"], trace["grid_v"]
    span = (float(us[0]), float(us[-1])), (float(vs[0]), float(vs[-1]))
    return MapPanel(Plane(*ALONE, SIDE, SIDE, *span), trace)


def territory(stage: Stage, panel: MapPanel, trace: Trace, at: When | None, bearings: When | None) -> None:
    """The true mountain on the one large map, where all begin, and which way each answer lies."""
    parts = [
        (panel.frame(), "grid"),
        (panel.territory(levels(trace), pen=2.6, dash=(3, 8)), "line"),
        *((tag, "text") for tag in panel.heights(levels(trace), theme.LABEL)),
        (panel.start(trace["theta"][0, 0, 0], radius=11), "mover"),
    ]
    for mobject, layer in parts:
        appear(stage, mobject, layer, at)
    for k, letter in enumerate(panel.letters(size=38)):
        appear(stage, letter, "mover", None if bearings is None else stage.time(bearings) + 0.5 * k)
    legend = Legend(ALONE[0], ALONE[1] + SIDE + 42, theme.LABEL)
    for part in [*legend.dots(), *legend.say("true expected reward")]:
        appear(stage, part, "text", at)
    legend = Legend(ALONE[0], ALONE[1] + SIDE + 84, theme.LABEL)
    for part in [*legend.mark("circle", theme.TEXT), *legend.say("the start of all six")]:
        appear(stage, part, "text", at)


class OneBatch(Stage):
    """One batch of answers, sorted by kind, and the mountain that all six rules stand on."""

    traces = ("centrepiece",)

    def build(self) -> None:
        trace = self.trace("centrepiece")
        question = self.put(statement("What do six rules make of *the very same answers?*"), "text")
        names(self)
        answers, groups = trace["batch_answer"], trace["batch_group"]
        count, size = int(groups.max()) + 1, int((groups == 0).sum())
        self.hide(question, at="batch")
        title = f"One batch: *{counted(count, 'group')} of {counted(size, 'answer')}*, a row for each group"
        self.enter(statement(title), at=("batch", 0.3))
        pitch = min(70.0, (theme.RIGHT - theme.LEFT) / size, 560 / count)
        batch = Batch(answers, groups, (theme.WIDTH - (size - 1) * pitch) / 2, 264.0, pitch)
        totals = Totals(answers, *TOTALS)
        for marks in (batch.marks[1], batch.marks[2], batch.marks[0]):
            self.put(marks, "mark")
        self.dim(batch.marks[1], batch.marks[2], to=0.45, at="rare")
        self.dim(batch.marks[1], batch.marks[2], to=1.0, at="sort")
        legend = []
        for k, words in enumerate(("A thinks, then is right", "B is right", "C is wrong")):
            at = 390 + k * 480
            legend += [self.put(Batch.sample(at, 879, k, 60), "mark")]
            legend += [self.put(text(words, at + 50, 890, 34, theme.MUTED), "text")]
        self.hide(*legend, at="sort")
        for marks, sorted_marks in zip(batch.marks, totals.marks, strict=True):
            self.move(marks, lambda m, to=sorted_marks.points: m.points.__setitem__(slice(None), to), "sort", 1.3)
        totals.put_counts(self, at=("sort", 1.0))
        territory(self, alone(trace), trace, "ground", "bearings")


class PushTimesCount(Stage):
    """How a map comes of a batch: the push of one answer times how often it came."""

    traces = ("centrepiece",)
    hyperparameters = ("sampling.seed",)

    def build(self) -> None:
        trace = self.trace("centrepiece")
        self.put(statement("A map is made of pushes, *one for every answer drawn.*"), "text")
        full = rules.spell(trace.hyperparameters).full
        six = names(self)
        for name, parts in six.items():
            if name != "reinforce":
                self.hide(*parts, at="push")
        self.show(*six["baseline"], at="baseline")
        lines = [Formula(full[name], ALONE[0], ALONE[1] - 24, 36) for name in ("reinforce", "baseline")]
        for line in lines:
            line.put(self)
        lines[0].enter(self, at="push")
        lines[0].become(self, lines[1], at="baseline")
        totals = Totals(trace["batch_answer"], *TOTALS)
        for marks in totals.marks:
            self.put(marks, "mark")
        totals.put_counts(self)
        first, then = (Weights.means(trace["batch_advantage"][k], trace["batch_answer"]) for k in range(2))
        totals.put_push(self, first, at=("push", 0.4))
        self.dim(*totals.words[1:], to=0.5, at="count")
        self.dim(*totals.words[1:], to=1.0, at="many")
        totals.put_bars(self, "many", then)
        panel = alone(trace)
        territory(self, panel, trace, None, None)
        legend = Legend(ALONE[0] + 326, ALONE[1] + SIDE + 84, theme.LABEL)
        for part in [*legend.say("map: low"), *legend.ramp(70), *legend.say("high")]:
            appear(self, part, "text", "bright")
        maps = []
        for k, cue in enumerate(("bright", "baseline")):
            later = (cue, 0.2 if k == 0 else 1.4)
            maps.append([appear(self, panel.surface(trace["surface"][k]), "ground", later, theme.SLOW)])
            if k:
                self.hide(maps[0][1], at=later)
            maps[k].append(appear(self, panel.relief(trace["surface"][k]), "grid", later, theme.SLOW))
        totals.change(self, then, "baseline")
        note = f"Batch of seed {self.hyper('sampling.seed')}. Bars: count × push of one answer; hollow: pushed down."
        self.put(source(note, SIZE), "text")


class _Six:
    """The six panels of the last two clips: maps that are there from the start or come at a cue."""

    def __init__(self, stage: Stage, trace: Trace):
        self.stage, self.trace = stage, trace
        answers = trace["batch_answer"]
        self.pushed = [Weights.means(a, answers) for a in trace["batch_advantage"]]
        self.largest = max(float(np.abs(p).max()) for p in self.pushed)
        for cell in cells(trace):
            panel = MapPanel(cell.plane, trace)
            for part in cell.heading():
                stage.put(part, "text")
            stage.put(panel.frame(), "grid")
            stage.put(panel.territory(levels(trace)), "mark")
            stage.put(panel.start(trace["theta"][0, 0, 0]), "mover")
            for letter in panel.letters(size=theme.LABEL):
                stage.put(letter, "mover")
        self.corner(answers, trace["batch_group"])

    def corner(self, answers: np.ndarray, groups: np.ndarray) -> None:
        # The source of every map, small.
        size, count = int((groups == 0).sum()), int(groups.max()) + 1
        pitch = min(8.4, 140 / size, 76 / count)
        x, y = theme.RIGHT - (size - 1) * pitch - 4, theme.TOP + 6
        for marks in Batch(answers, groups, x, y, pitch).marks:
            self.stage.put(marks, "mark")
        for k, words in enumerate((counted(len(answers), "answer"), f"seed {self.stage.hyper('sampling.seed')}")):
            say(self.stage, words, x - 22, theme.TOP + 32 + 34 * k, SIZE, theme.MUTED, "right")

    def map(self, k: int, at: str | None = None, hatch: When | None = None, ring: When | None = None) -> None:
        """One rule's map and its fence."""
        stage, trace, cell = self.stage, self.trace, cells(self.trace)[k]
        panel = MapPanel(cell.plane, trace)
        when = None if at is None else stage.time(at) + 0.3
        appear(stage, panel.surface(trace["surface"][k]), "ground", when, theme.SLOW)
        appear(stage, panel.relief(trace["surface"][k]), "grid", when, theme.SLOW)
        if cell.name == "trpo":
            fence = panel.level(trace["kl_old"], float(stage.hyper("trpo.delta")), cell.look, casing=2.0)
            appear(stage, fence, "mark", None if ring is None else stage.time(ring) + 0.2, 0.1)
            if ring is not None:
                stage.draw(fence, at=stage.time(ring) + 0.2, over=1.2)
        if (trace["gate"][k] >= 0.5).any():
            lines = panel.silent(trace["gate"][k], spacing=21.0, **HATCHED)
            appear(stage, lines, "line", when if hatch is None else hatch)
        self.pushes(k, cell, None if when is None else when + 0.9)

    def pushes(self, k: int, cell: Cell, when: float | None) -> None:
        # How hard the rule pushes one answer of each kind, beside its map.
        x, width = cell.column
        bars = Weights(x, cell.plane.y + 46, width, MAP - 92, self.pushed[k], self.largest, size=theme.LABEL)
        label = text("one push", x + width / 2, cell.plane.y + 26, theme.LABEL, theme.MUTED, "center")
        for part, layer in [
            (label, "text"),
            (bars.zero, "grid"),
            *((n, "text") for n in bars.names),
            *((b, "mark") for b in bars.bars),
        ]:
            appear(self.stage, part, layer, when)

    def legend(self, ring: When | None = None, hatch: When | None = None) -> None:
        """One line at the foot that grows with what there is to see."""
        stage, legend = self.stage, Legend(theme.LEFT, theme.BOTTOM - 6)
        true = ", ".join(f"{level:g}" for level in levels(self.trace))
        entries: list[tuple[When | None, list[Mobject]]] = []
        entries.append((None, [*legend.dots(), *legend.say(f"true expected reward: {true}")]))
        legend.skip()
        entries.append((None, [*legend.say("each map: low"), *legend.ramp(), *legend.say("high")]))
        legend.skip()
        line = legend.line(theme.OBJECTIVES["trpo"].colour, 44)
        entries.append((ring, [*line, *legend.say(f"ring: KL = {stage.hyper('trpo.delta'):g}")]))
        legend.skip()
        if (self.trace["gate"] >= 0.5).any():
            entries.append((hatch, [*legend.hatch(), *legend.say("most answers silent")]))
        for at, parts in entries:
            for part in parts:
                appear(stage, part, "text", at)

    def formulas(self, *shown: tuple[str, str, str]) -> None:
        """Sums on the top line: (rule, the cue at which it comes, the cue at which it goes); "" is none."""
        full = rules.spell(self.trace.hyperparameters).full
        for name, at, until in shown:
            line = Formula(full[name], theme.LEFT, theme.TOP + 46, theme.FORMULA)
            for term in line.terms.values():
                appear(self.stage, term, "text", at or None)
            if until:
                line.leave(self.stage, at=(until, -0.1))


class TwoFences(Stage):
    """TRPO's ring and PPO's fence, beside the maps that have neither."""

    traces = ("centrepiece",)
    hyperparameters = ("sampling.seed", "trpo.delta")

    def build(self) -> None:
        trace = self.trace("centrepiece")
        title = self.put(statement("Can a map be trusted *everywhere?*"), "text")
        self.hide(title, at=("trpo", -0.1))
        six = _Six(self, trace)
        six.map(0)
        six.map(1)
        six.map(2, "trpo", ring="ring")
        six.map(3, "ppo", hatch=("hatch", 0.4))
        six.formulas(("trpo", "trpo", "ppo"), ("ppo", "ppo", ""))
        six.legend(ring=("ring", 0.6), hatch=("hatch", 0.8))


class SixMaps(Stage):
    """Six maps of one batch: GRPO and DAPO join the four."""

    traces = ("centrepiece",)
    hyperparameters = ("sampling.seed", "trpo.delta")

    def build(self) -> None:
        trace = self.trace("centrepiece")
        six = _Six(self, trace)
        for k in range(4):
            six.map(k)
        six.map(4, "grpo")
        six.map(5, "dapo")
        six.formulas(("ppo", "", "grpo"), ("grpo", "grpo", "dapo"), ("dapo", "dapo", "rest"))
        six.legend()
        self.enter(statement("One batch. *Six maps.*"), at="rest")
