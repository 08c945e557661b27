"""The baseline with the advantages and the step lengths of the clipped rules: is it the rule, or how far it steps?

REINFORCE and its baseline take one plain step per batch; PPO takes several, with standardised advantages. Here the
baseline gets each of the two apart and both together: standardised advantages (`whiten`), and a larger learning rate in
place of several updates. There is still no ratio, no clip and no reuse. All have the centrepiece's random numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from objectives import progress, sampling
from objectives.estimators import kl
from objectives.experiments import Array, Arrays, Claim, Number, Values
from objectives.experiments.six_objectives.numbers import HIGH, first_true, step_at
from objectives.hyperparameters import Checked, hyper, read
from objectives.surfaces import surface
from objectives.surfaces.edit_chain import Link
from objectives.training import loop
from objectives.worlds import three_answers

NAME = "whitened_baseline"
KEYS = ("whitened_baseline.*", "three_answers.*", "sampling.*", "training.*", "baseline.*", "ppo.*")
__all__ = ["CLAIMS", "KEYS", "NAME", "NUMBERS", "SCHEMA", "Params", "run"]

VARIANTS = ("plain", "fast", "whitened", "whitened_fast", "ppo")
WHITENED_FAST, PPO = 3, 4


@dataclass(frozen=True)
class Params(Checked):
    """How much faster the fast ones learn."""

    rate_factor: float = hyper(
        4.0,
        low=0.0,
        high=100.0,
        low_open=True,
        source="chosen for the picture: PPO takes 4 updates on a batch",
        doc="learning rate of the fast baselines, times that of the others",
    )


SCHEMA = {
    "variants": Array("variant", "", "baseline as it is, faster, whitened, whitened and faster; and PPO"),
    "whitened": Array("variant", "", "True if the advantages are standardised over the batch"),
    "rate": Array("variant", "logit", "policy step per unit of gradient"),
    "updates": Array("variant", "updates", "steps on each batch"),
    "theta": Array("variant seed time coordinate", "logit", "position (u, v) before each batch and at the end"),
    "probs": Array("variant seed time answer", "probability", "policy there"),
    "j": Array("variant seed time", "reward", "exact expected reward there"),
    "kl_step": Array("variant seed iteration", "nat", "KL(old || new) of each batch"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Train the four baselines and PPO from the same random numbers."""
    world = three_answers.ThreeAnswers(read(three_answers.Params, three_answers.NAME, h))
    draws, settings = read(sampling.Params, sampling.NAME, h), read(loop.Params, loop.NAME, h)
    faster = replace(settings, learning_rate=settings.learning_rate * read(Params, NAME, h).rate_factor)
    plain, whitened = Link.of("baseline", h, whiten=False), Link.of("baseline", h, whiten=True)
    variants = [
        (plain, settings),
        (plain, faster),
        (whitened, settings),
        (whitened, faster),
        (Link.of("ppo", h), settings),
    ]
    uniforms, group = sampling.uniforms(world.name, draws, world.tokens), sampling.group_labels(draws)

    def path(link: Link, pace: loop.Params) -> Tensor:
        records = list(loop.train(link.objective, link.params, world, pace, uniforms, group, link.updates))
        return torch.stack([records[0].before, *(record.after for record in records)], 1)

    theta = torch.stack([path(link, pace) for link, pace in progress.whole(variants)])
    log_probs = world.policy.log_probs(theta).squeeze(-2)
    return {
        "variants": np.array(VARIANTS),
        "whitened": np.array([bool(h["ppo.whiten"]) if link.updates > 1 else link is whitened for link, _ in variants]),
        "rate": np.array([pace.learning_rate for _, pace in variants]),
        "updates": np.array([link.updates for link, _ in variants]),
        "theta": surface.three_logit_plane().coordinates(theta).numpy(),
        "probs": log_probs.exp().numpy(),
        "j": world.true_values(theta).squeeze(-1).numpy(),
        "kl_step": kl.categorical(log_probs[:, :, :-1], log_probs[:, :, 1:]).numpy(),
    }


def _mean_j(a: Arrays, variant: int, t: int) -> float:
    return float(a["j"][variant, :, step_at(a, t)].mean())


def _first_high(a: Arrays, variant: int) -> float:
    """First batch after which the mean J is above 0.9; one past the end if none is."""
    return float(first_true(a["j"][variant].mean(0) > HIGH))


def _measured(measure: Callable[..., float], *where: int) -> Callable[[Arrays], float]:
    return lambda a: measure(a, *where)


TITLES = ("the baseline", "the faster baseline", "the whitened baseline", "the whitened faster baseline", "PPO")
EARLY = 20  # batches, after which the baselines are compared with PPO
NUMBERS: dict[str, Number] = {
    "early": ("batches after which J is compared, fewer where a run is shorter", lambda a: float(step_at(a, EARLY))),
    "rate_factor": (
        "learning rate of the fast baselines over the others'",
        lambda a: float(a["rate"][1] / a["rate"][0]),
    ),
    **{
        f"j_at20_{name}": (f"J of {title} after {EARLY} batches, mean over seeds", _measured(_mean_j, index, EARLY))
        for index, (name, title) in enumerate(zip(VARIANTS, TITLES, strict=True))
    },
    **{
        f"first_high_{name}": (
            f"first batch after which mean J of {title} is above 0.9; one past the end if none is",
            _measured(_first_high, index),
        )
        for index, (name, title) in enumerate(zip(VARIANTS, TITLES, strict=True))
    },
}
CLAIMS: dict[str, Claim] = {
    "whitened_and_fast_leads_ppo": (
        "Whitened and at the larger rate, the baseline has a higher mean J than PPO after twenty batches.",
        lambda a: _mean_j(a, WHITENED_FAST, EARLY) > _mean_j(a, PPO, EARLY),
    ),
    "rate_alone_stays_on_b": (
        "After twenty batches the baseline with the larger rate alone has more than half on B.",
        lambda a: bool(a["probs"][1, :, step_at(a, EARLY), 1].mean() > 0.5),
    ),
    "whitening_alone_is_slower": (
        "With standardised advantages alone the baseline's mean J passes 0.9, but later than with the larger rate too.",
        lambda a: _first_high(a, WHITENED_FAST) < _first_high(a, 2) < a["j"].shape[-1],
    ),
    "larger_rate_same_direction": (
        "In the first batch the faster baseline goes the baseline's way in every seed, farther by the factor.",
        lambda a: bool(
            np.allclose(
                a["theta"][1, :, 1] - a["theta"][1, :, 0],
                (a["theta"][0, :, 1] - a["theta"][0, :, 0]) * (a["rate"][1] / a["rate"][0]),
            )
        ),
    ),
}
