"""Nine answers beside one another, what each is an example of, and the curves and bars over them."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine.ink import Ink, Marks
from scenes.parts.chart import Chart
from scenes.theme import Area, FloatArray

KL = theme.SYMBOLS["kl"]
CHANCE = theme.SYMBOLS["logp"]
OBJECTIVE = (
    'J = {{ EE bracket.l r bracket.r : reward }} - {{ beta thin upright("KL")(pi_theta || pi_(upright("ref"))) : kl }}'
)
QUESTION = "“Is my poem good?”"
PLAIN, KIND, LAST = "“It has fourteen lines.”", "“I like its rhythm.”", "“Nothing is better!”"
"""What the first answer could be, which does not flatter, then the second, and the last, which flatters most."""


def slots(place: Area, count: int, up: tuple[float, float]) -> Chart:
    """A chart in which every answer has a slot of its own: the middle of the first is at 0.5."""
    return Chart(place.left, place.top, place.width, place.height, (0.0, float(count)), up)


def middles(count: int) -> FloatArray:
    """Where the answers stand across `slots`."""
    found: FloatArray = np.arange(count, dtype=np.float64) + 0.5
    return found


def span(*values: FloatArray, over: float = 0.08) -> tuple[float, float]:
    """The range of some values, with so much room at both ends."""
    flat = np.concatenate([np.asarray(v, float).ravel() for v in values])
    low, high = float(flat.min()), float(flat.max())
    room = over * max(high - low, 1e-6)
    return low - room, high + room


def between(rows: FloatArray, share: float) -> FloatArray:
    """The row [n] at that share of the way through rows [time, n]."""
    at = share * (len(rows) - 1)
    k = min(int(at), len(rows) - 2)
    found: FloatArray = rows[k] + (at - k) * (rows[k + 1] - rows[k])
    return found


def dot(chart: Chart, x: float, y: float, colour: str = theme.TEXT, marker: str = "circle") -> Marks:
    """A marker on a data point, with a dark edge."""
    place = theme.point(*chart.pixels(x, y))[None, :2]
    return Marks(place, marker, theme.TIGHT, fill=colour, stroke=theme.CASING, pen=theme.FINE)


def outlines(chart: Chart, values: FloatArray) -> Ink:
    """The bars of the reference policy: outlines in the colour of the KL."""
    return chart.columns(values, stroke=KL, pen=3.0, quiet=True)


def whole(chart: Chart) -> dict[float, str]:
    """Ticks of an upward axis at whole numbers, six at most."""
    low, high = chart.plane.v
    step = max(1, int(np.ceil((high - low) / 5)))
    first = step * int(np.ceil(low / step))
    return {float(k): f"{k}".replace("-", "−") for k in range(first, int(np.floor(high)) + 1, step)}
