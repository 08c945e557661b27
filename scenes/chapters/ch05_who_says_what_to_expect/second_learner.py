"""Exact values on the tree of prefixes; then a critic that learns them from scores."""

from __future__ import annotations

import numpy as np
from manim import Mobject, Typst

from scenes import theme
from scenes.chapters.ch05_who_says_what_to_expect.common import SIDE_X
from scenes.chapters.ch05_who_says_what_to_expect.learning_curve import LearningCurve
from scenes.chapters.ch05_who_says_what_to_expect.value_tree import ValueTree
from scenes.engine.ink import Marks
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.say import appear, say
from traces.store import Trace

TREE = (theme.LEFT + 18.0, 196.0, 1092.0, 724.0)  # left, top, width, height


class SecondLearner(Stage):
    """Exact values on the tree of prefixes; then a critic that learns them from scores."""

    traces = ("prefix_values",)

    def build(self) -> None:
        trace = self.trace("prefix_values")
        bits = " ".join(str(bit) for bit in trace["bits"])
        self.put(statement(f"Is the number of 1s odd? *{bits}*"), "text")
        tree = ValueTree(trace, *TREE)
        # The tree unfolds mark by mark, with the bit that each mark has read on top.
        for depth, bit in enumerate(trace["bits"]):
            x = float(tree.x[tree.column(depth)[0]] + tree.pitch / 2)
            say(self, f"reads *{bit}*", x, TREE[1] - 14, theme.LABEL, theme.MUTED, "center")
        tree.grow(self, at=-1.0, each=1.15)
        notes = self.key(len(trace["bits"]) + 1)
        numbers = self.truth(tree, trace["value"])
        ring = self.slip(tree, trace["value"])
        self.forget(tree, trace["value"], [*notes, *numbers, ring])
        self.learn(tree, trace)
        self.error(trace)

    def key(self, cap: int) -> list[Typst]:
        # What the parts of the tree mean; it makes room for the critic's error later.
        lines = [
            (280, None, "*E*: even so far. *O*: odd so far."),
            (328, None, "The last mark is the answer."),
            (416, ("marks", 0.4), "Wide edge: likely."),
            (464, ("marks", 0.8), "Short edge: it answers there,"),
            (512, ("marks", 0.8), "and the judge pays *1* or 0."),
            (600, ("marks", 1.6), f"{cap} tokens and no answer: 0."),
            (688, ("truth", 0.4), "Glass: the average score"),
            (736, ("truth", 0.4), "from there on, exact."),
        ]
        return [say(self, words, SIDE_X, y, 36, at=at) for y, at, words in lines]

    def slip(self, tree: ValueTree, value: np.ndarray) -> Mobject:
        # The worse of the two first marks.
        ring = self.put(tree.ring(min(tree.column(1), key=lambda k: float(value[k]))), "mover", shown=False)
        self.show(ring, at="slip")
        return ring

    def truth(self, tree: ValueTree, value: np.ndarray) -> list[Mobject]:
        # Every glass fills to its exact value, the last column first: a value is made of those after it.
        numbers: list[Mobject] = []
        for depth in range(tree.last, -1, -1):
            at = self.time("truth") + 0.5 * (tree.last - depth)
            for k in tree.column(depth):
                self.pour(tree, k, 0.0, float(value[k]), at)
                number = self.put(tree.number(k, float(value[k])), "mover", shown=False)
                self.show(number, at=at + 0.6, over=0.4)
                numbers.append(number)
        return numbers

    def pour(self, tree: ValueTree, k: int, low: float, high: float, at: float) -> None:
        change = lambda s: tree.pour(k, low + s * (high - low))  # noqa: E731
        self.write(tree.levels[k], change, at=at, over=0.8, ease=theme.smooth)

    def forget(self, tree: ValueTree, value: np.ndarray, words: list[Mobject]) -> None:
        # The critic knows nothing: the glasses empty, a notch keeps the truth.
        self.hide(*words, at="critic")
        for k, level in enumerate(value):
            self.pour(tree, k, float(level), 0.0, self.time("critic") + 0.2)
            self.show(self.put(tree.notch(k, float(level)), "mover", shown=False), at=("critic", 0.6))

    def learn(self, tree: ValueTree, trace: Trace) -> None:
        # Answers run along the tree to their scores, and the glasses of their prefixes fill.
        critic, answers, given = trace["critic"][0], trace["batch_node"][:48], trace["batch_answered"][:48]
        start, end = self.learning()
        dots = self.put(Marks(np.zeros((0, 2)), "circle", 9, fill=theme.TEXT), "mover", shown=False)
        self.show(dots, at=start - 0.2, over=0.2)
        change = lambda s: dots.place(tree.runners(answers, given, s))  # noqa: E731
        self.write(dots, change, at=start, over=end - start)
        self.hide(dots, at=end - 0.3, over=0.3)
        last = len(critic) - 1
        for k in range(critic.shape[1]):

            def fill(share: float, k: int = k) -> None:
                tree.pour(k, float(np.interp(last * share**2, np.arange(last + 1), critic[:, k])))

            self.write(tree.levels[k], fill, at=start + 1.0, over=end - start - 1.0)
            appear(self, tree.number(k, float(critic[-1, k])), "mover", at=end, over=0.5)
        for k in np.flatnonzero((trace["node_reach"] < 0.02) & (trace["value"] > critic[-1] + 0.1)):
            appear(self, tree.ring(int(k)), "mover", at="rare")

    def error(self, trace: Trace) -> None:
        # Beside the tree: how far the critic is off, against a single score taken for a forecast.
        x = SIDE_X + 64
        chart = LearningCurve(
            trace["critic_error"],
            x,
            270.0,
            theme.RIGHT - x,
            460.0,
            "error of the forecast",
            float(trace["single_error"]),
        )
        for ink in chart.axes:
            appear(self, ink, "grid", at=("critic", 1.0))
        for word in chart.words:
            appear(self, word, "text", at=("critic", 1.0))
        say(self, "White notch: the exact value.", SIDE_X, 880, 36, at=("critic", 1.0))
        start, end = self.learning()
        for run, curve in reversed(list(enumerate(chart.curves))):  # the bold one last, on top
            change = lambda s, run=run: chart.write(run, s)  # noqa: E731
            self.write(self.put(curve, "mover"), change, at=start + 1.0, over=end - start - 1.0)
        level, name = chart.level("one score as a forecast")
        appear(self, level, "mark", at="error")
        appear(self, name, "text", at="error")
        note = f"One fixed policy, {len(trace['batch_reward'])} answers a batch. Other seeds faint, square-root axis."
        appear(self, source(note, 28), "text", at=("critic", 1.0))

    def learning(self) -> tuple[float, float]:
        """When the critic begins to learn, and when it has learned."""
        return self.time("learn"), self.time("error") + 1.6
