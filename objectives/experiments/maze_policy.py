"""What a policy is: a cat's odds in a house, forecast and turned until nothing changes; and the same with words.

Both worlds are a table of moves, and one and the same code (objectives/worlds/planning.py) evaluates and improves the
policies of both. Everything is exact but the two walks that are shown, which are drawn from dice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from objectives import sampling
from objectives.experiments import Array, Arrays, Claim, Number, Values
from objectives.hyperparameters import Checked, hyper, read
from objectives.worlds import maze, planning, sentence
from objectives.worlds.tabular import draw

NAME = "maze_policy"
KEYS = ("maze.*", "maze_policy.*", "sentence.*", "gradient_clouds.vocabulary")

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
    "policy": Array("round room action", "probability", "odds of the steps in each round, even ones first"),
    "values": Array("round room", "reward", "exact V of these policies"),
    "sweeps": Array("round sweep room", "reward", "V while it is found, from the round before (from 0 in the first)"),
    "beside": Array("", "", "the room from which a step finds the food; the cat's own if there is none"),
    "turned": Array("round room", "", "True where improvement changes the odds; nowhere in the last round"),
    "walk_room": Array("walk time", "", "room after each step, with the first and the last policy and the same dice"),
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
    "odds": Array("word_round prefix", "probability", "odds of the last word after the words before it, in each round"),
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
    seed: int = hyper(
        0, low=0, high=2147483647, source="chosen for the picture", doc="number of the dice of the two walks"
    )
    answer_seed: int = hyper(
        19, low=0, high=2147483647, source="chosen for the picture", doc="number of the dice of the answer"
    )


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
    """One walk each with the first and the last policy, from the same dice."""
    dice = sampling.Params(iterations=1, groups=1, group_size=2, seeds=1, seed=seed)
    uniforms = sampling.uniforms(house.name, dice, house.tokens)[:, 0, :1]
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
    odds = torch.where(inner, torch.stack([found.probs for found in rounds])[:, parent, word], torch.ones(()).double())
    score = torch.where(moves.open | ~inner, torch.nan, moves.reward[parent, word])
    worth = torch.where(moves.open, torch.stack([found.values for found in rounds]), score)
    reach = odds.clone()
    for node in range(1, len(model.prefixes)):  # parents stand before their children
        reach[:, node] *= reach[:, parent[node]]
    dice = sampling.Params(iterations=1, groups=1, group_size=2, seeds=1, seed=seed)
    uniforms = sampling.uniforms(model.name, dice, max(model.depths))[0, 0, 0]
    return {
        "prompt": np.array(sentence.PROMPT),
        "word": np.array([p[-1] if p else "" for p in model.prefixes]),
        "text": np.array(model.texts),
        "parent": parent.numpy(),
        "depth": np.array(model.depths),
        "ends": (~moves.open).numpy(),
        "score": score.numpy(),
        "odds": odds.numpy(),
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


def _home(a: Arrays, which: int) -> float:
    """What the cat's room is worth in one round."""
    return float(a["values"][which, int(a["home"])])


def _beside(a: Mapping[str, Any]) -> int:
    """The room from which a step finds the food, of several the one worth most at first; the cat's own if none."""
    leads = (a["kinds"][a["target"]] == "food").any(-1) & a["open"]
    return int(np.where(leads, a["values"][0], -np.inf).argmax()) if leads.any() else int(a["home"])


def _round(a: Arrays, which: int) -> int:
    """Index of a round, or of the last if there are fewer."""
    return min(which, len(a["values"]) - 1)


def _news_spreads(a: Arrays) -> bool:
    """In the second round the room beside the food is worth all of it and the cat's room not; then it gains twice."""
    if len(a["values"]) < 4 or not _pays(a, "food") > 0:
        return False
    near, home = a["values"][:, int(a["beside"])], a["values"][:, int(a["home"])]
    return bool(near[0] < near[1] and near[1] > 0.9 * _pays(a, "food") and home[1] <= 0 < home[2] < home[3])


def _worth_little(a: Arrays) -> bool:
    room = int(a["beside"])
    others = [to for to in a["target"][room] if to != room and a["open"][to]]
    worth = a["values"][0]
    return bool(worth[room] < 0.1 * _pays(a, "food") and len(others) and worth[others].max() < min(0.0, worth[room]))


def _stays(a: Arrays, which: int) -> bool:
    """Whether every step with any odds in the cat's room leads back to it."""
    home = int(a["home"])
    taken = a["target"][home][a["policy"][which, home] > 0]
    return bool((taken == home).all())


def _meets(a: Arrays, walk: int, kind: str) -> bool:
    """Whether a walk ends in a room of this kind."""
    return str(a["kinds"][int(a["walk_room"][walk, -1])]) == kind


def _right(a: Arrays, which: int) -> float:
    """Chance of a right answer in one round of words: the exact expected score of the empty prefix."""
    return float(a["worth"][which, 0])


