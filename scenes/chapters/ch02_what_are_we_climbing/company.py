"""A company with two knobs, as two clips show it: its map, its knobs and its profit."""

from __future__ import annotations

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.chapters.ch02_what_are_we_climbing.common import beside_map, plane_over
from scenes.chapters.ch02_what_are_we_climbing.knobs import Climb, Knob
from scenes.engine import layout
from scenes.engine.ink import Ink
from scenes.engine.lettering import counter, text
from scenes.engine.stage import Stage
from scenes.parts.house import signed
from scenes.parts.map_panel import MapPanel
from scenes.parts.plane import Plane
from scenes.theme import FloatArray
from traces.store import Trace

ARROW = 0.2  # length of the arrow uphill, in widths of the map
HEAD = 26.0  # and of its head, in pixels


class Company:
    """Everything that is drawn of the company, in its place; a clip brings it on."""

    def __init__(self, trace: Trace):
        price, ads = trace["price"], trace["ads"]
        self.plane = plane_over(price, ads)
        self.panel = MapPanel(self.plane, {"grid_u": price, "grid_v": ads})
        self.frame = self.panel.frame()
        self.ground = self.panel.surface(trace["profit"])
        self.lines = self.panel.relief(trace["profit"], stroke_opacity=0.6)
        self.across = axis(self.plane, "price (euro)", 0)
        self.up = axis(self.plane, "advertising (thousand euro a month)", 1)
        upper, middle, self.lower = beside_map()
        places = layout.columns(upper, 2, theme.GAP)
        path = trace["path"]
        self.knobs = [
            Knob("price", [euros(float(x), ".2f") for x in path[:, 0]], places[0]),
            Knob("advertising", [euros(1000 * float(x)) for x in path[:, 1]], places[1]),
        ]
        self.height = text("profit a month", middle.left, middle.bottom, theme.STATEMENT, theme.MUTED)
        self.profits = [text(f"*{euros(1000 * float(x))}*", size=theme.DISPLAY) for x in trace["path_profit"]]
        for profit in self.profits:
            layout.at(profit, x=places[1].left, y=middle.bottom)
        for profit in self.profits[1:-1]:
            counter(profit)
        columns = [self.knobs[0].readings, self.knobs[1].readings, self.profits]
        self.climb = Climb(self.plane, path, [knob.dial for knob in self.knobs], columns)
        self.arrow = uphill(self.plane, path[0], trace["slope"][0])

    def stand(self, stage: Stage) -> None:
        """All of it, there from the start."""
        for part in (self.ground, self.frame, self.lines, *self.across, *self.up, self.height, self.profits[0]):
            stage.bring(part)
        for knob in self.knobs:
            knob.stand(stage)
        stage.bring(self.arrow, layer="mark")
        for mover in (self.climb.trail, self.climb.hiker):
            stage.put(mover, "mover")


def axis(plane: Plane, name: str, which: int) -> list[Mobject]:
    """The name and a few ticks of the axis to the right (0) or upwards (1)."""
    foot, size = plane.y + plane.height, theme.TICK
    parts: list[Mobject] = []
    for tick in ticks(*(plane.u, plane.v)[which]):
        x, y = (float(at[0]) for at in plane.pixels(np.array([tick]), np.array([tick])))
        label = signed(tick).lstrip("+")
        if which == 0:
            parts.append(text(label, x, foot + size + theme.TIGHT, size, theme.MUTED, "center"))
        else:
            parts.append(text(label, plane.x - theme.TIGHT, y + size / 3, size, theme.MUTED, "right"))
    if which == 0:
        end = foot + 2 * (size + theme.TIGHT)
        return [text(f"{name} →", plane.x + plane.width, end, theme.LABEL, theme.MUTED, "right"), *parts]
    return [text(f"↑ {name}", plane.x, plane.y - theme.TIGHT, theme.LABEL, theme.MUTED), *parts]


def euros(amount: float, form: str = ",.0f") -> str:
    """A sum of money; what rounds to nothing has no sign."""
    shown = f"{abs(amount):{form}}"
    minus = "\N{MINUS SIGN}" if amount < 0 and shown.strip("0.,") else ""
    return f"{minus}€{shown}"


def ticks(low: float, high: float) -> list[float]:
    """About four round numbers inside a range."""
    rough = (high - low) / 4
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(power * k for k in (1, 2, 2.5, 5, 10) if power * k >= 0.99 * rough)
    first = int(np.ceil(low / step - 1e-9))
    return [float(step * k) for k in range(first, int(np.floor(high / step + 1e-9)) + 1)]


def uphill(plane: Plane, start: FloatArray, slope: FloatArray) -> Ink:
    """An arrow from a place along the slope, with its head; none where nothing slopes."""
    away = np.array(
        [slope[0] * plane.width / (plane.u[1] - plane.u[0]), -slope[1] * plane.height / (plane.v[1] - plane.v[0])]
    )
    length = float(np.hypot(*away))
    if length == 0.0:
        return Ink(np.zeros((0, 3)))
    ahead = away / length
    side = np.array([-ahead[1], ahead[0]])
    foot = np.array([float(c[0]) for c in plane.pixels(start[:1], start[1:])])
    tip = foot + ARROW * plane.width * ahead
    corners = [foot, tip, *(x for s in (1, -1) for x in (tip - HEAD * ahead + s * 0.6 * HEAD * side, tip))][:-1]
    return Ink(theme.points(*np.array(corners).T), stroke=theme.TEXT, pen=theme.BOLD, casing=2.5)
