"""A small model reads a big one's notes: sampled tokens, or the probabilities of all of them.

Students of three sizes of notes learn on the same contexts, once from the tokens that the teacher wrote there and once
from its probabilities. What they reach is measured exactly, over all contexts. (Hinton et al. 2015, 1503.02531.
DeepSeek-R1's own distilled models are fine-tuned on sampled answers, that is on tokens.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from objectives import sampling
from objectives.experiments import Array, Arrays, Claim, Number, Values
from objectives.experiments.packing import pack
from objectives.hyperparameters import Checked, hyper, read
from objectives.worlds import teacher

NAME = "distillation"
KEYS = ("teacher.*", "distillation.*")
KINDS = ("hard", "soft")
HARD, SOFT = range(2)


@dataclass(frozen=True)
class Params(Checked):
    """How much is read, and how long the student studies it."""

    notes: list[float] = hyper(  # noqa: RUF009  (a field with a default factory)
        (20, 100, 1000),
        low=1.0,
        high=2000.0,
        unit="notes",
        source="chosen for the picture",
        doc="sizes of the pile of notes, whole and ascending",
    )
    rate: float = hyper(
        50.0, low=0.0, high=1000.0, unit="logit", source="chosen for the picture", doc="step per unit of gradient"
    )
    steps: int = hyper(
        100, low=1, high=5000, unit="updates", source="chosen for the picture", doc="length of the study"
    )
    seeds: int = hyper(
        24, low=2, high=1000, unit="students", source="chosen for the picture", doc="students, each with own notes"
    )
    seed: int = hyper(0, low=0, high=2147483647, source="chosen for the picture", doc="first seed")

    def check(self) -> None:
        """The piles are whole numbers that ascend."""
        if len(self.notes) < 2 or sorted(set(self.notes)) != self.notes or any(n != int(n) for n in self.notes):
            raise ValueError(f"notes must be at least two whole numbers that ascend, not {self.notes}")


SCHEMA = {
    "kinds": Array("kind", "", "hard: the tokens that the teacher wrote; soft: its probabilities in their place"),
    "notes": Array("pile", "notes", "sizes of the pile"),
    "teacher": Array("context token", "probability", "the teacher"),
    "counts": Array("pile context token", "notes", "what the first student was shown"),
    "student": Array("kind pile context token", "probability", "what the first student became"),
    "distance": Array("kind pile seed time", "nat", "KL(teacher || student), mean over contexts, along the study"),
    "unread": Array("pile seed", "share", "contexts without a note"),
    "start": Array("kind", "nat", "the same distance of a student that has read nothing"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Write notes, let all students study, and measure them."""
    world, params = teacher.Teacher(read(teacher.Params, teacher.NAME, h)), read(Params, NAME, h)
    counts = torch.stack([_notes(world, int(n), params) for n in params.notes])
    targets = torch.stack([world.targets(counts, soft) for soft in (False, True)])
    path = list(world.study(targets, params.rate, params.steps))
    return pack(
        SCHEMA,
        {
            "kinds": KINDS,
            "notes": torch.tensor(params.notes, dtype=torch.long),
            "teacher": world.log_probs.exp(),
            "counts": counts[:, 0],
            "student": world.policy.log_probs(path[-1][:, :, 0]).exp(),
            "distance": torch.stack([world.distance(theta) for theta in path], -1),
            "unread": (counts.sum(-1) == 0).double().mean(-1),
            "start": world.distance(world.start).expand(len(KINDS)),
        },
    )


def _notes(world: teacher.Teacher, notes: int, params: Params) -> Tensor:
    """Counted notes of all students, [seed, context, token]; a smaller pile is the top of a larger one."""
    draws = sampling.Draws(groups=1, group_size=2, iterations=notes, seeds=params.seeds, seed=params.seed)
    return world.notes(sampling.uniforms(teacher.NAME, draws, 1)[..., 0])


# --- what may be said


def _end(kind: int, pile: int) -> Callable[[Arrays], float]:
    return lambda a: float(a["distance"][kind, pile, :, -1].mean())


def _middle(a: Arrays) -> int:
    return len(a["notes"]) // 2


NUMBERS: dict[str, Number] = {
    "start": ("distance of a student that has read nothing (nat)", lambda a: float(a["start"][0])),
    "few": ("notes of the smallest pile", lambda a: float(a["notes"][0])),
    "some": ("notes of the middle pile", lambda a: float(a["notes"][_middle(a)])),
    "many": ("notes of the largest pile", lambda a: float(a["notes"][-1])),
    "hard_few": ("mean distance after the smallest pile, hard targets (nat)", _end(HARD, 0)),
    "soft_few": ("the same, soft targets", _end(SOFT, 0)),
    "hard_some": ("mean distance after the middle pile, hard targets", lambda a: _end(HARD, _middle(a))(a)),
    "soft_some": ("the same, soft targets", lambda a: _end(SOFT, _middle(a))(a)),
    "hard_many": ("mean distance after the largest pile, hard targets", _end(HARD, -1)),
    "soft_many": ("the same, soft targets", _end(SOFT, -1)),
    "unread_few": ("mean share of contexts without a note, smallest pile", lambda a: float(a["unread"][0].mean())),
}

CLAIMS: dict[str, Claim] = {
    "odds_teach_more_than_words": (
        "With every pile every student ends nearer to the teacher from probabilities than from tokens.",
        lambda a: bool((a["distance"][SOFT, :, :, -1] < a["distance"][HARD, :, :, -1]).all()),
    ),
    "some_odds_beat_many_words": (
        "The middle pile of probabilities leads nearer on average than the largest pile of tokens.",
        lambda a: _end(SOFT, _middle(a))(a) < _end(HARD, -1)(a),
    ),
    "few_words_mislead": (
        "After the smallest pile of tokens the student is further off on average than one that has read nothing.",
        lambda a: _end(HARD, 0)(a) > float(a["start"][0]),
    ),
    "many_words_do_teach": (
        "After the largest pile of tokens it is at less than half the distance of one that has read nothing.",
        lambda a: _end(HARD, -1)(a) < 0.5 * float(a["start"][0]),
    ),
}
