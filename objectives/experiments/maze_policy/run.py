"""What a policy is: a cat's in a house, evaluated and improved until nothing changes; and the same with words.

Both worlds are a table of moves, and one and the same code (objectives/worlds/planning.py) evaluates and improves the
policies of both. Everything is exact but the two walks that are shown, which are sampled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from objectives import sampling
from objectives.experiments import Array, Values
from objectives.experiments.maze_policy.claims import CLAIMS, NUMBERS
from objectives.hyperparameters import Checked, hyper, read
from objectives.worlds import maze, planning, sentence
from objectives.worlds.tabular import draw

NAME = "maze_policy"
KEYS = ("maze.*", "maze_policy.*", "sentence.*", "gradient_clouds.vocabulary")
__all__ = ["CLAIMS", "KEYS", "NAME", "NUMBERS", "SCHEMA", "Params", "run"]

SCHEMA = {
    "actions": Array("action", "", "names of the four steps"),
    "size": Array("2", "rooms", "rows and columns of the house"),
    "kinds": Array("room", "", "room, start, food, vacuum or block, row by row"),
    "home": Array("", "", "index of the room where the cat starts"),
    "open": Array("room", "", "True where a walk goes on: the states"),
    "enter": Array("room", "reward", "what entering the room pays"),
    "target": Array("room action", "", "room that each step leads to"),
    "gamma": Array("", "", "discount per step"),
    "roles": Array("role", "", "who, where, state, good, bad"),
    "skins": Array("skin role", "", "what each role is called: cat and robot, the same arrays"),
    "policy": Array("round room action", "probability", "policy of each round, the uniform one first"),
    "values": Array("round room", "reward", "exact V of these policies"),
    "sweeps": Array("round sweep room", "reward", "V while it is found, from the round before (from 0 in the first)"),
    "beside": Array("", "", "the room from which a step finds the food; the cat's own if there is none"),
    "turned": Array("round room", "", "True where improvement changes the probabilities; nowhere in the last round"),
    "walk_room": Array(
        "walk time", "", "room after each step, with the first and the last policy and the same random numbers"
    ),
    "walk_action": Array("walk step", "", "the steps; the last of a walk that has ended is followed by zeros"),
    "walk_steps": Array("walk", "steps", "length of the two walks"),
    "chance_food": Array("round", "probability", "exact chance of finding the food in the end, from the start on"),
    "prompt": Array("", "", "what the model is asked"),
    "word": Array("prefix", "", "last word of each prefix; empty for the empty one"),
    "text": Array("prefix", "", "the whole of each prefix"),
    "parent": Array("prefix", "", "prefix without its last word"),
    "depth": Array("prefix", "words", "length of each prefix"),
    "ends": Array("prefix", "", "True where the sentence is over"),
    "score": Array("prefix", "reward", "what the checker pays for it; NaN in the middle of a sentence"),
    "odds": Array(
        "word_round prefix", "probability", "probability of the last word after the words before it, in each round"
    ),
    "reach": Array("word_round prefix", "probability", "chance that an answer begins with the prefix"),
    "worth": Array(
        "word_round prefix", "reward", "exact expected score from the prefix on; the score where it is over"
    ),
    "vocabulary": Array("", "tokens", "tokens that a real model picks from"),
    "said": Array("spoken", "", "prefixes of one answer drawn from the first policy, from the empty one to its end"),
}


@dataclass(frozen=True)
class Params(Checked):
    """What of it is shown."""

    sweeps: int = hyper(
        40, low=1, high=400, unit="sweeps", source="chosen for the picture", doc="sweeps shown of each evaluation"
    )
    seed: int = hyper(0, low=0, high=2147483647, source="chosen for the picture", doc="seed of the two walks")
    answer_seed: int = hyper(19, low=0, high=2147483647, source="chosen for the picture", doc="seed of the answer")


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Evaluate and improve the policies of both worlds until they are stable."""
    settings = read(Params, NAME, h)
    house = maze.Maze(read(maze.Params, maze.NAME, h))
    model = sentence.Sentence(read(sentence.Params, sentence.NAME, h))
    rounds = planning.improve(house.moves, house.probs(house.start))
    arrays = {
        **_plan(house),
        **_rounds(house, rounds, settings.sweeps),
        **_walks(house, rounds, settings.seed),
        **_sentences(model, settings.answer_seed),
        "vocabulary": np.array(h["gradient_clouds.vocabulary"]),
    }
    arrays["beside"] = np.array(_beside(arrays))
    return {name: np.array(arrays[name], order="C") for name in SCHEMA}


