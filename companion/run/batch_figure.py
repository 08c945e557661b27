"""A batch under the twelve rules: a row a rule, a bar an answer; and one group of it, token by token."""

from __future__ import annotations

import numpy as np

from companion.run.batch import IntArray
from companion.run.pushes import Pushed, groups_that_count
from companion.run.runs import FloatArray
from companion.run.svg import FILM, Drawing, Ground
from scenes import theme

NAMES = {
    **{name: look.label for name, look in theme.OBJECTIVES.items()},
    "rloo": "RLOO",
    "reinforce_pp": "REINFORCE++",
    "dr_grpo": "Dr. GRPO",
    "vapo": "VAPO",
    "cispo": "CISPO",
    "gspo": "GSPO",
}
MOST_ANSWERS = 64
MOST_BINS = 60
ROW = 62.0
LEFT, RIGHT = 390.0, 230.0


def first_groups(batch: Pushed, most: int = MOST_ANSWERS) -> IntArray:
    """The answers of as many whole groups as a picture holds, at least of one, group by group."""
    labels = batch.batch.group
    order = np.argsort(labels, kind="stable")
    taken: list[IntArray] = []
    total = 0
    for group in np.unique(labels):
        rows = order[labels[order] == group]
        if taken and total + len(rows) > most:
            break
        taken.append(rows)
        total += len(rows)
    return np.concatenate(taken)[: 4 * most]


def size(batch: Pushed) -> tuple[float, float]:
    """Width and height of the picture of answers."""
    return theme.WIDTH, 250 + ROW * (len(batch.rules) + 1) + 60


def answers(batch: Pushed, ground: Ground = FILM) -> str:
    """The push of each rule on each answer, as SVG. Bars of one rule are in proportion; up means more likely."""
    width, height = size(batch)
    rows = first_groups(batch)
    drawing = Drawing(width, height, ground, "A batch under twelve rules: the push on every answer")
    count, groups = groups_that_count(batch)
    drawing.text(theme.LEFT, 70, "What each rule would push", theme.STATEMENT)
    some = "" if len(rows) == len(batch.batch) else f"; shown are the first {len(rows)}"
    drawing.text(
        theme.LEFT,
        112,
        f"{len(batch.batch)} answers, {groups} groups, {count} with contrast{some}. Up: more likely. Down: less.",
        theme.NOTE,
        ground.muted,
    )
    step = (width - LEFT - RIGHT) / len(rows)
    drawing.text(width - theme.LEFT, 180, "effective answers", theme.TICK, ground.muted, "end")
    top = 200.0
    drawing.text(theme.LEFT, top + ROW / 2 + 8, "reward", theme.LABEL, ground.muted)
    _bars(drawing, batch.batch.rewards[rows], (LEFT, top, step), ground.text, ground.text)
    labels = batch.batch.group[rows]
    for k in (np.flatnonzero(np.diff(labels)) + 1).tolist():
        drawing.line(LEFT + k * step, top, LEFT + k * step, height - 60, ground.muted, 1)
    for k, rule in enumerate(batch.rules):
        y = top + (k + 1) * ROW
        push = batch.rules[rule]
        look = theme.OBJECTIVES.get(rule)
        colour = look.colour if look and ground is FILM else ground.text
        drawing.text(theme.LEFT, y + ROW / 2 + 8, NAMES.get(rule, rule), theme.LABEL, colour)
        _bars(drawing, push.answers[rows], (LEFT, y, step), ground.up, ground.down)
        drawing.text(width - theme.LEFT, y + ROW / 2 + 8, f"{push.effective:.1f}", theme.LABEL, anchor="end")
    for k, silent in enumerate(~batch.counts[rows]):
        if silent:
            drawing.rect(LEFT + k * step, top + ROW, step, ROW * len(batch.rules), ground.muted, 0.14)
    drawing.text(theme.LEFT, height - 22, "Grey: groups without contrast.", theme.TICK, ground.muted)
    return drawing.done()


