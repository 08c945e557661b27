"""A policy climbs a learned judge: its score rises to the end, and what the answers are worth rises, then falls."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from scenes import theme
from scenes.chapters.ch09_who_judges.common import (
    CHANCE,
    LAST,
    PLAIN,
    between,
    dot,
    middles,
    outlines,
    slots,
    span,
    whole,
)
from scenes.engine import layout
from scenes.engine.ink import Ink
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts import upright
from scenes.parts.chart import Chart
from scenes.parts.plane import Plane
from traces.store import Trace

RARE = 0.02  # an answer with a smaller share of the pairs has hardly been seen
CLIMB = 4.0  # seconds that a curve takes
LOOKS = {"gold": ((), theme.BOLD), "judge": (theme.DASHED, theme.PEN)}


class Places(NamedTuple):
    """Where the three charts stand."""

    worth: theme.Area
    bars: theme.Area
    plot: theme.Area


def places(stage: Stage) -> Places:
    """What answers are worth over how likely they are, and the climb beside them; upright, below them."""
    room = upright.picture(stage)
    if stage.upright:
        side = layout.trimmed(room, left=theme.GAP, top=theme.GAP, right=theme.NUMBER, bottom=theme.TIGHT)
        worth, bars, plot = layout.rows(side, (6, 3, 5), theme.NUMBER - theme.GUTTER)
        return Places(layout.trimmed(worth, bottom=theme.STATEMENT), bars, plot)
    left, right = layout.columns(room, (1, 1), theme.NUMBER)
    side = layout.trimmed(left, left=theme.WIDE, top=theme.GAP, right=theme.NUMBER, bottom=theme.GAP)
    plot = layout.trimmed(right, left=theme.GAP, top=theme.GAP, right=theme.NUMBER, bottom=theme.GAP)
    worth, bars = layout.rows(side, (3, 2), theme.NUMBER)
    return Places(worth, bars, plot)


class JudgeIsFooled(Stage):
    """A policy climbs a learned judge: its score rises to the end, and what the answers are worth rises, then falls."""

    traces = ("reward_hacking",)
    sizes = ("1080x1920",)

    def build(self) -> None:
        trace = self.trace("reward_hacking")
        self.places = places(self)
        self.bring(upright.statement(self, "What if we train a policy to *please a judge?*"))
        worth = self.worth(trace)
        bars, chart = self.policy(trace)
        self.climb(trace, bars, chart)
        self.unseen(trace, worth)
        steps = trace["climb_gold"].shape[1] - 1
        self.bring(
            upright.source(
                self, f"Our toy: exact averages over its answers, {steps} updates, no leash. Quotes: examples."
            )
        )

    def worth(self, trace: Trace) -> Chart:
        # Every answer has its place; what it is worth, and what the judge gives.
        chart = slots(self.places.worth, len(trace["gold"]), span(trace["gold"], trace["judge"]))
        chart.put(self, "", {}, "reward", whole(chart), size=theme.LABEL)
        worth = self.places.worth
        ends = ((PLAIN, worth.left, "left"), (LAST, worth.right, "right"))
        for row, (words, x, anchor) in enumerate(ends):
            y = worth.bottom + theme.GAP + (row * theme.BODY if self.upright else 0.0)
            self.bring(text(words, x, y, theme.LABEL, theme.TEXT, anchor), at="axes")
        across = middles(len(trace["gold"]))
        for name, (dash, pen) in LOOKS.items():
            values = trace[name]
            line = self.put(chart.curve(across, values, stroke=theme.TEXT, pen=pen, dash=dash), "mark")
            self.write(line, chart.growing(line, across, values), at=name, over=theme.REST)
            px, py = chart.pixels(float(across[-1]), float(values[-1]))
            word = text(f"*{name}*", px + theme.GAP, py + theme.TIGHT, theme.BODY)
            self.bring(word, at=(name, theme.REST))
        return chart

    def policy(self, trace: Trace) -> tuple[Ink, Chart]:
        # How often the policy writes each answer, and where it began.
        chart = slots(self.places.bars, len(trace["gold"]), (0.0, 1.0))
        axes = chart.put(
            self, "flattery", {}, "chance of each answer", {0.0: "0", 1.0: "1"}, shown=False, size=theme.LABEL
        )
        self.show(*axes, at="seen")
        bars = chart.columns(trace["probs"][0, 0], fill=CHANCE)
        self.bring(bars, "seen", "line")
        self.bring(outlines(chart, trace["ref_probs"]), "fall", "mark")
        return bars, chart

    def climb(self, trace: Trace, bars: Ink, chart: Chart) -> None:
        # First the judge's score; then gold, while the policy moves.
        judge, gold, probs = trace["climb_judge"][0], trace["climb_gold"][0], trace["probs"][0]
        steps = len(gold) - 1
        low, high = span(np.append(judge, 0.0), gold)
        plot = Chart(*layout.rectangle(self.places.plot), (0.0, float(steps)), (min(0.0, low), high))
        across = {0.0: "0", float(steps): f"{steps}"}
        axes = plot.put(self, "update", across, "average reward", whole(plot), shown=False, size=theme.LABEL)
        self.show(*axes, at="climb")
        at = np.arange(steps + 1.0)
        for name, values, cue in (("judge", judge, ("climb", theme.REST)), ("gold", gold, ("fall", 0.2))):
            dash, pen = LOOKS[name]
            line = self.put(plot.curve(at, values, stroke=theme.TEXT, pen=pen, dash=dash), "mark")
            begin = self.time(cue)
            self.write(line, plot.growing(line, at, values), at=begin, over=CLIMB, ease=slowly)
            x, y = plot.pixels(float(steps), float(values[-1]))
            self.bring(halo(text(f"*{name}*", x + theme.GUTTER, y, theme.BODY)), at=begin + CLIMB)
            number = text(f"*{values[-1]:.2f}*", x + theme.GUTTER, y + theme.STATEMENT, theme.BODY)
            self.bring(halo(number), at=begin + CLIMB)

        def move(share: float) -> None:
            bars.write(chart.columns(between(probs, share)).points)

        begin = self.time("fall") + 0.2
        self.write(bars, move, at=begin, over=CLIMB, ease=slowly)
        top = int(gold.argmax())
        x, y = plot.pixels(float(top), float(gold[top]))
        self.bring(dot(plot, float(top), float(gold[top])), begin + CLIMB / 2, "mover")
        peak = text(f"*{gold[top]:.2f}*", x + theme.TIGHT, y + theme.STATEMENT + theme.TIGHT, theme.BODY)
        self.bring(halo(peak), at=begin + CLIMB / 2)

    def unseen(self, trace: Trace, chart: Chart) -> None:
        # Answers that were in hardly any pair.
        counts = (trace["wins"] + trace["wins"].T).sum(axis=0)
        rare = np.flatnonzero(counts < RARE * counts.sum())
        if not len(rare):
            return
        left, worth = chart.pixels(float(rare[0]), 0.0)[0], self.places.worth
        ground = Plane(left, worth.top, worth.right - left, worth.height, (0.0, 1.0), (0.0, 1.0))
        unit = np.array([0.0, 1.0])
        style = {"stroke": theme.HATCH, "pen": theme.FINE, "stroke_opacity": 0.35, "quiet": True}
        self.bring(ground.hatch(unit, unit, np.ones((2, 2)), theme.GUTTER, **style), "why", "ground")
        size = theme.LABEL if self.upright else theme.BODY
        words = text("hardly any data", left + theme.TIGHT, worth.bottom - theme.TIGHT, size)
        self.bring(halo(words), at="why")


def slowly(share: float) -> float:
    """Slow at first: most happens in the first updates."""
    return share**2
