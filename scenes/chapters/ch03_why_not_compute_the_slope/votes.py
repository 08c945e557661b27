"""A handful's vote, answer by answer: direction times weight is a push, and the pushes' average is the vote.

votes = Votes(stage, trace)                              # needs hand*, texts and exact of gradient_clouds
votes.write(tops, at="few")                              # the answers fall from their bars into the rows
votes.point("way"); votes.weigh(alike="alike", score="score", symbol=slopes.SCORE_ONE)
votes.add(alike="alike", vote="vote", true="true")       # end to end on a compass, beside the true slope
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from scenes import theme
from scenes.engine.ink import Ink
from scenes.engine.lettering import formula, plain
from scenes.parts import slopes
from scenes.parts.batch import Batch
from scenes.parts.cloud import Compass, arrow_points, fly
from scenes.parts.house import signed
from scenes.parts.say import appear, say
from scenes.theme import FloatArray

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

AMBER = theme.OBJECTIVES["reinforce"].colour
TOWARDS = theme.SYMBOLS["logp"]
WAY, WEIGHT, PUSH = 444.0, 640.0, 860.0  # middles of the columns
HEAD, FIRST, HEIGHT, PITCH = 364.0, 440.0, 552.0, 138.0
COMPASS = (1040.0, 150.0, 784.0, 640.0)


def named(stage: Stage, symbol: str, x: float, y: float, at: When) -> None:
    """Name what stands in a column by its symbol, in the colour that it has in the formula."""
    appear(stage, formula(symbol, x, y, 38, theme.MUTED, "center"), "text", at)


class Votes:
    """The table of one handful on a stage, and what its rows add up to."""

    def __init__(self, stage: Stage, trace: Mapping[str, Any]):
        self.stage, self.trace = stage, trace
        self.hand = [int(k) for k in trace["hand"]]
        self.pitch = min(PITCH, HEIGHT / len(self.hand))
        self.size, self.scale = min(46.0, 0.4 * self.pitch), 1.08 * self.pitch
        longest = max(1.25, float(np.linalg.norm(trace["hand_arrows"], axis=1).max()))
        self.push_scale = self.scale * 1.25 / longest

    def base(self, j: int) -> float:
        """The baseline of a row."""
        return FIRST + self.pitch * j

    def head(self, words: str, x: float, at: When | None = None, colour: str = theme.MUTED) -> None:
        """Name a column in words."""
        say(self.stage, words, x, HEAD, theme.LABEL, colour, "center", at=at)

    def write(self, tops: Sequence[FloatArray], at: When) -> None:
        """One answer after the other leaves its place, canvas pixel `tops[answer]`, and takes its row."""
        self.head("answer", theme.LEFT + 60)
        for j, k in enumerate(self.hand):
            mark = Batch.sample(theme.LEFT + 26, self.base(j) - 14, k, 1.2 * self.size)
            start = self.stage.time(at) + 0.8 + 0.9 * j
            before, after = theme.point(*tops[k])[None, :2], mark.centres.copy()
            appear(self.stage, mark, "mover", start, 0.2)

            def drop(share: float, mark: Any = mark, before: FloatArray = before, after: FloatArray = after) -> None:
                mark.place(before + share * (after - before))

            self.stage.write(mark, drop, at=start, over=0.8, ease=theme.smooth)
            said = plain(str(self.trace["texts"][k]).rpartition("</think>")[2].strip())
            say(self.stage, said, theme.LEFT + 78, self.base(j), self.size, at=start + 0.7)

    def point(self, at: When) -> None:
        """The direction of each answer: what makes it likelier."""
        self.head("makes it likelier", WAY, at, TOWARDS)
        named(self.stage, slopes.TOWARDS_ONE, WAY, HEAD - 42, at)
        for j, score in enumerate(self.trace["hand_scores"]):
            way = Compass(0, 0, 0, 0, WAY, self.base(j) - 14, self.scale)
            arrow = way.arrow(score / 2, -score / 2, pen=8, fill=TOWARDS)
            appear(self.stage, arrow, "mark", self.stage.time(at) + 0.15 * j)

    def ends(self, j: int, gradient: FloatArray) -> FloatArray:
        """Tail and tip [2, 2] of a push in its row, in canvas pixels."""
        row = Compass(0, 0, 0, 0, PUSH, self.base(j) - 14, self.push_scale)
        return row.pixels(np.stack([-gradient / 2, gradient / 2]))

    def weigh(self, alike: When, score: When, symbol: str = slopes.SCORE_ONE) -> None:
        """Weight 1 for all is imitation; then the score (`symbol`) takes its place, and the push its length."""
        self.head("weight", WEIGHT, alike)
        self.head("push", PUSH, alike)
        named(self.stage, symbol, WEIGHT, HEAD - 42, score)
        for j, (way, push) in enumerate(zip(self.trace["hand_scores"], self.trace["hand_arrows"], strict=True)):
            y, first, second = self.base(j), self.stage.time(alike) + 0.1 * j, self.stage.time(score) + 0.1 * j
            for sign, x in (("×", 552.0), ("=", 744.0)):
                say(self.stage, sign, x, y, 40, theme.MUTED, "center", at=first)
            one = say(self.stage, "1", WEIGHT, y, self.size, theme.MUTED, "center", at=first)
            before, after = self.ends(j, way), self.ends(j, push)
            copy = Ink(arrow_points(*before, 8.0), closed=True, fill=theme.MUTED)
            self.stage.hide(one, appear(self.stage, copy, "mark", first), at=second, over=0.2)
            weight = signed(float(self.trace["hand_weights"][j]), ".1f")
            say(self.stage, weight, WEIGHT, y, self.size, theme.SYMBOLS["reward"], "center", at=second + 0.2)
            pushed = appear(self.stage, Ink(arrow_points(*before, 8.0), closed=True, fill=AMBER), "mark", second, 0.2)
            fly(self.stage, pushed, before, after, at=second + 0.2)
            if np.linalg.norm(push) < 1e-9:
                say(self.stage, "nothing", PUSH, y, 34, theme.MUTED, "center", at=second + 1.0)

    def add(self, alike: When, vote: When, true: When) -> None:
        """The pushes fly together, end to end, each over N: their average is the handful's vote."""
        stage, trace = self.stage, self.trace
        exact, copy, pushes = trace["exact"], trace["hand_copy"], trace["hand_arrows"]
        ends = np.cumsum(np.concatenate([np.zeros((1, 2)), pushes]), axis=0) / len(pushes)
        compass = Compass.around(np.concatenate([ends, [exact, copy]]), *COMPASS, margin=44)
        first, second = stage.time(alike), stage.time(vote)
        for part in (compass.cross(), *compass.names(28), *compass.bar(COMPASS[0], 920, 28)):
            appear(stage, part, "grid", first + 0.2, theme.QUICK)
        appear(stage, compass.arrow(copy, pen=10, fill=theme.MUTED), "mark", first + 1.0)
        for j, push in enumerate(pushes):
            start, at = self.ends(j, push), second + 0.2 + 0.15 * j
            flying = Ink(arrow_points(*start, 8.0), closed=True, fill=theme.mix(AMBER, theme.CANVAS, 0.4))
            appear(stage, flying, "mark", at, 0.1)
            fly(stage, flying, start, compass.pixels(ends[j : j + 2]), at, thick=20.0)
        appear(stage, compass.arrow(trace["hand_vote"], pen=9, fill=AMBER), "mover", second + 1.5)
        arrow = compass.arrow(exact, pen=13, fill=theme.TEXT, stroke=theme.CASING)
        appear(stage, arrow, "mover", true)
        for words, y, colour, at in (
            ("all weighed alike: imitation", 832.0, theme.MUTED, first + 1.0),
            ("the vote of this handful", 878.0, AMBER, second + 1.2),
            ("the true slope", 924.0, theme.TEXT, stage.time(true)),
        ):
            say(stage, words, theme.RIGHT, y, 34, colour, "right", at=at)
