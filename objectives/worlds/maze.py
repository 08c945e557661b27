"""World W1: a cat in a house. It walks from room to room until it finds the food or meets a vacuum cleaner.

The house is a rectangle of rooms, drawn in letters, a row a word:

    ...F .V.V .... C...        C the cat, F food, V a vacuum cleaner, # furniture, . an empty room

In every room there are four actions. A step against the outer wall or the furniture leaves the cat where it is.
Entering the room with the food or a vacuum cleaner pays, and the walk is over. A policy is four logits a room; V is
exact, by a linear system.

Nothing here knows that it is a cat: call it a robot, the food an exit and the vacuum cleaner a wall to crash into, and
not one number changes (`SKINS`).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from objectives.hyperparameters import Checked, hyper
from objectives.worlds import Episodes, planning
from objectives.worlds.tabular import TabularSoftmax, draw

NAME = "maze"
ACTIONS = ("up", "right", "down", "left")
STEPS = ((-1, 0), (0, 1), (1, 0), (0, -1))
KINDS = {".": "room", "C": "start", "F": "food", "V": "vacuum", "#": "block"}
ROLES = ("who", "where", "state", "good", "bad")
SKINS = (("cat", "house", "room", "food", "vacuum"), ("robot", "maze", "cell", "exit", "wall"))
"""What each role of ROLES is called; the arrays are the same."""
LONGEST = 6
"""Rooms along the longer side, at most: more would be too small to see."""
WALK = 64
"""Steps after which a walk of `Maze.play` is broken off."""


@dataclass(frozen=True)
class Params(Checked):
    """The plan of the house, and what it pays."""

    grid: str = hyper(
        "...F .V.V .... C...",
        source="chosen for the picture: at first the cat fears the vacuum cleaners more than it knows of the food",
        doc="the rooms, a row a word: C the cat, F food, V a vacuum cleaner, # furniture, . an empty room",
    )
    food: float = hyper(
        1.0, low=-100.0, high=100.0, unit="reward", source="chosen for the picture", doc="paid for finding the food"
    )
    vacuum: float = hyper(
        -1.0,
        low=-100.0,
        high=100.0,
        unit="reward",
        source="chosen for the picture",
        doc="paid for meeting a vacuum cleaner",
    )
    step: float = hyper(
        0.0, low=-100.0, high=100.0, unit="reward", source="chosen for the picture", doc="paid for every step"
    )
    gamma: float = hyper(
        0.9,
        low=0.0,
        high=1.0,
        high_open=True,
        source="chosen for the picture: food that is far away is worth less, so short ways are better",
        doc="discount per step",
    )

    def check(self) -> None:
        """The plan is a rectangle of known letters with one cat."""
        rows = self.grid.split()
        if not rows or len({len(row) for row in rows}) != 1:
            raise ValueError("grid must have rows of one length, separated by spaces")
        if max(len(rows), len(rows[0])) > LONGEST or min(len(rows), len(rows[0])) < 2:
            raise ValueError(f"grid must have 2 to {LONGEST} rows and columns, not {len(rows)} x {len(rows[0])}")
        if strange := set(self.grid) - set(KINDS) - {" "}:
            raise ValueError(f"grid may hold the letters {' '.join(KINDS)}, not {min(strange)!r}")
        if self.grid.count("C") != 1:
            raise ValueError(f"grid must hold one C, the cat, not {self.grid.count('C')}")
        if "F" not in self.grid and "V" not in self.grid:
            raise ValueError("grid must hold an F or a V, or no walk ever ends")


class Maze:
    """The world: a `World` for training, and its truth by a linear system. States are rooms, row by row."""

    name = NAME
    tokens = WALK

    def __init__(self, params: Params) -> None:
        rows = params.grid.split()
        self.rows, self.columns = len(rows), len(rows[0])
        self.kinds = tuple(KINDS[letter] for row in rows for letter in row)
        self.policy = TabularSoftmax(states=len(self.kinds), actions=len(ACTIONS))
        self.start = torch.zeros(self.policy.size, dtype=torch.float64)
        self.home = self.kinds.index("start")
        self.moves = self._moves(params)

    def _moves(self, params: Params) -> planning.Moves:
        pays = {"food": params.food, "vacuum": params.vacuum}
        target = torch.tensor([[self.leads(room, step) for step in STEPS] for room in range(len(self.kinds))])
        reward = torch.tensor([[params.step + pays.get(self.kinds[to], 0.0) for to in row] for row in target.tolist()])
        allowed = torch.tensor([kind in ("room", "start") for kind in self.kinds]).unsqueeze(-1).expand(target.shape)
        return planning.Moves(target, reward.double(), allowed, params.gamma)

    def leads(self, room: int, step: tuple[int, int]) -> int:
        """The room that a step leads to: the same one if something is in the way."""
        row, column = room // self.columns + step[0], room % self.columns + step[1]
        if not (0 <= row < self.rows and 0 <= column < self.columns):
            return room
        to = row * self.columns + column
        return room if self.kinds[to] == "block" else to

    def probs(self, theta: Tensor) -> Tensor:
        """Probabilities of the four steps in every room, [..., rooms, 4]; 0 where no walk goes on."""
        return self.policy.log_probs(theta).exp() * self.moves.allowed

    def true_values(self, theta: Tensor) -> Tensor:
        """Exact V of every room, [..., rooms], by (1 - gamma P) V = mean reward."""
        return planning.evaluate(self.moves, self.probs(theta))

    def true_j(self, theta: Tensor) -> Tensor:
        """Exact expected discounted reward from the cat's room on, [...]."""
        return self.true_values(theta)[..., self.home]

    def play(self, theta: Tensor, uniforms: Tensor) -> Episodes:
        """Let the cat walk with uniforms [..., B, T]; the reward of a walk is its discounted sum from the start on.

        A walk that has met neither food nor vacuum cleaner after T steps is broken off; `correct` is finding the food.
        """
        return self.walk(self.policy.log_probs(theta), uniforms)

    def walk(self, log_probs: Tensor, uniforms: Tensor) -> Episodes:
        """The same for log-probabilities [..., rooms, 4], which may be -inf."""
        batch = torch.broadcast_shapes(log_probs.shape[:-2], uniforms.shape[:-2])  # type: ignore[no-untyped-call]
        log_probs = log_probs.expand(*batch, *log_probs.shape[-2:])
        room = torch.full((*batch, uniforms.shape[-2]), self.home)
        uniforms = uniforms.expand(*room.shape, uniforms.shape[-1])
        total, weight = torch.zeros(room.shape, dtype=torch.float64), 1.0
        states, actions, mask = [], [], []
        for t in range(uniforms.shape[-1]):
            going = self.moves.open[room]
            here = log_probs.gather(-2, room.unsqueeze(-1).expand(*room.shape, len(ACTIONS)))
            action = torch.where(going, draw(here, uniforms[..., t]), torch.zeros_like(room))
            states.append(room)
            actions.append(action)
            mask.append(going)
            total = total + weight * torch.where(going, self.moves.reward[room, action], torch.zeros_like(total))
            room = torch.where(going, self.moves.target[room, action], room)
            weight *= self.moves.gamma
        found = torch.tensor([kind == "food" for kind in self.kinds])[room]
        return Episodes(torch.stack(states, -1), torch.stack(actions, -1), torch.stack(mask, -1), total, found)
