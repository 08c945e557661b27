"""A tiny transformer that plays Tally, and PPO's first map on the plane that holds most of its path."""

from __future__ import annotations

from manim import Mobject

from scenes import theme
from scenes.chapters.ch14d_one_edit.network_map import LEVELS, NetworkMap, ground
from scenes.engine import layout
from scenes.engine.ink import box
from scenes.engine.lettering import paragraph, text
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.legend import Legend
from scenes.parts.plane import Plane, spans

BITS = "1011"  # a prompt of Tally, as much of it as this one allows
TAKEN = 0.8  # of the width that the tokens take
SHOWN = "ppo"


class TinyTransformer(Stage):
    """A tiny transformer that plays Tally, and PPO's first map on the plane that holds most of its path."""

    traces = ("six_in_a_network",)
    hyperparameters = ("six_in_a_network.bits",)

    def build(self) -> None:
        self.bring(statement("Does it hold *in a network?*"))
        self.reads()
        self.map()

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
            ("the bits", cells[0], over),
            ("the marks so far: odd, even", cells[len(bits) + 1], over),
            ("and now?", cells[-1], under),
        ):
            shown.append(text(words, cell.left, y, theme.BODY, theme.MUTED))
        for part in shown:
            self.bring(part)
            self.hide(part, at=("plane", -theme.QUICK))

    def map(self) -> None:
        # One large map, what it is, and how much of the path it holds.
        trace, k = self.trace("six_in_a_network"), list(theme.OBJECTIVES).index(SHOWN)
        room = layout.square(theme.PICTURE, "start")
        plane = Plane(*layout.rectangle(room), *spans(ground(trace, k)))
        shown = NetworkMap(trace, k, plane)
        shown.put(self, "plane", pen=theme.PEN)
        shown.walk(self, ("plane", theme.REST), over=2 * theme.REST)
        beside = layout.trimmed(theme.PICTURE, left=room.width + theme.WIDE)
        look, y = theme.OBJECTIVES[SHOWN], beside.top + theme.STATEMENT
        self.bring(
            text(f"*{look.label}* on the plane of its path", beside.left, y, theme.STATEMENT, look.colour), "plane"
        )
        y += theme.WIDE + theme.NUMBER
        held = f"*{100 * float(trace['plane_share'][k]):.0f} \\%*"
        self.bring(text(held, beside.left, y, theme.NUMBER, theme.TEXT), "share")
        words = "explained variance: so much of the path's variance lies in this plane"
        self.bring(paragraph(words, beside.left, y + theme.TITLE, beside.width, theme.BODY, theme.MUTED), "share")
        told = ", ".join(f"{level:g}" for level in LEVELS)
        legend = Legend(beside.left, beside.bottom - theme.TITLE, theme.LABEL)
        for part in [*legend.say("PPO's first map: low"), *legend.ramp(), *legend.say("high")]:
            self.bring(part, "lines", "text")
        legend = Legend(beside.left, beside.bottom, theme.LABEL)
        for part in [*legend.dots(), *legend.say(f"true share of right answers: {told}")]:
            self.bring(part, "lines", "text")
        runs, batches = trace["accuracy"].shape[0], trace["length"].shape[-1]
        note = f"{int(trace['parameters'])} parameters, first of {runs} runs, {batches} batches."
        self.bring(source(note, theme.NOTE), "plane")
