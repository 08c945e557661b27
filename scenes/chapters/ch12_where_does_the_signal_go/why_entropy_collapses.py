"""What entropy is, by its ends; and forty runs in which a coin pays, so that chance alone takes it away."""

from __future__ import annotations

from functools import partial

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Marks, rule
from scenes.engine.lettering import counter, text
from scenes.engine.stage import Stage, When
from scenes.parts.bars import Bars
from scenes.parts.headings import source, statement
from scenes.parts.plane import Plane
from scenes.parts.spoken import Spoken
from scenes.theme import FloatArray
from traces.store import Trace

RULE, PICTURE = layout.rows(theme.PICTURE, (1, 5), gap=theme.GAP)
POLICY, ENTROPY = layout.columns(PICTURE, 2, gap=2 * theme.WIDE)
BARS = layout.trimmed(POLICY, left=theme.WIDE, top=theme.WIDE, bottom=theme.TITLE)
GAUGE = layout.trimmed(ENTROPY, top=theme.WIDE, right=theme.NUMBER + 2 * theme.WIDE, bottom=theme.TITLE)
FORMULA = "H = {{ sum_a pi(a) : mean }} ( {{ - log pi(a) : logp }} )"
NONE = -1  # the clip range of the trace that is none at all
ROOM = 1.08  # of the gauge, over its highest mark
NOW = theme.OBJECTIVES["grpo"].colour


