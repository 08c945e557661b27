"""What each rule expects: the critic's or the group's forecast against the reward truly earned."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch14b_the_race.walk_panel import reward_axis
from scenes.engine import layout
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts.headings import statement
from scenes.parts.legend import Legend
from scenes.parts.six_panels import CELL_W, MAP, Cell, cells
from scenes.parts.value_strip import Axis, ValueStrip
from traces.store import Trace


class WhatEachExpects(Stage):
    """What each rule expects: the critic's or the group's forecast against the reward truly earned."""

    traces = ("six_objectives",)
    hyperparameters = ("reinforce.baseline", "sampling.seed")

    def build(self) -> None:
        trace = self.trace("six_objectives")
        self.put(statement("What does each rule *expect?*"), "text")
        over = self.time("group") - self.time("critic") - 1.0
        axis = reward_axis(trace, float(self.hyper("reinforce.baseline")))
        for k, cell in enumerate(cells(trace)):
            marker, name = cell.heading()
            self.put(marker, "text")
            self.put(name, "text")
            self.strip(k, cell, trace, axis, over)
        legend = Legend(theme.LEFT, theme.BOTTOM - theme.BOLD)
        parts = [*legend.line(theme.TEXT), *legend.say("true expected reward of the policy", gap=theme.GAP)]
        parts += legend.say("in colour: what its rule subtracts", gap=theme.GAP)
        if np.isfinite(trace["value_std"]).any():
            parts += legend.say("band: one standard deviation inside a group", gap=theme.GAP)
        parts += legend.say(f"seed {self.hyper('sampling.seed')}")
        for part in parts:
            self.put(part, "text")

    def strip(self, k: int, cell: Cell, trace: Trace, axis: Axis, over: float) -> None:
        # True reward first; then each forecast, in the order in which the narration names them.
        truth, value, spread = trace["j"][0, k], trace["value"][0, k], trace["value_std"][0, k]
        iterations = len(truth) - 1
        whole = theme.Area(cell.x, cell.plane.y, cell.x + CELL_W, cell.plane.y + MAP)
        place = layout.trimmed(whole, left=theme.TITLE, top=theme.TIGHT, bottom=theme.TITLE)
        strip = ValueStrip(*layout.rectangle(place), iterations, *axis)
        for ink in strip.axes:
            self.put(ink, "grid")
        for tick in strip.words:
            self.put(tick, "text")
        foot = place.bottom + theme.LABEL
        for words, at, anchor in (
            ("0", place.left, "center"),
            (f"{iterations}", place.right, "right"),
            ("batch", place.middle[0], "center"),
        ):
            self.put(text(words, at, foot, theme.TICK, theme.MUTED, anchor), "text")
        kind = self.kind(k, trace)
        if kind == "none":
            constant = float(self.hyper("reinforce.baseline"))
            value = np.full(iterations, constant)
            word = f"always expects {constant:g}" if constant else "expects nothing"
        else:
            word = {"critic": "critic", "group": "group mean"}[kind]
        if np.isfinite(spread).any():
            band = self.put(strip.band(value - spread, value + spread, cell.look.colour), "line", shown=False)
            self.show(band, at=(kind, 0.5), over=theme.SLOW)
        curve = self.put(strip.curve(truth, stroke=theme.TEXT, pen=theme.PEN, casing=theme.FINE), "mark")
        self.draw(curve, at=0.1, over=3.0)
        forecast = strip.curve(value, stroke=cell.look.colour, pen=theme.BOLD, casing=theme.FINE, dash=cell.look.dash)
        self.put(forecast, "mover")
        self.draw(forecast, at=kind, over=min(2 * theme.REST, over))
        y = self.beside(strip, truth, value)
        tag = halo(text(word, place.right - theme.TIGHT, y, theme.BODY, cell.look.colour, "right"))
        self.show(self.put(tag, "mover", shown=False), at=(kind, theme.QUICK))

    @staticmethod
    def beside(strip: ValueStrip, truth: np.ndarray, value: np.ndarray) -> float:
        """A baseline for the forecast's name: under its end if there is room, else above it."""
        ends = np.array([truth[-1], value[-1]])
        _, pixels = strip.plane.pixels(np.zeros(2), np.clip(ends, *strip.plane.v))
        under = float(pixels.max()) + theme.BODY + theme.GUTTER
        room = under + theme.GUTTER < strip.plane.y + strip.plane.height
        return under if room else float(pixels[1]) - theme.GUTTER

    @staticmethod
    def kind(k: int, trace: Trace) -> str:
        """Who supplies the forecast: nobody, a critic, or the group."""
        if not np.isfinite(trace["value"][0, k]).any():
            return "none"
        return "group" if np.isfinite(trace["value_std"][0, k]).any() else "critic"
