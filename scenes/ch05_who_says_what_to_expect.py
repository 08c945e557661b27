"""Who says what to expect? One score at the end, a critic that forecasts it, and an advantage for every token."""

from __future__ import annotations

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.ink import Marks, line, rule
from scenes.lettering import halo, text
from scenes.parts.card import source, statement
from scenes.parts.forecast import Forecast
from scenes.parts.formula import Formula
from scenes.parts.learning_curve import LearningCurve
from scenes.parts.slider import Slider
from scenes.parts.strip import Strip
from scenes.parts.targets import Column, arch
from scenes.parts.token_bars import Sheet, TokenBars, spoken
from scenes.parts.value_tree import ValueTree
from scenes.stage import Stage
from traces.store import Trace

VALUE, REWARD, ADVANTAGE = (theme.SYMBOLS[name] for name in ("value", "reward", "advantage"))
WORDS_X, SCORE_X = (300.0, 720.0, 1140.0), 1570.0  # centres of the sentence's tokens, and of its score
FLOOR, HIGH = 846.0, 440.0  # bars stand on FLOOR, that of the score is HIGH pixels high
TREE = (theme.LEFT + 18.0, 196.0, 1092.0, 724.0)  # left, top, width, height
SIDE_X, NOTE_X = 1300.0, 1320.0  # of the column beside a picture


class OneScore(Stage):
    """A sentence of three tokens, and one score at its end."""

    traces = ("prefix_values",)

    def build(self) -> None:
        trace = self.trace("prefix_values")
        title = self.put(statement("One score, at the very end. *Who earned it?*"), "text")
        half = self.put(statement("Half a sentence in: *what to expect?*"), "text", shown=False)
        self.hide(title, at="expect", over=0.3)
        self.show(half, at=("expect", 0.3))
        y, size = 620.0, 170
        words = [str(word) for word in trace["sentence"] if str(word)]
        tokens: list[Mobject] = []
        for k, (word, x) in enumerate(zip(words, WORDS_X, strict=True)):
            token = self.put(text(word, x, y, size, anchor="center"), "text", shown=k == 0)
            if k:
                self.show(token, at=("ask", 0.2 + 0.5 * k), over=0.4)
            tokens.append(token)
        label = self.put(text("judge", SCORE_X, y + 100, 56, theme.MUTED, "center"), "text", shown=False)
        score = text(f"*{float(trace['sentence_reward']):g}*", SCORE_X, y, 180, REWARD, "center")
        self.put(score, "text", shown=False)
        self.show(score, label, at="judge", each=0.4)
        arches = self.blame(y)
        # Half a sentence in, the rest is not yet written: what to expect there?
        self.hide(tokens[2], label, score, *arches, at="expect")
        left, right = WORDS_X[0] - 150, WORDS_X[1] + 80
        brace = line([left, left, right, right], [y + 52, y + 76, y + 76, y + 52], stroke=VALUE, pen=5.0)
        so_far = text("so far", (left + right) / 2, y + 150, 56, VALUE, "center")
        arrow = arch(right + 60, SCORE_X - 110, y - 48, 0.0, stroke=VALUE, pen=5.0)
        mark = text("*?*", SCORE_X, y, 180, VALUE, "center")
        name = text("expect", SCORE_X, y + 100, 56, VALUE, "center")
        parts = [self.put(brace, "line", False), self.put(so_far, "text", False), self.put(arrow, "line", False)]
        parts += [self.put(mark, "text", False), self.put(name, "text", False)]
        self.show(*parts, at=("expect", 0.4), each=0.25, over=0.5)

    def blame(self, y: float) -> list[Mobject]:
        # From the score an arch to every token: which of them earned it?
        parts: list[Mobject] = []
        for k, x in enumerate(reversed(WORDS_X)):
            arc = arch(SCORE_X - 40 * k, x, y - 220, 50 + 0.14 * (SCORE_X - x), stroke=theme.MUTED, pen=4.0)
            mark = text("*?*", x, y - 140, 72, theme.TEXT, "center")
            at = self.time("earned") + 0.3 * k
            self.show(self.put(arc, "line", shown=False), at=at, over=0.1)
            self.draw(arc, at=at, over=0.8)
            self.show(self.put(mark, "text", shown=False), at=at + 0.6, over=0.4)
            parts += [arc, mark]
        return parts


