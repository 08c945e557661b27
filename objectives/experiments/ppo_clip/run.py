"""PPO's clip: as a curve of one ratio, as flat parts of a surrogate, and as no bound on the ratio at all.

The surrogate is drawn from the centrepiece's first batch by PPO as it is set. In a world of one state the surrogate
without a clip is a plane in the probabilities; each answer's clip lays one flat terrace on it. Clipping takes away the
reason to go on; it does not hold the ratio (Engstrom et al. 2020, 2005.12729, found the same in large runs). The second
batch shows that: one rare good token among many, each as often as its probability, so that nothing is left to chance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from objectives.estimators.ratios import clipped
from objectives.experiments import Array, Values
from objectives.experiments.ppo_clip.batch_map import BatchMap, first_batch
from objectives.experiments.ppo_clip.claims import CLAIMS, GOOD, NUMBERS, REST
from objectives.experiments.ppo_clip.costs import costs
from objectives.hyperparameters import Checked, hyper, read
from objectives.losses import ppo
from objectives.rollouts import Rollouts, Terms
from objectives.worlds.tabular import TabularSoftmax

NAME = "ppo_clip"
KEYS = (
    "three_answers.*",
    "sampling.groups",
    "sampling.group_size",
    "sampling.seed",
    "surface.resolution",
    "ppo.*",
    "trpo.*",
    "tally.*",
    "ppo_clip.*",
)
SIGNS = (1.0, -1.0)
TOP = 2.0  # the curves run over ratios from 0 to TOP, or to twice the clip's reach if that is more
POINTS = 401
ASIDE = {"beta": 0.0, "entropy_weight": 0.0}
"""Settings of what PPO adds to its surrogate: this is about the surrogate alone."""
IDLE = {f"ppo.{key}": "this is about PPO's surrogate alone" for key in ASIDE}
__all__ = ["CLAIMS", "IDLE", "KEYS", "NAME", "NUMBERS", "SCHEMA", "run"]


@dataclass(frozen=True)
class Params(Checked):
    """The path on the surrogate, its window, and the batch of the rare good token."""

    updates: int = hyper(
        8, low=1, high=200, unit="updates", source="chosen for the picture (PPO: 3 to 10)", doc="steps on one batch"
    )
    rate: float = hyper(
        1.0,
        low=0.0,
        high=100.0,
        unit="logit",
        source="chosen for the picture",
        doc="learning rate of the path on the surrogate",
    )
    rates: list[float] = hyper(  # noqa: RUF009  (a field with a default factory)
        (1.0, 5.0, 20.0),
        low=0.0,
        high=1000.0,
        unit="logit",
        source="chosen for the picture: small, large, absurd",
        doc="three learning rates for the rare good token",
    )
    words: int = hyper(
        20,
        low=2,
        high=1000,
        unit="tokens",
        source="chosen for the picture",
        doc="tokens in its batch, one of them good",
    )
    left: float = hyper(
        1.36,
        low=0.0,
        high=100.0,
        unit="logit",
        source="chosen for the picture",
        doc="how far the window reaches to the left of the start",
    )
    below: float = hyper(
        0.93,
        low=0.0,
        high=100.0,
        unit="logit",
        source="chosen for the picture",
        doc="how far the window reaches below the start",
    )
    side: float = hyper(
        3.4,
        low=0.0,
        high=200.0,
        low_open=True,
        unit="logit",
        source="chosen for the picture",
        doc="width and height of the window",
    )

    product_share: float = hyper(
        0.1,
        low=0.0,
        high=1.0,
        low_open=True,
        source="TRPO (1502.05477) appendix C.1: a tenth of the data",
        doc="share of the answers on which the cheaper TRPO takes its products with the Fisher matrix",
    )

    def check(self) -> None:
        """The learning rates are three, ascending."""
        if len(self.rates) != 3 or sorted(self.rates) != self.rates:
            raise ValueError(f"rates must be three numbers in ascending order, not {self.rates}")


SCHEMA = {
    "rho": Array("ratio", "", "ratios new / old, from 0"),
    "signs": Array("sign", "", "the advantages of the curves: +1 and -1"),
    "plain": Array("sign ratio", "", "rho A: what it pays without a clip"),
    "clip": Array("sign ratio", "", "clip(rho, 1 - e, 1 + e) A"),
    "least": Array("sign ratio", "", "the smaller of the two: what PPO pays"),
    "slope": Array("sign ratio", "", "derivative of that in rho"),
    "closed": Array("sign ratio", "", "whether the gate is closed there"),
    "posts": Array("2", "", "the two clip bounds: 1 - clip_low and 1 + clip_high"),
    "ring": Array("", "nat", "TRPO's delta, the radius of its trust region"),
    "slopes": Array("step", "backward passes", "counted in one step on the batch: of TRPO, then of PPO"),
    "ways": Array("way", "", "on one batch of Tally: TRPO, TRPO with its products on a share of the answers, PPO"),
    "way_passes": Array("way", "backward passes", "counted over all steps that each takes on a batch"),
    "way_slopes": Array("way", "batches", "answers that these go back through, over those of the batch"),
    "way_forth": Array("way", "forward passes", "counted over the same, with those of the line search"),
    "way_forth_batches": Array("way", "batches", "answers that these look at, over those of the batch"),
    "product_answers": Array("products", "answers", "on which products are taken: the whole batch, and the share"),
    "product_gain": Array("products", "reward", "exact change of Tally's J by the step so found"),
    "product_kl": Array("products", "nat", "KL(old || new) of the step on the whole batch"),
    "product_cosine": Array("", "", "cosine of the angle between the two steps"),
    "answers": Array("answer", "", "labels of the answers"),
    "texts": Array("answer", "", "what each answer says"),
    "rewards": Array("answer", "reward", "reward of each answer"),
    "start_probs": Array("answer", "probability", "policy that wrote the batch"),
    "batch_answer": Array("sample", "", "index of each answer of the batch"),
    "batch_group": Array("sample", "", "the row it stands in"),
    "count": Array("answer", "answers", "how often each answer is in it"),
    "advantage": Array("answer", "", "PPO's advantage of each answer; 0 if the batch holds none"),
    "grid_u": Array("column", "logit", "(zA - zB) / sqrt 2 of each column, ascending"),
    "grid_v": Array("row", "logit", "(zA + zB - 2 zC) / sqrt 6 of each row, ascending"),
    "true_j": Array("row column", "reward", "exact expected reward"),
    "kl_old": Array("row column", "nat", "KL(old || policy), exact"),
    "ratio": Array("answer row column", "", "policy / old, of each answer"),
    "gate": Array("answer row column", "", "1 where the gate of the batch's samples of that answer is closed"),
    "silent": Array("row column", "share", "share of the batch whose gate is closed"),
    "surface": Array("kind row column", "", "the batch's surrogate without a clip, then with it; to be maximised"),
    "walk_theta": Array("time coordinate", "logit", "PPO's path on that surrogate, before each update and at the end"),
    "walk_probs": Array("time answer", "probability", "policy there"),
    "walk_ratio": Array("time answer", "", "policy / old there"),
    "walk_gate": Array("time answer", "", "1 where the gate of that answer is closed there"),
    "walk_slope": Array("time", "1/logit", "length of the surrogate's gradient there"),
    "walk_loss": Array("time", "reward", "PPO's policy loss of the batch there"),
    "walk_j": Array("time", "reward", "exact expected reward there"),
    "look_theta": Array(
        "look coordinate", "logit", "on the way of the first update, while no answer is past a clip bound"
    ),
    "look_ratio": Array("look answer", "", "policy / old there"),
    "rates": Array("rate", "logit", "learning rates of the rare good token"),
    "word_probs": Array("token", "probability", "the good token and all others, before"),
    "word_advantage": Array("token", "", "their PPO advantages"),
    "word_ratio": Array("rate time token", "", "their ratios before each update and at the end"),
    "word_gate": Array("rate time token", "", "1 where their gates are closed"),
    "word_slope": Array("rate time", "1/logit", "length of the gradient there"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """The curves of one ratio, the surrogate of one batch with PPO's path, and the rare good token at three rates."""
    params, rule = read(Params, NAME, h), read(ppo.Params, ppo.NAME, h, **ASIDE)
    batch = BatchMap(h, rule, params.left, params.below, params.side)
    arrays = {
        "posts": np.array([1 - rule.clip_low, 1 + rule.clip_high]),
        "ring": np.array(h["trpo.delta"]),
        **costs(h, first_batch(h), params.product_share),
        **_curves(rule),
        **batch.arrays(params.updates, params.rate),
        **_rare_token(params, rule),
    }
    plain = {name: value.numpy() if isinstance(value, Tensor) else value for name, value in arrays.items()}
    return {name: np.array(plain[name], order="C") for name in SCHEMA}