class WhyEntropyCollapses(Stage):
    """What entropy is, by its ends; and forty runs in which a coin pays, so that chance alone takes it away."""

    traces = ("noise_clip",)

    def build(self) -> None:
        trace = self.trace("noise_clip")
        self.bring(statement("Why does *entropy* collapse?"))
        self.runs, self.batches = trace["entropy"].shape[1], trace["entropy"].shape[2] - 1
        self.most = float(trace["uniform_entropy"])
        self.gauge = Plane(*layout.rectangle(GAUGE), (0.0, float(self.runs)), (0.0, ROOM * self.most))
        self.policy(trace)
        self.scale()
        self.needle(trace)
        formula = Spoken(FORMULA, size=theme.DISPLAY)
        layout.centred(formula, RULE)
        formula.enter(self, at="formula")
        formula.light(self, "logp", at=("formula", theme.CHANGE))
        formula.light(self, "mean", at=("formula", 2 * theme.REST))
        formula.rest(self, at="read")
        self.collapse(trace)
        self.bring(
            source(f"GRPO, {self.batches} batches. Bars: the run in the middle of {self.runs}. Dots: all of them.")
        )

    def policy(self, trace: Trace) -> None:
        # The answers' chances: all alike, then one certain, then ours; later those of one run.
        start, path = trace["typical"][NONE, 0], trace["typical"][NONE]
        answers = len(start)
        names = [f"{k + 1}" for k in range(answers)]
        bars = Bars(*layout.rectangle(BARS), theme.TEXT, names, theme.NOTE)
        for part in (bars.base, bars.top, *bars.names):
            self.bring(part)
        for words, y in (("1", bars.y), ("0", bars.y + bars.height)):
            self.bring(text(words, bars.x - theme.TIGHT, y + theme.NOTE / 3, theme.NOTE, theme.MUTED, "right"))
        self.bring(text("chance", bars.x, bars.y - theme.GUTTER, theme.BODY, theme.MUTED))
        alike, certain = np.full(answers, 1 / answers), np.eye(answers)[0]
        bars.write(alike)
        self.put(bars.ink, "mark")
        for before, after, cue in ((alike, certain, "sure"), (certain, start, "ours")):
            self.write(bars.ink, between(bars, before, after), at=cue, over=theme.CHANGE, ease=theme.smooth)
        self.write(bars.ink, partial(played, bars, path), at="run", over=self.lasts())
        y = bars.y - theme.GUTTER
        coin = text("*paid by a coin,* no clip, no leash", bars.x + bars.width, y, theme.STATEMENT, NOW, "right")
        self.bring(coin, at="coins")

    def lasts(self) -> float:
        # How long the training is shown.
        return self.time("reward") - self.time("run") - theme.REST

    def scale(self) -> None:
        # The gauge: 0 below, all alike above.
        plane, right = self.gauge, GAUGE.right + theme.GUTTER
        self.bring(text("entropy (nat)", plane.x, plane.y - theme.GUTTER, theme.BODY, theme.MUTED))
        ends: tuple[tuple[float, str, str, When], ...] = (
            (self.most, f"*{self.most:.1f}*", "all alike", "even"),
            (0.0, "*0*", "one certain", "sure"),
        )
        for value, number, words, at in ends:
            y = float(plane.pixels(0.0, value)[1])
            self.bring(rule(plane.x, y, GAUGE.right, y, stroke=theme.AXIS, pen=theme.FINE), layer="ground")
            label = text(f"{number}  {words}", right, y + theme.BODY / 3, theme.BODY)
            self.bring(label, at)

    def needle(self, trace: Trace) -> None:
        # Where the policy in the bars is on the gauge.
        start = float(trace["entropy"][NONE, 0, 0])
        places = [float(self.gauge.pixels(0.0, value)[1]) for value in (self.most, 0.0, start)]
        needle = rule(GAUGE.left, places[0], GAUGE.right, places[0], stroke=NOW, pen=theme.BOLD)
        self.bring(needle, "even", "mover")
        for before, after, cue in zip(places, places[1:], ("sure", "ours"), strict=False):
            self.shift(needle, down=after - before, at=cue)
        own = text(f"*{start:.1f}*  ours", GAUGE.right + theme.GUTTER, places[2] + theme.BODY / 3, theme.BODY, NOW)
        self.bring(own, ("ours", theme.CHANGE))
        self.hide(own, needle, at="run")

    def collapse(self, trace: Trace) -> None:
        # All runs as dots that fall, and the level of their mean.
        paths = trace["entropy"][NONE]
        mean = paths.mean(0)
        dots = Marks(self.dots(paths[:, 0]), "circle", theme.TIGHT / 2, fill=theme.MUTED)
        level = rule(GAUGE.left, 0.0, GAUGE.right, 0.0, stroke=NOW, pen=theme.BOLD)

        def fall(share: float) -> None:
            dots.place(self.dots(at(paths.T, share)))
            y = float(self.gauge.pixels(0.0, float(at(mean, share)))[1])
            level.write(theme.points([GAUGE.left, GAUGE.right], [y, y]))

        fall(0.0)
        self.bring(dots, "guess", "mark")
        self.bring(level, ("run", -theme.QUICK), "mover", theme.QUICK)
        parts: list[Mobject] = [dots, level]
        self.write(parts, fall, at="run", over=self.lasts())
        y = float(self.gauge.pixels(0.0, float(mean[-1]))[1])
        for words, down in ((f"*{float(mean[-1]):.1f}*  mean of", 0.0), (f"{self.runs} runs", theme.GAP)):
            tag = text(words, GAUGE.right + theme.GUTTER, y + theme.BODY / 3 + down, theme.BODY, NOW)
            self.bring(counter(tag), ("run", self.lasts()))

    def dots(self, values: FloatArray) -> FloatArray:
        # A dot a run, side by side, at its entropy.
        places: FloatArray = self.gauge.points(np.arange(self.runs) + 0.5, values)[:, :2]
        return places


def between(bars: Bars, before: FloatArray, after: FloatArray) -> partial[None]:
    """A function of the share that moves the bars from one policy to another."""
    return partial(played, bars, np.stack([before, after]))


def played(bars: Bars, path: FloatArray, share: float) -> None:
    """Set the bars to a path [time, answers] at a share of its way."""
    bars.write(at(path, share))


def at(path: FloatArray, share: float) -> FloatArray:
    """A path [time, ...] at a share of its way."""
    place = share * (len(path) - 1)
    k = min(int(place), len(path) - 2)
    value: FloatArray = path[k] + (place - k) * (path[k + 1] - path[k])
    return value
