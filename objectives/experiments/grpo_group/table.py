"""One group along a line: every column of GRPO's table, for policies further and further from the old one."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from objectives import sampling
from objectives.estimators.advantages import group_statistics
from objectives.estimators.kl_penalty import KLPenalty
from objectives.estimators.ratios import clipped
from objectives.experiments import Values
from objectives.losses import grpo
from objectives.rollouts import Terms
from objectives.training import loop
from objectives.worlds import Episodes, three_answers
from objectives.worlds.tabular import draw

DRAWN = 256  # groups drawn, of which the first with all three answers is shown


def _group(world: three_answers.ThreeAnswers, old: Tensor, size: int, seed: int) -> Episodes:
    """The first of the groups drawn in which every answer occurs, or the first of all if none has them all."""
    draws = sampling.Draws(groups=DRAWN, group_size=size, iterations=1, seeds=1, seed=seed)
    uniforms = sampling.uniforms(world.name, draws, world.tokens)[0, 0].view(DRAWN, size, world.tokens)
    answers = draw(old.log_softmax(-1).unsqueeze(-2), uniforms).squeeze(-1)
    full = torch.stack([(answers == k).any(-1) for k in range(len(old))]).all(0)
    first = int(full.double().argmax())
    return world.play(old, uniforms[first])


def table(
    world: three_answers.ThreeAnswers,
    rule: grpo.Params,
    old_probs: Tensor,
    size: int,
    seed: int,
    reach: float,
    stops: int,
) -> dict[str, Values | Tensor]:
    """Every column of the table, for policies up to `reach` from the old one along the objective's slope."""
    old = old_probs.log()
    episodes = _group(world, old, size, seed)
    group = torch.zeros(size, dtype=torch.long)

    def terms_at(theta: Tensor) -> tuple[Terms, Tensor]:
        batch = loop.rollouts(world, episodes, group, theta, old)
        terms = grpo.loss(batch, rule)
        return terms, KLPenalty.of(rule).per_token(batch, terms.ratio)

    theta = old.clone().requires_grad_(True)
    (slope,) = torch.autograd.grad(-terms_at(theta)[0].total, theta)
    ahead = slope / slope.norm() if float(slope.norm()) > 0 else slope
    step = torch.linspace(0.0, reach, stops, dtype=torch.float64)
    line = old + step.unsqueeze(-1) * ahead
    terms, penalties = terms_at(line)
    ratio, advantage = terms.ratio.squeeze(-1), terms.advantages.squeeze(-1)
    least, _ = clipped(ratio, advantage, rule.clip_low, rule.clip_high, rule.dual_clip)
    inside = ratio.clamp(1 - rule.clip_low, 1 + rule.clip_high)
    mean, std, _ = group_statistics(episodes.rewards, group, rule.ddof)
    beta = rule.beta if rule.kl_place == "loss" else 0.0
    return {
        "answers": np.array(three_answers.LABELS),
        "texts": np.array(three_answers.ANSWERS),
        "rewards": world.rewards,
        "ref_probs": world.start_probs,
        "old_probs": old_probs,
        "old_value": (old_probs * world.rewards).sum(),
        "group_answer": episodes.actions.squeeze(-1),
        "group_reward": episodes.rewards,
        "group_mean": mean[0],
        "group_std": std[0],
        "centred": episodes.rewards - mean,
        "advantage": advantage,
        "clip": np.array([1 - rule.clip_low, 1 + rule.clip_high]),
        "beta": np.array(beta),
        "step": step,
        "new_probs": world.probs(line),
        "ratio": ratio,
        "clipped_ratio": inside,
        "plain_term": ratio * advantage,
        "clipped_term": inside * advantage,
        "least": least,
        "gate": terms.gate.squeeze(-1).double(),
        "silent_from": _silent_from(terms.gate.squeeze(-1), episodes.actions.squeeze(-1), step),
        "kl": penalties.squeeze(-1),
        "surrogate": -terms.policy,
        "mean_kl": terms.kl,
        "leash": beta * terms.kl,
        "objective": -terms.policy - beta * terms.kl,
    }


def _silent_from(gate: Tensor, answer: Tensor, step: Tensor) -> Tensor:
    """The first of the stops [stop] from which all samples of each answer stay silent; twice the last if none is."""
    out = []
    for k in range(len(three_answers.LABELS)):
        heard = (~gate[:, answer == k].bool()).any(-1) if bool((answer == k).any()) else torch.ones_like(step).bool()
        first = int(heard.nonzero().max()) + 1 if bool(heard.any()) else 0
        out.append(step[first] if first < len(step) else 2 * step[-1])
    return torch.stack(out)
