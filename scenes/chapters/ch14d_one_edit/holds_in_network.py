"""Does it hold in a network? The six on a tiny transformer: each rule's first map and path, on the path's own plane."""

from __future__ import annotations

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Ink, Marks, box
from scenes.engine.lettering import paragraph, text
from scenes.engine.stage import Stage
from scenes.parts.headings import corner, statement
from scenes.parts.legend import SIZE, Legend
from scenes.parts.map_panel import MapPanel, along
from scenes.parts.six_panels import MAP, Cell, cells

BITS = "1011"  # a prompt of Tally, as much of it as this one allows
TAKEN = 0.8  # of the width that the tokens take
LEVELS = (0.5, 0.7, 0.9)  # shares of right answers that have a contour line


class HoldsInNetwork(Stage):
    """Does it hold in a network? The six on a tiny transformer: each rule's first map and path, on its own plane."""

    traces = ("six_in_a_network",)
    hyperparameters = ("six_in_a_network.bits",)

    def build(self) -> None:
        trace = self.trace("six_in_a_network")
        self.bring(statement("Does it hold *in a network?*"))
        runs, batches = trace["accuracy"].shape[0], trace["length"].shape[-1]
        note = f"parameters: *{int(trace['parameters'])}*, runs: {runs}, batches: {batches}"
        self.bring(corner(note), "network")
        self.reads()
        for k in range(len(theme.OBJECTIVES)):
            self.panel(k)
        self.legend()

    def reads(self) -> None:
        # What the network reads, token by token: the prompt's bits, its end, and the marks so far; then it must go on.
        bits = BITS[: int(self.hyper("six_in_a_network.bits"))]
        marks = ["EO"[bits[: k + 1].count("1") % 2] for k in range(len(bits))]
        rows = layout.rows(theme.PICTURE, 3, gap=theme.WIDE)
        cells = layout.columns(layout.narrowed(rows[1], TAKEN), 2 * len(bits) + 2, gap=theme.GUTTER)
        shown: list[Mobject] = []
        for k, (token, cell) in enumerate(zip((*bits, "?", *marks, ""), cells, strict=True)):
            colour, pen = (theme.AXIS, theme.FINE) if k < len(cells) - 1 else (theme.UP, theme.BOLD)
            shown.append(box(*layout.rectangle(cell), stroke=colour, pen=pen))
            if token:
                y = cell.middle[1] + theme.DISPLAY / 3
                shown.append(text(f"*{token}*", cell.middle[0], y, theme.DISPLAY, anchor="center"))
        over, under = rows[1].top - theme.GUTTER, rows[1].bottom + theme.GAP
        for words, cell, y in (
            ("the prompt", cells[0], over),
            ("the marks so far", cells[len(bits) + 1], over),
            ("and now?", cells[-1], under),
        ):
            shown.append(text(words, cell.left, y, theme.BODY, theme.MUTED))
        for part in shown:
            self.bring(part)
            self.hide(part, at=("rules", -theme.QUICK))

    def panel(self, k: int) -> None:
        # One rule: its plane, its first map on it, the truth as lines, its path, and where it ends.
        trace = self.trace("six_in_a_network")
        seen = {"grid_u": trace["grid_u"][k], "grid_v": trace["grid_v"][k], "true_j": trace["true_accuracy"][k]}
        cell = cells(seen)[k]
        panel, path = MapPanel(cell.plane, seen), trace["path"][k]
        for part in cell.heading():
            self.bring(part, "rules", "text")
        self.bring(panel.frame(), "rules", "grid")
        self.bring(panel.surface(trace["surface"][k]), "maps")
        self.bring(panel.territory(LEVELS), "maps", "line")
        self.walk(panel, cell, path)
        self.column(k, cell)

    def walk(self, panel: MapPanel, cell: Cell, path: np.ndarray) -> None:
        # The path, batch by batch, and the hiker at its end.
        trail: Ink = self.put(panel.trail(path, cell.look), "mover")
        hiker: Marks = self.put(panel.hiker(cell.look), "mover", shown=False)
        self.show(hiker, at="paths", over=theme.QUICK)
        self.bring(panel.start(path[0]), "paths", "mover", over=theme.QUICK)

        def go(share: float) -> None:
            at = share * (len(path) - 1)
            walked = np.vstack([path[: int(at) + 1], along(path, at)[None]])
            trail.write(*cell.plane.trail(walked[:, 0], walked[:, 1]))
            hiker.place(cell.plane.stop(walked[:, 0], walked[:, 1]))

        self.write([trail, hiker], go, at="paths", over=2 * theme.REST)

    def column(self, k: int, cell: Cell) -> None:
        # Beside the map: how much of the path the plane holds, and how often the rule is right at the end.
        trace = self.trace("six_in_a_network")
        x, width = cell.column
        held, right = float(trace["plane_share"][k]), float(trace["accuracy"][:, k, -1].mean())
        rows = (
            ("holds", f"{100 * held:.0f} \\%", "of the path's variance", theme.MUTED, cell.plane.y),
            ("ends", f"{100 * right:.0f} \\%", "right answers", theme.TEXT, cell.plane.y + MAP / 2),
        )
        for at, number, words, colour, top in rows:
            self.bring(text(f"*{number}*", x, top + theme.TITLE, theme.TITLE, colour), at)
            below = paragraph(words, x, top + theme.TITLE + theme.GAP, width, theme.NOTE, theme.MUTED)
            self.bring(below, at)

    def legend(self) -> None:
        # What the shades and the lines are.
        legend = Legend(theme.LEFT, theme.BOTTOM - theme.TIGHT / 2, SIZE)
        parts: list[Mobject] = [*legend.say("each map: low"), *legend.ramp(), *legend.say("high")]
        legend.skip()
        told = ", ".join(f"{level:g}" for level in LEVELS)
        parts += [*legend.dots(), *legend.say(f"true share of right answers: {told}")]
        for part in parts:
            self.bring(part, "maps", "text")
