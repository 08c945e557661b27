"""How do you average a short answer and a long one? An average can be a reward in disguise.

A branch of wrong answers, all with the same advantage A = -1: at every token the policy goes on with a filler word with
chance f or stops. Nothing but length differs, so no logit should be pushed. Exact expected gradients in the logit of
"one more filler", by sums over all lengths up to a cap, for three ways to aggregate tokens: the mean of each answer's
mean (GRPO) pays for fillers, as much as the gradient of E[1 / length] says; the sum over a constant (Dr. GRPO,
2503.20783) is exactly blind to length; the mean over all tokens (DAPO, 2503.14476) keeps a small rest, since the number
of tokens that it divides by is itself sampled. In a batch where right and wrong answers are equally long and cannot be
told apart the phantom cancels: it needs a branch that is visibly wrong.

Beside it, what one token weighs in a short and in a long answer, and in a batch of two questions under four averages;
and DAPO's open punishment of overlong answers, with what a sound answer earns if it is cut off without one.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from objectives.estimators.advantages import overlong
from objectives.estimators.aggregate import aggregate
from objectives.experiments import Array, Arrays, Claim, Number, Values
from objectives.experiments.packing import pack
from objectives.hyperparameters import Checked, hyper, read

NAME = "length_phantom"
KEYS = ("dapo.overlong_max", "dapo.overlong_cache", "dapo.overlong_weight", "length_phantom.*")
KINDS = ("sequence", "token", "constant")
SEQUENCE, TOKEN, CONSTANT = range(3)
AVERAGES = ("sequence", "token", "group", "constant")  # of the batch of two questions
WRONG = -1.0  # the advantage of the branch
PAID, UNPAID = 1.0, -1.0  # for a right answer, and for one that is wrong or cut off: DAPO (2503.14476) eq. 7
POINTS = 97  # probabilities of a filler at which the curves are drawn
RAMP = 121  # lengths at which the punishment is drawn


@dataclass(frozen=True)
class Params(Checked):
    """The answers, the probability of a filler, and the budget."""

    short: int = hyper(
        4, low=1, high=64, unit="tokens", source="chosen for the picture", doc="length of the short answer"
    )
    long: int = hyper(
        12, low=1, high=64, unit="tokens", source="chosen for the picture", doc="length of the long answer"
    )
    other: int = hyper(
        4,
        low=1,
        high=64,
        unit="tokens",
        source="chosen for the picture",
        doc="length of both answers to a second question in the same batch",
    )
    fillers: list[float] = hyper(  # noqa: RUF009  (a field with a default factory)
        (0.5, 0.7, 0.9),
        low=0.0,
        high=1.0,
        low_open=True,
        high_open=True,
        unit="probability",
        source="chosen for the picture",
        doc="chances of going on with a filler at which the gradients are compared",
    )
    cap: int = hyper(
        40, low=2, high=200, unit="tokens", source="chosen for the picture", doc="longest answer, also the constant"
    )
    group: int = hyper(
        16,
        low=1,
        high=64,
        unit="answers",
        source="DeepSeek-R1 (2501.12948): G = 16",
        doc="answers that share a token mean",
    )

    def check(self) -> None:
        """All answers fit under the cap."""
        if max(self.short, self.long, self.other) > self.cap:
            raise ValueError(f"short, long and other must be at most cap = {self.cap}")


SCHEMA = {
    "kinds": Array("kind", "", "mean of each answer's mean, mean over all tokens, sum over a constant"),
    "lengths": Array("answer", "tokens", "a short and a long answer"),
    "token_weight": Array("kind answer token", "", "what each of their tokens weighs in the loss; 0 in padding"),
    "answer_weight": Array("kind answer", "", "and all tokens of the answer together"),
    "averages": Array("average", "", "mean of each answer's mean, of all tokens, of each group's; sum over a constant"),
    "batch_lengths": Array("batch", "tokens", "two answers to each of two questions"),
    "batch_question": Array("batch", "", "which question each of them answers"),
    "batch_weight": Array("average batch place", "", "what each of their tokens weighs in the loss; 0 in padding"),
    "fillers": Array("filler", "probability", "chances of a filler"),
    "phantom": Array("kind filler", "1/logit", "exact mean gradient, upwards, in the logit of one more filler"),
    "curve": Array("point", "probability", "chances of a filler for the curves"),
    "phantom_curve": Array("kind point", "1/logit", "the same gradient along them"),
    "mean_length": Array("point", "tokens", "exact mean length of an answer"),
    "ramp_length": Array("step", "tokens", "lengths of answers up to past DAPO's budget"),
    "ramp": Array("step", "reward", "DAPO's term for overlong answers"),
    "sound_length": Array("corner", "tokens", "lengths at which the reward of a sound answer turns; the cut is two"),
    "sound_cut": Array("corner", "reward", "what a sound answer earns if it is only cut off at the longest length"),
    "sound_ramp": Array("corner", "reward", "what it earns with DAPO's term for overlong answers"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Weigh tokens, sum gradients over all lengths, and draw the ramp."""
    params = read(Params, NAME, h)
    fillers = torch.tensor(params.fillers, dtype=torch.float64)
    curve = torch.linspace(0.02, 0.98, POINTS, dtype=torch.float64)
    weights = token_weights(torch.tensor([params.short, params.long]), params.cap)
    longest, cache = h["dapo.overlong_max"], h["dapo.overlong_cache"]
    lengths = torch.linspace(0, max(1.2 * longest, 1.0), RAMP, dtype=torch.float64)
    corners = torch.tensor([0.0, longest - cache, longest, longest, max(1.2 * longest, 1.0)], dtype=torch.float64)
    after = torch.cat([corners[:3], corners[3:4].nextafter(corners[4:]), corners[4:]])  # just past the cut
    cut = torch.tensor([PAID, PAID, PAID, UNPAID, UNPAID], dtype=torch.float64)
    batch, question = torch.tensor([params.short, params.long, params.other, params.other]), torch.tensor([0, 0, 1, 1])
    chances = outcomes(curve, params.cap)
    tokens = torch.cat([torch.arange(1, params.cap + 1), torch.tensor([params.cap])])
    return pack(
        SCHEMA,
        {
            "kinds": KINDS,
            "lengths": np.array([params.short, params.long]),
            "token_weight": weights[..., : max(params.short, params.long)],
            "answer_weight": weights.sum(-1),
            "averages": AVERAGES,
            "batch_lengths": batch,
            "batch_question": question,
            "batch_weight": token_weights(batch, params.cap, AVERAGES, question)[..., : int(batch.max())],
            "fillers": fillers,
            "phantom": phantom(fillers, params.cap, params.group),
            "curve": curve,
            "phantom_curve": phantom(curve, params.cap, params.group),
            "mean_length": chances @ tokens.double(),
            "ramp_length": lengths,
            "ramp": h["dapo.overlong_weight"] * overlong(lengths, longest, cache),
            "sound_length": corners,
            "sound_cut": cut,
            "sound_ramp": cut + h["dapo.overlong_weight"] * overlong(after, longest, cache),
        },
    )


