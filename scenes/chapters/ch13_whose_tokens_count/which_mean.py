"""Which mean? What each token of one batch weighs under four averages."""

from __future__ import annotations

from typing import NamedTuple

from manim import Typst

from scenes import theme
from scenes.chapters.ch13_whose_tokens_count.weight_rows import WeightRows
from scenes.engine import layout
from scenes.engine.ink import box
from scenes.engine.lettering import as_one, counted, text
from scenes.engine.stage import Stage
from scenes.parts import upright
from traces.store import Trace

GRPO, DAPO = (theme.OBJECTIVES[name].colour for name in ("grpo", "dapo"))
AVERAGES = {  # cue: who takes it, its colour, its name, and what weighs the same
    "sequence": ("GRPO", GRPO, "mean of means", "each *answer* alike"),
    "token": ("DAPO, in code", DAPO, "token mean", "each *token* alike"),
    "group": ("DAPO, as written", DAPO, "group mean", "each *question* alike"),
    "constant": ("Dr. GRPO", theme.TEXT, "a constant", "each *token* alike,"),
}
ASIDE = "in any batch"


class Places(NamedTuple):
    """Across: who takes an average, the tokens, what is alike. Down: the batch, and an average a row."""

    names: theme.Area
    room: theme.Area
    says: theme.Area
    head: theme.Area
    rows: tuple[theme.Area, ...]


def places(stage: Stage) -> Places:
    """Beside one another; upright, the words stand over the bars."""
    whole = upright.picture(stage)
    if stage.upright:
        head, *rows = layout.rows(layout.trimmed(whole, top=-theme.WIDE), (4, 5, 5, 5, 5), gap=theme.TIGHT)
        return Places(whole, whole, whole, head, tuple(rows))
    names, room, says = layout.columns(whole, (5, 16, 6), gap=theme.GAP)
    head, *rows = layout.rows(whole, (4, 5, 5, 5, 5), gap=theme.GUTTER)
    return Places(names, room, says, head, tuple(rows))


class WhichMean(Stage):
    """Which mean? What each token of one batch weighs under four averages."""

    traces = ("length_phantom",)
    hyperparameters = ("length_phantom.cap",)
    sizes = ("1080x1920",)

    def build(self) -> None:
        trace = self.trace("length_phantom")
        self.places = places(self)
        words = "*What does a token weigh?*" if self.upright else "*Which mean?* What one token weighs in the loss"
        self.bring(upright.statement(self, words))
        lengths, question = (trace[f"batch_{name}"].tolist() for name in ("lengths", "question"))
        rows = WeightRows(lengths, question, self.places.room)
        self.batch(rows, lengths, question)
        # One average after the other: who takes it, its weights, and what is alike in it.
        weights = trace["batch_weight"]
        for cue, row in zip(AVERAGES, self.places.rows, strict=True):
            colour = AVERAGES[cue][1]
            k = trace["averages"].tolist().index(cue)
            label = rows.put(
                self, weights[k], float(weights.max()), layout.trimmed(row, *self.margins(row)), colour, cue
            )
            label += self.upright_words(row, cue) if self.upright else self.words(row, cue)
            as_one(label)
        self.point_at_long(rows, trace)
        cap = self.hyper("length_phantom.cap")
        note = f"Exact weights of the loss's average, four answers; the constant: {cap} tokens an answer."
        self.bring(upright.source(self, note))

    def words(self, row: theme.Area, cue: str) -> list[Typst]:
        # Who takes the average, and its name; on the other side what weighs the same.
        who, colour, name, alike = AVERAGES[cue]
        left = self.places.names.left
        out = [self.bring(text(f"*{who}*", left, row.bottom - theme.TITLE, theme.BODY, colour), cue)]
        out.append(self.bring(text(name, left, row.bottom - theme.TIGHT, theme.BODY), cue))
        lines = [alike, ASIDE] if cue == "constant" else [alike]
        for line, word in enumerate(reversed(lines)):
            y = row.bottom - theme.TIGHT - line * theme.STATEMENT
            out.append(self.bring(text(word, self.places.says.left, y, theme.BODY), (cue, theme.SLOW)))
        return out

    def upright_words(self, row: theme.Area, cue: str) -> list[Typst]:
        # Who and what stand over the bars, which show by themselves what is alike.
        who, colour, name, _ = AVERAGES[cue]
        y = row.top + theme.LABEL
        out = [self.bring(text(f"*{who}*", row.left, y, theme.NOTE, colour), cue)]
        out.append(self.bring(text(name, row.right, y, theme.NOTE, anchor="right"), cue))
        return out

    def margins(self, row: theme.Area) -> tuple[float, float, float, float]:
        # What a row leaves free at its sides: the bars stand in the room of the tokens.
        room, above = self.places.room, theme.STATEMENT if self.upright else 0.0
        return room.left - row.left, above, row.right - room.right, 0.0

    def batch(self, rows: WeightRows, lengths: list[int], question: list[int]) -> None:
        # The questions, the length of each answer, and its tokens.
        foot, size = self.places.head.bottom, theme.NOTE if self.upright else theme.LABEL
        for k, (answer, length) in enumerate(zip(rows.answers, lengths, strict=True)):
            self.bring(rows.tokens(k, foot), ("ask", k * theme.QUICK), "mark")
            y = foot - rows.slots[k][0].width - theme.TIGHT
            told = f"{length}" if self.upright else counted(length, "token")
            word = text(told, answer.middle[0], y, size, theme.MUTED, "center")
            self.bring(word, ("batch", k * theme.QUICK))
        for q in sorted(set(question)):
            own = [answer for answer, of in zip(rows.answers, question, strict=True) if of == q]
            x = (own[0].left + own[-1].right) / 2
            y = self.places.head.top + theme.TIGHT
            self.bring(text(f"question {q + 1}", x, y, theme.BODY, anchor="center"), "batch")

    def point_at_long(self, rows: WeightRows, trace: Trace) -> None:
        # The long answer and its light tokens, while they are spoken of.
        long = rows.answers[int(trace["batch_lengths"].argmax())]
        top = self.places.head.bottom - rows.slots[0][0].width - theme.STATEMENT
        wide = long.width + 2 * theme.TIGHT
        frame = box(
            long.left - theme.TIGHT,
            top,
            wide,
            self.places.rows[0].bottom + theme.TIGHT - top,
            stroke=theme.TEXT,
            pen=theme.PEN,
            dash=theme.DASHED,
        )
        self.bring(frame, "light")
        self.hide(frame, at=("token", -theme.QUICK))