def _curves(rule: ppo.Params) -> dict[str, Values | Tensor]:
    """L(rho) for an advantage of +1 and of -1, with its slope, from the project's own clip."""
    top = max(TOP, 1 + 2 * rule.clip_high)
    rho = torch.linspace(0.0, top, POINTS, dtype=torch.float64)
    sign = torch.tensor(SIGNS, dtype=torch.float64).unsqueeze(-1).expand(-1, POINTS)
    ratio = rho.expand(len(SIGNS), -1).clone().requires_grad_(True)
    least, closed = clipped(ratio, sign, rule.clip_low, rule.clip_high, rule.dual_clip)
    (slope,) = torch.autograd.grad(least.sum(), ratio)
    return {
        "rho": rho,
        "signs": np.array(SIGNS),
        "plain": rho * sign,
        "clip": rho.clamp(1 - rule.clip_low, 1 + rule.clip_high) * sign,
        "least": least.detach(),
        "slope": slope,
        "closed": closed,
    }


def _rare_token(params: Params, rule: ppo.Params) -> dict[str, Values | Tensor]:
    """A batch of one good token and `words` - 1 others, as likely as they are frequent, at three learning rates."""
    policy, count = TabularSoftmax(states=1, actions=2), params.words
    probs = torch.tensor([1 / count, 1 - 1 / count], dtype=torch.float64)
    rates = torch.tensor(params.rates, dtype=torch.float64)
    actions = torch.tensor([GOOD] + [REST] * (count - 1)).unsqueeze(-1)
    states, mask = torch.zeros_like(actions), torch.ones_like(actions, dtype=torch.bool)
    rewards = (actions.squeeze(-1) == GOOD).double()
    old = policy.logp(probs.log(), states, actions)
    one_of_each = torch.tensor([0, 1])

    def terms_at(theta: Tensor) -> Terms:
        batch = Rollouts(
            logp=policy.logp(theta, states, actions),
            old_logp=old,
            mask=mask,
            rewards=rewards,
            group=torch.zeros(count, dtype=torch.long),
            old_values=rewards.mean().expand(count, 1),
        )
        return ppo.loss(batch, rule)

    theta = probs.log().expand(len(rates), -1)
    ratios, gates, slopes = [], [], []
    for update in range(params.updates + 1):
        theta = theta.detach().requires_grad_(True)
        terms = terms_at(theta)
        (slope,) = torch.autograd.grad(-terms.policy.sum(), theta)
        ratios.append(terms.ratio.detach()[:, one_of_each, 0])
        gates.append(terms.gate[:, one_of_each, 0])
        slopes.append(slope.norm(dim=-1))
        if update < params.updates:
            theta = theta + rates.unsqueeze(-1) * slope
    return {
        "rates": rates,
        "word_probs": probs,
        "word_advantage": terms.advantages[one_of_each, 0],
        "word_ratio": torch.stack(ratios, 1),
        "word_gate": torch.stack(gates, 1),
        "word_slope": torch.stack(slopes, 1),
    }
