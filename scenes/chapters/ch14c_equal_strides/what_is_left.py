"""What is left at equal strides: paths on the mountain, and beside them three columns of what they came to."""

from __future__ import annotations

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Ink, Marks
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.legend import SIZE
from scenes.parts.map_panel import MapPanel, levels
from scenes.parts.plane import Plane, spans
from traces.store import Trace

QUIET, THIN = 0.15, 0.5
COLUMNS = (("bend", "B at most,", "on the way"), ("stuck", "runs that", "reach A"), ("leash", "A at", "the end"))
SHARES = (3.2, 2, 2, 2)  # names and columns


class WhatIsLeft(Stage):
    """What is left at equal strides: paths on the mountain, and beside them three columns of what they came to."""

    traces = ("six_objectives", "equal_strides")

    def build(self) -> None:
        equal = self.trace("equal_strides")
        self.bring(statement("What is left *of the differences?*"))
        room = layout.square(layout.trimmed(theme.PICTURE, top=-theme.GUTTER), "start")
        self.mountain(self.trace("six_objectives"), equal, room)
        self.table(equal, layout.trimmed(theme.PICTURE, left=room.width + theme.WIDE, top=theme.WIDE))
        stride = float(equal["strides"][0])
        note = f"Thick: average of {equal['j'].shape[1]} runs, thin: each run; stride {stride:g} nats, exact critics. "
        self.bring(source(note + "Paths end at the edge of the map. Columns: average of the runs.", SIZE))

    def mountain(self, race: Trace, equal: Trace, room: theme.Area) -> None:
        plane = Plane(*layout.rectangle(room), *spans(race))
        panel = MapPanel(plane, race)
        self.bring(panel.surface(race["true_j"]))
        self.bring(panel.territory(levels(race), pen=theme.FINE, dash=theme.DOTTED), layer="grid")
        self.bring(panel.corners(theme.BODY), layer="text")
        paths: dict[str, list[Ink]] = {}
        for k, (name, look) in enumerate(theme.OBJECTIVES.items()):
            runs = equal["theta"][0, :, k]
            there = equal["j"][0, :, k, -1] > race.numbers["high"]
            pens = [theme.FINE if arrived else theme.PEN for arrived in there]  # those who stay at B are thicker
            thin = [
                panel.trail(run, look, pen, 0.0, dash=(), stroke_opacity=THIN if pen == theme.FINE else 1.0, quiet=True)
                for run, pen in zip(runs, pens, strict=True)
            ]
            mean = panel.trail(runs[there].mean(0) if there.any() else runs.mean(0), look, theme.BOLD, 1.0, dash=())
            paths[name] = [*thin, mean]
            for path in paths[name]:
                self.put(path, "mover", shown=False)
        self.bring(panel.start(race["theta"][0, 0, 0], radius=theme.TIGHT), layer="mover")
        # First TRPO; then the others; then those of REINFORCE that are stuck; then GRPO alone.
        for name, several in paths.items():
            at = "straight" if name == "trpo" else "bend"
            for path in several:
                self.show(path, at=at, over=0.1)
                self.draw(path, at=at, over=2 * theme.REST)
            if name == "trpo":
                self.dim(*several, to=QUIET, at=("bend", -0.1))
            for cue, meant in (("stuck", "reinforce"), ("leash", "grpo")):
                self.dim(*several, to=1.0 if name == meant else QUIET, at=cue)
            self.dim(*several, to=1.0, at="rest")

    def table(self, equal: Trace, room: theme.Area) -> None:
        # Three columns, each when its sentence is spoken.
        columns = layout.columns(room, SHARES, gap=theme.GUTTER)
        rows = layout.rows(layout.trimmed(room, top=theme.WIDE), len(theme.OBJECTIVES), gap=0)
        seeds = int(equal.numbers["seeds"])
        for (cue, *heads), column in zip(COLUMNS, columns[1:], strict=True):
            for k, words in enumerate(heads):
                self.bring(text(words, column.right, room.top + k * theme.BODY, theme.NOTE, theme.MUTED, "right"), cue)
        for (name, look), row in zip(theme.OBJECTIVES.items(), rows, strict=True):
            y = row.middle[1] + theme.TIGHT
            mark = theme.points(room.left + theme.TIGHT, y - theme.TIGHT)[:, :2]
            self.bring(Marks(mark, look.marker, theme.TIGHT, fill=look.colour), layer="text")
            self.bring(text(f"*{look.label}*", room.left + theme.GAP, y, theme.BODY, look.colour))
            told = (
                f"{equal.numbers[f'wide_peak_b_{name}']:.0%}".replace("%", "\\%"),
                f"{int(equal.numbers[f'wide_arrived_{name}'])} of {seeds}",
                f"{equal.numbers[f'wide_p_a_end_{name}']:.1%}".replace("%", "\\%"),
            )
            for (cue, *_), column, word in zip(COLUMNS, columns[1:], told, strict=True):
                loud = cue == "bend" or (cue, name) in (("stuck", "reinforce"), ("leash", "grpo"))
                self.bring(
                    text(f"*{word}*" if loud else word, column.right, y, theme.BODY, look.colour, "right"),
                    (cue, theme.QUICK),
                )
