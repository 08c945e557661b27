"""Forecast, turn to the best step, forecast again: three rounds one by one, then the rest until nothing turns."""

from __future__ import annotations

from manim import Mobject

from scenes import theme
from scenes.chapters.ch01_what_is_a_policy.common import COLUMN, house_of, step_aside
from scenes.chapters.ch01_what_is_a_policy.rounds import Rounds
from scenes.engine.stage import Stage, When
from scenes.parts.headings import corner, source, statement
from traces.store import Trace

TOLD = 3  # rounds that are told one by one


class ForecastAndTurn(Stage):
    """Forecast, turn to the best step, forecast again: three rounds one by one, then the rest until nothing turns."""

    traces = ("maze_policy",)

    def build(self) -> None:
        trace = self.trace("maze_policy")
        self.bring(statement("Forecast, *then turn*"))
        self.bring(corner("policy iteration"), "stop")
        self.house = house_of(self, trace)
        self.policy, self.values = trace["policy"], trace["values"]
        self.rounds = len(self.policy)
        self.heat = self.bring(self.house.heat(self.values[0]))
        self.odds = self.bring(self.house.odds(self.policy[0]))
        self.words: list[Mobject] = [self.bring(word) for word in self.house.worths(self.values[0])]
        self.bring(self.house.who, layer="mover")
        step_aside(self, self.house, at=-theme.CHANGE)
        self.table = Rounds(trace, COLUMN.left, COLUMN.top + theme.WIDE)
        for word in self.table.heads:
            self.bring(word, "turn" if word in self.table.turn else None)
        for word in self.table.worth[0]:
            self.bring(word)
        # The first round: in every room to the best step; and the cat hides.
        self.turn(0, "turn", theme.SLOW)
        light = self.bring(self.house.light([self.house.home]), "hide")
        self.hide(light, at="stale")
        # The second and the third, each in its two halves.
        self.forecast(trace, 1, "second", theme.SLOW)
        self.turn(1, "second_turn", theme.SLOW)
        near = self.bring(self.house.light([int(trace["beside"])]), "near")
        self.hide(near, at="third")
        self.forecast(trace, 2, "third", theme.SLOW)
        self.turn(2, "third_turn", theme.SLOW)
        home = self.bring(self.house.light([self.house.home]), "home")
        self.hide(home, at="stop")
        self.others(trace)
        self.way(trace)
        gamma = float(trace["gamma"])
        self.bring(source(f"Exact. A reward that comes one step later counts {gamma:g} times as much."))

    def forecast(self, trace: Trace, k: int, at: When, over: float) -> None:
        # The numbers go, the shades settle, the new numbers come.
        if k >= self.rounds:
            return
        start = self.time(at)
        self.hide(*self.words, at=start, over=theme.QUICK)
        self.house.settle(self, self.heat, trace["sweeps"][k], at=start, over=over)
        self.words = [self.bring(word, start + over, over=theme.QUICK) for word in self.house.worths(self.values[k])]
        for word in self.table.worth.get(k, []):
            self.bring(word, start + over, over=theme.QUICK)

    def turn(self, k: int, at: When, over: float) -> None:
        # In every room the arrows turn to the best step.
        if k >= self.rounds:
            return
        start = self.time(at)
        after = self.policy[min(k + 1, self.rounds - 1)]
        self.house.turn(self, self.odds, self.policy[k], after, at=start + theme.QUICK, over=over)
        for word in self.table.turned.get(k, []):
            self.bring(word, start + theme.QUICK, over=theme.QUICK)

    def others(self, trace: Trace) -> None:
        # What is left goes quickly.
        left = max(1, self.rounds - TOLD)
        each = (self.time("rest") - self.time("stop")) / left
        for k in range(TOLD, self.rounds):
            at = self.time("stop") + each * (k - TOLD)
            self.forecast(trace, k, at, 0.3 * each)
            self.turn(k, at + 0.5 * each, 0.3 * each)

    def way(self, trace: Trace) -> None:
        # The walk of the last policy, with the dice of the first one.
        steps = int(trace["walk_steps"][1])
        path = self.house.walk(trace["walk_room"][1, : steps + 1], trace["walk_action"][1, :steps])
        path[0] = self.house.who.x, self.house.who.y
        self.house.who.follow(self, path, at=("rest", theme.QUICK), over=theme.REST)
