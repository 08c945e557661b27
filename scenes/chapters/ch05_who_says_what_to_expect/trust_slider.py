"""One answer, its forecasts, and its advantages between trusting the critic and trusting the outcome."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch05_who_says_what_to_expect.common import ADVANTAGE, NOTE_X, SIDE_X
from scenes.chapters.ch05_who_says_what_to_expect.course import Course, span
from scenes.chapters.ch05_who_says_what_to_expect.forecast import Forecast
from scenes.chapters.ch05_who_says_what_to_expect.slider import Slider
from scenes.chapters.ch05_who_says_what_to_expect.token_bars import TokenBars, spoken
from scenes.engine.ink import Marks
from scenes.engine.lettering import formula
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.say import appear, say
from traces.store import Trace

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