def token_weights(lengths: Tensor, cap: int, kinds: Sequence[str] = KINDS, question: Tensor | None = None) -> Tensor:
    """What the loss gives each token of a batch of answers, [kind, answer, cap]: the gradient of the aggregation.

    All answer one question, unless `question` [answer] says which.
    """
    mask = torch.arange(cap) < lengths.unsqueeze(-1)
    group = torch.zeros_like(lengths) if question is None else question
    weights = []
    for kind in kinds:
        x = torch.zeros(mask.shape, dtype=torch.float64, requires_grad=True)
        (weight,) = torch.autograd.grad(aggregate(x, mask, kind, group, float(cap)), x)
        weights.append(weight)
    return torch.stack(weights)


def outcomes(filler: Tensor, cap: int) -> Tensor:
    """Chance that an answer stops after 1 .. cap tokens, or is cut off at the cap without a stop, [..., cap + 1]."""
    fillers = torch.arange(cap + 1)
    going = filler.unsqueeze(-1) ** fillers
    return torch.cat([going[..., :cap] * (1 - filler).unsqueeze(-1), going[..., cap:]], -1)


def phantom(filler: Tensor, cap: int, group: int) -> Tensor:
    """Exact mean gradient of the aggregated A sum_t log pi in the filler's logit, [kind, ...].

    The score of a filler is 1 - f, that of a stop -f, so an answer of n tokens has n (1 - f) - 1 if it stopped and
    n (1 - f) if it was cut off. For the token mean the sum is over the number of tokens of a whole group.
    """
    chances = outcomes(filler, cap)
    tokens = torch.cat([torch.arange(1, cap + 1), torch.tensor([cap])]).double()
    stops = torch.cat([torch.ones(cap), torch.zeros(1)]).double()
    score = tokens * (1 - filler).unsqueeze(-1) - stops
    by_answer = [(chances * score / tokens).sum(-1), (chances * score / cap).sum(-1)]
    shared = (1 - filler) - _stops_per_token(chances, cap, group)
    return WRONG * torch.stack([by_answer[0], shared, by_answer[1]])


