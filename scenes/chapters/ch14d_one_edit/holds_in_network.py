"""The six on a tiny transformer: each rule's first map and path, on its own plane, and how often it ends up right."""

from __future__ import annotations

from manim import Mobject

from scenes import theme
from scenes.chapters.ch14d_one_edit.network_map import LEVELS, NetworkMap, ground
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.headings import corner, statement
from scenes.parts.legend import Legend
from scenes.parts.six_panels import MAP, Cell, cells


class HoldsInNetwork(Stage):
    """The six on a tiny transformer: each rule's first map and path, on its own plane, and how often it is right."""

    traces = ("six_in_a_network",)

    def build(self) -> None:
        trace = self.trace("six_in_a_network")
        self.bring(statement("Six rules, one network, *six planes*"))
        runs, batches = trace["accuracy"].shape[0], trace["length"].shape[-1]
        self.bring(corner(f"{int(trace['parameters'])} parameters, {runs} runs, {batches} batches"))
        for k in range(len(theme.OBJECTIVES)):
            cell = cells(ground(trace, k))[k]
            shown = NetworkMap(trace, k, cell.plane)
            for part in cell.heading():
                self.bring(part, layer="text")
            shown.put(self)
            shown.walk(self, "paths", over=2 * theme.REST)
            self.column(k, cell)
        self.legend()

    def column(self, k: int, cell: Cell) -> None:
        # Beside the map: how much of the path the plane holds, and how often the rule is right at the end.
        trace = self.trace("six_in_a_network")
        x, _ = cell.column
        held, right = float(trace["plane_share"][k]), float(trace["accuracy"][:, k, -1].mean())
        rows = (
            ("paths", f"{100 * held:.0f} \\%", "variance", theme.MUTED, cell.plane.y),
            ("ends", f"{100 * right:.0f} \\%", "right", theme.TEXT, cell.plane.y + MAP / 2),
        )
        for at, number, words, colour, top in rows:
            self.bring(text(f"*{number}*", x, top + theme.TITLE, theme.TITLE, colour), at)
            self.bring(text(words, x, top + theme.TITLE + theme.GAP, theme.LABEL, theme.MUTED), at)

    def legend(self) -> None:
        # What the shades and the lines are.
        legend = Legend(theme.LEFT, theme.BOTTOM - theme.TIGHT / 2, theme.NOTE)
        parts: list[Mobject] = [*legend.say("each first map: low"), *legend.ramp(), *legend.say("high")]
        legend.skip()
        told = ", ".join(f"{level:g}" for level in LEVELS)
        parts += [*legend.dots(), *legend.say(f"true share of right answers: {told}")]
        for part in parts:
            self.bring(part, layer="text")
