"""Lambda between the critic and the reward, and GAE worked backwards on four tokens."""

from __future__ import annotations

from collections.abc import Callable

from scenes import theme
from scenes.chapters.ch05b_how_far_do_we_believe_the_critic.slider import Slider
from scenes.chapters.ch05b_how_far_do_we_believe_the_critic.token_bars import TokenBars
from scenes.engine.lettering import text
from scenes.engine.stage import Stage, When
from scenes.parts.headings import source, statement
from scenes.parts.spoken import Spoken
from scenes.parts.targets import ADVANTAGE, edges, middles
from scenes.theme import FloatArray
from traces.store import Trace

WORDS = theme.PICTURE.top + 3.2 * theme.WIDE  # baseline of the tokens
ZERO, ROOM = WORDS + 3 * theme.WIDE, 2 * theme.WIDE  # of the bars, and what they have above it
SUMS = ZERO + 1.8 * theme.WIDE  # baseline of what is worked by hand
BETWEEN = 0.5  # where the knob stands while what lies between is spoken of
GLIDE = 2.0  # seconds that the knob takes


class TrustDial(Stage):
    """Lambda between the critic and the reward, and GAE worked backwards on four tokens."""

    traces = ("token_values",)
    hyperparameters = ("token_values.lam",)

    def build(self) -> None:
        trace = self.trace("token_values")
        self.lam = float(self.hyper("token_values.lam"))
        title = self.bring(statement("A critic is never exact. *How far do we believe it?*"))
        self.hide(title, at="gae")
        self.bring(statement("*GAE*: generalised advantage estimation"), at=("gae", 0.4))
        self.edges = edges(theme.column(1, 11)[0], theme.RIGHT, len(trace["sentence"]))
        for token, x in zip(trace["sentence"], middles(self.edges), strict=True):
            colour = theme.MUTED if token == "end" else theme.TEXT
            self.bring(text(f"*{token}*", float(x), WORDS, theme.DISPLAY, colour, "center"))
        # The dial, from believing the critic to waiting for the reward.
        side = theme.column(1, 10)
        stops = sorted({0.0, self.lam, 1.0})
        ends = ("believe the critic: the jump alone", "wait: reward minus forecast")
        self.slider = Slider(*side, theme.PICTURE.top + theme.WIDE, stops, "λ", ends)
        self.slider.enter(self)
        self.turn(trace)
        self.formula()
        self.work(trace)
        self.bring(source("Forecasts: exact values of this toy."), at="zero")

    def turn(self, trace: Trace) -> None:
        # The bars grow at lambda = 0, and follow the knob to 1, and in between; then they make room.
        grid = trace["advantage"]
        self.unit = ROOM / max(float(grid.max()), 0.1)
        bars = TokenBars(self.edges, ZERO, self.unit)
        self.bring(bars.zero, "zero", "grid")
        self.bring(text("advantage", theme.LEFT, ZERO - theme.TIGHT, theme.BODY, ADVANTAGE), at="zero")
        last = len(grid) - 1
        stops = {"one": (0.0, 1.0), "between": (1.0, BETWEEN)}  # from where to where the knob glides

        def follow(lam: float) -> None:
            k = min(int(lam * last), last - 1)
            bars.write(grid[k] + (lam * last - k) * (grid[k + 1] - grid[k]))

        def glide(write: Callable[[float], None], start: float, end: float) -> Callable[[float], None]:
            return lambda share: write(start + share * (end - start))

        for part in bars.moving:
            self.bring(part, "zero", "mover", over=theme.QUICK)
            self.write(part, lambda s: bars.write(s * grid[0]), at=("zero", 0.4), over=1.0, ease=theme.smooth)
            for cue, ends in stops.items():
                self.write(part, glide(follow, *ends), at=(cue, 0.6), over=GLIDE, ease=theme.smooth)
            self.hide(part, at="last")
        for cue, ends in stops.items():
            self.write(self.slider.knob, glide(self.slider.glide, *ends), at=(cue, 0.6), over=GLIDE, ease=theme.smooth)

    def formula(self) -> None:
        # In between: a token's own jump, plus lambda times what the next one gets.
        own = "{{ hat(A)_t : advantage }} = {{ delta_t : advantage-3 }}"
        rule = Spoken(
            f"{own} + {{{{ lambda : dial }}}} thin {{{{ hat(A)_(t+1) : advantage-2 }}}}",
            y=theme.PICTURE.bottom + theme.TIGHT,
            size=theme.DISPLAY,
        )
        rule.enter(self, at={"advantage-3": "own", "advantage-2": "next"})
        rule.rest(self, at="gae")

    def work(self, trace: Trace) -> None:
        # From the last token to the first: each sum holds the one after it.
        jump, worked = trace["jump"], trace["worked"]
        back = lambda s: self.slider.glide(BETWEEN + s * (self.lam - BETWEEN))  # noqa: E731
        self.write(self.slider.knob, back, at=("last", -1.2), over=0.8, ease=theme.smooth)
        cues: dict[int, tuple[When, When]] = {3: ("last", "last"), 2: ("third", "third_sum")}
        cues |= {1: (("second", 0.2), ("second", 0.6)), 0: (("second", 1.3), ("second", 1.7))}
        for k, (asked, told) in cues.items():
            self.sum(k, jump, worked, asked)
            bars = TokenBars(self.edges[k : k + 2], ZERO, self.unit)
            for part in bars.moving:
                self.bring(part, told, "mover", over=theme.QUICK)
                grow = lambda s, bars=bars, k=k: bars.write(s * worked[k : k + 1])  # noqa: E731
                self.write(part, grow, at=(self.time(told) + 0.2), over=theme.CHANGE, ease=theme.smooth)

    def sum(self, k: int, jump: FloatArray, worked: FloatArray, at: When) -> None:
        words = f"{jump[k]:.2f}".replace("-", "−")
        if k < len(jump) - 1:
            words += f" + {self.lam:g} × {worked[k + 1]:.2f}".replace("-", "−")
        x = float(middles(self.edges)[k])
        self.bring(text(words, x, SUMS, theme.STATEMENT, anchor="center"), at=at)
