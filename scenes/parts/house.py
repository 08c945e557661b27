"""The cat's house seen from above: rooms, what stands in them, the odds of each step, and what a room is worth.

house = House(trace, x=96, y=140, width=780, height=780)
house.put(stage)                                                  # walls, rooms and what is in them
odds = stage.put(house.odds(trace["policy"][0]), "mark")
heat = stage.put(house.heat(trace["sweeps"][0, 0]), "ground")
house.settle(stage, heat, trace["sweeps"][0], at="sweep", over=2.0)
house.turn(stage, odds, trace["policy"][0], trace["policy"][1], at="turn", over=1.0)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from manim import Typst

from scenes import theme
from scenes.engine.ink import Ink, Picture, box
from scenes.engine.lettering import halo, text
from scenes.parts.glyphs import Glyph
from scenes.theme import FloatArray

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When
    from traces.store import Trace

ODDS = theme.SYMBOLS["logp"]
WORTH = theme.SYMBOLS["value"]
DARKEST, PALEST = 0.04, 0.56  # shares of WORTH in the rooms that are worth least and most
THRESHOLD = 0.62  # from the middle of what is met to where a walk ends, in rooms
LANE, LANES = 0.07, 5  # between two crossings of one room, in rooms; more share a lane
GRAIN, GAP = 48, 2  # pixels of the heat picture in each room, and of its dark edge
# Triangles on the four sides of a room, in rooms: where the base lies, and base and height at odds of one.
NEAR, BASE, TALL = 0.29, 0.42, 0.17
DIRECTIONS = np.array([[0.0, -1.0], [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])  # up, right, down, left in pixels


class House:
    """Rooms as squares in a rectangle of canvas pixels, centred; row 0 on top."""

    def __init__(self, trace: Trace, x: float, y: float, width: float, height: float, skin: int = 0):
        self.trace, self.skin = trace, skin
        self.rows, self.columns = (int(n) for n in trace["size"])
        self.room = min(width / self.columns, height / self.rows)
        self.x = x + (width - self.room * self.columns) / 2
        self.y = y + (height - self.room * self.rows) / 2
        self.kinds = [str(kind) for kind in trace["kinds"]]
        self.open = np.asarray(trace["open"], bool)
        self.home = int(trace["home"])
        names = trace["skins"][skin]
        self.names = {str(role): str(name) for role, name in zip(trace["roles"], names, strict=True)}
        largest = float(np.abs(trace["values"]).max())
        self.scale = largest if largest > 0 else 1.0

        self.floor = self._rooms(
            [k for k, kind in enumerate(self.kinds) if kind != "block"], stroke=theme.AXIS, pen=2.0
        )
        self.blocks = self._rooms([k for k, kind in enumerate(self.kinds) if kind == "block"], fill=theme.AXIS)
        self.wall = box(self.x, self.y, self.room * self.columns, self.room * self.rows, stroke=theme.MUTED, pen=5.0)
        self.things = {
            kind: [self._thing(k, role) for k, found in enumerate(self.kinds) if found == kind]
            for kind, role in (("food", "good"), ("vacuum", "bad"))
        }
        self.who = Glyph(self.names["who"], *self.centre(self.home), 0.2 * self.room)

    # -- places

    def centre(self, room: int) -> tuple[float, float]:
        """The middle of a room, in canvas pixels."""
        row, column = divmod(int(room), self.columns)
        return self.x + (column + 0.5) * self.room, self.y + (row + 0.5) * self.room

    def centres(self, rooms: npt.NDArray[Any]) -> FloatArray:
        """The middles of rooms [n] as canvas pixels [n, 2]."""
        return np.array([self.centre(int(room)) for room in rooms])

    def walk(self, rooms: FloatArray, steps: FloatArray) -> FloatArray:
        """A walk through rooms [n + 1] by steps [n] as canvas pixels.

        A way that is walked again gets a lane of its own. A step that leads nowhere goes to the obstacle and back, and
        the last one stops on the threshold of what it meets.
        """
        stops = [np.array(self.centre(rooms[0]))]
        crossed: dict[tuple[int, int], int] = {}
        for k, step in enumerate(steps):
            ahead, (start, goal) = DIRECTIONS[int(step)], (int(room) for room in rooms[k : k + 2])
            edge = (min(start, goal), max(start, goal))
            crossed[edge] = crossed.get(edge, 0) + 1
            n = (crossed[edge] - 1) % LANES
            lane = LANE * self.room * ((n + 1) // 2) * (-1) ** n * np.abs(ahead[::-1])
            here, there = np.array(self.centre(start)), np.array(self.centre(goal))
            if start == goal:
                stops += [here + lane, here + lane + 0.3 * self.room * ahead, here + lane]
            elif not self.open[goal]:
                stops += [here + lane, there + lane - THRESHOLD * self.room * ahead]
            else:
                stops += [here + lane, there + lane]
        return np.array(stops)

    # -- pictures

    def _rooms(self, rooms: list[int], **style: Any) -> Ink:
        if not rooms:
            return Ink(np.zeros((0, 3)))
        ring = 0.5 * self.room * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]])
        flat = (self.centres(np.array(rooms))[:, None, :] + ring[None]).reshape(-1, 2)
        return Ink(theme.points(flat[:, 0], flat[:, 1]), starts=range(0, len(flat), 5), closed=True, **style)

    def _thing(self, room: int, role: str) -> Glyph:
        x, y = self.centre(room)
        return Glyph(
            self.names[role], x, y - 0.06 * self.room, 0.24 * self.room, theme.TEXT if role == "good" else theme.MUTED
        )

    def put(self, stage: Stage) -> None:
        """Put the plan and what stands in it on stage, visible; the walker is put by whoever moves it."""
        stage.put(self.floor, "grid")
        stage.put(self.blocks, "grid")
        stage.put(self.wall, "grid")
        for things in self.things.values():
            for thing in things:
                stage.put(thing.ink, "mark")

    def prices(self) -> list[Typst]:
        """What entering a room pays, below what stands in it."""
        out = []
        for kind in ("food", "vacuum"):
            for room in (k for k, found in enumerate(self.kinds) if found == kind):
                x, y = self.centre(room)
                out.append(
                    text(
                        signed(float(self.trace["enter"][room])),
                        x,
                        y + 0.4 * self.room,
                        0.2 * self.room,
                        anchor="center",
                    )
                )
        return out

    def light(self, rooms: list[int]) -> Ink:
        """Rooms lit up."""
        return self._rooms(rooms, fill=theme.TEXT, fill_opacity=0.16, stroke=theme.TEXT, pen=3.0)

    def odds(self, probs: FloatArray) -> Ink:
        """Triangles on the sides of each room: the area of each is the chance of that step."""
        points, starts = self.arrows(probs)
        return Ink(points, starts=starts, fill=ODDS, stroke=ODDS, pen=1.5, closed=True)

    def arrows(self, probs: FloatArray, rooms: FloatArray | None = None) -> tuple[FloatArray, list[int]]:
        """Points and sub-path starts of the triangles of odds [room, action]."""
        kept = np.flatnonzero(self.open if rooms is None else rooms)
        side = np.sqrt(np.clip(probs[kept], 0.0, 1.0))[..., None] * self.room  # [room, action, 1]
        ahead, across = DIRECTIONS, DIRECTIONS[:, ::-1] * np.array([-1.0, 1.0])
        foot = self.centres(kept)[:, None, :] + NEAR * self.room * ahead
        left, right = foot - 0.5 * BASE * side * across, foot + 0.5 * BASE * side * across
        ring = np.stack([left, foot + TALL * side * ahead, right, left], axis=2).reshape(-1, 2)
        return theme.points(ring[:, 0], ring[:, 1]), list(range(0, len(ring), 4))

    def heat(self, values: FloatArray) -> Picture:
        """What each room is worth [room], dark to pale."""
        rgb, alpha = self.shades(values)
        return Picture(self.x, self.y, self.room * self.columns, self.room * self.rows, rgb, alpha)

    def shades(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Colours and opacities of the heat picture; rooms in which no walk goes on stay dark."""
        share = DARKEST + (PALEST - DARKEST) * (0.5 + 0.5 * np.clip(values / self.scale, -1.0, 1.0))
        dark, pale = theme.rgb(theme.CANVAS), theme.rgb(WORTH)
        colours = dark + share[:, None] * (pale - dark)
        grid = (self.rows, self.columns)
        grain, inside = np.ones((GRAIN, GRAIN)), np.zeros((GRAIN, GRAIN))
        inside[GAP:-GAP, GAP:-GAP] = 1.0
        rgb = np.stack([np.kron(colours[:, c].reshape(grid), grain) for c in range(3)], axis=2)
        return rgb, np.kron(self.open.astype(float).reshape(grid), inside)

    def settle(self, stage: Stage, heat: Picture, seen: FloatArray, at: When, over: float) -> None:
        """Let the worth of the rooms settle, sweep after sweep [sweep, room]."""

        def write(share: float) -> None:
            done = share**1.6 * (len(seen) - 1)  # the first sweeps change most: they get more time
            low = max(0, min(int(done), len(seen) - 2))
            high = min(low + 1, len(seen) - 1)
            heat.paint(*self.shades(seen[low] + (done - low) * (seen[high] - seen[low])))

        stage.write(heat, write, at=at, over=over)

    def turn(self, stage: Stage, odds: Ink, old: FloatArray, new: FloatArray, at: When, over: float) -> None:
        """Let odds [room, action] become others."""

        def write(share: float) -> None:
            odds.write(*self.arrows(old + share * (new - old)))

        stage.write(odds, write, at=at, over=over, ease=theme.smooth)

    def worths(self, values: FloatArray) -> list[Typst]:
        """What each room is worth, in its middle, in the order of the rooms in which a walk goes on."""
        size = max(theme.TICK, 0.19 * self.room)
        return [
            halo(text(signed(float(values[k]), ".2f"), x, y + 0.34 * size, size, anchor="center"), 5.0)
            for k in np.flatnonzero(self.open).tolist()
            for x, y in [self.centre(k)]
        ]


def signed(value: float, form: str = "g") -> str:
    """A number with a true minus, and a plus where whole rewards are told."""
    shown = f"{value:{form}}"
    if float(shown) == 0.0:
        return shown.lstrip("-")
    plus = "+" if form == "g" and value > 0 else ""
    return plus + shown.replace("-", "\N{MINUS SIGN}")
