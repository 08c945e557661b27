"""A group as a table: a row an answer, a column a step of the sum, from its reward to what it adds to the objective.

    table = GroupTable(trace, HAND, theme.PICTURE)      # HAND and LEASH are the columns of two clips
    table.put(stage, rows)                              # marks and letters of these rows
    table.column(stage, "reward", rows, at="reward")    # a column comes, on a band until the next one comes
    table.gather(stage, rows, at="all")                 # the rows stood apart; now they take their places

The policy is half-way along the trace's line. Rows are sorted by answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Ink, box, rule
from scenes.engine.lettering import formula, halo, number, text
from scenes.parts.batch import Batch
from scenes.parts.plane import Plane
from scenes.theme import Area, FloatArray
from traces.store import Trace

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

QUIET = 0.72  # opacity of a column that is not spoken of
NAMED = 0.08  # of the width, for the answers


@dataclass(frozen=True)
class Column:
    """A column: its head as a formula and in a word, the colour of its numbers, and whether they carry a sign."""

    name: str
    head: str
    word: str
    colour: str = theme.TEXT
    signed: bool = False


S = theme.SYMBOLS
LEAST = Column("least", 'upright("min")', "the smaller", theme.TEXT, True)
NEW = Column("new", "pi_theta", "chance now")
HAND = (
    Column("reward", "{{ r : reward }}", "paid", S["reward"]),
    Column("advantage", "{{ hat(A) : advantage }}", "advantage", S["advantage"], True),
    Column("old", 'pi_(upright("old"))', "chance then", theme.MUTED),
    NEW,
    Column("ratio", "{{ rho : ratio }}", "ratio", S["ratio"]),
    Column("clipped_ratio", '{{ upright("clip") rho : clip }}', "clipped", S["clip"]),
    Column("plain_term", "{{ rho : ratio }} thin {{ hat(A) : advantage }}", "plain term", S["ratio"], True),
    Column(
        "clipped_term",
        '{{ upright("clip") rho : clip }} thin {{ hat(A) : advantage }}',
        "clipped term",
        S["clip"],
        True,
    ),
    LEAST,
)
LEASH = (
    LEAST,
    Column("ref", 'pi_(upright("ref"))', "reference", theme.MUTED),
    NEW,
    Column("x", "x", "reference / now"),
    Column("kl", '{{ upright("k3") : kl }}', "KL penalty", S["kl"]),
    Column("leash", '{{ beta thin upright("k3") : kl }}', "times beta", S["kl"]),
    Column("objective", "J", "objective", theme.TEXT, True),
)


class GroupTable:
    """The table in `place`: heads on top, a row for each answer, and room for a last row of sums."""

    def __init__(self, trace: Trace, columns: Sequence[Column], place: Area):
        self.trace, self.columns, self.place = trace, {column.name: column for column in columns}, place
        self.order = np.argsort(trace["group_answer"], kind="stable")
        self.stop = len(trace["step"]) // 2
        top, rows, last = layout.rows(place, (2, len(self.order), 1), gap=0)
        self.head, self.under = top.top + theme.BODY, top.bottom - theme.GUTTER
        self.top, self.bottom = rows.top, rows.bottom
        self.lines = [row.middle[1] + theme.BODY / 3 for row in layout.rows(rows, len(self.order), gap=0)]
        self.foot = last.bottom
        names, numbers = layout.columns(place, (NAMED, 1 - NAMED), gap=0)
        self.left = names.left
        self.slots = dict(zip(self.columns, layout.columns(numbers, len(columns), gap=0), strict=True))
        self.values = self.known()
        self.parts: dict[int, list[Mobject]] = {int(row): [] for row in range(len(self.order))}
        self.bright: list[tuple[Ink, list[Mobject]]] = []
        self.quiet: list[Mobject] = []

    def known(self) -> dict[str, FloatArray]:
        """The values of every column, in the order of the rows."""
        t, at = self.trace, self.stop
        answer = t["group_answer"]
        new, ref, beta = t["new_probs"][at][answer], t["ref_probs"][answer], float(t["beta"])
        fixed = {"reward": t["group_reward"], "advantage": t["advantage"], "old": t["old_probs"][answer]}
        running = {
            name: t[name][at] for name in ("ratio", "clipped_ratio", "plain_term", "clipped_term", "least", "kl")
        }
        made = {"new": new, "ref": ref, "x": ref / new, "leash": beta * t["kl"][at]}
        made["objective"] = t["least"][at] - beta * t["kl"][at]
        return {name: values[self.order] for name, values in {**fixed, **running, **made}.items()}

    def firsts(self) -> list[int]:
        """The first row of every kind of answer."""
        return [int(k) for k in np.unique(self.trace["group_answer"][self.order], return_index=True)[1]]

    def apart(self, rows: Sequence[int]) -> dict[int, float]:
        """How far below its place each of a few rows stands, when they share the whole height."""
        room = layout.rows(Area(self.left, self.top, self.place.right, self.bottom), len(rows), gap=0)
        return {row: place.middle[1] + theme.BODY / 3 - self.lines[row] for row, place in zip(rows, room, strict=True)}

    def right(self, name: str) -> float:
        """Where the numbers of a column end."""
        return self.slots[name].right - theme.GUTTER

    def put(
        self, stage: Stage, rows: Sequence[int], down: dict[int, float] | None = None, at: When | None = None
    ) -> None:
        """The marks and letters of some rows; the rule under the heads with the first of them."""
        if at is None:
            line = rule(self.left, self.top, self.place.right, self.top, stroke=theme.AXIS, pen=theme.FINE)
            stage.bring(line, layer="grid")
        for row in rows:
            y = self.lines[row] + (down or {}).get(row, 0.0)
            answer = int(self.trace["group_answer"][self.order[row]])
            mark = Batch.sample(self.left + theme.GUTTER, y - theme.TIGHT, answer, theme.STATEMENT)
            letter = text(f"*{self.trace['answers'][answer]}*", self.left + theme.TITLE, y, theme.BODY)
            self.parts[row] += [stage.bring(mark, at, "mark"), stage.bring(letter, at)]

    def column(
        self, stage: Stage, name: str, rows: Sequence[int], at: When | None, down: dict[int, float] | None = None
    ) -> None:
        """A column with its head and the numbers of some rows; the one before becomes quiet."""
        column, right, band = self.columns[name], self.right(name), self.band(name)
        stage.bring(band, at, "ground", theme.QUICK)
        words: list[Mobject] = [
            stage.bring(formula(column.head, right, self.head, theme.FORMULA, anchor="right"), at),
            stage.bring(text(column.word, right, self.under, theme.NOTE, theme.MUTED, "right"), at),
        ]
        for row in rows:
            words.append(self.cell(stage, name, row, at, (down or {}).get(row, 0.0)))
        self.quieten(stage, at)
        self.bright.append((band, words))

    def cell(self, stage: Stage, name: str, row: int, at: When | None, down: float = 0.0) -> Mobject:
        """One number."""
        column = self.columns[name]
        word = number(float(self.values[name][row]), column.signed)
        drawn = text(word, self.right(name), self.lines[row] + down, theme.FORMULA, column.colour, "right")
        if name == "least":  # it may be hatched
            halo(drawn)
        self.parts[row].append(stage.bring(drawn, at))
        return drawn

    def quieten(self, stage: Stage, at: When | None) -> None:
        """What was spoken of last is spoken of no more."""
        for band, words in self.bright:
            if at is not None:
                stage.hide(band, at=at)
                stage.dim(*words, to=QUIET, at=at)
        self.quiet += [word for _, words in self.bright for word in words]
        self.bright = []

    def rest(self, stage: Stage, at: When) -> None:
        """Every column is bright."""
        for band, _ in self.bright:
            stage.hide(band, at=at)
        stage.dim(*self.quiet, to=1.0, at=at)
        self.quiet, self.bright = [], []

    def light(self, stage: Stage, name: str, at: When) -> None:
        """A band behind a column that is spoken of again."""
        stage.bring(self.band(name), at, "ground", theme.QUICK)

    def band(self, name: str) -> Ink:
        """Quiet ground behind a column, from its head to its sum."""
        slot, over = self.slots[name], theme.TIGHT
        place = Area(slot.left + over, self.place.top - over, slot.right, self.foot + over)
        return box(*layout.rectangle(place), fill=theme.HAIRLINE, fill_opacity=0.5, quiet=True)

    def gather(self, stage: Stage, down: dict[int, float], at: When) -> None:
        """Rows that stood apart move to their places."""
        for row, far in down.items():
            stage.shift(*self.parts[row], down=-far, at=at)

    def sum(self, stage: Stage, name: str, words: str, at: When, colour: str = theme.TEXT) -> None:
        """A word in the last row, under a column."""
        stage.bring(text(words, self.right(name), self.foot, theme.BODY, colour, "right"), at)

    def hatch(self, rows: Sequence[int], down: dict[int, float] | None = None) -> Ink:
        """Hatching behind the smaller term of those rows whose clip is closed."""
        gate = self.trace["gate"][self.stop][self.order]
        pieces: list[FloatArray] = []
        starts: list[int] = []
        unit, slot, tall = np.array([0.0, 1.0]), self.slots["least"], self.lines[1] - self.lines[0]
        for row in (row for row in rows if gate[row]):
            y = self.lines[row] + (down or {}).get(row, 0.0) - theme.BODY / 3 - tall / 2
            cell = Plane(slot.left + theme.TIGHT, y, slot.width - theme.TIGHT, tall, (0.0, 1.0), (0.0, 1.0))
            lines = cell.hatch(unit, unit, np.ones((2, 2)))
            starts += [start + sum(map(len, pieces)) for start in lines.starts]
            pieces.append(lines.points)
        style: dict[str, Any] = {"stroke": theme.HATCH, "pen": theme.FINE, "stroke_opacity": 0.5, "quiet": True}
        return Ink(np.concatenate(pieces) if pieces else np.zeros((2, 3)), starts=starts or (0,), **style)
