"""The six objectives side by side on the three-answer world, same random numbers.

Every surrogate is drawn from ONE sampled batch. In a world of one state the exact importance-weighted surrogate is J
itself; what a rule misjudges it misjudges because it has seen 128 answers and not all of them, and because of what it
does to them. All rules see the same number of answers; PPO, GRPO and DAPO take several updates on each batch, and the
length of each step is recorded: a fast climb may be no more than long steps.

The pictures show `sampling.iterations` batches. Where a run ends is another question, and so the six, and the edits
that reuse a batch with plain pushes, are followed with the same numbers for as many batches as the long run has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from objectives import SIX, progress
from objectives.estimators import kl
from objectives.experiments import Array, Values
from objectives.experiments.six_objectives.claims import CLAIMS
from objectives.experiments.six_objectives.idle import IDLE
from objectives.experiments.six_objectives.numbers import NUMBERS as MEASURES
from objectives.experiments.six_objectives.race import NUMBERS as RACE
from objectives.experiments.six_objectives.stage import Stage
from objectives.experiments.six_objectives.surrogates import View, draw_surrogates, later_surrogates
from objectives.experiments.six_objectives.trajectories import follow
from objectives.hyperparameters import Checked, hyper, read
from objectives.surfaces import fixed_point
from objectives.surfaces.edit_chain import EDITS, Link, links
from objectives.worlds import three_answers

NAME = "six_objectives"
NUMBERS = {**MEASURES, **RACE}
KEYS = (
    "six_objectives.*",
    "three_answers.*",
    "sampling.*",
    "training.*",
    "surface.*",
    "reinforce.*",
    "baseline.*",
    "trpo.*",
    "ppo.*",
    "grpo.*",
    "dapo.*",
)
PRINTED = (
    "sampling.seed",
    "reinforce.baseline",
    "ppo.whiten",
    "grpo.scale",
    "grpo.beta",
    "grpo.clip_high",
    "dapo.scale",
    "dapo.clip_high",
    "six_objectives.dapo_filter",
)
PLAIN = ("ratio", "clip")
"""The edits that use a batch again and leave its pushes as they are."""
__all__ = ["CLAIMS", "IDLE", "KEYS", "NAME", "NUMBERS", "PRINTED", "SCHEMA", "Params", "run"]


@dataclass(frozen=True)
class Params(Checked):
    """How far the runs are followed after they are drawn, and what DAPO's filter is among three answers."""

    long_batches: int = hyper(
        400,
        low=1,
        high=2000,
        unit="batches",
        source="chosen so that the baseline gets to its end",
        doc="batches of the long run, in which each run goes on from its last drawn batch",
    )
    dapo_filter: str = hyper(
        "reward",
        choices=("correct", "reward", "off"),
        source="chosen for the picture: A and B are both right, few groups are mixed by 0 < #correct < G",
        doc="which groups count for DAPO here: with right and wrong answers, with rewards that differ, or all",
    )
    dapo_refill: bool = hyper(
        False,
        source="chosen for the picture: all rules see the same number of answers",
        doc="whether DAPO draws again here until its batch is full of groups that count",
    )


