"""The one large map of the first clips: the mountain, the start, which way each answer lies, and the six names."""

from __future__ import annotations

from manim import Mobject

from scenes import theme
from scenes.engine import layout
from scenes.engine.stage import Stage, When
from scenes.parts.legend import Legend
from scenes.parts.map_panel import MapPanel, levels
from scenes.parts.plane import Plane, spans
from scenes.parts.say import appear
from traces.store import Trace

NAMES = theme.PICTURE.top  # baseline of the six names
ALONE = layout.square(layout.trimmed(theme.PICTURE, top=theme.WIDE, bottom=theme.TITLE), "end")  # the one map
TOTALS = layout.trimmed(theme.PICTURE, top=theme.WIDE + theme.GUTTER, right=ALONE.width + theme.WIDE)


def names(stage: Stage) -> dict[str, list[Mobject]]:
    """The six rules in one row, each with its marker."""
    x, out = float(theme.LEFT), {}
    for name, look in theme.OBJECTIVES.items():
        marker = Legend(x, NAMES, theme.BODY)
        parts = [*marker.marker(look), *marker.say(f"*{look.label}*", look.colour)]
        out[name] = [stage.put(part, "text") for part in parts]
        x = layout.area(parts[1]).right + theme.TITLE
    return out


def alone(trace: Trace, room: theme.Area = ALONE) -> MapPanel:
    """The one large map."""
    span = spans(trace)
    return MapPanel(Plane(*layout.rectangle(room), *span), trace)


def territory(stage: Stage, panel: MapPanel, trace: Trace, at: When | None, bearings: When | None) -> None:
    """The true mountain on the one large map, where all begin, and which way each answer lies."""
    parts = [
        (panel.frame(), "grid"),
        (panel.territory(levels(trace), pen=3.0, dash=theme.DOTTED), "line"),
        *((tag, "text") for tag in panel.heights(levels(trace), theme.LABEL)),
        (panel.start(trace["theta"][0, 0, 0], radius=theme.TIGHT), "mover"),
    ]
    for mobject, layer in parts:
        appear(stage, mobject, layer, at)
    for k, letter in enumerate(panel.letters(size=theme.BODY)):
        appear(stage, letter, "mover", None if bearings is None else stage.time(bearings) + 0.5 * k)
    size = theme.TICK if stage.upright else theme.LABEL
    left, foot = (theme.UPRIGHT.left if stage.upright else panel.plane.x), panel.plane.y + panel.plane.height
    legend = Legend(left, foot + 1.3 * size, size)
    for part in [*legend.dots(), *legend.say("true expected reward")]:
        appear(stage, part, "text", at)
    legend = Legend(left, foot + 2.6 * size, size)
    for part in [*legend.mark("circle", theme.TEXT), *legend.say("the start of all six")]:
        appear(stage, part, "text", at)
