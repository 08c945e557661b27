"""The explorer's table: a group of answers, a row a kind, from odds and scores to the objective, running as pi moves.

    table = GroupTable(trace, theme.LEFT, 200, theme.RIGHT - theme.LEFT)
    table.put_rows(stage); table.put_heads(stage)
    table.fill(stage, [(0.0, ("old", "reward")), ("marks", ("advantage",))])   # which columns come and are bright when
    stage.write(table.moving, lambda share: table.write(share * table.last), at="go", over=6)

Columns come by name, and those that are not spoken of fade; `write(at)` sets every running number for the fractional
stop `at` of the trace's line. Hatching behind a term says that its gate is closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine.ink import Ink, box, rule
from scenes.engine.lettering import formula, text
from scenes.parts.batch import Batch
from scenes.parts.map_panel import along
from scenes.parts.plane import Plane
from scenes.parts.running_number import RunningNumbers
from scenes.theme import FloatArray
from traces.store import Trace

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

FIGURE, HEAD = 40.0, 38.0
MARKS = 176.0  # pixels of the column of answers
QUIET = 0.72  # opacity of a column that is not spoken of


@dataclass(frozen=True)
class Column:
    """A column: its head, the colour of its numbers, and whether they carry a sign."""

    name: str
    head: str
    colour: str
    signed: bool = False


S = theme.SYMBOLS
COLUMNS = (
    Column("old", 'pi_(upright("old"))', theme.MUTED),
    Column("reward", "{{ r : reward }}", S["reward"]),
    Column("advantage", "{{ hat(A) : advantage }}", S["advantage"], True),
    Column("new", "pi_theta", theme.TEXT),
    Column("ratio", "{{ rho : ratio }}", S["ratio"]),
    Column("clipped_ratio", '{{ upright("clip") rho : clip }}', S["clip"]),
    Column("plain_term", "{{ rho : ratio }} {{ hat(A) : advantage }}", S["ratio"], True),
    Column("clipped_term", '{{ upright("clip") rho : clip }} {{ hat(A) : advantage }}', S["clip"], True),
    Column("least", 'upright("min")', theme.TEXT, True),
    Column("ref", 'pi_(upright("ref"))', theme.MUTED),
    Column("kl", '{{ upright("KL") : kl }}', S["kl"]),
)


class GroupTable:
    """The table with its top left corner at (x, y): heads, a row a kind of answer with its count, a row of means."""

    def __init__(self, trace: Trace, x: float, y: float, width: float, height: float = 330.0):
        answer, self.first, self.count = np.unique(trace["group_answer"], return_index=True, return_counts=True)
        self.trace, self.x, self.y, self.width, self.answer = trace, x, y, width, answer
        self.size, self.last = len(answer), len(trace["step"]) - 1
        self.pitch = height / (self.size + 2)
        self.rows = [y + self.pitch * (k + 1.0) for k in range(self.size)]
        self.foot = y + self.pitch * (self.size + 1.2)
        slot = (width - MARKS) / len(COLUMNS)
        self.rights = {c.name: x + MARKS + slot * (k + 1) - 0.12 * slot for k, c in enumerate(COLUMNS)}
        self.slot = slot
        self.figures = {c.name: RunningNumbers(FIGURE, c.colour) for c in COLUMNS}
        self.means = {
            name: RunningNumbers(FIGURE, c.colour)
            for name, c in zip(("least", "kl"), (COLUMNS[8], COLUMNS[10]), strict=True)
        }
        self.heads: dict[str, Mobject] = {}
        self.hatching = Ink(np.zeros((2, 3)), stroke=theme.HATCH, pen=1.6, stroke_opacity=0.5, quiet=True)
        self.fixed = {
            "old": trace["old_probs"][answer],
            "ref": trace["ref_probs"][answer],
            "reward": trace["group_reward"][self.first],
            "advantage": trace["advantage"][self.first],
        }
        self.write(0.0)

    @property
    def moving(self) -> list[Mobject]:
        """What `write` sets."""
        running = [self.figures[c.name] for c in COLUMNS if c.name not in self.fixed]
        return [self.hatching, *running, *self.means.values()]

    def put_rows(self, stage: Stage) -> list[Mobject]:
        """Put the answers, the rules and the hatching on stage."""
        parts: list[Mobject] = []
        top, foot = self.rows[0] - 0.8 * self.pitch, self.foot - 0.8 * self.pitch
        for y in (top, foot):
            parts.append(stage.put(rule(self.x, y, self.x + self.width, y, stroke=theme.AXIS, pen=2.0), "grid"))
        for k, count, y in zip(self.answer, self.count, self.rows, strict=True):
            parts.append(stage.put(Batch.sample(self.x + 22, y - 13, int(k), 42), "mark"))
            parts.append(stage.put(text(f"*{self.trace['answers'][k]}*", self.x + 56, y, FIGURE), "text"))
            parts.append(stage.put(text(f"× {count}", self.x + 104, y, 34, theme.MUTED), "text"))
        parts.append(stage.put(self.hatching, "line"))
        return parts

    def put_heads(self, stage: Stage) -> list[Mobject]:
        """Put the heads of all columns on stage, each hidden until its column comes."""
        for c in COLUMNS:
            head = formula(c.head, self.rights[c.name], self.y, HEAD, anchor="right")
            self.heads[c.name] = stage.put(head, "text", shown=False)
        return list(self.heads.values())

    def fill(self, stage: Stage, beats: Sequence[tuple[When, tuple[str, ...]]], over: float = theme.QUICK) -> None:
        """Let the columns of each beat come with their heads, or come back, on a band, while all others fade."""
        before: tuple[str, ...] = ()
        bands: dict[str, Ink] = {}
        arrived: list[str] = []
        for at, names in beats:
            for name in (n for n in names if n not in arrived):
                stage.put(self.figures[name], "mover", shown=False)
                if name in self.means:
                    stage.show(stage.put(self.means[name], "mover", shown=False), at=at, over=over)
                bands[name] = stage.put(self.band(name), "ground", shown=False)
                arrived.append(name)
            for name, head in self.heads.items():
                if (name in names) != (name in before):
                    for word in (head, self.figures[name]):
                        stage.dim(word, to=1.0 if name in names else QUIET, at=at, over=over)
            stage.show(*[bands[n] for n in names if n not in before], at=at, over=over)
            stage.hide(*[bands[n] for n in before if n not in names], at=at, over=over)
            before = names

    def band(self, name: str) -> Ink:
        """Quiet ground behind one column, from its head to the means."""
        left, top = self.rights[name] - 0.88 * self.slot, self.y - 46
        tall = self.foot + 18 - top
        return box(left, top, self.slot, tall, fill=theme.HAIRLINE, fill_opacity=0.5, quiet=True, round_joins=False)

    def write(self, at: float) -> None:
        """Set every number for the fractional stop `at`."""
        at = min(max(at, 0.0), self.last - 1e-9)
        for c in COLUMNS:
            values = self.fixed[c.name] if c.name in self.fixed else self.at(c.name, at)
            words = [number(v, c.signed) for v in values]
            self.figures[c.name].set(words, [self.rights[c.name]] * self.size, self.rows)
        for name, key, signed in (("least", "surrogate", True), ("kl", "mean_kl", False)):
            mean = float(along(self.trace[key], at))
            self.means[name].set([number(mean, signed)], [self.rights[name]], [self.foot])
        self.hatch(self.trace["gate"][int(at + 1e-6)][self.first])

    def at(self, name: str, at: float) -> FloatArray:
        """A running column at a fractional stop."""
        if name == "new":
            name, rows = "new_probs", self.answer
        else:
            rows = self.first
        shown: FloatArray = along(self.trace[name], at)[rows]
        return shown

    def hatch(self, gate: FloatArray) -> None:
        """Hatch the smaller term of every answer whose gate is closed."""
        pieces: list[FloatArray] = []
        starts: list[int] = []
        unit = np.array([0.0, 1.0])
        left = self.rights["least"] - 0.88 * self.slot
        for y in (y for y, closed in zip(self.rows, gate, strict=True) if closed):
            cell = Plane(left, y - 0.74 * self.pitch, self.slot, 0.96 * self.pitch, (0.0, 1.0), (0.0, 1.0))
            lines = cell.hatch(unit, unit, np.ones((2, 2)), 14.0)
            starts += [s + sum(map(len, pieces)) for s in lines.starts]
            pieces.append(lines.points)
        if pieces:
            self.hatching.write(np.concatenate(pieces), starts)
        else:
            self.hatching.write(np.zeros((2, 3)), [0])


def number(value: float, signed: bool = False, digits: int = 2) -> str:
    """A number in `digits` decimals; what rounds to nothing has no sign."""
    word = f"{abs(float(value)):.{digits}f}"
    if float(word) == 0.0 or (value > 0 and not signed):
        return word
    return ("+" if value > 0 else "−") + word
