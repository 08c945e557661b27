"""The surface panel: a rule's own map, painted over the territory that every rule shares.

plane = Plane(x, y, 340, 340, u=(-4, 6), v=(-3, 5))
panel = MapPanel(plane, trace)
stage.put(panel.surface(trace["surface"][3]), "ground")
stage.put(panel.territory(), "grid")
stage.bring(panel.corners(), layer="text")      # A, B, C: in the same corners of every map
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from manim import Mobject, Typst

from scenes import theme
from scenes.engine.ink import Ink, Marks, Picture, box
from scenes.engine.lettering import halo, text
from scenes.parts.batch import Batch
from scenes.parts.plane import Plane
from scenes.theme import FloatArray, Look
from traces.store import Trace

LEVELS = (0.3, 0.5, 0.7, 0.9)  # of the territory's contour lines, in units of reward


class MapPanel:
    """Pictures over one plane of the logits; every panel of a film shares its ranges."""

    def __init__(self, plane: Plane, trace: Trace | Mapping[str, Any]):
        self.plane, self.trace = plane, trace
        self.u, self.v = trace["grid_u"], trace["grid_v"]

    def surface(self, values: FloatArray) -> Picture:
        """The map [v, u], dark where the rule sees little and pale where it sees much.

        Shading is that of `shade`, over this map's own range; NaN shows the canvas.
        """
        level = shade(values)
        rgb = theme.ramp(level)[::-1]
        alpha = np.isfinite(values).astype(float)[::-1]
        return Picture(*self._extent(), rgb, alpha)

    def _extent(self) -> tuple[float, float, float, float]:
        p = self.plane
        return p.x, p.y, p.width, p.height

    def frame(self, **style: Any) -> Ink:
        """The panel's edge."""
        return box(*self._extent(), **{"stroke": theme.HAIRLINE, "pen": 2.0, "quiet": True, **style})

    def territory(self, levels: Sequence[float] = LEVELS, **style: Any) -> Ink:
        """Contour lines of the exact expected reward J."""
        style = {
            "stroke": theme.TERRITORY,
            "pen": 2.0,
            "dash": (2, 6),
            "casing": 0.9,
            "casing_opacity": 0.42,
            "round_joins": False,
            **style,
        }
        return self.plane.contour(self.u, self.v, self.trace["true_j"], levels, **style)

    def heights(self, levels: Sequence[float] = LEVELS, size: float = theme.TICK) -> list[Typst]:
        """The reward of each contour line, written beside it near the panel's upper or left edge."""
        j, p = self.trace["true_j"], self.plane
        row, column = int(0.96 * (len(self.v) - 1)), int(0.02 * (len(self.u) - 1))
        out = []
        for level in levels:
            across, down = (np.flatnonzero(np.diff(np.sign(line - level))) for line in (j[row], j[:, column]))
            if len(across):
                x, y = p.pixels(self.u[across[-1]], self.v[row])
                out.append(halo(text(f"{level:g}", float(x) + 10, float(y), size, theme.TEXT)))
            elif len(down):
                x, y = p.pixels(self.u[column], self.v[down[-1]])
                out.append(halo(text(f"{level:g}", float(x), float(y) - 12, size, theme.TEXT)))
        return out

    def letters(self, labels: Sequence[str] = ("A", "B", "C"), size: float = theme.TICK) -> list[Typst]:
        """The name of each answer where the window's policies give it the best odds."""
        p, inset = self.plane, 0.8 * size
        out = []
        for label, odds in zip(labels, self.trace["ratio"] * self.trace["start_probs"][:, None, None], strict=True):
            row, column = np.unravel_index(int(odds.argmax()), odds.shape)
            x, y = (float(at) for at in p.pixels(self.u[column], self.v[row]))
            x = min(max(x, p.x + inset), p.x + p.width - inset)
            y = min(max(y, p.y + inset), p.y + p.height - inset)
            out.append(halo(text(f"*{label}*", x, y + 0.33 * size, size, theme.TEXT, "center")))
        return out

    def corners(self, size: float = theme.LABEL) -> Corners:
        """The answers' names in the corners where they are likeliest."""
        return Corners(self.plane, size)

    def relief(self, values: FloatArray, count: int = 9, **style: Any) -> Ink:
        """Contour lines of the map itself, at evenly spaced shades: close lines are steep, none is a plateau."""
        style = {"stroke": theme.RAMP[-1], "pen": 1.3, "stroke_opacity": 0.45, "quiet": True, **style}
        level = shade(values)
        return self.plane.contour(self.u, self.v, level, np.linspace(0, 1, count + 2)[1:-1].tolist(), **style)

    def silent(self, gate: FloatArray, **style: Any) -> Ink:
        """Hatching where the clip has silenced at least half of the batch."""
        style = {"stroke": theme.HATCH, "pen": 1.6, "stroke_opacity": 0.55, "quiet": True, **style}
        return self.plane.hatch(self.u, self.v, gate, **style)

    def level(self, values: FloatArray, at: float, look: Look, pen: float = 4.0, **style: Any) -> Ink:
        """One contour line in an objective's colour: a fence or a leash."""
        return self.plane.contour(self.u, self.v, values, [at], stroke=look.colour, pen=pen, **style)

    def trail(self, theta: FloatArray, look: Look, pen: float = 6.0, casing: float = 2.5, **style: Any) -> Ink:
        """The path [n, 2] of a policy, cut at the panel's edge."""
        points, starts = self.plane.trail(theta[:, 0], theta[:, 1])
        style = {"stroke": look.colour, "pen": pen, "dash": look.dash, "casing": casing, **style}
        return Ink(points, starts=starts, **style)

    def hiker(self, look: Look, radius: float = 12.0) -> Marks:
        """The policy's marker."""
        return Marks(np.zeros((0, 2)), look.marker, radius, fill=look.colour, stroke=theme.CASING, pen=3.0)

    def start(self, theta: FloatArray, radius: float = 8.0) -> Marks:
        """The white dot where every rule begins."""
        centre = self.plane.centre(*theta)
        return Marks(centre[None], "circle", radius, fill=theme.TEXT, stroke=theme.CASING, pen=2.5)


