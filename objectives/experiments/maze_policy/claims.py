"""What may be said of the cat's policies, and of those of the words."""

from __future__ import annotations

import numpy as np

from objectives.experiments import Arrays, Claim, Number


def _home(a: Arrays, which: int) -> float:
    """What the cat's room is worth in one round."""
    return float(a["values"][which, int(a["home"])])


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
    """Whether every step with any probability in the cat's room leads back to it."""
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
    "even_odds": ("probability of each step before learning", lambda a: 1 / len(a["actions"])),
    "food": ("what finding the food pays", lambda a: _pays(a, "food")),
    "vacuum": ("what meeting a vacuum cleaner pays", lambda a: _pays(a, "vacuum")),
    "first_steps": ("steps of the walk with the uniform policy", lambda a: int(a["walk_steps"][0])),
    "last_steps": ("steps of the walk with the last policy", lambda a: int(a["walk_steps"][1])),
    "chance_food_first": ("chance of finding the food with the uniform policy", lambda a: float(a["chance_food"][0])),
    "food_in_hundred": (
        "walks in a hundred that find the food with the uniform policy",
        lambda a: 100 * float(a["chance_food"][0]),
    ),
    "beside_first": (
        "what the room beside the food is worth with the uniform policy",
        lambda a: float(a["values"][0, int(a["beside"])]),
    ),
    "chance_food_last": ("chance of finding the food with the last policy", lambda a: float(a["chance_food"][-1])),
    "home_first": ("what the cat's room is worth with the uniform policy", lambda a: _home(a, 0)),
    "home_third": ("what the cat's room is worth in the third round", lambda a: _home(a, _round(a, 2))),
    "home_last": ("what the cat's room is worth with the last policy", lambda a: _home(a, -1)),
    "changes": (
        "rounds of improvement that changed some room's probabilities",
        lambda a: int(a["turned"].any(-1).sum()),
    ),
    "first_turned": ("rooms whose probabilities the first improvement changed", lambda a: int(a["turned"][0].sum())),
    "sweep_error": ("largest difference of the last sweep shown from the exact V", lambda a: _sweep_error(a)),
    "right_first": ("chance of a right answer before learning", lambda a: _right(a, 0)),
    "right_last": ("chance of a right answer after it", lambda a: _right(a, -1)),
    "states_after_two": ("beginnings of two tokens that a real model can write [billion]", lambda a: _two(a) / 1e9),
    "word_changes": ("rounds of improvement that changed some probability of a word", lambda a: len(a["odds"]) - 1),
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
        "The last round of improvement changes the probabilities of no room.",
        lambda a: not bool(a["turned"][-1].any()),
    ),
    "takes_several_rounds": (
        "Improvement changes the probabilities in more than one round.",
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
        "The last policy finds the food for certain, the uniform one less than half the time.",
        lambda a: float(a["chance_food"][-1]) > 0.999 and float(a["chance_food"][0]) < 0.5,
    ),
    "rarely_finds_food": (
        "With the uniform policy fewer than one walk in ten finds the food.",
        lambda a: float(a["chance_food"][0]) < 0.1,
    ),
    "beside_food_worth_little": (
        "With the uniform policy the room beside the food is worth under a tenth of it, every room next to it less.",
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
        "The walk with the uniform policy ends with a vacuum cleaner.",
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
