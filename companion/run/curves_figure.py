"""The curves of one or several runs, a panel a quantity, all on one scale of steps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from companion.run.columns import CURVES
from companion.run.runs import FloatArray, Run, Series
from companion.run.svg import FILM, RUN_DASHES, Drawing, Ground, label, pieces, ticks
from scenes import theme

PANELS = ("reward", "length", "kl", "kl_old", "clip", "entropy", "alike", "grad_norm", "lr")
ACROSS = 3
HEAD, ROW, FOOT = 120.0, 300.0, 30.0
MOST_POINTS = 2_000


def shown(runs: Sequence[Run]) -> list[str]:
    """The panels for which a run has a curve."""
    return [name for name in PANELS if any(name in run.curves or _parts(run, name) for run in runs)]


def _parts(run: Run, name: str) -> list[str]:
    """What else is drawn in a panel."""
    return [part for part in ("clip_low", "clip_high") if name == "clip" and part in run.curves]


def size(runs: Sequence[Run]) -> tuple[float, float]:
    """Width and height of the picture."""
    return theme.WIDTH, HEAD + ROW * max(1, -(-len(shown(runs)) // ACROSS)) + FOOT


def figure(runs: Sequence[Run], ground: Ground = FILM) -> str:
    """The picture as SVG."""
    width, height = size(runs)
    names = shown(runs)
    drawing = Drawing(width, height, ground, "Training curves: " + ", ".join(run.name for run in runs))
    _legend(drawing, runs)
    reach = reach_of(runs)
    column = (width - 2 * theme.LEFT - (ACROSS - 1) * theme.WIDE) / ACROSS
    for k, name in enumerate(names):
        x = theme.LEFT + (k % ACROSS) * (column + theme.WIDE) + 40
        y = HEAD + (k // ACROSS) * ROW
        _panel(drawing, name, runs, reach, (x, y + 40, column - 40, ROW - 110))
    return drawing.done()


def panels(runs: Sequence[Run], ground: Ground = FILM) -> list[tuple[str, str]]:
    """(name, SVG) of each panel by itself, for a page that sets them as its width allows."""
    width, left = 600.0, 90.0
    out = []
    for name in shown(runs):
        drawing = Drawing(width, ROW - 10, ground, describe(name, runs))
        _panel(drawing, name, runs, reach_of(runs), (left, 44.0, width - left - 24, ROW - 110))
        out.append((name, drawing.done()))
    return out


def describe(name: str, runs: Sequence[Run]) -> str:
    """A panel in words: where each run begins and ends."""
    told = [
        f"{run.name} from {finite[0]:.4g} to {finite[-1]:.4g}"
        for run in runs
        if name in run.curves and len(finite := run.curves[name].finite)
    ]
    return f"{CURVES[name].title}: " + ("; ".join(told) or "no numbers")


def _legend(drawing: Drawing, runs: Sequence[Run]) -> None:
    x: float = theme.LEFT
    for k, run in enumerate(runs):
        wide = 110 + 14.5 * len(f"{run.name} ({run.library})")
        if k and x + wide > drawing.width - 160:
            drawing.text(x, 66, f"and {len(runs) - k} more", theme.LABEL, drawing.ground.muted)
            break
        colour = drawing.ground.runs[k % len(drawing.ground.runs)]
        drawing.path([np.array([[x, 56.0], [x + 60, 56.0]])], colour, dash=RUN_DASHES[k % len(RUN_DASHES)])
        drawing.text(x + 72, 66, f"{run.name} ({run.library})", theme.LABEL)
        x += wide


def reach_of(runs: Sequence[Run]) -> tuple[float, float]:
    """The first and the last step of all runs."""
    series = [one for run in runs for one in run.curves.values()]
    steps = np.concatenate([one.steps for one in series]) if series else np.zeros(1)
    low, high = float(steps.min()), float(steps.max())
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def _panel(
    drawing: Drawing, name: str, runs: Sequence[Run], reach: tuple[float, float], box: tuple[float, float, float, float]
) -> None:
    x, y, width, height = box
    curve = CURVES[name]
    unit = (
        f" ({curve.unit})" if curve.unit and not (name == "length" and runs[0].library == "Stable-Baselines3") else ""
    )
    drawing.text(x, y - 14, curve.title + unit, theme.LABEL)
    low, high = vertical(name, runs)

    def across(steps: FloatArray) -> FloatArray:
        return x + width * (steps - reach[0]) / (reach[1] - reach[0])

    def up(numbers: FloatArray) -> FloatArray:
        return y + height * (1 - (numbers - low) / (high - low))

    for tick in ticks(low, high, 3):
        at = float(up(np.array([tick]))[0])
        drawing.line(x, at, x + width, at, theme.mix(drawing.ground.canvas, drawing.ground.axis, 0.35), 1)
        drawing.text(x - 10, at + 7, _tick(tick), theme.SMALLEST, drawing.ground.muted, "end")
    drawing.line(x, y + height, x + width, y + height)
    for tick in ticks(*reach, 4):
        at = float(across(np.array([tick]))[0])
        drawing.line(at, y + height, at, y + height + 6)
        drawing.text(at, y + height + 28, label(tick), theme.SMALLEST, drawing.ground.muted, "middle")
    drawing.text(x + width, y + height + 52, "step", theme.SMALLEST, drawing.ground.muted, "end")
    for k, run in enumerate(runs):
        colour = drawing.ground.runs[k % len(drawing.ground.runs)]
        if name == "reward" and len((band := _band(run))[0]):
            middle, edges = across(band[0]), band[1]
            outline = np.concatenate([np.stack([middle, up(edges[0])], 1), np.stack([middle, up(edges[1])], 1)[::-1]])
            drawing.area(outline, colour, 0.15)
        for part, key in enumerate((name, *_parts(run, name))):
            if key in run.curves:
                one = thinned(run.curves[key])
                dash = RUN_DASHES[k % len(RUN_DASHES)] if not part else ((4, 8), (14, 8))[part - 1]
                drawing.path(pieces(across(one.steps), up(one.values)), colour, 2.5 if part else theme.PEN, dash)
    if name == "clip" and any(_parts(run, name) for run in runs):
        drawing.text(x + width, y - 14, "dotted: low, dashed: high", theme.SMALLEST, drawing.ground.muted, "end")
    if name == "reward" and any(len(_band(run)[0]) for run in runs):
        drawing.text(x + width, y - 14, "band: one spread", theme.SMALLEST, drawing.ground.muted, "end")


def vertical(name: str, runs: Sequence[Run]) -> tuple[float, float]:
    """The lowest and the highest number of a panel; 0 is in it where that is near."""
    series = [one for run in runs for key in (name, *_parts(run, name)) if (one := run.curves.get(key))]
    values = np.concatenate([one.finite for one in series])
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    if name == "reward":
        edges = np.concatenate([values, *(_band(run)[1].ravel() for run in runs)])
        low, high = (float(edges.min()), float(edges.max())) if len(edges) else (low, high)
    if low >= 0 and low < 0.5 * high:
        low = 0.0
    if high - low < 1e-12 + 1e-9 * abs(high):
        low, high = low - 0.5 * (abs(low) or 1.0), high + 0.5 * (abs(high) or 1.0)
    return low, high


def _tick(value: float) -> str:
    return f"{value:.0e}".replace("e-0", "e−") if 0 < abs(value) < 1e-3 else label(value)


def _band(run: Run) -> tuple[FloatArray, FloatArray]:
    """Steps [n], and mean minus and plus one spread [2, n], where both were logged as numbers."""
    mean, spread = run.curves.get("reward"), run.curves.get("reward_std")
    if mean is None or spread is None:
        return np.zeros(0), np.zeros((2, 0))
    steps, a, b = np.intersect1d(mean.steps, spread.steps, return_indices=True)
    edges = np.stack([mean.values[a] - spread.values[b], mean.values[a] + spread.values[b]])
    good = np.isfinite(edges).all(0)
    return steps[good], edges[:, good]


def thinned(series: Series) -> Series:
    """At most so many points, as the picture has pixels: of each stretch its lowest and its highest. Gaps stay."""
    count = len(series.steps)
    if count <= MOST_POINTS:
        return series
    kept: set[int] = {0, count - 1}
    for part in np.array_split(np.arange(count), MOST_POINTS // 3):
        values = series.values[part]
        if (gaps := part[~np.isfinite(values)]).size:
            kept.add(int(gaps[0]))
        if np.isfinite(values).any():
            kept |= {int(part[np.nanargmin(values)]), int(part[np.nanargmax(values)])}
    order = np.array(sorted(kept))
    return Series(series.steps[order], series.values[order])
