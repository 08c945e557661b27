"""Gradients of many batches with a half-trained critic: close together and wrong, or right and scattered."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch05b_how_far_do_we_believe_the_critic.slider import Slider
from scenes.engine.ink import Ink, Marks, box, rule
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts.cloud import Compass
from scenes.parts.headings import source, statement
from scenes.parts.running_number import RunningNumbers
from scenes.parts.settings import quote
from scenes.parts.targets import VALUE
from scenes.theme import FloatArray
from traces.store import Trace

PLOT = (theme.LEFT, theme.PICTURE.top, theme.column(0, 8)[1] - theme.LEFT, theme.PICTURE.height + theme.GAP)
SIDE = theme.column(8, 4)
BELOW = theme.PICTURE.top + 2.6 * theme.WIDE  # baseline below the dial
TURN = 3.2  # seconds of the dial's way


class BiasAndNoise(Stage):
    """Gradients of many batches with a half-trained critic: close together and wrong, or right and scattered."""

    traces = ("token_values", "papers")

    def build(self) -> None:
        trace = self.trace("token_values")
        title = self.bring(statement(f"A critic that has read {int(trace['young'])} answers"))
        self.hide(title, at="noise")
        self.bring(statement("Lambda trades *bias* against *noise*"), at=("noise", 0.4))
        self.compass = Compass.around(trace["dots"], *PLOT)
        self.axes()
        self.dots(trace)
        self.dial()
        self.belief(trace)
        self.gauges(trace)
        said = text(
            f"PPO's paper: *λ* = {quote(self.trace('papers'), 'ppo_lam').shown}", SIDE[0], BELOW, theme.STATEMENT
        )
        self.bring(said, at="paper")
        count = f"{trace['dots'].shape[1]} batches of {int(trace['batch'])} answers"
        note = f"{count}. Bars: all logits together, in lengths of the exact slope. "
        young = trace["forecast"][:, int(trace["young"])]
        names = trace["prefix"].tolist()
        like = int((young[:, names.index("2+2 is")] > young[:, names.index("2+2 =")]).sum())
        note += f"Of {len(young)} such critics, {like} {'prefers' if like == 1 else 'prefer'} is."
        self.bring(source(note), at="axes")

    def axes(self) -> None:
        # To the right, how a batch pushes "is"; upwards, how it pushes "four".
        c = self.compass
        self.bring(c.cross(), layer="grid")
        right = text("push on *is*", c.x + c.width, c.zero_y - theme.TIGHT, theme.BODY, theme.MUTED, "right")
        up = text("push on *4*, after *is*", c.zero_x + theme.TIGHT, c.y + theme.BODY, theme.BODY, theme.MUTED)
        self.bring(halo(right), at="axes")
        self.bring(halo(up), at=("axes", 2.5))

    def place(self, tips: FloatArray) -> FloatArray:
        """Manim points [n, 2] of slopes [n, 2]."""
        pixels = self.compass.pixels(np.asarray(tips, float).reshape(-1, 2))
        return theme.points(pixels[:, 0], pixels[:, 1])[:, :2]

    def dots(self, trace: Trace) -> None:
        # The dots and their middle follow the dial; the exact slope stands still.
        dots, middle, last = trace["dots"], trace["middle"], len(trace["lams"]) - 1

        def between(values: FloatArray, share: float) -> FloatArray:
            k = min(int(share * last), last - 1)
            mixed: FloatArray = values[k] + (share * last - k) * (values[k + 1] - values[k])
            return mixed

        cloud = Marks(self.place(dots[0]), "circle", 5.5, fill=VALUE, fill_opacity=0.55)
        heart = Marks(self.place(middle[0]), "diamond", 15, fill=VALUE, stroke=theme.CASING, pen=theme.PEN)
        self.bring(cloud, ("axes", 1.0), "mark")
        self.bring(heart, "bias", "mover")
        for ink, values in ((cloud, dots), (heart, middle)):
            follow = lambda s, ink=ink, values=values: ink.place(self.place(between(values, s)))  # noqa: E731
            self.write(ink, follow, at="turn", over=TURN, ease=theme.smooth)
        (x, y), arm = self.compass.pixels(trace["exact"]), 22.0
        cross = Ink(
            theme.points(np.array([x - arm, x + arm, x, x]), np.array([y, y, y - arm, y + arm])),
            starts=(0, 2),
            stroke=theme.TEXT,
            pen=theme.BOLD,
            casing=3.0,
        )
        self.bring(cross, "true", "mover")
        self.legend()
        # The arrow of the bias: from the exact slope to the middle of the dots.
        arrow = Ink(np.zeros((0, 3)), stroke=theme.DOWN, pen=theme.BOLD, casing=3.0)

        def stretch(share: float) -> None:
            ends = self.compass.pixels(np.stack([trace["exact"], between(middle, share)]))
            arrow.write(theme.points(ends[:, 0], ends[:, 1]))

        stretch(0.0)
        self.bring(arrow, ("bias", 0.6), "mover")
        self.write(arrow, stretch, at="turn", over=TURN, ease=theme.smooth)

    def legend(self) -> None:
        # What the two marks are.
        y = theme.PICTURE.bottom
        rows = ((0, "true", "exact slope"), (1, "bias", "middle of the dots"))
        for row, cue, words in rows:
            at = y + (row - 1) * theme.STATEMENT * 1.4
            x, up = SIDE[0] + theme.GUTTER, at - 0.3 * theme.BODY
            if cue == "true":
                ends = np.array([x - 16, x + 16, x, x]), np.array([up, up, up - 16, up + 16])
                sign = Ink(theme.points(*ends), starts=(0, 2), stroke=theme.TEXT, pen=theme.BOLD)
            else:
                sign = Marks(theme.point(x, up)[None, :2], "diamond", 13, fill=VALUE)
            self.bring(sign, cue, "mark")
            self.bring(text(words, SIDE[0] + theme.WIDE, at, theme.BODY), at=cue)

    def dial(self) -> None:
        slider = Slider(
            SIDE[0],
            SIDE[1] - theme.GUTTER,
            theme.PICTURE.top + theme.WIDE,
            (0.0, 1.0),
            "λ",
            ("the critic", "the reward"),
        )
        slider.enter(self)
        self.write(slider.knob, slider.glide, at="turn", over=TURN, ease=theme.smooth)

    def belief(self, trace: Trace) -> None:
        # What this critic expects after either choice, and what is true.
        names = trace["prefix"].tolist()
        nodes = [names.index("2+2 is"), names.index("2+2 =")]
        young = trace["forecast"][int(trace["misled"]), int(trace["young"])]
        middle = (SIDE[0] + SIDE[1]) / 2
        rows = (
            ("after", ("is", "="), theme.TEXT),
            ("critic", young[nodes], VALUE),
            ("exact", trace["value"][nodes], theme.TEXT),
        )
        for row, (name, cells, colour) in enumerate(rows):
            y = BELOW + (row + 1) * theme.WIDE
            words = [name, *(cell if isinstance(cell, str) else f"{cell:.2f}" for cell in cells)]
            for word, x, anchor in zip(words, (SIDE[0], middle, SIDE[1]), ("left", "center", "right"), strict=True):
                markup = word if word == name else f"*{word}*"
                shown = text(markup, x, y, theme.STATEMENT, theme.MUTED if word == name else colour, anchor)
                self.hide(self.bring(shown, at=("young", 0.5 + 0.8 * row)), at="bias")

    def gauges(self, trace: Trace) -> None:
        # How far off, and how noisy: both follow the dial.
        k, lams = int(trace["misled"]), trace["lams"]
        unit = (SIDE[1] - SIDE[0] - 2 * theme.WIDE) / max(
            float(trace["noise"][k].max()), float(trace["bias"][k].max()), 0.1
        )
        rows = (
            ("named", "bias", "how far the middle is off", theme.DOWN, trace["bias"][k]),
            ("noise", "noise", "how far the batches scatter", theme.UP, trace["noise"][k]),
        )
        for row, (cue, name, words, colour, values) in enumerate(rows):
            y = theme.PICTURE.top + (4.1 + 2.7 * row) * theme.WIDE
            said = f"#text({theme.TITLE / theme.BODY:.2f}em)[*{name}*] #h(0.3em) {words}"
            self.bring(text(said, SIDE[0], y, theme.BODY, colour), at=cue)
            bar = Ink(np.zeros((0, 3)), fill=colour, closed=True, round_joins=False)
            number = RunningNumbers(theme.STATEMENT, colour, "left")
            base = y + theme.GAP

            def write(
                share: float,
                bar: Ink = bar,
                number: RunningNumbers = number,
                values: FloatArray = values,
                base: float = base,
            ) -> None:
                value = float(np.interp(share, lams, values))
                bar.write(box(SIDE[0], base, max(unit * value, 1.0), theme.GAP).points, [0])
                number.set([f"{value:.2f}"], [SIDE[0] + unit * value + theme.TIGHT], [base + 0.8 * theme.GAP])

            was = SIDE[0] + unit * float(values[0])
            low = base + theme.GAP + theme.LABEL + theme.TIGHT
            tick = rule(was, base - theme.TIGHT, was, base + theme.GAP + theme.TIGHT, stroke=theme.TEXT, pen=theme.PEN)
            self.bring(tick, "noise", "mover")
            self.bring(
                text("at *λ* = 0", max(was, SIDE[0] + theme.WIDE), low, theme.LABEL, theme.MUTED, "center"), at="noise"
            )
            write(0.0 if name == "bias" else 1.0)
            for part in (bar, number):
                self.bring(part, cue, "mover")
                if name == "bias":
                    self.write(part, write, at="turn", over=TURN, ease=theme.smooth)
