"""Who says what to expect? One score at the end, a critic that forecasts it, and an advantage for every token."""

from __future__ import annotations

import numpy as np
from manim import Mobject, Typst

from scenes import theme
from scenes.ink import Ink, Marks, line, rule
from scenes.lettering import formula
from scenes.parts.card import source, statement
from scenes.parts.course import Course, span
from scenes.parts.forecast import Forecast
from scenes.parts.formula import Formula
from scenes.parts.learning_curve import LearningCurve
from scenes.parts.say import appear, say
from scenes.parts.slider import Slider
from scenes.parts.targets import Targets, arch
from scenes.parts.token_bars import Sheet, TokenBars, spoken
from scenes.parts.value_tree import ValueTree
from scenes.stage import Stage
from traces.store import Trace

VALUE, REWARD, ADVANTAGE = (theme.SYMBOLS[name] for name in ("value", "reward", "advantage"))
WORDS_X, SCORE_X = (300.0, 720.0, 1140.0), 1570.0  # centres of the sentence's tokens, and of its score
TREE = (theme.LEFT + 18.0, 196.0, 1092.0, 724.0)  # left, top, width, height
SIDE_X, NOTE_X = 1300.0, 1320.0  # of the column beside a picture


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


class PassedBack(Stage):
    """The score passed back through the prefixes, with a discount and without."""

    traces = ("prefix_values",)
    hyperparameters = ("prefix_values.gamma",)
    FLOOR, HIGH = 846.0, 440.0  # bars stand on FLOOR, that of the score is HIGH pixels high

    def build(self) -> None:
        trace = self.trace("prefix_values")
        self.put(statement("Pass the score back: *one target for every prefix*"), "text")
        words = [str(word) for word in trace["sentence"] if str(word)]
        target, flat = (trace[name][1:].tolist() for name in ("prefix_target", "prefix_target_flat"))
        reward = float(trace["sentence_reward"])
        self.put(rule(theme.LEFT, self.FLOOR, theme.RIGHT, self.FLOOR, stroke=theme.AXIS, pen=2.5), "grid")
        for k, x in enumerate(WORDS_X):
            say(self, " ".join(words[: k + 1]), x, self.FLOOR + 74, 64, anchor="center")
        say(self, "judge", SCORE_X, self.FLOOR + 74, 64, theme.MUTED, "center")
        targets = Targets(self, (*WORDS_X, SCORE_X), self.FLOOR, self.HIGH / max(reward, 1e-3), reward)
        for k, cue in ((2, "whole"), (1, "two"), (0, "one")):
            targets.take(k, target[k], "× γ" if k < 2 else "as it is", at=cue)
        for k in (1, 0):
            targets.lift(k, flat[k], at="flat")
        gamma = f"*γ* (gamma), the discount: {float(self.hyper('prefix_values.gamma')):g} a token"
        self.hide(say(self, gamma, theme.LEFT, 196, 44), at="flat", over=0.3)
        say(self, "*γ* = 1: no discount", theme.RIGHT, 196, 44, anchor="right", at=("flat", 0.4))
        # What the picture says comes last: a value is an average.
        meaning = "{{ V : value }} (#word[prefix]) #h(0.3em) = #h(0.3em) #word[average ] {{ r : reward }}"
        meaning += "#word[ over all the ways it may go on]"
        sentence = Formula(meaning, theme.LEFT, 196, 50)
        sentence.put(self)
        sentence.enter(self, at=("many", 0.4))


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


LEFT, RIGHT = 250.0, 1210.0  # canvas x of the first and the last prefix of an answer; a token stands between two
PLOT = (276.0, 200.0)  # top and height of the forecasts
ZERO, ROOM_UP, ROOM_DOWN, KNOB_Y = 636.0, 50.0, 122.0, 852.0  # zero of the bars, room around it, the slider


