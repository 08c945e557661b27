"""The clipped gain of one ratio: what a word pays for becoming likelier, with the posts of the fence and its gate.

    curve = RatioCurve(trace, 0, x, y, 800, 560, lamp=(x, y - 40))     # 0: better than expected, 1: worse
    curve.put_axes(stage)
    stage.put(curve.least(), "line")
    for mobject in curve.moving: stage.put(mobject, "mover")
    curve.place(1.3)                                      # a word whose ratio is 1.3: its dot, its push, its lamp

A burning lamp says that the word still pushes; the arrow, in which direction. On hatched ground it is silent.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from manim import Mobject, Typst

from scenes import theme
from scenes.engine.ink import Ink, Marks, rule
from scenes.engine.lettering import halo, text
from scenes.parts.cloud import arrow_points
from scenes.parts.plane import Plane
from traces.store import Trace

if TYPE_CHECKING:
    from scenes.engine.stage import Stage

FENCE = theme.SYMBOLS["clip"]


class RatioCurve:
    """L(rho) of one sign of the advantage, from the trace's curves, in a rectangle of canvas pixels."""

    def __init__(
        self,
        trace: Trace,
        sign: int,
        x: float,
        y: float,
        width: float,
        height: float,
        lamp: tuple[float, float],
        small: bool = False,
    ):
        self.rho = trace["rho"]
        self.curves = {name: trace[name][sign] for name in ("plain", "clip", "least")}
        self.slope, self.posts, self.small = trace["slope"][sign], trace["posts"], small
        self.colour = (theme.UP, theme.DOWN)[sign]
        top = float(self.rho[-1])
        span = (-0.16 * top, 1.04 * top) if sign == 0 else (-1.04 * top, 0.16 * top)
        self.plane = Plane(x, y, width, height, (0.0, top), span)
        radius = theme.TIGHT if small else theme.LABEL / 2
        self.dot = Marks(np.zeros((0, 2)), "circle", radius, fill=theme.TEXT, stroke=theme.CASING, pen=3.0)
        self.arrow = Ink(np.zeros((0, 3)), fill=theme.TEXT, stroke=theme.CASING, pen=theme.FINE, closed=True)
        self.lamp = Lamp(*lamp, radius, self.colour)

    @property
    def moving(self) -> list[Mobject]:
        """What `place` writes."""
        return [self.arrow, self.dot, self.lamp]

    def put_axes(self, stage: Stage, shown: bool = True) -> list[Mobject]:
        """Put the axes, and the ratios on them, on stage; returns them all."""
        p, size = self.plane, theme.TICK
        zero = float(p.pixels(np.array([0.0]), np.array([0.0]))[1][0])
        parts: list[Mobject] = [
            stage.put(rule(p.x, zero, p.x + p.width, zero, stroke=theme.AXIS, pen=2.0), "grid", shown),
            stage.put(rule(p.x, p.y, p.x, p.y + p.height, stroke=theme.AXIS, pen=2.0), "grid", shown),
        ]
        below = zero + 1.25 * size if self.curves["least"][-1] > 0 else zero - 0.5 * size
        whole = range(int(p.u[1]) + 1)
        places = np.linspace(0.1, 0.9, 33) * p.u[1]  # its name stands where it is farthest from ticks and posts
        free = np.abs(places[:, None] - np.array([*whole, *self.posts])).min(axis=1)
        ticks = {float(tick): f"{tick}" for tick in whole} | {float(places[::-1][free[::-1].argmax()]): "ratio"}
        for tick, word in ticks.items():
            px = float(p.pixels(np.array([tick]), np.array([0.0]))[0][0])
            anchor = {0.0: "left", p.u[1]: "right"}.get(tick, "center")
            shift = theme.TIGHT if tick == 0 else 0
            parts.append(stage.put(text(word, px + shift, below, size, theme.MUTED, anchor), "text", shown))
        if not self.small:
            x, y = (p.x + theme.TIGHT, p.y + theme.LABEL) if below > zero else (p.x, p.y - 0.45 * theme.LABEL)
            name = halo(text("what it pays", x, y, theme.LABEL, theme.MUTED))
            parts.append(stage.put(name, "text", shown))
        return parts

    def fence(self) -> list[Ink]:
        """The two posts."""
        p = self.plane
        xs, _ = p.pixels(self.posts, np.zeros(2))
        style = {"stroke": FENCE, "pen": 2.0 if self.small else 3.0, "dash": theme.DOTTED}
        return [rule(float(x), p.y, float(x), p.y + p.height, **style) for x in xs]

    def bounds(self, size: float = theme.TICK) -> list[Mobject]:
        """The ratios at the two posts."""
        p = self.plane
        xs, _ = p.pixels(self.posts, np.zeros(2))
        good = self.curves["least"][-1] > 0
        y = p.y + p.height + 1.2 * size if good else p.y - 0.45 * size
        anchors = ("right", "left")
        return [
            text(f"{post:.2g}", float(x) + dx, y, size, FENCE, anchor)
            for post, x, anchor, dx in zip(self.posts, xs, anchors, (theme.TIGHT, -theme.TIGHT), strict=True)
        ]

    def beside_clip(self, words: str, size: float = theme.TICK) -> Typst:
        """Words along the part of the clipped line that does not count: over its flat beginning, or over its end."""
        good = self.curves["least"][-1] > 0
        end = slice(1) if good else slice(-1, None)
        x, y = (float(v[0]) for v in self.plane.pixels(self.posts[end], self.curves["clip"][end]))
        return text(
            words,
            x + (-theme.TIGHT if good else theme.TIGHT),
            y - theme.TIGHT,
            size,
            FENCE,
            "right" if good else "left",
        )

    def line(self, name: str, **style: Any) -> Ink:
        """One of the curves `plain`, `clip`, `least`."""
        points, starts = self.plane.trail(self.rho, self.curves[name])
        return Ink(points, starts=starts, **style)

    def least(self, pen: float = 2 * theme.PEN) -> Ink:
        """What counts: the smaller of the two."""
        return self.line("least", stroke=self.colour, pen=pen)

    def silent(self) -> Ink:
        """Hatching over the ratios at which the gate is closed."""
        flat = (self.slope == 0).astype(float)
        side = np.clip(self.plane.v, 0.0, None) if self.curves["least"][-1] > 0 else np.clip(self.plane.v, None, 0.0)
        (top, foot) = (float(y) for y in self.plane.pixels(np.zeros(2), side[::-1])[1])
        half = replace(self.plane, y=top, height=foot - top, v=(float(side[0]), float(side[1])))
        mask = np.stack([flat, flat])
        return half.hatch(self.rho, side, mask, stroke=theme.HATCH, pen=theme.FINE, stroke_opacity=0.5, quiet=True)

    def at(self, ratio: float) -> tuple[float, float]:
        """Height and slope of the curve at a ratio; beyond the axis they are those of its end."""
        height = float(np.interp(ratio, self.rho, self.curves["least"]))
        nearest = int(np.clip(np.searchsorted(self.rho, ratio, side="left"), 0, len(self.rho) - 1))
        return height, float(self.slope[nearest])

    def place(self, ratio: float) -> None:
        """Move the dot to a ratio, and let arrow and lamp say whether it still pushes."""
        ratio = float(np.clip(ratio, 0.0, self.plane.u[1]))
        height, slope = self.at(ratio)
        px, py = (float(v[0]) for v in self.plane.pixels(np.array([ratio]), np.array([height])))
        self.dot.place(self.plane.centre(ratio, height)[None])
        reach = (theme.TITLE if self.small else 2 * theme.STATEMENT) * slope
        lead = np.sign(reach) * (theme.GUTTER / 1.5 if self.small else theme.GUTTER)
        tail = np.array([px + lead, py])
        pen = theme.BOLD if self.small else 2.5 * theme.PEN
        self.arrow.write(arrow_points(tail, tail + np.array([reach, 0.0]), pen))  # without reach a point: nothing
        self.lamp.switch(abs(slope) > 0)


class Lamp(Marks):
    """A gate as a light: on while its word still pushes."""

    def __init__(self, x: float, y: float, radius: float, colour: str = theme.TEXT):
        self.colour = colour
        super().__init__(theme.point(x, y)[None, :2], "circle", radius, stroke=theme.AXIS, pen=3.0)
        self.switch(True)

    def switch(self, on: bool) -> None:
        """Light it or put it out."""
        self.fill = self.colour if on else None
        self.stroke = self.colour if on else theme.MUTED