def _plan(house: maze.Maze) -> dict[str, Any]:
    moves = house.moves
    enter = torch.zeros(moves.states, dtype=torch.float64)
    enter[moves.target.flatten()] = moves.reward.flatten()
    return {
        "actions": np.array(maze.ACTIONS),
        "size": np.array([house.rows, house.columns]),
        "kinds": np.array(house.kinds),
        "home": np.array(house.home),
        "open": moves.open.numpy(),
        "enter": enter.numpy(),
        "target": moves.target.numpy(),
        "gamma": np.array(moves.gamma),
        "roles": np.array(maze.ROLES),
        "skins": np.array(maze.SKINS),
    }


def _rounds(house: maze.Maze, rounds: list[planning.Round], count: int) -> dict[str, Any]:
    moves = house.moves
    values = torch.stack([found.values for found in rounds])
    before = torch.cat([torch.zeros_like(values[:1]), values[:-1]])
    food = torch.tensor([kind == "food" for kind in house.kinds]).double()[moves.target]
    chance = planning.Moves(moves.target, food, moves.allowed, gamma=1.0)
    policy = torch.stack([found.probs for found in rounds])
    from_nothing = torch.zeros_like(values)
    return {
        "policy": policy.numpy(),
        "values": values.numpy(),
        "sweeps": planning.sweeps(moves, policy, before, count).movedim(0, 1).numpy(),
        "turned": torch.stack([found.turned for found in rounds]).numpy(),
        "chance_food": planning.sweeps(chance, policy, from_nothing, _UNTIL_SURE)[-1, :, house.home].numpy(),
    }


def _walks(house: maze.Maze, rounds: list[planning.Round], seed: int) -> dict[str, Any]:
    """One walk each with the first and the last policy, from the same random numbers."""
    draws = sampling.Draws(iterations=1, groups=1, group_size=2, seeds=1, seed=seed)
    uniforms = sampling.uniforms(house.name, draws, house.tokens)[:, 0, :1]
    log_probs = torch.stack([rounds[0].probs, rounds[-1].probs]).log()
    walks = house.walk(log_probs, uniforms)
    steps = walks.mask.sum(-1)[:, 0]
    last = house.moves.target[walks.states[:, 0, -1], walks.actions[:, 0, -1]]
    last = torch.where(walks.mask[:, 0, -1], last, walks.states[:, 0, -1])
    return {
        "walk_room": torch.cat([walks.states[:, 0], last.unsqueeze(-1)], -1).numpy(),
        "walk_action": walks.actions[:, 0].numpy(),
        "walk_steps": steps.numpy(),
    }


def _sentences(model: sentence.Sentence, seed: int) -> dict[str, Any]:
    """The tree of prefixes, its rounds, and one answer drawn word by word."""
    moves, parent = model.moves, torch.tensor(model.parents)
    rounds = planning.improve(moves, model.probs(model.start))
    word = torch.tensor([sentence.WORDS.index(p[-1]) if p else 0 for p in model.prefixes])
    inner = torch.tensor([bool(p) for p in model.prefixes])
    chance = torch.where(
        inner, torch.stack([found.probs for found in rounds])[:, parent, word], torch.ones(()).double()
    )
    score = torch.where(moves.open | ~inner, torch.nan, moves.reward[parent, word])
    worth = torch.where(moves.open, torch.stack([found.values for found in rounds]), score)
    reach = chance.clone()
    for node in range(1, len(model.prefixes)):  # parents stand before their children
        reach[:, node] *= reach[:, parent[node]]
    draws = sampling.Draws(iterations=1, groups=1, group_size=2, seeds=1, seed=seed)
    uniforms = sampling.uniforms(model.name, draws, max(model.depths))[0, 0, 0]
    return {
        "prompt": np.array(sentence.PROMPT),
        "word": np.array([p[-1] if p else "" for p in model.prefixes]),
        "text": np.array(model.texts),
        "parent": parent.numpy(),
        "depth": np.array(model.depths),
        "ends": (~moves.open).numpy(),
        "score": score.numpy(),
        "odds": chance.numpy(),
        "reach": reach.numpy(),
        "worth": worth.numpy(),
        "said": np.array(_speak(moves, rounds[0].probs, uniforms)),
    }


def _speak(moves: planning.Moves, probs: Tensor, uniforms: Tensor) -> list[int]:
    """Draw one answer: the prefixes that it passes through."""
    said = [0]
    for uniform in uniforms:
        if not bool(moves.open[said[-1]]):
            break
        word = draw(probs[said[-1]].log(), uniform)
        said.append(int(moves.target[said[-1], word]))
    return said


def _beside(a: Mapping[str, Any]) -> int:
    """The room from which a step finds the food, of several the one worth most at first; the cat's own if none."""
    leads = (a["kinds"][a["target"]] == "food").any(-1) & a["open"]
    return int(np.where(leads, a["values"][0], -np.inf).argmax()) if leads.any() else int(a["home"])


_UNTIL_SURE = 2000
"""Sweeps from 0 after which a chance of ever getting somewhere no longer grows."""
