"""L against the ratio: the rule's curve for each advantage of the group, and the answers as dots on it, as SVG."""

from __future__ import annotations

from collections.abc import Callable

from companion.explore.group import Group, Table, curves

Scale = Callable[[float], float]

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 64, 20, 18, 52


def draw(group: Group, made: Table) -> str:
    """The picture; text and shapes take their colours from the style sheet."""
    far = max(2.0, *(1.1 * ratio for ratio in made.columns["ratio"]))
    axis, heights = curves(group, made, far)
    seen = [value for curve in heights for ratio, value in zip(axis, curve, strict=True) if ratio > 0.1]
    dots = max(0.5, *(abs(value) for value in made.columns["surrogate"]))
    tall: float = min(max(dots, *(abs(value) for value in seen)), 3 * dots)

    def x(ratio: float) -> float:
        return LEFT + ratio / far * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return TOP + (1 - value / tall) / 2 * (HEIGHT - TOP - BOTTOM)

    parts = [_ground(group, made, x, y, far, tall)]
    for curve in _distinct(heights):
        line = " ".join(f"{x(r):.1f},{y(v):.1f}" for r, v in zip(axis, curve, strict=True))
        parts.append(f'<polyline class="curve" points="{line}"/>')
    for index, (ratio, value) in enumerate(zip(made.columns["ratio"], made.columns["surrogate"], strict=True)):
        sign = "up" if made.columns["advantage"][index] > 0 else "down"
        shut = " shut" if made.silenced[index] else ""
        at = f'cx="{x(ratio):.1f}" cy="{y(value):.1f}"'
        parts.append(f'<circle class="dot {sign}{shut}" data-dot="{index}" {at} r="9"/>')
        parts.append(f'<text class="name" x="{x(ratio):.1f}" y="{y(value) - 15:.1f}">{index + 1}</text>')
    title = "What each answer adds to the mean, against its ratio"
    clip = f'<clipPath id="inside"><rect x="{LEFT}" y="0" width="{WIDTH - LEFT}" height="{HEIGHT - BOTTOM + 4}"/></clipPath>'
    inside = f'<g clip-path="url(#inside)">{"".join(parts[1:])}</g>'
    head = f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}" data-far="{far}" data-left="{LEFT}"'
    return f'<svg {head} data-right="{RIGHT}" data-width="{WIDTH}">{clip}{parts[0]}{inside}</svg>'


def _distinct(heights: list[list[float]]) -> list[list[float]]:
    """Answers of the same advantage share their curve."""
    return list({tuple(round(y, 9) for y in curve): curve for curve in heights}.values())


def _ground(group: Group, made: Table, x: Scale, y: Scale, far: float, tall: float) -> str:
    """Axes, the clip range, and their words."""
    foot = HEIGHT - BOTTOM
    parts = []
    params = group.params
    if made.clips or group.rule == "cispo":
        low, high = max(0.0, 1 - params.clip_low), min(far, 1 + params.clip_high)
        parts.append(
            f'<rect class="range" x="{x(low):.1f}" y="{TOP}" width="{x(high) - x(low):.1f}" height="{foot - TOP}"/>'
        )
        for edge in (low, high):
            parts.append(f'<line class="edge" x1="{x(edge):.1f}" x2="{x(edge):.1f}" y1="{TOP}" y2="{foot}"/>')
    parts.append(f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(0):.1f}" y2="{y(0):.1f}"/>')
    parts.append(f'<line class="one" x1="{x(1):.1f}" x2="{x(1):.1f}" y1="{TOP}" y2="{foot}"/>')
    step = 0.5 if far <= 4 else 1.0 if far <= 8 else round(far / 6)
    for tick in range(int(far / step) + 1):
        parts.append(f'<text class="tick" x="{x(tick * step):.1f}" y="{foot + 22}">{tick * step:g}</text>')
    for value in (-tall, 0, tall):
        parts.append(f'<text class="tick side" x="{LEFT - 10}" y="{y(value) + 5:.1f}">{value:.2g}</text>')
    parts.append(f'<text class="what" x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}">ratio  π / π_old</text>')
    return "".join(parts)


def told(group: Group, made: Table) -> str:
    """The same in words."""
    advantages = made.columns["advantage"]
    shut = [str(index + 1) for index, closed in enumerate(made.silenced) if closed]
    praised = sum(value > 0 for value in advantages)
    blamed = sum(value < 0 for value in advantages)
    words = f"{praised} of {len(advantages)} answers have a positive advantage, {blamed} a negative one."
    if praised + blamed == 0:
        return "All advantages are 0: the group agrees, and this rule learns nothing from it."
    if not made.clips:
        return f"{words} This rule has no minimum and no clip that silences: every answer pushes."
    if not shut:
        return f"{words} No ratio is past the clip on its paying side: every answer still pushes."
    who = f"Answer {shut[0]} is" if len(shut) == 1 else f"Answers {', '.join(shut)} are"
    return f"{words} {who} silenced: the clipped term is the smaller one there, and it has no slope."
