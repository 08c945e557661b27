"""Policy evaluation sweeps what a room is worth; improvement turns the odds; until nothing turns."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch01_what_is_a_policy.common import RIGHT, hidden, house_of
from scenes.chapters.ch01_what_is_a_policy.rounds import Rounds
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.formula import Formula
from scenes.parts.headings import source, statement
from scenes.parts.house import ODDS, WORTH

SMALL = 0.11  # radius of the cat in the corner of its room, in rooms
WORTH_OF_A_ROOM = (
    "{{ V(#word[room]) : value }} = sum_#word[step] {{ pi(#word[step] | #word[room]) : logp }} "
    "lr(({{ r : reward }} + gamma {{ V(#word[next room]) : value-next }}))"
)


class ForecastAndTurn(Stage):
    """Policy evaluation sweeps what a room is worth; improvement turns the odds; until nothing turns."""

    traces = ("maze_policy",)

    def build(self) -> None:
        trace = self.trace("maze_policy")
        self.put(statement("Forecast, *then turn*"), "text")
        house = house_of(self, trace)
        x, y = house.centre(house.home)
        for part in house.who.parts:
            self.put(part, "mover")
        corner = (0.5 - 0.14) * house.room
        house.who.move(self, x - corner, y - corner, at="worth", over=theme.CHANGE, radius=SMALL * house.room)
        heat = self.put(house.heat(np.zeros(len(house.kinds))), "ground", shown=False)
        policy = trace["policy"]
        odds = self.put(house.odds(policy[0]), "line")
        self.head()
        rounds = len(policy)
        table = Rounds(trace, RIGHT, 508)
        hidden(self, *table.all())
        self.show(*table.heads[:2], at=("settle", 0.6))
        # The first round slowly, in its two halves.
        self.show(heat, at=("worth", 0.6))
        house.settle(self, heat, trace["sweeps"][0], at="sweep", over=self.time("settle") - self.time("sweep") + 0.6)
        worths = hidden(self, *house.worths(trace["values"][0]))
        self.show(*worths, at=("settle", 0.8))
        self.show(*table.worth[0], at=("settle", 1.0))
        house.turn(self, odds, policy[0], policy[min(1, rounds - 1)], at=("turn", 0.4), over=theme.SLOW)
        self.show(table.heads[2], at=("turn", 0.8))
        self.show(*table.turned[0], at=("turn", 1.4))
        corner_room = self.put(house.light([house.home]), "line", shown=False)
        self.show(corner_room, at="hide")
        self.hide(corner_room, *worths, at="again")
        # The others quickly, one after the other.
        start, end = self.time("again"), self.time("stop") - 0.3
        each = (end - start) / max(1, rounds - 1)
        for k in range(1, rounds):
            at = start + each * (k - 1)
            house.settle(self, heat, trace["sweeps"][k], at, 0.55 * each)
            self.show(*table.worth.get(k, []), at=at + 0.5 * each, over=theme.QUICK)
            house.turn(self, odds, policy[k], policy[min(k + 1, rounds - 1)], at + 0.58 * each, 0.36 * each)
            self.show(*table.turned.get(k, []), at=at + 0.75 * each, over=theme.QUICK)
        self.show(*hidden(self, *house.worths(trace["values"][-1])), at="stop")
        note = source(
            f"Exact. γ: reward that comes a step later counts {float(trace['gamma']):g} as much.", theme.LABEL
        )
        self.show(*hidden(self, note), at="sweep")

    def head(self) -> None:
        # The two halves of a round, and what a room is worth as a formula.
        y = 214.0
        forecast = [
            text("*1*  Forecast", RIGHT, y, 52, WORTH),
            text("what is each room worth?", RIGHT + 330, y, 38, theme.MUTED),
        ]
        turn = [
            text("*2*  Turn", RIGHT, y + 194, 52, ODDS),
            text("to the best step", RIGHT + 330, y + 194, 38, theme.MUTED),
        ]
        for word in (*forecast, *turn):
            self.put(word, "text")
        formula = Formula(WORTH_OF_A_ROOM, RIGHT, y + 92, 40)
        formula.put(self)
        formula.enter(self, at=("sweep", 1.2))