def _stops_per_token(chances: Tensor, cap: int, group: int) -> Tensor:
    """Mean of (answers that stopped) / (tokens) over groups, [...], by convolution over one answer after the other."""
    # joint[..., s, n]: chance that the answers so far have s stops and n tokens.
    joint = torch.zeros((*chances.shape[:-1], group + 1, group * cap + 1), dtype=chances.dtype)
    joint[..., 0, 0] = 1
    for _ in range(group):
        after = torch.zeros_like(joint)
        for length in range(1, cap + 1):
            after[..., 1:, length:] += chances[..., length - 1, None, None] * joint[..., :-1, :-length]
        after[..., cap:] += chances[..., cap, None, None] * joint[..., :-cap]
        joint = after
    stops, tokens = torch.arange(group + 1).double(), torch.arange(group * cap + 1).double().clamp(min=1)
    return (joint * stops.unsqueeze(-1) / tokens).sum((-2, -1))


# --- what may be said


def _phantom(kind: int) -> Callable[[Arrays], float]:
    return lambda a: float(a["phantom"][kind, len(a["fillers"]) // 2])


def _averages_differ(weight: Values, question: Values) -> bool:
    """Whether first tokens [average, answer] weigh as the four averages say, and no two averages are the same here."""
    sequence, token, group, constant = first = weight[..., 0]
    alike = [np.ptp(token), np.ptp(constant), *(np.ptp(group[question == q]) for q in (0, 1))]
    told = max(alike) < 1e-12 and constant.max() < first[:-1].min()
    apart = min(float(np.abs(one - two).max()) for one, two in itertools.combinations(first, 2))
    return bool(told and apart > 1e-12 and np.ptp(sequence) > 0)


NUMBERS: dict[str, Number] = {
    "filler": ("the middle chance of a filler", lambda a: float(a["fillers"][len(a["fillers"]) // 2])),
    "phantom_sequence": ("push on one more filler there, mean of means", _phantom(SEQUENCE)),
    "phantom_token": ("the same, mean over all tokens", _phantom(TOKEN)),
    "phantom_constant": ("size of the same, sum over a constant", lambda a: abs(_phantom(CONSTANT)(a))),
    "rest_token": (
        "what the token mean keeps of the mean of means",
        lambda a: _phantom(TOKEN)(a) / _phantom(SEQUENCE)(a),
    ),
    "weight_short": (
        "weight of a token in the short answer, mean of means",
        lambda a: float(a["token_weight"][0, 0, 0]),
    ),
    "weight_long": ("weight of a token in the long answer, mean of means", lambda a: float(a["token_weight"][0, 1, 0])),
    "lighter": (
        "how many times lighter the long answer's token is",
        lambda a: float(a["token_weight"][0, 0, 0] / a["token_weight"][0, 1, 0]),
    ),
    "short": ("length of the short answer", lambda a: float(a["lengths"][0])),
    "long": ("length of the long answer", lambda a: float(a["lengths"][1])),
    "ramp_from": ("thousand tokens up to which length costs nothing", lambda a: float(a["sound_length"][1] / 1000)),
    "ramp_to": ("thousand tokens at which an answer is cut off", lambda a: float(a["sound_length"][2] / 1000)),
    "ramp_costs": ("what the longest answer loses", lambda a: float(a["sound_cut"][2] - a["sound_ramp"][2])),
}

CLAIMS: dict[str, Claim] = {
    "mean_of_means_pays_for_fillers": (
        "With the mean of each answer's mean, wrong answers are pushed to grow at every chance of a filler.",
        lambda a: bool((a["phantom_curve"][SEQUENCE] > 0).all()),
    ),
    "a_constant_is_blind_to_length": (
        "With the sum over a constant nothing is pushed.",
        lambda a: bool(abs(a["phantom_curve"][CONSTANT]).max() < 1e-12),
    ),
    "token_mean_keeps_a_rest": (
        "At the chances compared the mean over all tokens keeps some of the phantom, under a tenth.",
        lambda a: bool(((a["phantom"][TOKEN] > 0) & (a["phantom"][TOKEN] < 0.1 * a["phantom"][SEQUENCE])).all()),
    ),
    "long_failures_are_punished_lightly": (
        "With the mean of means both answers weigh the same, and so a token of the longer one less.",
        lambda a: bool(
            abs(a["answer_weight"][0, 0] - a["answer_weight"][0, 1]) < 1e-12
            and a["token_weight"][0, 1, 0] < a["token_weight"][0, 0, 0]
        ),
    ),
    "averages_differ_as_told": (
        "In the batch of two questions, with lengths and groups that differ, each average has its own weights: all "
        "tokens alike over the batch, or in each group, and least with the constant.",
        lambda a: _averages_differ(a["batch_weight"], a["batch_question"]),
    ),
    "the_ramp_falls_before_the_cut": (
        "DAPO's term takes something from an answer before it is cut off, and no more the earlier it ends.",
        lambda a: bool(a["sound_length"][1] < a["sound_length"][2] and a["sound_ramp"][2] < a["sound_ramp"][1]),
    ),
}
