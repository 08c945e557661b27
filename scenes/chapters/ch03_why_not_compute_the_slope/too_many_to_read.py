"""How many texts a real model could write, against how many anyone could have read."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine.ink import box
from scenes.engine.lettering import counter, text
from scenes.engine.stage import Stage
from scenes.parts.batch import Batch
from scenes.parts.headings import source, statement
from scenes.parts.powers import Powers, digits
from traces.store import Trace

UNREAD = theme.ANSWERS[1]
SLOTS, BARS, COUNTS = theme.TOP + 2 * theme.WIDE, theme.HEIGHT / 3, theme.HEIGHT * 2 / 3  # tops of the three parts
THICK = theme.TITLE
LEADING = 1.5 * theme.STATEMENT  # between numbers that are written out


class TooManyToRead(Stage):
    """How many texts a real model could write, against how many anyone could have read."""

    traces = ("gradient_clouds",)
    hyperparameters = ("gradient_clouds.vocabulary",)

    def build(self) -> None:
        trace = self.trace("gradient_clouds")
        self.bring(statement("A real model: *every text is a term of the sum*"))
        decades, read = trace["log10_texts"], float(trace["log10_read"])
        self.slots(len(decades))
        self.bars(decades, read)
        self.numbers(trace)
        words = "Vocabulary: DeepSeek-V3 (2412.19437) section 4.1. Age of the universe: Planck 2018 (1807.06209)."
        self.bring(source(words))

    def slots(self, count: int) -> None:
        # Not three answers, but one box a token; each can be any of the vocabulary.
        for k in range(3):
            x = theme.LEFT + theme.GUTTER + k * theme.NUMBER
            mark = self.bring(Batch.sample(x, SLOTS + THICK / 2, k, theme.TITLE), layer="mark")
            letter = self.bring(text(f"*{'ABC'[k]}*", x + theme.GAP, SLOTS + THICK - theme.TIGHT, theme.STATEMENT))
            self.hide(mark, letter, at=("token", -theme.QUICK))
        begin, end = self.time("grow"), self.time("count")
        pitch = (theme.RIGHT - theme.LEFT) / count
        for k in range(count):
            slot = box(theme.LEFT + k * pitch, SLOTS, pitch - min(theme.TIGHT, pitch / 5), THICK, fill=UNREAD)
            self.bring(slot, "token" if k == 0 else begin + (end - begin) * k / count, "mark", over=0.3)
        vocabulary, below = int(self.hyper("gradient_clouds.vocabulary")), SLOTS + THICK + theme.FORMULA
        self.bring(text(f"a token: one of {vocabulary:,}", theme.LEFT, below, theme.BODY), "token")
        if count > 1:
            self.bring(text(f"{count} tokens", theme.RIGHT, below, theme.BODY, anchor="right"), "count")

    def bars(self, decades: np.ndarray, read: float) -> None:
        # The bar grows by the same length with every token; what one can read stays where it is.
        y = BARS + theme.BODY
        reach = max(1.06 * float(decades[-1]), read + 1)
        ruler = Powers(theme.LEFT, BARS, theme.RIGHT - theme.LEFT, 3 * THICK + 2 * theme.WIDE, 0.0, reach)
        ruler.put(self, lines=False, size=theme.LABEL)
        bar = self.put(ruler.bar(float(decades[0]), y, THICK, fill=UNREAD), "mark", shown=False)
        self.show(bar, at="token")

        def grow(share: float) -> None:
            reached = float(np.interp(share * (len(decades) - 1), np.arange(len(decades)), decades))
            bar.write(ruler.bar(reached, y, THICK).points)

        self.write(bar, grow, at="grow", over=self.time("count") - self.time("grow"))
        self.bring(text("texts that could be written, in powers of ten", theme.LEFT, y - theme.TIGHT, theme.BODY))
        below = y + THICK + theme.WIDE
        words = "texts read since the beginning of the universe, one a second"
        self.bring(text(words, theme.LEFT, below - theme.TIGHT, theme.BODY), "read")
        self.bring(ruler.bar(read, below, THICK, fill=theme.TEXT), ("read", 1.0), "mark")

    def numbers(self, trace: Trace) -> None:
        # Both numbers written out, to the last digit; the first one grows with every token.
        counts, begin, end = trace["text_counts"], self.time("grow"), self.time("count")
        steps = np.unique(np.linspace(0, len(counts) - 1, min(len(counts), 20)).round().astype(int))
        times = begin + (end - begin) * steps / len(counts)
        first = COUNTS + theme.TITLE
        for j, k in enumerate(steps):
            lines = digits(str(counts[k]))
            for line, y in zip(lines, (first, first + LEADING)[-len(lines) :], strict=True):
                number = text(line, theme.RIGHT, y, theme.STATEMENT, UNREAD, "right")
                passing = j < len(steps) - 1  # a counter: nobody has to read what it passes
                if passing:
                    counter(number)
                self.bring(number, self.time("token") if j == 0 else float(times[j]), over=0.05)
                if passing:
                    self.hide(number, at=float(times[j + 1]), over=0.05)
        told = text(
            digits(str(trace["read_count"]))[0], theme.RIGHT, first + 2 * LEADING, theme.STATEMENT, anchor="right"
        )
        self.bring(told, ("read", 1.0))
