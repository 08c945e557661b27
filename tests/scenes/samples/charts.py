"""Bars, curves, rulers and sliders, with sample data."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch05_who_says_what_to_expect.staircase import Staircase
from scenes.chapters.ch05b_how_far_do_we_believe_the_critic.slider import Slider
from scenes.chapters.ch05b_how_far_do_we_believe_the_critic.token_bars import TokenBars
from scenes.chapters.ch06_may_i_reuse.chances import Chances
from scenes.chapters.ch06_may_i_reuse.promise import Promise
from scenes.chapters.ch07_how_far_does_the_map_hold.side_view import SideView
from scenes.chapters.ch08_a_cheaper_fence.two_curves import Panel
from scenes.chapters.ch14a_six_maps.totals import Totals
from scenes.chapters.ch14b_the_race.runs import Runs
from scenes.engine.stage import Stage
from scenes.parts import bars as bar
from scenes.parts.chart import Chart
from scenes.parts.powers import Powers
from scenes.parts.pushes import Pushes
from scenes.parts.ratio_curve import RatioCurve
from scenes.parts.ratio_rows import RatioRows
from scenes.parts.ratio_ruler import RatioRuler
from scenes.parts.targets import Column, arch
from scenes.parts.value_strip import ValueStrip
from scenes.parts.weights import Weights
from tests.scenes.samples import data

X, Y, WIDTH, HEIGHT = 260.0, 200.0, 1400.0, 620.0


def bars(stage: Stage) -> None:
    """The chances of three answers."""
    part = bar.Bars(X, Y, WIDTH, HEIGHT, theme.OBJECTIVES["ppo"].colour, size=theme.STATEMENT)
    part.write(data.START)
    for mobject in (part.base, part.top, *part.names, part.ink):
        stage.put(mobject, "text")


def side_view(stage: Stage) -> None:
    """Five maps of one truth, from the side, what they promise at the end, and the trust region."""
    at = np.linspace(0, 6, 61)
    rise = 1 / (1 + np.exp(3 - 1.5 * at)) - 1 / (1 + np.exp(3))
    scale = np.array([0.0, 0.1, 0.6, 1.4, 2.2])[:, None]
    trace = {"cut_at": at, "cut_promise": scale * rise, "cut_gain": 0.8 * rise, "cut_ring": np.array(0.7)}
    part = SideView(trace, theme.Area(X, Y, X + WIDTH, Y + HEIGHT))  # type: ignore[arg-type]
    part.axes(stage)
    part.one(stage, at=0.0, over=0.5)
    part.truth(stage, at=0.0, over=0.5)
    part.fan(stage, at=0.0, over=0.5)
    part.ends(stage, at=0.0)
    part.band(stage, at=0.0, colour=theme.OBJECTIVES["trpo"].colour)


def ratio_rows(stage: Stage) -> None:
    """Three answers, one at its post."""
    trace = {"start_probs": data.START, "answers": ("A", "B", "C"), "texts": ("2+2 is 4", "4", "22")}
    part = RatioRows(trace, 480, 420)  # type: ignore[arg-type]
    part.put(stage)
    part.read_ratios(stage, at=0.0)
    part.put_posts(stage, np.array([0.8, 1.2]), at=0.0)
    part.write(np.array([1.05, 1.12, 0.8]))


def chances(stage: Stage) -> None:
    """The chances of three answers, one of them rare."""
    Chances(X, (300, 500, 700), 0.8 * WIDTH, data.START).put(stage)


def promise(stage: Stage) -> None:
    """A map that promises more than any answer pays."""
    truth = data.learning()
    part = Promise(stage, X, Y, WIDTH, HEIGHT, np.stack([1.5 * truth, truth]), best=1.0)
    part.curves(1.5 * truth, truth)
    part.names(1.5 * float(truth[-1]), float(truth[-1]), at=0.0)


def weights(stage: Stage) -> None:
    """Two answers pushed up, one pushed down."""
    values = np.array([1.4, 0.3, -0.9])
    part = Weights(X, Y, WIDTH, HEIGHT, values, 1.4, size=theme.STATEMENT)
    for mobject in (part.zero, *part.bars, *part.names):
        stage.put(mobject, "text")


def totals(stage: Stage) -> None:
    """Few A with a strong push, many B with a weaker one, some C pushed down."""
    answers = np.repeat([0, 1, 2], [5, 84, 39])
    part = Totals(answers, theme.Area(theme.LEFT, 200, theme.RIGHT, 840))
    for marks in part.marks:
        stage.put(marks, "mark")
    part.put_counts(stage)
    part.put_push(stage, np.array([1.0, 0.6, -0.4]))
    part.put_bars(stage, 0.0)


def value_strip(stage: Stage) -> None:
    """A forecast that trails behind the truth, with a band."""
    truth, late = data.learning(), data.learning(pace=14.0)
    part = ValueStrip(X, Y, WIDTH, HEIGHT, 40, size=theme.LABEL)
    look = theme.OBJECTIVES["grpo"]
    for mobject in (*part.axes, *part.words, part.band(late - 0.1, late + 0.1, look.colour)):
        stage.put(mobject, "text")
    stage.put(part.curve(truth, stroke=theme.TEXT, pen=5.0), "mark")
    stage.put(part.curve(late, stroke=look.colour, dash=look.dash, pen=6.0), "mark")


def runs(stage: Stage) -> None:
    """Twelve runs, close together but for one, with their mean and their stride."""
    values, look = (
        np.array([0.97, 0.96, 0.95, 0.95, 0.94, 0.94, 0.94, 0.93, 0.93, 0.92, 0.9, 0.74]),
        theme.OBJECTIVES["ppo"],
    )
    part = Runs(820, 200, 300, 620)
    for mobject in (*part.strip.axes, *part.strip.words, *part.number(0, "mean", f"{values.mean():.2f}")):
        stage.put(mobject, "text")
    for mobject in (*part.number(1, "stride", "0.34"), part.bar(0.8, look.colour), part.dots(values, look, 12)):
        stage.put(mobject, "text")


def chart(stage: Stage) -> None:
    """A curve on a logarithmic scale over a fan of others."""
    x = np.arange(41.0)
    part = Chart(X, Y, WIDTH, HEIGHT, across=(0, 40), up=(0.001, 10), log=True)
    part.put(stage, "update", {0: "0", 40: "40"}, "KL (nat)", {0.01: "0.01", 1: "1"}, size=theme.LABEL)
    many = np.array([0.004 * 1.14 ** (rate * x) for rate in (0.7, 0.85, 1.15, 1.3)])
    stage.put(part.fan(x, many, stroke=theme.SYMBOLS["kl"], stroke_opacity=0.4, pen=2.0), "line")
    stage.put(part.curve(x, 0.004 * 1.14**x, stroke=theme.SYMBOLS["kl"], pen=6.0), "mark")


def ratio_curve(stage: Stage) -> None:
    """What a word pays that is better than expected, with one past the post and one that still pushes."""
    trace = data.clipped(0)
    part = RatioCurve(trace, 0, X, Y, WIDTH, HEIGHT, (X + 40, Y + 120))
    part.put_axes(stage)
    for mobject in (part.silent(), part.line("plain", stroke=theme.MUTED, pen=3.0, dash=(10, 10)), part.least()):
        stage.put(mobject, "line")
    for mobject in (*part.fence(), *part.bounds(theme.LABEL), *part.moving):
        stage.put(mobject, "mover")
    part.place(0.7)


def two_curves(stage: Stage) -> None:
    """A good and a bad token: the plain line, and the line held at the posts."""
    for sign in range(2):
        panel = Panel(stage, data.clipped(0), sign)
        panel.plain(shown=True)
        panel.held(shown=True)
        panel.silent(shown=True)


def ratio_ruler(stage: Stage) -> None:
    """An answer that has become four times as likely."""
    part = RatioRuler(X, 560, WIDTH, reach=6, tall=160)
    part.put(stage)
    part.write(4.0)


def powers(stage: Stage) -> None:
    """Two numbers that are decades apart."""
    part = Powers(X, Y, WIDTH, HEIGHT, -2, 2)
    part.put(stage)
    for row, value in enumerate((0.067, 12.0)):
        stage.put(part.bar(np.log10(value), Y + 120 + 220 * row, 120, fill=theme.SYMBOLS["reward"]), "mark")


def pushes(stage: Stage) -> None:
    """Six pushes around a zero line, up filled and down hollow."""
    values = np.array([1.2, 0.4, -0.7, 0.9, -0.3, -0.5])
    part = Pushes(values)
    left = X + np.arange(len(values)) * WIDTH / len(values)
    zero, wide = np.full(len(values), Y + HEIGHT / 2), np.full(len(values), 100.0)
    part.write(np.column_stack([left, zero, wide, 230 * values]))
    for mobject in part.inks:
        stage.put(mobject, "mark")


def slider(stage: Stage) -> None:
    """A knob between the critic and the reward."""
    part = Slider(X, X + WIDTH, 540, (0, 0.95, 1), "λ", ("believe the critic", "wait for the reward"))
    part.enter(stage)
    part.glide(0.5)


def staircase(stage: Stage) -> None:
    """Four levels, a small fall among the rises."""
    part = Staircase(("2+2", "is", "4"), np.array([0.4, 0.3, 0.6, 0.8]), theme.Area(X, Y, X + WIDTH, Y + HEIGHT))
    part.put(stage)
    for k in range(4):
        part.level(stage, k)
    for k in range(3):
        part.jump(stage, k, at=0.0)


def targets(stage: Stage) -> None:
    """A score passed back over three tokens."""
    floor, unit = Y + HEIGHT, 0.8 * HEIGHT
    xs = [X + 150 + 500 * k for k in range(3)]
    for x, value in zip(xs, (0.64, 0.8, 1.0), strict=True):
        column = Column(x, floor, unit, fill=theme.SYMBOLS["value"])
        column.write(value)
        stage.put(column.ink, "mark")
    for start, end in ((xs[2], xs[1]), (xs[1], xs[0])):
        stage.put(arch(start - 30, end + 30, Y + 100, 90, stroke=theme.TEXT, pen=4.0), "line")


def token_bars(stage: Stage) -> None:
    """An answer of four tokens that slips at the third."""
    part = TokenBars(np.linspace(X, X + WIDTH, 5), 460, 300)
    part.write(np.array([0.1, 0.05, -0.6, 0.0]))
    for mobject in (part.zero, *part.moving):
        stage.put(mobject, "mark")
