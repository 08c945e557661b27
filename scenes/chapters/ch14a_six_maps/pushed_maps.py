"""Six maps of one batch: each with its fence, and how hard its rule pushes one answer of each kind."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine.lettering import counted, text
from scenes.engine.stage import Stage
from scenes.parts.batch import Batch
from scenes.parts.legend import HATCHED, SIZE, Legend
from scenes.parts.map_panel import MapPanel, levels
from scenes.parts.say import say
from scenes.parts.six_panels import MAP, Cell, cells
from scenes.parts.weights import Weights
from traces.store import Trace


class PushedMaps:
    """The six panels of the last clip."""

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

    def map(self, k: int) -> None:
        """One rule's map and its fence."""
        stage, trace, cell = self.stage, self.trace, cells(self.trace)[k]
        panel = MapPanel(cell.plane, trace)
        stage.put(panel.surface(trace["surface"][k]), "ground")
        stage.put(panel.relief(trace["surface"][k]), "grid")
        if cell.name == "trpo":
            stage.put(panel.level(trace["kl_old"], float(stage.hyper("trpo.delta")), cell.look, casing=2.0), "mark")
        if (trace["gate"][k] >= 0.5).any():
            stage.put(panel.silent(trace["gate"][k], spacing=21.0, **HATCHED), "line")
        self.pushes(k, cell)

    def wrong(self, at: str) -> None:
        """Say of each map without a fence that is highest where B is likelier than A that this is the wrong way."""
        for k, cell in enumerate(cells(self.trace)):
            height = self.trace["surface"][k]
            _, column = np.unravel_index(int(height.argmax()), height.shape)
            fenced = bool((self.trace["gate"][k] >= 0.5).any())
            if self.trace["grid_u"][column] < 0 and not fenced:
                plane = cell.plane
                x, y = plane.x + plane.width / 2, plane.y + plane.height / 2
                say(self.stage, "*wrong way*", x, y, theme.BODY, cell.look.colour, "center", at, edge=True)

    def pushes(self, k: int, cell: Cell) -> None:
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
            self.stage.put(part, layer)

    def legend(self) -> None:
        """One line at the foot."""
        stage, legend = self.stage, Legend(theme.LEFT, theme.BOTTOM - 6)
        true = ", ".join(f"{level:g}" for level in levels(self.trace))
        parts = [*legend.dots(), *legend.say(f"true expected reward: {true}")]
        legend.skip()
        parts += [*legend.say("each map: low"), *legend.ramp(), *legend.say("high")]
        legend.skip()
        parts += legend.line(theme.OBJECTIVES["trpo"].colour, 44)
        parts += legend.say(f"ring: KL = {stage.hyper('trpo.delta'):g}")
        legend.skip()
        if (self.trace["gate"] >= 0.5).any():
            parts += [*legend.hatch(), *legend.say("most answers silent")]
        for part in parts:
            stage.put(part, "text")
