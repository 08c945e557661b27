"""The one large map of the first clips: the mountain, the start, which way each answer lies, and the six names."""

from __future__ import annotations

from manim import Mobject

from scenes import theme
from scenes.engine.lettering import bounds
from scenes.engine.stage import Stage, When
from scenes.parts.legend import Legend
from scenes.parts.map_panel import MapPanel, levels
from scenes.parts.plane import Plane
from scenes.parts.say import appear
from traces.store import Trace

SIDE = 600.0
ALONE = (theme.RIGHT - SIDE, 248.0)  # left and top of the one map
NAMES = 172.0  # baseline of the six names
TOTALS = (theme.LEFT, 266.0, 648.0, 350.0, 600.0)  # left, top, width of the marks and of the bars, height


def names(stage: Stage) -> dict[str, list[Mobject]]:
    """The six rules in one row, each with its marker."""
    x, out = float(theme.LEFT), {}
    for name, look in theme.OBJECTIVES.items():
        marker = Legend(x, NAMES, 34.0)
        parts = [*marker.marker(look), *marker.say(f"*{look.label}*", look.colour)]
        out[name] = [stage.put(part, "text") for part in parts]
        x = bounds(parts[1])[2] + 56
    return out


def alone(trace: Trace) -> MapPanel:
    """The one large map."""
    us, vs = trace["grid_u"], trace["grid_v"]
    span = (float(us[0]), float(us[-1])), (float(vs[0]), float(vs[-1]))
    return MapPanel(Plane(*ALONE, SIDE, SIDE, *span), trace)


def territory(stage: Stage, panel: MapPanel, trace: Trace, at: When | None, bearings: When | None) -> None:
    """The true mountain on the one large map, where all begin, and which way each answer lies."""
    parts = [
        (panel.frame(), "grid"),
        (panel.territory(levels(trace), pen=2.6, dash=(3, 8)), "line"),
        *((tag, "text") for tag in panel.heights(levels(trace), theme.LABEL)),
        (panel.start(trace["theta"][0, 0, 0], radius=11), "mover"),
    ]
    for mobject, layer in parts:
        appear(stage, mobject, layer, at)
    for k, letter in enumerate(panel.letters(size=38)):
        appear(stage, letter, "mover", None if bearings is None else stage.time(bearings) + 0.5 * k)
    legend = Legend(ALONE[0], ALONE[1] + SIDE + 42, theme.LABEL)
    for part in [*legend.dots(), *legend.say("true expected reward")]:
        appear(stage, part, "text", at)
    legend = Legend(ALONE[0], ALONE[1] + SIDE + 84, theme.LABEL)
    for part in [*legend.mark("circle", theme.TEXT), *legend.say("the start of all six")]:
        appear(stage, part, "text", at)
