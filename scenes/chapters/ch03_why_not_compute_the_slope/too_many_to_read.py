"""How many texts a real model could write, against how many anyone can read."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine.ink import box
from scenes.engine.lettering import counted, text
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.powers import Powers, digits
from scenes.parts.say import appear, say
from traces.store import Trace

UNREAD = theme.ANSWERS[1]


class TooManyToRead(Stage):
    """How many texts a real model could write, against how many anyone can read."""

    traces = ("gradient_clouds",)
    hyperparameters = ("gradient_clouds.vocabulary", "gradient_clouds.years")

    def build(self) -> None:
        trace = self.trace("gradient_clouds")
        self.put(statement("A real model: *every text is a term of the sum*"), "text")
        decades, read = trace["log10_texts"], float(trace["log10_read"])
        ruler = Powers(theme.LEFT, 300, theme.RIGHT - theme.LEFT, 250, 0.0, max(1.06 * float(decades[-1]), read + 1))
        ruler.put(self, lines=False, size=32)
        say(self, "number of texts, in powers of ten", theme.LEFT, ruler.foot + 90, theme.TICK, theme.MUTED)
        self.slots(len(decades))
        self.bars(ruler, decades, read)
        self.numbers(trace)
        note = source(
            "Vocabulary: DeepSeek-V3 (2412.19437) section 4.1. Reading: one text a second, day and night.", 28
        )
        appear(self, note, "text", at=("read", 1.0))

    def slots(self, count: int) -> None:
        # One box a token; each can be any of the vocabulary.
        begin, end = self.time("grow"), self.time("count")
        pitch = (theme.RIGHT - theme.LEFT) / count
        for k in range(count):
            slot = box(theme.LEFT + k * pitch, 148, pitch - min(8.0, 0.2 * pitch), 52, fill=UNREAD)
            appear(self, slot, "mark", None if k == 0 else begin + (end - begin) * k / count, over=0.3)
        vocabulary = int(self.hyper("gradient_clouds.vocabulary"))
        say(self, f"a token: one of {vocabulary:,}", theme.LEFT, 244, 34)
        if count > 1:
            say(self, f"{count} tokens", theme.RIGHT, 244, 34, anchor="right", at="count")

    def bars(self, ruler: Powers, decades: np.ndarray, read: float) -> None:
        # The bar grows by the same length with every token; what one can read stays where it is.
        y, tall = ruler.y + 36, 64.0
        bar = self.put(ruler.bar(float(decades[0]), y, tall, fill=UNREAD), "mark")

        def grow(share: float) -> None:
            reached = float(np.interp(share * (len(decades) - 1), np.arange(len(decades)), decades))
            bar.write(ruler.bar(reached, y, tall).points)

        self.write(bar, grow, at="grow", over=self.time("count") - self.time("grow"))
        say(self, "texts that could be written", theme.LEFT, y - 16, 34)
        below = y + tall + 66
        years = int(self.hyper("gradient_clouds.years"))
        say(self, f"texts read in {counted(years, 'year')}, one a second", theme.LEFT, below - 16, 34, at="read")
        appear(self, ruler.bar(read, below, tall, fill=theme.TEXT), "mark", at=("read", 0.3))

    def numbers(self, trace: Trace) -> None:
        # Both numbers written out, to the last digit; the first one grows with every token.
        counts, begin, end = trace["text_counts"], self.time("grow"), self.time("count")
        steps = np.unique(np.linspace(0, len(counts) - 1, min(len(counts), 20)).round().astype(int))
        times = begin + (end - begin) * steps / len(counts)
        for j, k in enumerate(steps):
            lines = digits(str(counts[k]))
            for line, y in zip(lines, (726.0, 792.0)[-len(lines) :], strict=True):
                number = text(line, theme.RIGHT, y, 52, UNREAD, "right")
                number.running = j < len(steps) - 1  # a counter: nobody has to read what it passes
                appear(self, number, "text", None if j == 0 else float(times[j]), over=0.05)
                if number.running:
                    self.hide(number, at=float(times[j + 1]), over=0.05)
        say(self, digits(str(trace["read_count"]))[0], theme.RIGHT, 880, 52, anchor="right", at=("read", 0.4))