SCHEMA = {
    "methods": Array("objective", "", "names of the six objectives, in teaching order"),
    "answers": Array("answer", "", "labels of the answers"),
    "texts": Array("answer", "", "what each answer says"),
    "rewards": Array("answer", "reward", "reward of each answer"),
    "start_probs": Array("answer", "probability", "policy before training"),
    "ref_probs": Array("answer", "probability", "reference policy of the KL penalty"),
    "gibbs_probs": Array("answer", "probability", "argmax of J - beta KL(pi || ref); the start if beta is 0"),
    "balance_probs": Array("answer", "probability", "where GRPO's expected gradient and its KL penalty cancel"),
    "batch_answer": Array("sample", "", "the frozen batch (first seed, first iteration): index of each answer"),
    "batch_group": Array("sample", "", "its groups"),
    "batch_reward": Array("sample", "reward", "its rewards"),
    "batch_advantage": Array("objective sample", "", "the weight that each rule gives each answer of the batch"),
    "grid_u": Array("column", "logit", "(zA - zB) / sqrt 2 of each column, ascending"),
    "grid_v": Array("row", "logit", "(zA + zB - 2 zC) / sqrt 6 of each row, ascending"),
    "true_j": Array("row column", "reward", "exact expected reward"),
    "surface": Array("objective row column", "", "each rule's surrogate of the frozen batch, to be maximised"),
    "surface_start": Array("objective", "", "its value at the start"),
    "gate": Array("objective row column", "share", "share of the batch whose gradient the clip silences"),
    "kl_old": Array("row column", "nat", "KL(start || policy), exact"),
    "kl_ref": Array("row column", "nat", "KL(policy || reference), exact"),
    "ratio": Array("answer row column", "", "policy / start, of each answer"),
    "gradient": Array("objective coordinate", "1/logit", "gradient of each surrogate of the frozen batch at the start"),
    "seed_gradient": Array("seed objective coordinate", "1/logit", "the same for the first batch of every seed"),
    "first_step": Array("objective coordinate", "logit", "displacement of the first iteration, first seed"),
    "noise": Array("2", "reward^2", "exact variance of one answer's start gradient, without and with forecast"),
    "kl_limit": Array("", "nat", "TRPO's delta, the radius of its trust region"),
    "leash": Array("", "", "GRPO's beta, the weight of its KL to the reference"),
    "filter": Array("", "", "which groups count for DAPO: correct (the paper's), reward, or off"),
    "filtered": Array("", "", "True if DAPO leaves out groups without a contrast"),
    "refill": Array("", "", "True if it draws again for those that it leaves out"),
    "correct_filter_j": Array("seed time", "reward", "J of DAPO with the filter of its paper, not drawing again"),
    "updates": Array("objective", "updates", "steps that each rule takes on a batch"),
    "theta": Array("seed objective time coordinate", "logit", "position (u, v) before each iteration and at the end"),
    "probs": Array("seed objective time answer", "probability", "policy at these positions"),
    "j": Array("seed objective time", "reward", "exact expected reward there"),
    "entropy": Array("seed objective time", "nat", "entropy there"),
    "kl_to_ref": Array("seed objective time", "nat", "KL(policy || reference) there"),
    "value": Array("seed objective iteration", "reward", "critic, or mean of group means; NaN for REINFORCE"),
    "value_std": Array("seed objective iteration", "reward", "mean of the groups' std for GRPO and DAPO, else NaN"),
    "kl_step": Array("seed objective iteration", "nat", "KL(old || new) of each iteration"),
    "ratio_path": Array("seed objective iteration answer", "", "new / old of each answer, over one iteration"),
    "step_norm": Array("seed objective iteration", "logit", "length of each iteration's displacement"),
    "sample_answer": Array("seed objective iteration sample", "", "index of each sampled answer"),
    "sample_gate": Array("seed objective iteration sample", "", "True if the clip was closed at the last update"),
    "drawn": Array("seed objective iteration", "answers", "drawn for the batch, with those that DAPO does not keep"),
    "groups_mixed": Array("seed objective iteration", "share", "share of groups with any spread of reward"),
    "long_theta": Array("seed objective long_time coordinate", "logit", "the same runs, followed for longer"),
    "long_probs": Array("seed objective long_time answer", "probability", "policy along them"),
    "long_j": Array("seed objective long_time", "reward", "exact expected reward along them"),
    "edits": Array("edit", "", "reinforce, baseline, ratio, clip, scale, group, leash, higher, dapo"),
    "edit_docs": Array("edit", "", "what each edit changes against the one before it"),
    "edit_surface": Array("edit row column", "", "surrogate of the frozen batch under each intermediate rule"),
    "edit_gate": Array("edit row column", "share", "share of the batch that its clip silences"),
    "edit_advantage": Array("edit sample", "", "the weight that it gives each answer of the batch"),
    "edit_theta": Array("edit time coordinate", "logit", "its path from the same random numbers, first seed"),
    "edit_j": Array("edit time", "reward", "exact expected reward along that path"),
    "edit_probs_end": Array("edit seed answer", "probability", "where it ends, for every seed"),
    "long_edits": Array("long_edit", "", "edits that reuse a batch with plain pushes: ratio, clip"),
    "long_edit_theta": Array("long_edit seed long_time coordinate", "logit", "their runs, followed for longer"),
    "long_edit_probs": Array("long_edit seed long_time answer", "probability", "policy along them"),
    "long_edit_j": Array("long_edit seed long_time", "reward", "exact expected reward along them"),
    "later": Array("moment", "batches", "after how many batches PPO's surrogate is drawn once more, first seed"),
    "later_surface": Array("moment row column", "", "PPO's surrogate of the batch that it draws then"),
    "later_gate": Array("moment row column", "share", "share of that batch that its clip silences"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Train the six and the rules between them, and draw their surrogates."""
    stage = Stage(h, read(Params, NAME, h).long_batches)
    edits = links(h)
    chain, plain = list(edits.values()), [edits[name] for name in PLAIN]
    six = [Link.of(name, h) for name in SIX]
    runs = {link: follow(link, stage, link in six + plain) for link in progress.whole(dict.fromkeys(six + chain))}
    paper = Link.of("dapo", h, filter="correct", refill=False)
    correct = runs[paper] if paper in runs else follow(paper, stage, far=False)
    views = draw_surrogates(list(runs), stage)
    arrays = {
        **_truth(stage, h["reinforce.baseline"], Link.of("grpo", h).params),
        "kl_limit": np.array(h["trpo.delta"]),
        "leash": np.array(h["grpo.beta"]),
        "filter": np.array(h["six_objectives.dapo_filter"]),
        "filtered": np.array(h["six_objectives.dapo_filter"] != "off"),
        "refill": np.array(h["six_objectives.dapo_refill"]),
        "updates": np.array([link.updates for link in six]),
        "correct_filter_j": correct["j"].numpy(),
        **_frozen_batch(stage, [views[link] for link in six]),
        **_together([runs[link] for link in six]),
        **_chain([runs[link] for link in chain], [views[link] for link in chain]),
        **_long([runs[link] for link in plain]),
        **later_surrogates(Link.of("ppo", h), stage),
    }
    return {name: np.array(arrays[name], order="C") for name in SCHEMA}


def _truth(stage: Stage, constant: float, penalised: Any) -> dict[str, Values]:
    """What is exact: the world, the mountain, the ratios and divergences on the plane, GRPO's resting point."""
    world = stage.world
    log_start = world.start_probs.log()
    log_probs = stage.evaluate(lambda theta: world.policy.log_probs(theta).squeeze(-2))
    rest = fixed_point.resting_point(
        world.start_probs,
        world.rewards,
        stage.draws.group_size,
        penalised.beta,
        scale=penalised.scale,
        ddof=penalised.ddof,
        eps=penalised.eps,
    )
    return {
        "methods": np.array(SIX),
        "answers": np.array(three_answers.LABELS),
        "texts": np.array(three_answers.ANSWERS),
        "rewards": world.rewards.numpy(),
        "start_probs": world.start_probs.numpy(),
        "ref_probs": world.start_probs.numpy(),
        "gibbs_probs": (world.gibbs(penalised.beta) if penalised.beta > 0 else world.start_probs).numpy(),
        "balance_probs": rest.numpy(),
        "noise": torch.stack(
            [world.gradient_variance(world.start, forecast) for forecast in (torch.tensor(constant), stage.critic)]
        ).numpy(),
        "grid_u": stage.u.numpy(),
        "grid_v": stage.v.numpy(),
        "true_j": (log_probs.exp() @ world.rewards).numpy(),
        "kl_old": kl.categorical(log_start.expand_as(log_probs), log_probs).numpy(),
        "kl_ref": kl.categorical(log_probs, log_start).numpy(),
        "ratio": (log_probs - log_start).exp().movedim(-1, 0).numpy(),
    }


def _frozen_batch(stage: Stage, views: list[View]) -> dict[str, Values]:
    """The first batch of the first seed, and what each of the six makes of it."""
    return {
        "batch_answer": stage.first.actions[0, :, 0].numpy(),
        "batch_group": stage.group.numpy(),
        "batch_reward": stage.first.rewards[0].numpy(),
        "batch_advantage": _stack([m.advantage for m in views]),
        "surface": _stack([m.surface for m in views]),
        "surface_start": _stack([m.start for m in views]),
        "gate": _stack([m.gate for m in views]),
        "gradient": _stack([m.gradients[0] for m in views]),
        "seed_gradient": _stack([m.gradients for m in views], 1),
    }


def _together(runs: list[dict[str, Tensor]]) -> dict[str, Values]:
    """All iterations of the six, the objective as the second dimension."""
    arrays = {name: _stack([run[name] for run in runs], 1) for name in runs[0]}
    theta = arrays["theta"][0]
    return {**arrays, "first_step": theta[:, 1] - theta[:, 0]}


def _chain(runs: list[dict[str, Tensor]], views: list[View]) -> dict[str, Values]:
    """The rules between REINFORCE and DAPO."""
    return {
        "edits": np.array(list(EDITS)),
        "edit_docs": np.array(list(EDITS.values())),
        "edit_surface": _stack([m.surface for m in views]),
        "edit_gate": _stack([m.gate for m in views]),
        "edit_advantage": _stack([m.advantage for m in views]),
        "edit_theta": _stack([run["theta"][0] for run in runs]),
        "edit_j": _stack([run["j"][0] for run in runs]),
        "edit_probs_end": _stack([run["probs"][:, -1] for run in runs]),
    }


def _long(runs: list[dict[str, Tensor]]) -> dict[str, Values]:
    """The rules that reuse a batch with plain pushes, followed for longer."""
    return {
        "long_edits": np.array(PLAIN),
        **{f"long_edit_{name}": _stack([run[f"long_{name}"] for run in runs]) for name in ("theta", "probs", "j")},
    }


def _stack(tensors: list[Tensor], dim: int = 0) -> Values:
    return torch.stack(tensors, dim).numpy()