NUMBERS: dict[str, Number] = {
    "rooms": ("rooms in which a walk goes on", lambda a: int(a["open"].sum())),
    "actions": ("steps to choose from in each room", lambda a: len(a["actions"])),
    "even_odds": ("odds of each step before learning", lambda a: 1 / len(a["actions"])),
    "food": ("what finding the food pays", lambda a: _pays(a, "food")),
    "vacuum": ("what meeting a vacuum cleaner pays", lambda a: _pays(a, "vacuum")),
    "first_steps": ("steps of the walk with even odds", lambda a: int(a["walk_steps"][0])),
    "last_steps": ("steps of the walk with the last policy", lambda a: int(a["walk_steps"][1])),
    "chance_food_first": ("chance of finding the food with even odds", lambda a: float(a["chance_food"][0])),
    "food_in_hundred": (
        "walks in a hundred that find the food with even odds",
        lambda a: 100 * float(a["chance_food"][0]),
    ),
    "beside_first": (
        "what the room beside the food is worth with even odds",
        lambda a: float(a["values"][0, int(a["beside"])]),
    ),
    "chance_food_last": ("chance of finding the food with the last policy", lambda a: float(a["chance_food"][-1])),
    "home_first": ("what the cat's room is worth with even odds", lambda a: _home(a, 0)),
    "home_third": ("what the cat's room is worth in the third round", lambda a: _home(a, _round(a, 2))),
    "home_last": ("what the cat's room is worth with the last policy", lambda a: _home(a, -1)),
    "changes": ("rounds of improvement that changed some room's odds", lambda a: int(a["turned"].any(-1).sum())),
    "first_turned": ("rooms whose odds the first improvement changed", lambda a: int(a["turned"][0].sum())),
    "sweep_error": ("largest difference of the last sweep shown from the exact V", lambda a: _sweep_error(a)),
    "right_first": ("chance of a right answer before learning", lambda a: _right(a, 0)),
    "right_last": ("chance of a right answer after it", lambda a: _right(a, -1)),
    "states_after_two": ("beginnings of two tokens that a real model can write [billion]", lambda a: _two(a) / 1e9),
    "word_changes": ("rounds of improvement that changed some odds of a word", lambda a: len(a["odds"]) - 1),
}


def _pays(a: Arrays, kind: str) -> float:
    """What entering a room of this kind pays; 0 if the house has none."""
    paid = a["enter"][a["kinds"] == kind]
    return float(paid[0]) if len(paid) else 0.0


def _two(a: Arrays) -> int:
    return int(a["vocabulary"]) ** 2


def _sweep_error(a: Arrays) -> float:
    return float(np.abs(a["sweeps"][:, -1] - a["values"]).max())


CLAIMS: dict[str, Claim] = {
    "improvement_stops": (
        "The last round of improvement changes the odds of no room.",
        lambda a: not bool(a["turned"][-1].any()),
    ),
    "takes_several_rounds": (
        "Improvement changes the odds in more than one round.",
        lambda a: int(a["turned"].any(-1).sum()) > 1,
    ),
    "sweeps_settle": (
        "In every round the last sweep shown is within a hundredth of the exact V.",
        lambda a: _sweep_error(a) < 0.01,
    ),
    "hides_at_first": (
        "After the first improvement the cat never leaves its room, which is then worth 0, and was worth less before.",
        lambda a: len(a["policy"]) > 1 and _stays(a, 1) and _home(a, 0) < 0 and abs(_home(a, 1)) < 1e-9,
    ),
    "finds_food": (
        "The last policy finds the food for certain, and with even odds the cat finds it less than half the time.",
        lambda a: float(a["chance_food"][-1]) > 0.999 and float(a["chance_food"][0]) < 0.5,
    ),
    "rarely_finds_food": (
        "With even odds fewer than one walk in ten finds the food.",
        lambda a: float(a["chance_food"][0]) < 0.1,
    ),
    "beside_food_worth_little": (
        "With even odds the room beside the food is worth less than a tenth of it, and every room next to it less.",
        lambda a: _worth_little(a),
    ),
    "good_news_spreads": (
        "In the second round the room beside the food is worth nearly all of it, and the cat's room nothing; its worth "
        "rises in the third round and again in the fourth.",
        _news_spreads,
    ),
    "states_beyond_counting": (
        "Two tokens of a real model make more than a billion beginnings.",
        lambda a: _two(a) > 1e9,
    ),
    "first_walk_meets_vacuum": (
        "The walk with even odds ends with a vacuum cleaner.",
        lambda a: _meets(a, 0, "vacuum"),
    ),
    "last_walk_finds_food": ("The walk with the last policy ends with the food.", lambda a: _meets(a, 1, "food")),
    "answer_wrong": (
        "The answer drawn from the first policy of words is wrong.",
        lambda a: float(a["score"][a["said"][-1]]) == 0.0,
    ),
    "words_learn": (
        "The last policy of words is always right, and the first one is not.",
        lambda a: _right(a, -1) > 0.999 > _right(a, 0),
    ),
}

_UNTIL_SURE = 2000
"""Sweeps from 0 after which a chance of ever getting somewhere no longer grows."""
