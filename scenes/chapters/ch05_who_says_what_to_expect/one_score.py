"""A sentence of three tokens, and one score at its end."""

from __future__ import annotations

from manim import Mobject

from scenes import theme
from scenes.chapters.ch05_who_says_what_to_expect.common import REWARD, SCORE_X, VALUE, WORDS_X
from scenes.chapters.ch05_who_says_what_to_expect.targets import arch
from scenes.engine.ink import Ink, line, rule
from scenes.engine.stage import Stage
from scenes.parts.headings import statement
from scenes.parts.say import appear, say


class OneScore(Stage):
    """A sentence of three tokens, and one score at its end."""

    traces = ("prefix_values",)
    LINE = 620.0  # the sentence's baseline

    def build(self) -> None:
        trace = self.trace("prefix_values")
        title = self.put(statement("One score, at the very end. *Who earned it?*"), "text")
        self.hide(title, at="expect", over=0.3)
        appear(self, statement("Half a sentence in: *what to expect?*"), "text", at=("expect", 0.3))
        say(self, "What is 2+2?", theme.LEFT, 226, 64, theme.MUTED)
        y, size = self.LINE, 170
        slots = [self.put(self.slot(x), "grid") for x in (*WORDS_X, SCORE_X)]
        words = [str(word) for word in trace["sentence"] if str(word)]
        tokens = [
            say(self, word, x, y, size, anchor="center", at=("ask", 0.2 + 0.5 * k) if k else None)
            for k, (word, x) in enumerate(zip(words, WORDS_X, strict=True))
        ]
        label = say(self, "judge", SCORE_X, y + 110, 56, theme.MUTED, "center")
        other = say(self, "not the checker from before", SCORE_X, y + 166, 34, theme.MUTED, "center", at="judge")
        paid = f"*{float(trace['sentence_reward']):g}*"
        score = say(self, paid, SCORE_X, y, 180, REWARD, "center", at="judge")
        # Half a sentence in, the rest is not yet written: what to expect there?
        self.hide(tokens[2], label, other, score, *slots, *self.blame(y), at="expect")
        left, right = WORDS_X[0] - 150, WORDS_X[1] + 80
        brace = line([left, left, right, right], [y + 72, y + 96, y + 96, y + 72], stroke=VALUE, pen=5.0)
        arrow = arch(right + 60, SCORE_X - 110, y - 48, 0.0, stroke=VALUE, pen=5.0)
        for k, part in enumerate((brace, arrow)):
            appear(self, part, "line", at=("expect", 0.4 + 0.5 * k), over=0.5)
        say(self, "so far", (left + right) / 2, y + 168, 56, VALUE, "center", at=("expect", 0.65))
        say(self, "*?*", SCORE_X, y, 180, VALUE, "center", at=("expect", 1.15))
        say(self, "expect", SCORE_X, y + 110, 56, VALUE, "center", at=("expect", 1.4))

    def slot(self, x: float) -> Ink:
        """Where a token, or the score, will stand."""
        return rule(x - 130, self.LINE + 44, x + 130, self.LINE + 44, stroke=theme.AXIS, pen=3.0, dash=(10, 12))

    def blame(self, y: float) -> list[Mobject]:
        # From the score an arch to every token: which of them earned it?
        parts: list[Mobject] = []
        for k, x in enumerate(reversed(WORDS_X)):
            at = self.time("earned") + 0.3 * k
            arc = arch(SCORE_X - 40 * k, x, y - 220, 50 + 0.14 * (SCORE_X - x), stroke=theme.MUTED, pen=4.0)
            parts.append(appear(self, arc, "line", at=at, over=0.1))
            self.draw(arc, at=at, over=0.8)
            parts.append(say(self, "*?*", x, y - 140, 72, theme.TEXT, "center", at=at + 0.6))
        return parts
