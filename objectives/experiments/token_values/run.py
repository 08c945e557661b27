"""Who says what to expect? One answer, "2+2 is 4", token by token: values, a critic that learns them, and advantages.

The answers of `answer_tree` are few, so what is told of prefixes is exact: values, the chance of each answer, and bias
and noise of the policy gradient. The critic is one number a prefix. It reads one sampled answer at a time and takes one
gradient step on half the squared error, summed over the answer's tokens, between forecast and reward (`value_loss`), so
a step of rate a moves each forecast the share a of its error. Advantages are those of `advantages.gae`:

    delta_t = V_t+1 - V_t, the last one r - V_T        A_t = delta_t + lambda A_t+1

With lambda = 1 the expected gradient sum_t A_t grad log pi is exact whatever the critic says; with less it leans on the
critic. The critic's targets are final rewards (lambda = 1) whatever lambda the advantages take.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from objectives import sampling
from objectives.estimators.advantages import gae
from objectives.estimators.value_loss import value_loss
from objectives.experiments import Array, Values
from objectives.experiments.token_values.claims import CLAIMS, NUMBERS
from objectives.experiments.token_values.gradients import gradients, scores
from objectives.hyperparameters import Checked, hyper, read
from objectives.worlds import answer_tree
from objectives.worlds.answer_tree import END, SENTENCE, TOKENS, AnswerTree
from objectives.worlds.tabular import draw, lookup

NAME = "token_values"
KEYS = ("three_answers.reward_correct", "answer_tree.*", "token_values.*")
__all__ = ["CLAIMS", "KEYS", "NAME", "NUMBERS", "SCHEMA", "Params", "run"]

GRID = 41


@dataclass(frozen=True)
class Params(Checked):
    """The discount of the tutorials' example, the critic, and the dial between its forecasts and the reward."""

    gamma: float = hyper(
        0.9,
        low=0.0,
        high=1.0,
        low_open=True,
        high_open=True,
        source="chosen for the picture: a common tutorial's example; everything else here is undiscounted",
        doc="discount per token of the targets that are shown beside the undiscounted ones",
    )
    lam: float = hyper(
        0.95, low=0.0, high=1.0, source="PPO (1707.06347) table 3", doc="lambda at which GAE is worked by hand"
    )
    rate: float = hyper(
        0.1,
        low=0.0,
        high=1.0,
        low_open=True,
        source="chosen for the picture",
        doc="critic's step per unit of gradient: the share of its error by which a forecast moves",
    )
    answers: int = hyper(
        400, low=2, high=5000, unit="answers", source="chosen for the picture", doc="answers that a critic learns from"
    )
    young: int = hyper(
        30,
        low=1,
        high=4999,
        unit="answers",
        source="chosen for the picture: half-trained",
        doc="answers that the half-trained critic has read",
    )
    critics: int = hyper(
        24, low=1, high=200, unit="critics", source="chosen for the picture", doc="critics, each with own answers"
    )
    seed: int = hyper(0, low=0, high=2147483647, source="chosen for the picture", doc="first seed")
    batch: int = hyper(16, low=2, high=1024, unit="answers", source="R1 and DAPO: G = 16", doc="answers in a batch")
    batches: int = hyper(
        300, low=10, high=2000, unit="batches", source="chosen for the picture", doc="batches drawn as dots"
    )
    step: float = hyper(
        2.0,
        low=0.0,
        high=100.0,
        low_open=True,
        unit="logit",
        source="chosen for the picture",
        doc="policy's step on the one answer, per unit of gradient",
    )

    def check(self) -> None:
        """A critic is half-trained before it has read everything."""
        if self.young >= self.answers:
            raise ValueError(f"young must be below answers = {self.answers}, not {self.young}")