class PassedBack(Stage):
    """The score passed back through the prefixes, with a discount and without."""

    traces = ("prefix_values",)
    hyperparameters = ("prefix_values.gamma",)

    def build(self) -> None:
        trace = self.trace("prefix_values")
        self.put(statement("Pass the score back: *one target for every prefix*"), "text")
        words = [str(word) for word in trace["sentence"] if str(word)]
        target, flat = trace["prefix_target"][1:], trace["prefix_target_flat"][1:]
        reward = float(trace["sentence_reward"])
        self.unit = HIGH / max(reward, 1e-3)
        self.put(rule(theme.LEFT, FLOOR, theme.RIGHT, FLOOR, stroke=theme.AXIS, pen=2.5), "grid")
        for k, x in enumerate(WORDS_X):
            self.put(text(" ".join(words[: k + 1]), x, FLOOR + 74, 64, anchor="center"), "text")
        self.put(text("judge", SCORE_X, FLOOR + 74, 64, theme.MUTED, "center"), "text")
        paid = Column(SCORE_X, FLOOR, self.unit, fill=REWARD)
        paid.write(reward)
        self.put(paid.ink, "mark")
        self.number(reward, SCORE_X, REWARD, shown=True)
        gamma = float(self.hyper("prefix_values.gamma"))
        steps = [self.step(k, cue, float(target[k]), gamma) for k, cue in ((2, "whole"), (1, "two"), (0, "one"))]
        for k in (1, 0):
            self.undiscount(k, *steps[2 - k], float(target[k]), float(flat[k]))
        # What the picture says comes last: a value is an average.
        meaning = "{{ V : value }} (#word[prefix]) #h(0.3em) = #h(0.3em) #word[average ] {{ r : reward }}"
        meaning += "#word[ over all the ways it may go on]"
        sentence = Formula(meaning, theme.LEFT, 196, 50)
        sentence.put(self)
        sentence.enter(self, at=("many", 0.6))

    def number(self, value: float, x: float, colour: str = VALUE, shown: bool = False) -> Mobject:
        y = FLOOR - self.unit * value - 22
        return self.put(text(f"*{value:.3g}*", x, y, 68, colour, "center"), "text", shown)

    def step(self, k: int, cue: str, value: float, gamma: float) -> tuple[Column, Mobject, Mobject, Mobject]:
        """The score travels one prefix towards the front; returns what the next change moves or replaces."""
        stops = (*WORDS_X, SCORE_X)
        x, top = stops[k], FLOOR - self.unit * value
        column = Column(x, FLOOR, self.unit, fill=VALUE)
        self.put(column.ink, "mark")
        arc = self.put(
            arch(stops[k + 1] - 110, x + 110, top - 44, 44, stroke=theme.MUTED, pen=4.0), "line", shown=False
        )
        words = f"× {gamma:g}" if k < 2 else "as it is"
        times = self.put(text(words, (stops[k + 1] + x) / 2, top - 112, 48, anchor="center"), "text", shown=False)
        self.show(arc, times, at=(cue, -0.6), over=0.3)
        self.draw(arc, at=(cue, -0.6), over=0.6)
        self.write(column.ink, lambda s: column.write(s * value), at=(cue, -0.1), over=0.6, ease=theme.smooth)
        number = self.number(value, x)
        self.show(number, at=(cue, 0.2), over=0.4)
        return column, number, times, arc

    def undiscount(
        self, k: int, column: Column, number: Mobject, times: Mobject, arc: Mobject, low: float, high: float
    ) -> None:
        # Without a discount the bars rise to one height; what they were stays as a dashed line.
        y, half = FLOOR - self.unit * low, column.wide / 2
        ghost = rule(column.x - half, y, column.x + half, y, stroke=theme.CANVAS, pen=5.0, dash=(6, 10))
        self.show(self.put(ghost, "mover", shown=False), at="flat", over=0.3)
        self.hide(number, times, at="flat", over=0.3)
        up = np.array([0.0, theme.length(self.unit * (high - low)), 0.0])
        self.move(arc, lambda m: m.shift(up), at=("flat", 0.3), over=0.9)
        change = lambda s: column.write(low + s * (high - low))  # noqa: E731
        self.write(column.ink, change, at=("flat", 0.3), over=0.9, ease=theme.smooth)
        middle = ((*WORDS_X, SCORE_X)[k + 1] + column.x) / 2
        one = text("× 1", middle, FLOOR - self.unit * high - 112, 48, anchor="center")
        self.show(self.number(high, column.x), self.put(one, "text", shown=False), at=("flat", 0.8), over=0.5)


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
            self.put(text(f"reads *{bit}*", x, TREE[1] - 14, theme.LABEL, theme.MUTED, "center"), "text")
        tree.grow(self, at=("task", 0.6), each=1.1)
        notes = self.key()
        numbers = self.truth(tree, trace["value"])
        ring = self.slip(tree, trace["value"])
        self.forget(tree, trace["value"], [*notes, *numbers, ring])
        self.learn(tree, trace)
        self.error(trace)

    def key(self) -> list[Mobject]:
        # What the parts of the tree mean; it makes room for the critic's error later.
        lines = [
            (300, 0.0, "*E*: even so far. *O*: odd so far."),
            (356, 0.0, "The last mark is the answer."),
            (456, ("marks", 0.8), "Wide edge: likely."),
            (512, ("marks", 1.6), "Short edge: it answers there,"),
            (560, ("marks", 1.6), "and the judge pays *1* or 0."),
            (660, ("truth", 0.4), "Glass: the average score"),
            (708, ("truth", 0.4), "from there on, exact."),
        ]
        notes = [self.put(text(words, SIDE_X, y, 36), "text", shown=cue == 0.0) for y, cue, words in lines]
        for note, (_, cue, _) in zip(notes, lines, strict=True):
            if cue:
                self.show(note, at=cue)
        return list(notes)

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
            number = self.put(tree.number(k, float(critic[-1, k])), "mover", shown=False)
            self.show(number, at=end, over=0.5)
        for k in np.flatnonzero((trace["node_reach"] < 0.02) & (trace["value"] > critic[-1] + 0.1)):
            self.show(self.put(tree.ring(int(k)), "mover", shown=False), at="rare")

    def error(self, trace: Trace) -> None:
        # Beside the tree: how far the critic is off, against a single score taken for a forecast.
        x = SIDE_X + 64
        single = float(trace["single_error"])
        title, width = "error of the forecast", theme.RIGHT - x
        chart = LearningCurve(trace["critic_error"], x, 270.0, width, 460.0, title, single)
        notch = self.put(text("White notch: the exact value.", SIDE_X, 880, 36), "text", shown=False)
        axes = [self.put(ink, "grid", shown=False) for ink in chart.axes]
        words = [self.put(word, "text", shown=False) for word in chart.words]
        self.show(*axes, *words, notch, at=("critic", 1.0))
        start, end = self.learning()
        for run, curve in reversed(list(enumerate(chart.curves))):  # the bold one last, on top
            change = lambda s, run=run: chart.write(run, s)  # noqa: E731
            self.write(self.put(curve, "mover"), change, at=start + 1.0, over=end - start - 1.0)
        level, name = chart.level("one score as a forecast")
        self.show(self.put(level, "mark", shown=False), self.put(name, "text", shown=False), at="error")
        size = len(trace["batch_reward"])
        note = f"One fixed policy, {size} answers a batch. Other seeds faint, square-root axis. Cut off, it earns 0."
        self.show(self.put(source(note), "text", shown=False), at=("critic", 1.0))

    def learning(self) -> tuple[float, float]:
        """When the critic begins to learn, and when it has learned."""
        return self.time("learn"), self.time("error") + 1.6


