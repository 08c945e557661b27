"""The fence on a map: the cell inside all posts, the line past which an answer is silent, and who is silent when.

stage.put(cell(panel, trace["ratio"], trace["posts"]), "line")      # every ratio between the posts
stage.put(line(panel, trace["ratio"][0], 1.2), "line")
stage.put(beside(panel, trace["ratio"][0], 1.2, "A 1.2"), "text")
"""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Ink, Marks
from scenes.engine.lettering import halo, text
from scenes.parts.map_panel import MapPanel
from scenes.parts.plane import Plane, spans
from scenes.parts.ratio_curve import FENCE, Lamp
from scenes.theme import FloatArray
from traces.store import Trace

PPO, TRPO = theme.OBJECTIVES["ppo"], theme.OBJECTIVES["trpo"]
ROOM = theme.Area(theme.LEFT, theme.PICTURE.top - theme.GUTTER, theme.RIGHT, theme.BOTTOM - theme.GAP)
MAP = layout.square(ROOM, "end")
LEVELS = tuple(np.linspace(0.3, 0.7, 5))  # of the way from the worst to the best reward
TERRITORY: dict[str, Any] = {"pen": 3.0, "dash": theme.DOTTED}
EDGE = 0.025  # how far from the edge of a map a line is named, as a share of the map


def map_panel(trace: Trace) -> MapPanel:
    """The window around the start, on the right of the frame."""
    return MapPanel(Plane(*layout.rectangle(MAP), *spans(trace)), trace)


def cell(panel: MapPanel, ratios: FloatArray, posts: FloatArray, pen: float = theme.BOLD) -> Ink:
    """The edge of the policies whose ratios [answer, row, column] are all between the posts."""
    room = np.minimum(ratios - posts[0], posts[1] - ratios).min(axis=0)
    return panel.plane.contour(panel.u, panel.v, room, [0.0], stroke=FENCE, pen=pen, casing=theme.FINE)


def line(panel: MapPanel, ratio: FloatArray, post: float, pen: float = theme.PEN) -> Ink:
    """Where one answer stands at its post."""
    return panel.plane.contour(panel.u, panel.v, ratio, [float(post)], stroke=FENCE, pen=pen, casing=theme.FINE)


def beside(panel: MapPanel, field: FloatArray, level: float, words: str, size: float = theme.LABEL) -> Mobject:
    """Words at a contour line, where it leaves the panel: on top, on the right, or on the left."""
    p, us, vs = panel.plane, panel.u, panel.v
    margin = int(EDGE * (len(us) - 1))
    row, right, left = len(vs) - 1 - 2 * margin, len(us) - 1 - margin, margin
    across = np.flatnonzero(np.diff(np.sign(field[row] - level)))
    if len(across):
        x, y = p.pixels(us[across[-1]], vs[row])
        near = float(x) > p.x + p.width - theme.NUMBER
        side = -theme.TIGHT if near else theme.TIGHT
        return _tag(words, float(x) + side, float(y), size, "right" if near else "left")
    for column, anchor in ((right, "right"), (left, "left")):
        down = np.flatnonzero(np.diff(np.sign(field[:, column] - level)))
        if len(down):
            x, y = p.pixels(us[column], vs[down[-1]])
            return _tag(words, float(x), float(y) - theme.GUTTER, size, anchor)
    return _tag(words, p.x + theme.TIGHT, p.y + p.height - theme.TIGHT, size, "left")


def _tag(words: str, x: float, y: float, size: float, anchor: str) -> Mobject:
    return halo(text(words, x, y, size, FENCE, anchor))


class GateTimeline:
    """Who still pushes: a row of lamps for the good word and one for the others, a lamp an update.

    `gates` [time, word] are 1 where a gate is closed. `sockets` stand from the start; `lamps[step]` come one by one.
    """

    def __init__(self, gates: FloatArray, x: float, y: float, width: float, pitch_y: float = theme.TITLE):
        updates = len(gates) - 1
        pitch = width / updates
        radius = min(theme.LABEL / 2, pitch / 3, 0.44 * pitch_y)
        xs = x + pitch * (np.arange(updates) + 0.5)
        rows = (y, y + pitch_y)
        places = np.concatenate([theme.points(xs, np.full(updates, row))[:, :2] for row in rows])
        self.sockets = Marks(places, "circle", radius, stroke=theme.HAIRLINE, pen=theme.FINE, quiet=True)
        self.lamps: list[list[Lamp]] = []
        for step, px in enumerate(xs):
            pair = [Lamp(px, row, radius, colour) for row, colour in zip(rows, (theme.UP, theme.DOWN), strict=True)]
            for lamp, gate in zip(pair, gates[step], strict=True):
                lamp.switch(not bool(gate))
            self.lamps.append(pair)
