"""Six maps of one batch: each with its fence, and how hard its rule pushes one answer of each kind."""

from __future__ import annotations

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine.lettering import counted, text
from scenes.engine.stage import Stage, When
from scenes.parts import rules
from scenes.parts.batch import Batch
from scenes.parts.formula import Formula
from scenes.parts.legend import HATCHED, SIZE, Legend
from scenes.parts.map_panel import MapPanel, levels
from scenes.parts.say import appear, say
from scenes.parts.six_panels import MAP, Cell, cells
from scenes.parts.weights import Weights
from traces.store import Trace


class PushedMaps:
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
        pitch = min(2 * theme.WIDE / size, theme.WIDE / count)
        x, y = theme.RIGHT - (size - 0.5) * pitch, theme.TOP + pitch / 2
        for marks in Batch(answers, groups, x, y, pitch).marks:
            self.stage.put(marks, "mark")
        for k, words in enumerate((counted(len(answers), "answer"), f"seed {self.stage.hyper('sampling.seed')}")):
            say(self.stage, words, x - theme.GUTTER, theme.TOP + theme.LABEL * (k + 1), SIZE, theme.MUTED, "right")

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
            line = Formula(full[name], theme.LEFT, theme.TOP + theme.STATEMENT, theme.FORMULA)
            for term in line.terms.values():
                appear(self.stage, term, "text", at or None)
            if until:
                line.leave(self.stage, at=(until, -0.1))
