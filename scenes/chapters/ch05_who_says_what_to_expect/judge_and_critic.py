"""The judge speaks once, the critic after every token; together they make an advantage for each."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch05_who_says_what_to_expect.common import ADVANTAGE, REWARD, VALUE
from scenes.chapters.ch05_who_says_what_to_expect.token_bars import Sheet, spoken
from scenes.engine.ink import Marks, rule
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.say import appear, say
from traces.store import Trace


class JudgeAndCritic(Stage):
    """The judge speaks once, the critic after every token; together they make an advantage for each."""

    traces = ("prefix_values",)

    def build(self) -> None:
        trace = self.trace("prefix_values")
        question = self.put(statement("Two machines: *one judges, one expects*"), "text")
        self.edges = np.linspace(620.0, 1700.0, trace["sheet"].shape[1] + 1)
        self.middles = (self.edges[1:] + self.edges[:-1]) / 2
        self.lanes(trace)
        self.sheet(trace)
        self.hide(question, at="who", over=0.3)
        answer = statement("Who says what to expect? *The critic, half a sentence in.*")
        appear(self, answer, "text", at=("who", 0.3))

    def lanes(self, trace: Trace) -> None:
        # One answer; the judge is silent to its end, the critic speaks at every prefix.
        words = [str(word) for word in trace["sheet"][0] if str(word)]
        first, end = float(self.edges[0]), float(self.edges[len(words)])
        for word, x in zip(words, self.middles, strict=False):
            say(self, f"*{spoken(word)}*", float(x), 212, 60, anchor="center")
        rows = (
            ("judge", 306.0, REWARD, "a rule, or a model trained before,", "on pairs of finished answers"),
            ("critic", 468.0, VALUE, "a value model trained alongside,", "on the judge's scores"),
        )
        for name, y, colour, *explained in rows:
            say(self, f"*{name}*", theme.LEFT, y, 60, colour)
            for k, line_ in enumerate(explained):
                say(self, line_, theme.LEFT, y + 50 + 40 * k, 34, theme.MUTED, at=(name, 0.6))
            self.put(rule(first, y - 18, end, y - 18, stroke=theme.HAIRLINE, pen=3.0, quiet=True), "grid")
        spots = np.array([theme.point(float(x), 288.0)[:2] for x in self.edges[: len(words)]])
        appear(self, Marks(spots, "circle", 6, fill=theme.AXIS), "mark", at=("judge", 0.4))
        paid = f"*{float(trace['sheet_reward'][0]):g}*"
        say(self, paid, end + 50, 314.0, 80, REWARD, "center", at=("judge", 1.6))
        for k, value in enumerate(trace["sheet_forecast"][0][: len(words)]):
            x, at = float(self.edges[k]), self.time("critic") + 0.4 + 0.45 * k
            appear(self, Marks(theme.point(x, 450.0)[None, :2], "circle", 13, fill=VALUE), "mark", at=at, over=0.4)
            say(self, f"*{float(value):.2f}*", x, 416.0, 46, VALUE, "center", at=at)

    def sheet(self, trace: Trace) -> None:
        # Common answers of a batch and their scores; then every token gets its own advantage.
        say(self, "common answers", theme.LEFT, 636, 40)
        lines = (
            "*advantage* of every token",
            f"at λ = {float(trace['lams'][-2]):g}",
            "filled: credit",
            "hollow: blame",
        )
        for k, words in enumerate(lines):
            colour = ADVANTAGE if k == 0 else theme.MUTED
            say(self, words, theme.LEFT, 716 + 52 * k, 40, colour, at=("tokens", 0.3 * k))
        sheet = Sheet(self.edges, 636.0, 70.0, trace["sheet"], trace["sheet_advantage"])
        for row, (names, cells, numbers) in enumerate(zip(sheet.names, sheet.cells, sheet.numbers, strict=True)):
            for k, (name, cell, number) in enumerate(zip(names, cells, numbers, strict=True)):
                self.put(name, "text")
                at = self.time("tokens") + 0.3 + 0.3 * row + 0.1 * k
                appear(self, cell, "mark", at=at, over=0.4)
                appear(self, number, "text", at=at, over=0.4)
            paid, y = f"*{float(trace['sheet_reward'][row]):g}*", 636.0 + 70 * row
            say(self, paid, float(self.edges[-1]) + 50, y, 44, REWARD, "center", at=("judge", 2.0 + 0.15 * row))
        size, age, cap = len(trace["batch_reward"]), int(trace["age"][1]), len(trace["bits"]) + 1
        note = f"From a batch of {size} answers, cut off after {cap} tokens; the critic after {age} batches."
        appear(self, source(note, 28), "text", at=("tokens", 0.6))
