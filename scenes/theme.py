"""The look in numbers: palette, type scale, spacing and timing, each in this one place.

All lengths are pixels of a 1920 x 1080 canvas with its origin in the top left corner; `point` and `length`
turn them into Manim's units. Every other size of picture is the same canvas scaled.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

WIDTH, HEIGHT = 1920, 1080
PIXELS_PER_UNIT = HEIGHT / 8.0  # Manim's frame is eight units high

# The safe area: 5 % at the sides and the top, 10 % at the bottom for captions and the progress bar.
LEFT, RIGHT, TOP, BOTTOM = 96, WIDTH - 96, 54, HEIGHT - 108


@dataclass(frozen=True)
class Area:
    """A part of the canvas."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        """The pixel in the middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


SAFE = Area(LEFT, TOP, RIGHT, BOTTOM)
UPRIGHT = Area(WIDTH / 2 - 273, 86, WIDTH / 2 + 273, HEIGHT - 130)
"""The safe area of a picture of 9:16, which shows the middle third of the canvas: 5 % at the sides, 8 % at the top and
12 % at the bottom, where players of upright films write. A pixel of the canvas is 1.8 pixels of a picture 1080 wide."""

GUTTER = 24
COLUMN = (RIGHT - LEFT - 11 * GUTTER) / 12
TIGHT, GAP, WIDE = 12, 40, 72
"""Gaps besides the gutter, in pixels: within a thing, between things, between groups of things."""

PICTURE = Area(LEFT, TOP + 46 + WIDE, RIGHT, BOTTOM - WIDE)
"""What a clip has for its picture: below the statement, above the source line."""

# Type, in pixels of the em.
NUMBER = 120  # a number that is the picture
DISPLAY = 76  # a term that is being defined, a formula alone on the screen
TITLE, STATEMENT, FORMULA = 56, 44, 40
BODY = 36  # a sentence beside a picture
LABEL = 30
NOTE = 28  # the smallest for a word that must be read
TICK, SMALLEST = 24, 22

FINE, PEN, BOLD = 2.0, 4.0, 6.0
"""Widths of lines, in pixels: an axis, a curve, the curve that the sentence is about."""

DOTTED, DASHED = (3, 8), (14, 10)
"""Dashes of a quiet line, such as a post, and of a line that is spoken of, such as a level: pixels on and off."""

# Timing, in seconds.
QUICK, CHANGE, SLOW, REST = 0.4, 0.8, 1.2, 1.5

# Colours.
CANVAS = "#0A0E15"
TEXT = "#F0E9DC"
MUTED = "#A0A6B2"
AXIS = "#6F7787"
HAIRLINE = "#343C4A"
TERRITORY = "#F0E9DC"
CASING = "#0A0E15"
HATCH = "#AEB4BF"
UP, DOWN = "#7CC4F4", "#F2994A"
ANSWERS = ("#F0E9DC", "#A9B3C3", "#6F7787")  # A, B, C: told apart by letter and place first, by lightness second
RAMP = ("#0B111B", "#13243A", "#22425F", "#3F6A85", "#6C919F", "#A3B7B5")  # map: low to high, one hue, even steps


@dataclass(frozen=True)
class Look:
    """How one objective looks wherever it appears: hue, dash and marker say the same thing three times."""

    label: str
    colour: str
    dash: tuple[float, ...]
    marker: str


OBJECTIVES: dict[str, Look] = {
    "reinforce": Look("REINFORCE", "#E69F00", (0.1, 11), "circle"),
    "baseline": Look("+ baseline", "#F0E442", (9, 12), "square"),
    "trpo": Look("TRPO", "#CC79A7", (20, 12, 0.1, 12), "triangle"),
    "ppo": Look("PPO", "#56B4E9", (), "diamond"),
    "grpo": Look("GRPO", "#2BC596", (26, 13), "hexagon"),
    "dapo": Look("DAPO", "#F0703A", (24, 12, 0.1, 11, 0.1, 12), "star"),
}

# One colour per symbol, in formulas and in the plots that they name.
SYMBOLS: dict[str, str] = {
    "reward": "#F0E9DC",
    "value": "#B9A7F2",
    "advantage": "#B9A7F2",
    "logp": "#8FD3E8",
    "ratio": "#8FD3E8",
    "clip": "#F2C46D",
    "kl": "#E58FB1",
    "mean": "#A0A6B2",
}


def point(x: float, y: float) -> FloatArray:
    """The Manim point of canvas pixel (x, y)."""
    return np.array([(x - WIDTH / 2) / PIXELS_PER_UNIT, (HEIGHT / 2 - y) / PIXELS_PER_UNIT, 0.0])


def points(x: npt.ArrayLike, y: npt.ArrayLike) -> FloatArray:
    """Manim points [n, 3] of canvas pixels x [n], y [n]."""
    x, y = np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float))
    out = np.zeros((x.size, 3))
    out[:, 0] = (x.ravel() - WIDTH / 2) / PIXELS_PER_UNIT
    out[:, 1] = (HEIGHT / 2 - y.ravel()) / PIXELS_PER_UNIT
    return out


def length(pixels: float) -> float:
    """A length in Manim's units."""
    return pixels / PIXELS_PER_UNIT


def column(first: int, span: int = 1) -> tuple[float, float]:
    """Left and right edge, in pixels, of `span` columns of the 12-column grid from column `first` (0-11)."""
    left = LEFT + first * (COLUMN + GUTTER)
    return left, left + span * COLUMN + (span - 1) * GUTTER


def rgb(colour: str) -> FloatArray:
    """Components in 0..1 of `#RRGGBB`."""
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255.0


@lru_cache(maxsize=4096)
def mix(first: str, second: str, share: float) -> str:
    """The colour `share` of the way from `first` to `second`, mixed in sRGB."""
    out = np.round(255 * ((1 - share) * rgb(first) + share * rgb(second))).astype(int)
    return "#{:02X}{:02X}{:02X}".format(*out)


def ramp(level: FloatArray) -> FloatArray:
    """Colours [..., 3] in 0..1 of levels in 0..1 on the map's ramp; levels outside are clipped."""
    stops = np.stack([rgb(c) for c in RAMP])
    at = np.clip(level, 0.0, 1.0) * (len(RAMP) - 1)
    low = np.minimum(at.astype(int), len(RAMP) - 2)
    share = (at - low)[..., None]
    mixed: FloatArray = (1 - share) * stops[low] + share * stops[low + 1]
    return mixed


@lru_cache(maxsize=4096)
def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2, 0 to 1."""
    c = rgb(colour)
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours by WCAG 2 (relative luminance, 1 to 21)."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def smooth(alpha: float) -> float:
    """Ease in and out: 0 to 1 with zero slope at both ends."""
    return alpha * alpha * alpha * (alpha * (6 * alpha - 15) + 10)


def linear(alpha: float) -> float:
    """No easing."""
    return alpha
