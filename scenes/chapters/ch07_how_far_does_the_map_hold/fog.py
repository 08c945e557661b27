"""Fog over a map: where maps of a handful disagree, the ground goes dark under wisps, the more the closer.

    fog = Fog(plane, us, vs, spread, steps=(0.1, 0.3, 0.5))
    stage.put(fog.veil, "ground"); stage.put(fog.wisps, "grid")
    for mobject in fog.legend(x, y, 700, "±"): stage.put(mobject, "text")

Pale means high on every map, so fog is never pale: it takes the light away, and its wisps lie level, unlike hatching.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine.ink import Ink, Picture, box
from scenes.engine.lettering import text
from scenes.parts.plane import Plane
from scenes.theme import FloatArray

PITCH, WAVE, LENGTH = 11.0, 2.5, 46.0  # pixels between rows, height of a wave and its length
STYLE = {"stroke": theme.HATCH, "pen": 2.2, "stroke_opacity": 0.6, "round_joins": False, "quiet": True}


class Fog:
    """Spread [v, u] over a plane, told in three densities of wisps that begin at `steps`."""

    def __init__(self, plane: Plane, us: FloatArray, vs: FloatArray, spread: FloatArray, steps: Sequence[float]):
        self.steps = tuple(steps)
        share = np.clip(spread / self.steps[-1], 0, 1)[::-1]
        dark = np.broadcast_to(theme.rgb(theme.CANVAS), (*share.shape, 3))
        self.veil = Picture(plane.x, plane.y, plane.width, plane.height, dark, 0.8 * share)
        pieces: list[FloatArray] = []
        for row, y in enumerate(np.arange(plane.y + PITCH / 2, plane.y + plane.height, PITCH)):
            x = np.arange(plane.x, plane.x + plane.width, 2.0)
            u = plane.u[0] + (x - plane.x) / plane.width * (plane.u[1] - plane.u[0])
            v = plane.v[0] + (plane.y + plane.height - y) / plane.height * (plane.v[1] - plane.v[0])
            nearest = int(np.clip(np.searchsorted(vs, v), 0, len(vs) - 1))
            pieces += wisps(x, y, np.interp(u, us, spread[nearest]) >= self.steps[density(row)], row)
        self.wisps = _ink(pieces)

    def legend(self, x: float, y: float, words: str, size: float = theme.LABEL) -> list[Mobject]:
        """What each density means: `words`, and below them three patches with the spread at which each begins."""
        out: list[Mobject] = [text(words, x, y, size, theme.TEXT)]
        wide, high, top = 120.0, 66.0, y + 28
        for k, step in enumerate(self.steps):
            left = x + 236 * k
            at = np.arange(left, left + wide, 2.0)
            pieces: list[FloatArray] = []
            for row, py in enumerate(np.arange(top + PITCH / 2, top + high, PITCH)):
                pieces += wisps(at, py, np.full(len(at), density(row) <= k), row)
            out += [_ink(pieces), box(left, top, wide, high, stroke=theme.HAIRLINE, pen=2.0, quiet=True)]
            more = "" if k < len(self.steps) - 1 else "+"
            out.append(text(f"±{step:g}{more}", left + wide + 14, top + high / 2 + 0.34 * size, size, theme.TEXT))
        return out


def density(row: int) -> int:
    """From which step on a row is drawn: every fourth from the first, every second from the second, then all."""
    return 0 if row % 4 == 0 else 1 if row % 2 == 0 else 2


def wisps(x: FloatArray, y: float, seen: np.ndarray, row: int) -> list[FloatArray]:
    """Pieces of a wavy level line through canvas pixels where `seen`, each row with its gaps elsewhere."""
    phase = 1.7 * row
    wave = y + WAVE * np.sin(2 * np.pi * x / LENGTH + phase)
    open_ = seen & (np.sin(2 * np.pi * x / (3.3 * LENGTH) + 2.4 * row) > -0.82)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], open_.astype(int), [0]])))
    return [np.stack([x[a:b], wave[a:b]], axis=1) for a, b in edges.reshape(-1, 2) if b - a > 4]


def _ink(pieces: list[FloatArray]) -> Ink:
    if not pieces:
        return Ink(np.zeros((2, 3)), **STYLE)  # type: ignore[arg-type]
    starts = np.cumsum([0, *[len(piece) for piece in pieces[:-1]]]).tolist()
    flat = np.concatenate(pieces)
    return Ink(theme.points(flat[:, 0], flat[:, 1]), starts=starts, **STYLE)  # type: ignore[arg-type]