class TrustSlider(Stage):
    """One answer, its forecasts, and its advantages between trusting the critic and trusting the outcome."""

    traces = ("prefix_values",)

    def build(self) -> None:
        trace = self.trace("prefix_values")
        self.put(statement("One answer, token by token: *who is to blame?*"), "text")
        self.edges = np.linspace(LEFT, RIGHT, len(trace["rollout"]) + 1)
        self.tokens(trace)
        forecast = Forecast(self.edges, *PLOT, np.append(trace["rollout_forecast"], trace["rollout_reward"]))
        forecast.put(self)
        forecast.enter(self, at=("answer", 0.3))
        self.slide(trace["rollout_slide"], trace["lams"])
        self.formulas()
        self.course(trace)

    def tokens(self, trace: Trace) -> None:
        # The answer, and over each mark the bits that it should have counted; beside them the question.
        bits = [str(bit) for bit in trace["bits"]]
        middles = (self.edges[1:] + self.edges[:-1]) / 2
        for k, (token, x) in enumerate(zip(trace["rollout"], middles, strict=True)):
            say(self, f"*{spoken(str(token))}*", float(x), 242, 60, anchor="center")
            if token != "A":
                say(self, " ".join(bits[: k + 1]), float(x), 164, theme.LABEL, theme.MUTED, "center")
        falls = np.diff(trace["rollout_forecast"])
        if len(falls) and falls.min() < -0.1:
            at = theme.point(float(middles[falls.argmin()]), 222)[None, :2]
            appear(self, Marks(at, "circle", 43, stroke=theme.TEXT, pen=4.0, dash=(3, 10)), "mark", at=("answer", 1.2))
        for words, y, size, colour in (
            ("Is the number of 1s odd?", 430.0, 40.0, theme.MUTED),
            (f"*{' '.join(bits)}*", 520.0, 68.0, theme.TEXT),
        ):
            self.hide(say(self, words, NOTE_X, y, size, colour), at=("zero", 0.2))

    def slide(self, grid: np.ndarray, lams: np.ndarray) -> None:
        # The bars grow at lambda = 0, and follow the knob from there.
        unit = min(ROOM_UP / max(float(grid.max()), 0.1), ROOM_DOWN / max(-float(grid.min()), 0.1))
        bars = TokenBars(self.edges, ZERO, unit)
        appear(self, bars.zero, "grid", at="zero")
        say(self, "advantage", theme.LEFT, ZERO + 10, 32, ADVANTAGE, at="zero")
        for k, words in enumerate(("filled: credit", "hollow: blame")):
            say(self, words, theme.LEFT, ZERO + 56 + 40 * k, theme.LABEL, theme.MUTED, at="zero")
        means, ends = "λ, lambda: whom to trust", ("trust the critic", "trust the outcome")
        slider = Slider(LEFT, RIGHT, KNOB_Y, lams.tolist(), "λ", ends, means)
        slider.put(self)
        slider.enter(self, at="zero")
        last = len(grid) - 1

        def follow(share: float) -> None:
            k = min(int(share * last), last - 1)
            bars.write(grid[k] + (share * last - k) * (grid[k + 1] - grid[k]))

        for part in bars.moving:
            appear(self, part, "mover", at="zero", over=0.4)
            self.write(part, lambda s: bars.write(s * grid[0]), at=("zero", 0.4), over=1.0, ease=theme.smooth)
            self.write(part, follow, at=("slide", 0.2), over=2.4, ease=theme.smooth)
        self.write(slider.knob, slider.glide, at=("slide", 0.2), over=2.4, ease=theme.smooth)

    def formulas(self) -> None:
        # What the bars are: at both ends of the slider, and between them.
        left, change = "{{ hat(A)_t : advantage }} = ", "{{ V_(t+1) : value-next }} - {{ V_t : value }}"
        rows = (
            (230.0, ("zero", 0.6), "λ = 0: the change in forecast", left + change),
            (
                420.0,
                ("zero", 3.0),
                "in general: plus λ of the next one",
                f"{left}{change} + lambda thin {{{{ hat(A)_(t+1) : advantage-next }}}}",
            ),
            (
                610.0,
                ("slide", 1.6),
                "λ = 1: what came, less the forecast",
                left + "{{ r : reward }} - {{ V_t : value }}",
            ),
        )
        for y, at, words, maths in rows:
            note = say(self, words, NOTE_X, y, 34, theme.MUTED, at=at)
            line_ = appear(self, formula(maths, NOTE_X, y + 74, 48), "text", at=at)
            self.hide(note, line_, at="young")
        name = say(self, "generalized advantage estimation (GAE)", NOTE_X, 780, 28, theme.MUTED, at=("slide", 1.6))
        self.hide(name, at="young")

    def course(self, trace: Trace) -> None:
        # Two small pictures over the same lambda: off course on average, and noise of one batch.
        bias, noise, (young, old) = trace["bias"], trace["noise"], trace["age"]
        both, x = span(np.stack([*bias, noise[0]])), SIDE_X + 74
        box = (x, theme.RIGHT - x, 240.0)
        slope = Course(self, "off course, on average", box[0], 214.0, *box[1:], both, at=("young", 0.4))
        slope.curve(bias[0], f"after {int(young)} batches", 0.54, at=("young", 0.8))
        slope.curve(bias[1], f"after {int(old)} batches", 0.04, at=("young", 1.8), pen=4.0, dash=(2, 10))
        scatter = Course(self, "noise of one batch", box[0], 566.0, *box[1:], span(noise[0]), at=("noise", 0.4))
        scatter.curve(noise[0], f"after {int(young)} batches", 0.04, at=("noise", 0.8))
        scatter.ends(noise[0], at=("noise", 1.8))
        note = f"Left: critic after {int(old)} batches. Right: "
        note += "error of the policy gradient built on a critic, in lengths of the exact gradient."
        appear(self, source(note, 28), "text", at=("young", 0.6))


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