LEFT, RIGHT = 190.0, 1190.0  # canvas x of the first and the last prefix of an answer; a token stands between two
PLOT = (276.0, 200.0)  # top and height of the forecasts
ZERO, ROOM_UP, ROOM_DOWN, KNOB_Y = 612.0, 66.0, 170.0, 852.0  # zero of the bars, room around it, the slider


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
            self.put(text(f"*{spoken(str(token))}*", float(x), 242, 60, anchor="center"), "text")
            if token != "A":
                read = " ".join(bits[: k + 1])
                self.put(text(read, float(x), 164, theme.LABEL, theme.MUTED, "center"), "text")
        falls = np.diff(trace["rollout_forecast"])
        if len(falls) and falls.min() < -0.1:
            at = theme.point(float(middles[falls.argmin()]), 222)[None, :2]
            ring = Marks(at, "circle", 43, stroke=theme.TEXT, pen=4.0, dash=(3, 10))
            self.show(self.put(ring, "mark", shown=False), at=("answer", 1.2))
        task = [
            text("Is the number of 1s odd?", NOTE_X, 430, 40, theme.MUTED),
            text(f"*{' '.join(bits)}*", NOTE_X, 520, 68),
        ]
        for words in task:
            self.put(words, "text")
        self.hide(*task, at=("zero", 0.6))

    def slide(self, grid: np.ndarray, lams: np.ndarray) -> None:
        # The bars grow at lambda = 0, and follow the knob from there.
        unit = min(ROOM_UP / max(float(grid.max()), 0.1), ROOM_DOWN / max(-float(grid.min()), 0.1))
        bars = TokenBars(self.edges, ZERO, unit)
        name = text("advantage", theme.LEFT, ZERO + 52, 36, ADVANTAGE)
        for mobject, layer in ((bars.zero, "grid"), (name, "text"), (bars.up, "mover"), (bars.down, "mover")):
            self.show(self.put(mobject, layer, shown=False), at="zero", over=0.4)
        slider = Slider(LEFT, RIGHT, KNOB_Y, lams.tolist(), "λ", ("trust the critic", "trust the outcome"))
        slider.put(self)
        slider.enter(self, at="zero")
        last = len(grid) - 1

        def follow(share: float) -> None:
            k = min(int(share * last), last - 1)
            bars.write(grid[k] + (share * last - k) * (grid[k + 1] - grid[k]))

        for ink in (bars.up, bars.down):
            self.write(ink, lambda s: bars.write(s * grid[0]), at=("zero", 0.4), over=1.0, ease=theme.smooth)
            self.write(ink, follow, at=("slide", 0.4), over=3.0, ease=theme.smooth)
        self.write(slider.knob, slider.glide, at=("slide", 0.4), over=3.0, ease=theme.smooth)

    def formulas(self) -> None:
        # What the bars are, at both ends of the slider.
        left = "{{ hat(A)_t : advantage }} = "
        zero = Formula(left + "{{ V_(t+1) : value-next }} - {{ V_t : value }}", NOTE_X, 520, 68)
        one = Formula(left + "{{ r : reward }} - {{ V_t : value }}", NOTE_X, 520, 68)
        zero.put(self)
        one.put(self)
        notes = [("λ = 0: the change", "in forecast"), ("λ = 1: what came, less", "what was expected")]
        before, after = (
            [
                self.put(text(words, NOTE_X, y, 40, theme.MUTED), "text", False)
                for words, y in zip(pair, (430, 590), strict=True)
            ]
            for pair in notes
        )
        zero.enter(self, at=("zero", 1.6))
        self.show(*before, at=("zero", 2.0))
        self.hide(*before, at=("slide", 2.2))
        zero.become(self, one, at=("slide", 2.4))
        self.show(*after, at=("slide", 3.2))
        one.leave(self, at="young")
        self.hide(*after, at="young")

    def course(self, trace: Trace) -> None:
        # Two small pictures over the same lambda: off course on average, and noise of one batch.
        bias, noise, (young, old) = trace["bias"], trace["noise"], trace["age"]
        top = 1.12 * max(float(bias.max()), float(noise[0].max()))
        step = next(step for step in (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, top) if top / step < 5)
        ticks = tuple(np.round(np.arange(0, top, step), 3).tolist())
        x, height = SIDE_X + 74, 240.0
        for cue, y, name in (("young", 214.0, "off course, on average"), ("noise", 566.0, "noise of one batch")):
            strip = Strip(x, y, theme.RIGHT - x, height, bias.shape[1] - 1, (0.0, top), ticks, theme.TICK)
            words = [*strip.words, text(name, x, y - 14, 40)]
            for tick, at, anchor in (("λ = 0", x, "left"), ("1", theme.RIGHT, "right")):
                words.append(text(tick, at, y + height + 38, theme.LABEL, theme.MUTED, anchor))
            parts: list[Mobject] = [self.put(ink, "grid", False) for ink in strip.axes]
            self.show(*parts, *[self.put(word, "text", False) for word in words], at=(cue, 0.4))
            if cue == "young":
                self.curve(strip, (cue, 0.8), bias[0], int(young), 0.54)
                self.curve(strip, (cue, 1.8), bias[1], int(old), 0.04, pen=4.0, dash=(2, 10))
            else:
                self.curve(strip, (cue, 0.8), noise[0], int(young), 0.04)
        note = f"Left: critic after {int(old)} batches. Right: "
        note += "error of the policy gradient built on a critic, in lengths of the exact gradient."
        self.show(self.put(source(note), "text", False), at=("young", 0.6))

    def curve(
        self, strip: Strip, at: tuple[str, float], values: np.ndarray, age: int, place: float, **style: object
    ) -> None:
        """One curve over lambda, with the critic's age written above it at the share `place`."""
        curve = self.put(strip.curve(values, **{"stroke": theme.TEXT, "pen": 6.0, **style}), "mark", shown=False)
        self.show(curve, at=at, over=0.1)
        self.draw(curve, at=at, over=1.2)
        k = place * (len(values) - 1)
        px, py = strip.plane.pixels(np.array([k]), np.array([np.interp(k, np.arange(len(values)), values)]))
        label = halo(text(f"after {age} batches", float(px[0]), float(py[0]) - 18, theme.LABEL))
        self.show(self.put(label, "text", shown=False), at=(at[0], at[1] + 0.6), over=0.4)


