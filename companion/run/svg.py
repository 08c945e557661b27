"""Pictures as SVG text, in the film's colours or on white paper, and the same as PNG and PDF through Typst."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from companion.run.runs import FloatArray
from scenes import theme

FONT = "Libertinus Serif"


@dataclass(frozen=True)
class Ground:
    """The colours of a picture."""

    canvas: str
    text: str
    muted: str
    axis: str
    up: str
    down: str
    runs: tuple[str, ...]


DASHES = tuple(look.dash for look in theme.OBJECTIVES.values())
FILM = Ground(
    theme.CANVAS,
    theme.TEXT,
    theme.MUTED,
    theme.AXIS,
    theme.UP,
    theme.DOWN,
    tuple(theme.OBJECTIVES[name].colour for name in ("ppo", "reinforce", "grpo", "trpo", "dapo", "baseline")),
)
PAPER = Ground("#FFFFFF", "#111111", "#555555", "#777777", "#1F6FB4", "#B4530A", ("#1F6FB4", "#B4530A", "#0A7A57"))
RUN_DASHES = ((), (26, 13), (0.1, 11), (20, 12, 0.1, 12), (9, 12), (24, 12, 0.1, 11, 0.1, 12))


class Drawing:
    """An SVG that grows."""

    def __init__(self, width: float, height: float, ground: Ground, title: str) -> None:
        self.width, self.height, self.ground = width, height, ground
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
            f'height="{height:g}" role="img" font-family="{FONT}, serif"><title>{html.escape(title)}</title>',
            f'<rect width="{width:g}" height="{height:g}" fill="{ground.canvas}"/>',
        ]

    def text(
        self, x: float, y: float, words: str, size: float = theme.LABEL, colour: str = "", anchor: str = "start"
    ) -> None:
        """Words on a baseline."""
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{colour or self.ground.text}" '
            f'text-anchor="{anchor}">{html.escape(words)}</text>'
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, colour: str = "", width: float = theme.FINE) -> None:
        """A straight line."""
        self.parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour or self.ground.axis}" '
            f'stroke-width="{width:g}"/>'
        )

    def rect(self, x: float, y: float, width: float, height: float, colour: str, opacity: float = 1.0) -> None:
        """A filled rectangle."""
        see = "" if opacity == 1 else f' fill-opacity="{opacity:g}"'
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.2f}" height="{max(height, 0):.2f}" '
            f'fill="{colour}"{see}/>'
        )

    def path(
        self, pieces: Iterable[FloatArray], colour: str, width: float = theme.PEN, dash: Sequence[float] = ()
    ) -> None:
        """Pieces of a curve, each [n, 2]; a piece of one point is a dot."""
        drawn = []
        for piece in pieces:
            if len(piece) == 1:
                self.parts.append(
                    f'<circle cx="{piece[0, 0]:.1f}" cy="{piece[0, 1]:.1f}" r="{width:g}" fill="{colour}"/>'
                )
            else:
                drawn.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in piece))
        dashes = f' stroke-dasharray="{" ".join(f"{part:g}" for part in dash)}"' if dash else ""
        if drawn:
            self.parts.append(
                f'<path d="{"".join(drawn)}" fill="none" stroke="{colour}" stroke-width="{width:g}" '
                f'stroke-linecap="round" stroke-linejoin="round"{dashes}/>'
            )

    def area(self, outline: FloatArray, colour: str, opacity: float) -> None:
        """A filled outline, [n, 2]."""
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in outline)
        self.parts.append(f'<polygon points="{points}" fill="{colour}" fill-opacity="{opacity:g}"/>')

    def done(self) -> str:
        """The whole SVG."""
        return "\n".join([*self.parts, "</svg>\n"])


def ticks(low: float, high: float, most: int = 4) -> list[float]:
    """Round numbers between two numbers, at most so many and one more."""
    span = high - low
    if not (span > 0 and math.isfinite(span)):
        return [low]
    step = 10.0 ** math.floor(math.log10(span / most))
    step *= next(factor for factor in (1, 2, 2.5, 5, 10) if span / (step * factor) <= most)
    return [float(k * step) for k in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def label(value: float) -> str:
    """A tick's number, with a minus as printers set it."""
    size = abs(value)
    if size >= 1e6:
        return f"{value / 1e6:g}M".replace("-", "−")
    if size >= 1e4:
        return f"{value / 1e3:g}k".replace("-", "−")
    return f"{value:.4g}".replace("-", "−")


def pieces(x: FloatArray, y: FloatArray) -> list[FloatArray]:
    """The stretches of a curve between its gaps, each [n, 2]."""
    good = np.isfinite(y)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], good.astype(int), [0]])))
    return [np.stack([x[a:b], y[a:b]], axis=1) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def printed(svg: Path, out: Path, width: float, height: float) -> None:
    """The SVG as PNG or PDF, by the suffix of `out`, with the fonts inside Typst's wheel."""
    import typst

    source = (
        f"#set page(width: {width:g}pt, height: {height:g}pt, margin: 0pt, fill: none)\n"
        f'#place(image("{svg.name}", width: {width:g}pt))\n'
    )
    form = "png" if out.suffix == ".png" else "pdf"
    ppi = 72.0 if form == "png" else None
    options: dict[str, Any] = {"root": str(svg.parent), "format": form, "ignore_system_fonts": True, "ppi": ppi}
    made: bytes = typst.compile(source.encode(), **options)
    out.write_bytes(made)
