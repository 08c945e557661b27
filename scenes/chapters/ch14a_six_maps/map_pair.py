"""Two rules' maps of one batch, large, side by side: name, formula, map and fence, and how hard one answer is pushed.

pair = MapPair(stage, trace, ("trpo", "ppo"))
pair.rule("trpo", at="trpo"); pair.ring("trpo", at="ring"); pair.legend()
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Marks
from scenes.engine.lettering import halo, text
from scenes.parts import rules
from scenes.parts.formula import Formula
from scenes.parts.legend import HATCHED, Legend
from scenes.parts.map_panel import MapPanel, levels
from scenes.parts.plane import Plane, spans
from scenes.parts.weights import Weights

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When
    from scenes.theme import FloatArray
    from traces.store import Trace

LINES = theme.TITLE + theme.GUTTER  # of a name and a formula over a map
SUMS = {"ppo": "scale", "grpo": "leash", "dapo": "dapo"}  # rule -> the edit that ends at it


class MapPair:
    """The mountain and the start of two rules are there; the map of each comes at a cue."""

    def __init__(self, stage: Stage, trace: Trace, pair: tuple[str, str]):
        self.stage, self.trace = stage, trace
        self.written = rules.spell(trace.hyperparameters)
        pushed = [Weights.means(a, trace["batch_answer"]) for a in trace["batch_advantage"]]
        self.pushed, self.largest = pushed, max(float(np.abs(p).max()) for p in pushed)
        self.halves = dict(zip(pair, layout.columns(theme.PICTURE, 2, gap=theme.WIDE), strict=True))
        self.panels = {name: self.ground(half) for name, half in self.halves.items()}

    def ground(self, half: theme.Area) -> MapPanel:
        """The mountain alone."""
        room = layout.square(layout.trimmed(half, top=LINES), "start")
        panel = MapPanel(Plane(*layout.rectangle(room), *spans(self.trace)), self.trace)
        self.stage.bring(panel.frame(), layer="grid")
        self.stage.bring(panel.territory(levels(self.trace), pen=theme.FINE, dash=theme.DOTTED), layer="line")
        self.stage.bring(panel.start(self.trace["theta"][0, 0, 0], radius=theme.TIGHT), layer="mover")
        self.stage.bring(panel.corners(theme.BODY), layer="text")
        return panel

    def rule(self, name: str, at: str) -> None:
        """A rule's name and formula, then its map, then the push of one answer of each kind."""
        stage, half, panel, k = self.stage, self.halves[name], self.panels[name], self.index(name)
        look, y = theme.OBJECTIVES[name], half.top
        corner = theme.points(half.left + theme.TIGHT, y - theme.TIGHT)[:, :2]
        stage.bring(Marks(corner, look.marker, theme.TIGHT, fill=look.colour), at, "text")
        stage.bring(text(f"*{look.label}*", half.left + theme.GAP, y, theme.FORMULA, look.colour), at)
        sums = self.written.edits[SUMS[name]][2] if name in SUMS else self.written.full[name]
        for term in Formula(sums, half.left, y + theme.TITLE, theme.BODY).parts:
            stage.bring(term, at, "text")
        when = stage.time(at) + theme.QUICK
        stage.bring(panel.surface(self.trace["surface"][k]), when, over=theme.SLOW)
        stage.bring(panel.relief(self.trace["surface"][k]), when, "grid", over=theme.SLOW)
        self.pushes(name, when + theme.CHANGE)

    def index(self, name: str) -> int:
        """Which of the six it is."""
        return list(theme.OBJECTIVES).index(name)

    def pushes(self, name: str, when: float) -> None:
        """How hard the rule pushes one answer of each kind, beside its map."""
        plane, half = self.panels[name].plane, self.halves[name]
        x = plane.x + plane.width + theme.GAP
        top, tall = plane.y + theme.WIDE, plane.height - 2 * theme.WIDE
        push = self.pushed[self.index(name)]
        bars = Weights(x, top, half.right - x, tall, push, self.largest, size=theme.LABEL)
        label = text("one push", (x + half.right) / 2, plane.y + theme.LABEL, theme.LABEL, theme.MUTED, "center")
        for part, layer in (
            (label, "text"),
            (bars.zero, "grid"),
            *((word, "text") for word in bars.names),
            *((bar, "mark") for bar in bars.bars),
        ):
            self.stage.bring(part, when, layer)

    def ring(self, name: str, at: str) -> None:
        """The policies at a rule's largest KL."""
        stage, look = self.stage, theme.OBJECTIVES[name]
        ring = self.panels[name].level(
            self.trace["kl_old"], float(self.trace["kl_limit"]), look, theme.BOLD, casing=theme.FINE
        )
        stage.bring(ring, (at, theme.QUICK), "mark", over=0.1)
        stage.draw(ring, at=(at, theme.QUICK), over=theme.SLOW)
        u, v = self.trace["theta"][0, 0, 0]
        self.say(name, f"ring: KL = {float(self.trace['kl_limit']):g}", (u, v), (at, theme.SLOW), theme.TITLE)

    def silent(self, name: str, at: When) -> None:
        """Hatching, where most of the batch is silent."""
        gate = self.trace["gate"][self.index(name)]
        if (gate >= 0.5).any():
            self.stage.bring(self.panels[name].silent(gate, spacing=2 * theme.TIGHT, **HATCHED), at, "line")

    def terrace(self, name: str, at: When) -> None:
        """The name of the flat ground where every answer is silent, in its middle."""
        flat = self.trace["gate"][self.index(name)] > 1 - 1e-9
        if not flat.any():
            return
        rows, columns = np.nonzero(flat)
        middle = self.trace["grid_u"][int(np.median(columns))], self.trace["grid_v"][int(np.median(rows))]
        self.say(name, "terrace", middle, at)

    def summit(self, name: str, at: When) -> None:
        """Where a map is highest."""
        height = self.trace["surface"][self.index(name)]
        row, column = np.unravel_index(int(height.argmax()), height.shape)
        top = self.trace["grid_u"][column], self.trace["grid_v"][row]
        look, plane = theme.OBJECTIVES[name], self.panels[name].plane
        mark = Marks(plane.centre(*top)[None], "triangle", theme.TIGHT, fill=look.colour, stroke=theme.CASING, pen=3.0)
        self.stage.bring(mark, at, "mover")
        self.say(name, "its summit", top, at, theme.GUTTER)

    def say(
        self, name: str, words: str, where: tuple[float, float] | FloatArray, at: When, across: float = 0.0
    ) -> None:
        """Words on a map: at a point, or to the right of it."""
        plane, look = self.panels[name].plane, theme.OBJECTIVES[name]
        x, y = (float(place) for place in plane.pixels(*where))
        anchor = "left" if across else "center"
        word = text(f"*{words}*", x + across, y + theme.BODY / 3, theme.BODY, look.colour, anchor)
        self.stage.bring(halo(word), at)

    def legend(self) -> None:
        """What lines, shades and hatching are."""
        legend = Legend(theme.LEFT, theme.BOTTOM - theme.TIGHT, theme.NOTE)
        parts = [*legend.dots(), *legend.say("true expected reward")]
        legend.skip()
        parts += [*legend.say("each map: low"), *legend.ramp(), *legend.say("high")]
        legend.skip()
        if (self.trace["gate"] >= 0.5).any():
            parts += [*legend.hatch(), *legend.say("most answers silent")]
        for part in parts:
            self.stage.bring(part, layer="text")