SCHEMA = {
    "prefix": Array("prefix", "", "tokens of each prefix, joined by blanks; the empty one is the prompt"),
    "parent": Array("prefix", "", "the prefix one token shorter; the empty one is its own"),
    "token": Array("prefix", "", "its last token"),
    "depth": Array("prefix", "tokens", "how many tokens have been written"),
    "chance": Array("prefix", "probability", "chance of its last token after its parent"),
    "reach": Array("prefix", "probability", "chance that an answer passes it"),
    "value": Array("prefix", "reward", "average reward of all answers that begin with it"),
    "ends": Array("prefix", "probability", "chance that the answer ends there"),
    "paid": Array("prefix", "reward", "what the answer is paid if it ends there; 0 where it cannot"),
    "sentence": Array("position", "", "tokens of the answer that is taken apart"),
    "sentence_node": Array("position", "", "the prefix before each of its tokens"),
    "sentence_value": Array("position", "reward", "exact value before each of its tokens"),
    "sentence_paid": Array("", "reward", "its reward"),
    "first_step": Array("position", "reward", "forecasts before each of its tokens after one step on it, from 0"),
    "jump": Array("position", "reward", "temporal-difference error of each token, with exact values"),
    "target": Array("position", "reward", "its reward passed back with the discount, before each token"),
    "lams": Array("lambda", "", "lambda from 0 to 1"),
    "advantage": Array("lambda position", "reward", "GAE of each token with exact values"),
    "worked": Array("position", "reward", "the same at the lambda that is worked by hand"),
    "drawn": Array("critic time", "", "answers that each critic reads: index of the prefix at which each ends"),
    "drawn_reward": Array("critic time", "reward", "what each is paid"),
    "forecast": Array("critic age prefix", "reward", "forecasts after every answer, from 0 on"),
    "error": Array("critic age", "reward", "root mean square error of the forecasts, prefixes weighed by visits"),
    "single_error": Array("", "reward", "the same for one reward taken as a forecast"),
    "young": Array("", "answers", "age of the half-trained critics"),
    "misled": Array("", "", "which of them is looked at: the one that sets is highest above the equals sign"),
    "batch": Array("", "answers", "answers in a batch"),
    "bias": Array(
        "critic lambda", "", "error of the expected gradient with half-trained forecasts, in its own lengths"
    ),
    "noise": Array("critic lambda", "", "standard deviation of one batch's gradient, in lengths of the exact one"),
    "pushes": Array("push", "", "the two coordinates that are drawn: tokens whose logits they push"),
    "exact": Array("push", "reward/logit", "exact slope"),
    "middle": Array("lambda push", "reward/logit", "expected slope with the forecasts of the one half-trained critic"),
    "dots": Array("lambda sample push", "reward/logit", "slopes of sampled batches with these forecasts"),
    "before": Array("position", "probability", "chance of each of the answer's tokens"),
    "after": Array(
        "position", "probability", "the same after one step along sum_t A_t grad log pi, exact values, lambda 0"
    ),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Values and advantages of one answer, critics that learn, and what a half-trained one does to the gradient."""
    params = read(Params, NAME, h)
    tree = AnswerTree(read(answer_tree.Params, answer_tree.NAME, h), float(h["three_answers.reward_correct"]))
    values = tree.true_values(tree.theta)
    lams = torch.linspace(0, 1, GRID, dtype=torch.float64)
    drawn = _read(tree, params)
    forecast = _learn(tree, drawn, params.rate)
    young = forecast[:, params.young]
    after_is, after_equals = (young[:, tree.prefixes.index(("2+2", token))] for token in ("is", "="))
    misled = int((after_is - after_equals).argmax())
    arrays = {
        **_prefixes(tree, values),
        **_sentence(tree, values, params, lams),
        "lams": lams,
        "drawn": tree.ends[drawn],
        "drawn_reward": tree.rewards[drawn],
        "forecast": forecast,
        "error": _error(tree, forecast, values),
        "single_error": _single_error(tree, values),
        "young": torch.tensor(params.young),
        "misled": misled,
        "batch": torch.tensor(params.batch),
        **_slopes(tree, young, misled, params, lams),
    }
    plain = {name: value.numpy() if isinstance(value, Tensor) else np.array(value) for name, value in arrays.items()}
    return {name: np.array(plain[name], order="C") for name in SCHEMA}


def _prefixes(tree: AnswerTree, values: Tensor) -> dict[str, Any]:
    """What is known of every prefix."""
    table = tree.policy.log_probs(tree.theta).exp()
    tokens = [prefix[-1] if prefix else "" for prefix in tree.prefixes]
    chances = [
        table[parent, TOKENS.index(token)].item() if token else 1.0
        for parent, token in zip(tree.parents, tokens, strict=True)
    ]
    paid = torch.zeros_like(values)
    paid[tree.ends] = tree.rewards
    return {
        "prefix": [" ".join(prefix) for prefix in tree.prefixes],
        "parent": tree.parents,
        "token": tokens,
        "depth": [len(prefix) for prefix in tree.prefixes],
        "chance": chances,
        "reach": tree.reach(tree.theta),
        "value": values,
        "ends": table[:, END],
        "paid": paid,
    }


def _sentence(tree: AnswerTree, values: Tensor, params: Params, lams: Tensor) -> dict[str, Any]:
    """The one answer: its values, targets and advantages, and one step of the policy on it."""
    row = tree.answers.index(SENTENCE)
    kept = len(SENTENCE)
    nodes, actions = tree.states[row : row + 1, :kept], tree.actions[row : row + 1, :kept]
    mask, reward = tree.mask[row : row + 1, :kept], tree.rewards[row : row + 1]
    before = lookup(values, nodes)
    nothing = torch.zeros_like(before)
    jump, _ = gae(reward, before, mask, 1.0, 0.0)
    theta = tree.theta.clone().requires_grad_(True)
    logp = tree.policy.logp(theta, nodes, actions)
    (slope,) = torch.autograd.grad((jump * logp).sum(), theta)
    moved = tree.policy.logp(tree.theta + params.step * slope, nodes, actions)
    return {
        "sentence": SENTENCE,
        "sentence_node": nodes[0],
        "sentence_value": before[0],
        "sentence_paid": reward[0],
        "first_step": _learn(tree, torch.tensor([[row]]), params.rate)[0, 1][nodes[0]],
        "jump": jump[0],
        "target": gae(reward, nothing, mask, params.gamma, 1.0)[1][0],
        "advantage": torch.stack([gae(reward, before, mask, 1.0, lam)[0][0] for lam in lams.tolist()]),
        "worked": gae(reward, before, mask, 1.0, params.lam)[0][0],
        "before": logp.detach()[0].exp(),
        "after": moved[0].exp(),
    }


def _answers(tree: AnswerTree, uniforms: Tensor) -> Tensor:
    """Indices of sampled answers, [...], from uniform numbers [..., 1]."""
    return draw(tree.chances(tree.theta).log(), uniforms.squeeze(-1))


def _read(tree: AnswerTree, params: Params) -> Tensor:
    """Indices of the answers that each critic reads, [critics, answers]."""
    size = 16
    draws = sampling.Draws(
        groups=1,
        group_size=size,
        iterations=-(-params.answers // size),
        seeds=params.critics,
        seed=params.seed,
    )
    return _answers(tree, sampling.uniforms(f"{NAME}/critic", draws, 1)).flatten(1)[:, : params.answers]


def _learn(tree: AnswerTree, drawn: Tensor, rate: float) -> Tensor:
    """Forecasts of critics after every answer of `drawn` [critics, times], [critics, times + 1, S], from 0 on."""
    critic = torch.zeros(len(drawn), len(tree.prefixes), dtype=torch.float64)
    ages = [critic]
    for answer in drawn.T:
        nodes, mask, reward = tree.states[answer, None], tree.mask[answer, None], tree.rewards[answer, None]
        critic = critic.detach().requires_grad_(True)
        forecast = lookup(critic, nodes)
        target = gae(reward, torch.zeros_like(forecast), mask, 1.0, 1.0)[1]
        loss = 0.5 * value_loss(forecast, target, mask, average=lambda x, m: (x * m).sum((-2, -1)))
        (slope,) = torch.autograd.grad(loss.sum(), critic)
        critic = (critic - rate * slope).detach()
        ages.append(critic)
    return torch.stack(ages, 1)


def _error(tree: AnswerTree, forecast: Tensor, values: Tensor) -> Tensor:
    """Root mean square error of forecasts [..., S], prefixes weighed by their visits."""
    weight = tree.reach(tree.theta)
    return (((forecast - values) ** 2) @ (weight / weight.sum())).sqrt()


def _single_error(tree: AnswerTree, values: Tensor) -> Tensor:
    """The same for the reward of one answer taken as the forecast of its prefixes."""
    chance = tree.chances(tree.theta)
    square = tree.through * (tree.rewards - values.unsqueeze(-1)) ** 2
    return ((square @ chance).sum() / tree.reach(tree.theta).sum()).sqrt()


def _slopes(tree: AnswerTree, young: Tensor, misled: int, params: Params, lams: Tensor) -> dict[str, Any]:
    """Exact bias and noise of the gradient with half-trained forecasts, and sampled batches with those of one."""
    chance, rows = tree.chances(tree.theta), scores(tree)
    exact = chance @ gradients(tree, tree.true_values(tree.theta), 1.0, rows)
    size = exact.norm()
    size = torch.where(size > 0, size, torch.ones_like(size))
    places = [(("2+2",), "is"), (("2+2", "is"), "4")]
    push = [tree.prefixes.index(prefix) * len(TOKENS) + TOKENS.index(token) for prefix, token in places]
    draws = sampling.Draws(groups=1, group_size=params.batch, iterations=params.batches, seeds=1, seed=params.seed)
    picked = _answers(tree, sampling.uniforms(f"{NAME}/batches", draws, 1))[0]
    bias, noise, middle, dots = [], [], [], []
    for lam in lams.tolist():
        each = gradients(tree, young, lam, rows)
        mean = torch.einsum("a,kad->kd", chance, each)
        variance = torch.einsum("a,kad->kd", chance, (each - mean.unsqueeze(1)) ** 2) / params.batch
        bias.append((mean - exact).norm(dim=-1) / size)
        noise.append(variance.sum(-1).sqrt() / size)
        middle.append(mean[misled, push])
        dots.append(each[misled][:, push][picked].mean(1))
    return {
        "bias": torch.stack(bias, 1),
        "noise": torch.stack(noise, 1),
        "pushes": [token for _, token in places],
        "exact": exact[push],
        "middle": torch.stack(middle),
        "dots": torch.stack(dots),
    }