def _bars(drawing: Drawing, values: FloatArray, at: tuple[float, float, float], up: str, down: str) -> None:
    """Bars from the middle of a row, the largest as high as the row allows."""
    x, y, step = at
    middle, most = y + ROW / 2, float(np.abs(values).max()) or 1.0
    drawing.line(x, middle, x + step * len(values), middle, drawing.ground.axis, 1)
    for k, value in enumerate(values):
        high = (ROW / 2 - 4) * abs(float(value)) / most
        drawing.rect(
            x + (k + 0.15) * step, middle - high if value > 0 else middle, 0.7 * step, high, up if value > 0 else down
        )


def told_group(batch: Pushed) -> IntArray:
    """The answers of the group whose tokens are shown: the first with contrast, with a silenced token if any has."""
    silenced = np.zeros(len(batch.batch), bool)
    for push in batch.rules.values():
        silenced |= push.silenced.any(-1)
    for wanted in (batch.counts & silenced, batch.counts, np.ones(len(batch.batch), bool)):
        if wanted.any():
            group = batch.batch.group[np.flatnonzero(wanted)[0]]
            return np.flatnonzero(batch.batch.group == group)[:8]
    return np.arange(0)


def tokens_size(batch: Pushed) -> tuple[float, float]:
    """Width and height of the picture of tokens."""
    return theme.WIDTH, 170 + 4 * (70 + 34 * len(told_group(batch))) + 40


def tokens(batch: Pushed, ground: Ground = FILM) -> str:
    """The push of each rule on each token of one group, as SVG; long answers in stretches, whose pushes are added."""
    width, height = tokens_size(batch)
    rows = told_group(batch)
    longest = int(batch.batch.lengths[rows].max())
    bins = min(MOST_BINS, max(1, longest))
    drawing = Drawing(width, height, ground, "One group under twelve rules: the push on every token")
    drawing.text(theme.LEFT, 70, "One group, token by token", theme.STATEMENT)
    each = "" if longest <= bins else f" Each bar is the sum over about {longest / bins:.0f} tokens."
    drawing.text(
        theme.LEFT,
        112,
        f"A row an answer, with its reward; from left to right its tokens.{each} A dash below: silenced by the clip.",
        theme.NOTE,
        ground.muted,
    )
    across = 3
    column = (width - 2 * theme.LEFT - (across - 1) * theme.GAP) / across
    panel = 70 + 34 * len(rows)
    for k, rule in enumerate(batch.rules):
        x = theme.LEFT + (k % across) * (column + theme.GAP)
        y = 150 + (k // across) * panel
        look = theme.OBJECTIVES.get(rule)
        drawing.text(x, y + 30, NAMES.get(rule, rule), theme.LABEL, look.colour if look and ground is FILM else "")
        _tokens(drawing, batch, rule, rows, (x + 60, y + 44, column - 60, bins, longest))
    return drawing.done()


def _tokens(
    drawing: Drawing, batch: Pushed, rule: str, rows: IntArray, box: tuple[float, float, float, int, int]
) -> None:
    x, y, width, bins, longest = box
    push = batch.rules[rule]
    place = np.minimum(np.arange(push.tokens.shape[1]) * bins // longest, bins - 1)
    sums = np.array([np.bincount(place, push.tokens[row], bins) for row in rows])
    silent = np.array([np.bincount(place, push.silenced[row], bins) > 0 for row in rows])
    most = float(np.abs(sums).max()) or 1.0
    step = width / bins
    for k, row in enumerate(rows):
        middle = y + 34 * k + 15
        drawing.text(x - 8, middle + 7, f"{batch.batch.rewards[row]:.3g}", theme.SMALLEST, drawing.ground.muted, "end")
        long = step * -(-int(batch.batch.lengths[row]) * bins // longest)
        drawing.line(x, middle, x + long, middle, drawing.ground.axis, 1)
        for at, value in enumerate(sums[k]):
            if value:
                high = max(1.0, 13 * abs(float(value)) / most)
                colour = drawing.ground.up if value > 0 else drawing.ground.down
                drawing.rect(x + (at + 0.1) * step, middle - (high if value > 0 else 0), 0.8 * step, high, colour)
            if silent[k, at]:
                drawing.rect(x + (at + 0.1) * step, middle + 14, 0.8 * step, 3, drawing.ground.text)