class Corners:
    """Mark and letter of each answer where a map's policies give it the best odds: A on the right and B on the left,
    both on top, C at the bottom, straight below the policy that prefers neither A nor B.

    `plane` is any part of the plane u = (zA - zB)/sqrt 2, v = (zA + zB - 2 zC)/sqrt 6.
    """

    def __init__(self, plane: Plane, size: float = theme.LABEL, labels: Sequence[str] = ("A", "B", "C")):
        (left, right), (low, high) = plane.u, plane.v
        places = ((right, high), (left, high), (min(max(0.0, left), right), low))
        aside, air = 0.95 * size, 0.85 * size  # from mark to letter, and from their middle to the edge
        self.letters: list[Typst] = []
        self.marks: list[Marks] = []
        for k, (label, (u, v)) in enumerate(zip(labels, places, strict=True)):
            x, y = (float(at) for at in plane.pixels(np.array(u), np.array(v)))
            x = min(max(x, plane.x + air + aside / 2), plane.x + plane.width - air - aside / 2)
            y = min(max(y, plane.y + air), plane.y + plane.height - air)
            self.letters.append(halo(text(f"*{label}*", x + aside / 2, y + 0.33 * size, size, anchor="center")))
            mark = Batch.sample(x - aside / 2, y, k, 0.85 * size)
            mark.casing = 3.0
            self.marks.append(mark)

    @property
    def parts(self) -> list[Mobject]:
        """All six."""
        return [*self.marks, *self.letters]


def levels(trace: Trace, shares: Sequence[float] = LEVELS) -> tuple[float, ...]:
    """Where the territory's contour lines lie, whatever the answers are paid: `shares` of the way up, three digits.

    All answers paid alike make one level, on which nothing lies.
    """
    low, high = float(trace["rewards"].min()), float(trace["rewards"].max())
    return tuple(dict.fromkeys(float(f"{low + share * (high - low):.3g}") for share in shares))


def together(paths: FloatArray, plane: Plane, near: float = 16.0) -> list[list[int]]:
    """Paths [objective, time, 2] in groups that never part by more than `near` pixels: one would hide the other."""
    pixels = np.stack(plane.pixels(paths[..., 0], paths[..., 1]), axis=-1)
    groups: list[list[int]] = []
    for k, path in enumerate(pixels):
        for group in groups:
            if np.linalg.norm(path - pixels[group[0]], axis=-1).max() <= near:
                group.append(k)
                break
        else:
            groups.append([k])
    return groups


def shade(values: FloatArray) -> FloatArray:
    """Levels in 0..1 of a map, half by value within its upper ninety per cent and half by rank; NaN stays NaN."""
    flat = values[np.isfinite(values)]
    low, high = np.quantile(flat, 0.06), flat.max()
    by_value = np.clip((values - low) / max(high - low, 1e-12), 0, 1)
    order = np.sort(flat)
    by_rank = np.searchsorted(order, values, side="left") / max(len(order) - 1, 1)
    return np.where(np.isfinite(values), 0.5 * by_value + 0.5 * by_rank, np.nan)


def along(path: FloatArray, at: float) -> FloatArray:
    """The point at fractional index `at` of a path [n, d]."""
    k = min(int(at), len(path) - 2)
    found: FloatArray = path[k] + (at - k) * (path[k + 1] - path[k])
    return found