class JudgeAndCritic(Stage):
    """The judge speaks once, the critic after every token; together they make an advantage for each."""

    traces = ("prefix_values",)

    def build(self) -> None:
        trace = self.trace("prefix_values")
        question = self.put(statement("Two machines: *one judges, one expects*"), "text")
        self.edges = np.linspace(720.0, 1700.0, trace["sheet"].shape[1] + 1)
        self.middles = (self.edges[1:] + self.edges[:-1]) / 2
        self.lanes(trace)
        self.sheet(trace)
        answer = self.put(statement("Who says what to expect? *The critic, half a sentence in.*"), "text", shown=False)
        self.hide(question, at="who", over=0.3)
        self.show(answer, at=("who", 0.3))

    def lanes(self, trace: Trace) -> None:
        # One answer; the judge is silent to its end, the critic speaks at every prefix.
        words = [str(word) for word in trace["sheet"][0] if str(word)]
        end = float(self.edges[len(words)])
        for word, x in zip(words, self.middles, strict=False):
            self.put(text(f"*{spoken(word)}*", float(x), 212, 60, anchor="center"), "text")
        rows = (
            ("judge", 306.0, REWARD, "a rule, or a model trained before,", "on pairs of finished answers"),
            ("critic", 468.0, VALUE, "a value model trained alongside,", "on the judge's scores"),
        )
        for name, y, colour, *explained in rows:
            self.put(text(f"*{name}*", theme.LEFT, y, 60, colour), "text")
            notes = [text(line_, theme.LEFT, y + 46 + 40 * k, 34, theme.MUTED) for k, line_ in enumerate(explained)]
            self.show(*[self.put(note, "text", False) for note in notes], at=(name, 0.6))
            self.put(
                rule(float(self.edges[0]), y - 18, end, y - 18, stroke=theme.HAIRLINE, pen=3.0, quiet=True), "grid"
            )
        spots = np.array([theme.point(float(x), 288.0)[:2] for x in self.edges[: len(words)]])
        self.show(self.put(Marks(spots, "circle", 6, fill=theme.AXIS), "mark", shown=False), at=("judge", 0.4))
        score = text(f"*{float(trace['sheet_reward'][0]):g}*", end + 50, 314.0, 80, REWARD, "center")
        self.show(self.put(score, "text", False), at=("judge", 1.6))
        for k, value in enumerate(trace["sheet_forecast"][0][: len(words)]):
            dot = Marks(theme.point(float(self.edges[k]), 450.0)[None, :2], "circle", 13, fill=VALUE)
            number = text(f"*{float(value):.2f}*", float(self.edges[k]), 416.0, 46, VALUE, "center")
            at = self.time("critic") + 0.4 + 0.45 * k
            self.show(self.put(dot, "mark", False), self.put(number, "text", False), at=at, over=0.4)

    def sheet(self, trace: Trace) -> None:
        # Common answers of a batch and their scores; then every token gets its own advantage.
        self.put(text("common answers", theme.LEFT, 636, 40), "text")
        lines = ("*advantage* of every token", f"λ = {float(trace['lams'][-2]):g}", "filled: credit", "hollow: blame")
        notes = [
            text(words, theme.LEFT, 716 + 52 * k, 40, ADVANTAGE if k == 0 else theme.MUTED)
            for k, words in enumerate(lines)
        ]
        self.show(*[self.put(note, "text", False) for note in notes], at="tokens", each=0.3)
        sheet = Sheet(self.edges, 636.0, 70.0, trace["sheet"], trace["sheet_advantage"])
        for row, (names, cells, numbers) in enumerate(zip(sheet.names, sheet.cells, sheet.numbers, strict=True)):
            for k, (name, cell, number) in enumerate(zip(names, cells, numbers, strict=True)):
                self.put(name, "text")
                at = self.time("tokens") + 0.3 + 0.3 * row + 0.1 * k
                self.show(self.put(cell, "mark", False), self.put(number, "text", False), at=at, over=0.4)
            paid = f"*{float(trace['sheet_reward'][row]):g}*"
            score = text(paid, float(self.edges[-1]) + 50, 636.0 + 70 * row, 44, REWARD, "center")
            self.show(self.put(score, "text", False), at=("judge", 2.0 + 0.15 * row), over=0.4)
        size, age, cap = len(trace["batch_reward"]), int(trace["age"][1]), len(trace["bits"]) + 1
        note = f"From a batch of {size} answers, cut off after {cap} tokens; the critic after {age} batches."
        self.show(self.put(source(note), "text", shown=False), at=("tokens", 0.6))
