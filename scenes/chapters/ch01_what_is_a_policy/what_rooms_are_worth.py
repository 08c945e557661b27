"""The value of a room: the reward that still follows, on average over the steps; one room by hand."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch01_what_is_a_policy.common import COLUMN, house_of, step_aside
from scenes.engine import layout
from scenes.engine.ink import rule
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.definition import Definition
from scenes.parts.headings import source, statement
from scenes.parts.house import WORTH, House, signed
from scenes.theme import Area
from traces.store import Trace

STEP, REWARD, NEXT, TOTAL = 0, 0.4, 0.72, 1.0  # shares of the column at which the columns of the table end
LATER = 3  # steps that the discount is shown for


class WhatRoomsAreWorth(Stage):
    """The value of a room: the reward that still follows, on average over the steps; one room by hand."""

    traces = ("maze_policy",)

    def build(self) -> None:
        trace = self.trace("maze_policy")
        self.bring(statement("What is each room *worth?*"))
        house = house_of(self, trace)
        self.bring(house.who, layer="mover")
        self.bring(house.odds(trace["policy"][0]))
        upper, lower = layout.rows(COLUMN, (1, 3), theme.WIDE)
        meaning = "the reward that still follows, on average"
        value = Definition("Value", meaning, upper.left, upper.top + theme.DISPLAY, symbol="value")
        self.bring(value.meaning, "worth")
        for part in value.parts:
            if part is not value.meaning:
                self.bring(part, "value")
        step_aside(self, house, at="value")
        # A reward that comes later counts less.
        self.later(float(trace["gamma"]), lower)
        # Each room asks its neighbours, until no number changes.
        heat = self.bring(house.heat(np.zeros(len(house.kinds))), "sweep")
        over = self.time("settle") - self.time("sweep") + theme.REST
        house.settle(self, heat, trace["sweeps"][0], at=("sweep", theme.QUICK), over=over)
        for word in house.worths(trace["values"][0]):
            self.bring(word, ("settle", theme.QUICK))
        # One room by hand: what each of its steps is worth, and their average.
        self.by_hand(trace, house, lower)
        note = "Exact. A step against a wall leaves the cat where it is."
        self.bring(source(note), "sweep")

    def later(self, gamma: float, place: Area) -> None:
        # The same reward, now and a few steps later.
        shown = []
        for k, cell in enumerate(layout.columns(place, LATER)):
            when = "now" if k == 0 else "1 step later" if k == 1 else f"{k} steps later"
            number = text(signed(gamma**k), size=theme.TITLE, colour=WORTH)
            layout.at(number, x=cell.left, y=place.top + 2 * theme.DISPLAY)
            name = layout.above(text(when, cell.left, 0, theme.LABEL, theme.MUTED), number, theme.GUTTER)
            for part in (name, number):
                self.bring(part, ("later", theme.QUICK * (1 + k)))
            shown += [name, number]
        self.hide(*shown, at="beside")

    def by_hand(self, trace: Trace, house: House, place: Area) -> None:
        # A line for each step: its reward, plus gamma times the value of where it leads.
        room, gamma, values = int(trace["beside"]), float(trace["gamma"]), trace["values"][0]
        self.bring(house.light([room]), "beside")
        xs = [place.left + share * place.width for share in (STEP, REWARD, NEXT, TOTAL)]
        top, pitch = place.top + theme.LABEL, (place.height - theme.WIDE) / (len(trace["actions"]) + 1)
        heads = ("step", "reward", f"{gamma:g} × next value", "together")
        for x, head, anchor in zip(xs, heads, ("left", "right", "right", "right"), strict=True):
            self.bring(text(head, x, top, theme.LABEL, theme.MUTED, anchor), ("beside", theme.SLOW))
        for k, action in enumerate(trace["actions"]):
            target, y = int(trace["target"][room, k]), top + pitch * (k + 1)
            reward = float(trace["enter"][target])
            ends = not house.open[target]
            follows = "" if ends else f"{gamma:g} × {signed(float(values[target]), '.2f')}"
            total = reward + (0.0 if ends else gamma * float(values[target]))
            cells = (str(action), signed(reward), follows, signed(round(total, 2), ".2f"))
            at = "food" if ends else "others"
            for x, cell, anchor in zip(xs, cells, ("left", "right", "right", "right"), strict=True):
                if cell:
                    self.bring(text(cell, x, y, theme.STATEMENT, theme.TEXT, anchor), at)
        y = place.bottom
        line = rule(place.left, y - theme.DISPLAY, place.right, y - theme.DISPLAY, stroke=theme.AXIS, pen=theme.FINE)
        worth = text(f"*{signed(float(values[room]), '.2f')}*", xs[-1], y, theme.TITLE, WORTH, "right")
        for part in (line, text("on average", place.left, y, theme.STATEMENT), worth):
            self.bring(part, "average")
