"""Which mean? What each token of one batch weighs under four averages."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch13_whose_tokens_count.weight_rows import WeightRows, as_one
from scenes.engine import layout
from scenes.engine.ink import box
from scenes.engine.lettering import counted, text
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from traces.store import Trace

NAMES, ROOM, SAYS = layout.columns(theme.PICTURE, (5, 16, 6), gap=theme.GAP)
HEAD, *ROWS = layout.rows(theme.PICTURE, (4, 5, 5, 5, 5), gap=theme.GUTTER)
GRPO, DAPO = (theme.OBJECTIVES[name].colour for name in ("grpo", "dapo"))
AVERAGES = {  # cue: who takes it, its colour, its name, and what weighs the same
    "sequence": ("GRPO", GRPO, "mean of means", "each *answer* alike"),
    "token": ("DAPO, in code", DAPO, "token mean", "each *token* alike"),
    "group": ("DAPO, as written", DAPO, "group mean", "each *question* alike"),
    "constant": ("Dr. GRPO", theme.TEXT, "a constant", "each *token* alike,"),
}
ASIDE = "in any batch"


class WhichMean(Stage):
    """Which mean? What each token of one batch weighs under four averages."""

    traces = ("length_phantom",)
    hyperparameters = ("length_phantom.cap",)

    def build(self) -> None:
        trace = self.trace("length_phantom")
        self.bring(statement("*Which mean?* What one token weighs in the loss"))
        lengths, question = (trace[f"batch_{name}"].tolist() for name in ("lengths", "question"))
        rows = WeightRows(lengths, question, ROOM)
        self.batch(rows, lengths, question)
        # One average after the other: who takes it, its weights, and what is alike in it.
        weights = trace["batch_weight"]
        for cue, row in zip(AVERAGES, ROWS, strict=True):
            who, colour, name, alike = AVERAGES[cue]
            k = trace["averages"].tolist().index(cue)
            label = rows.put(
                self, weights[k], float(weights.max()), layout.trimmed(row, *self.margins(row)), colour, cue
            )
            label.append(text(f"*{who}*", NAMES.left, row.bottom - theme.TITLE, theme.BODY, colour))
            label.append(text(name, NAMES.left, row.bottom - theme.TIGHT, theme.BODY))
            self.bring(label[-2], cue)
            self.bring(label[-1], cue)
            words = [alike, ASIDE] if cue == "constant" else [alike]
            for line, word in enumerate(reversed(words)):
                y = row.bottom - theme.TIGHT - line * theme.STATEMENT
                label.append(self.bring(text(word, SAYS.left, y, theme.BODY), (cue, theme.SLOW)))
            as_one(label)
        self.point_at_long(rows, trace)
        cap = self.hyper("length_phantom.cap")
        self.bring(source(f"Exact weights of the loss's average, four answers; the constant: {cap} tokens an answer."))

    def margins(self, row: theme.Area) -> tuple[float, float, float, float]:
        # What a row leaves free at its sides: the bars stand in the room of the tokens.
        return ROOM.left - row.left, 0.0, row.right - ROOM.right, 0.0

    def batch(self, rows: WeightRows, lengths: list[int], question: list[int]) -> None:
        # The questions, the length of each answer, and its tokens.
        foot = HEAD.bottom
        for k, (answer, length) in enumerate(zip(rows.answers, lengths, strict=True)):
            self.bring(rows.tokens(k, foot), ("ask", k * theme.QUICK), "mark")
            y = foot - rows.slots[k][0].width - theme.TIGHT
            word = text(counted(length, "token"), answer.middle[0], y, theme.LABEL, theme.MUTED, "center")
            self.bring(word, ("batch", k * theme.QUICK))
        for q in sorted(set(question)):
            own = [answer for answer, of in zip(rows.answers, question, strict=True) if of == q]
            x = (own[0].left + own[-1].right) / 2
            y = HEAD.top + theme.TIGHT
            self.bring(text(f"question {q + 1}", x, y, theme.BODY, anchor="center"), "batch")

    def point_at_long(self, rows: WeightRows, trace: Trace) -> None:
        # The long answer and its light tokens, while they are spoken of.
        long = rows.answers[int(trace["batch_lengths"].argmax())]
        top = HEAD.bottom - rows.slots[0][0].width - theme.STATEMENT
        wide = long.width + 2 * theme.TIGHT
        frame = box(
            long.left - theme.TIGHT,
            top,
            wide,
            ROWS[0].bottom + theme.TIGHT - top,
            stroke=theme.TEXT,
            pen=theme.PEN,
            dash=theme.DASHED,
        )
        self.bring(frame, "light")
        self.hide(frame, at=("token", -theme.QUICK))
