"""New names, few levers: what each of twelve rules lets a token weigh once it has become likelier or rarer.

Two answers of equally many tokens, paid +1 and -1. The ratio pi / pi_old of the last token is moved (or that of all
tokens of its answer together) and the gradient of the rule's own loss in that token's log-probability is taken by
autograd, relative to what it is at ratio 1. So every curve passes through 1 and shows one thing: rules of the
log-probability stay there, rules of the ratio grow with it, a gate drops them to 0, CISPO bends and stays, and GSPO
looks at the whole answer. The KL penalty is off, for it is another term.

Beside it, the advantages that four of them give to one batch: a hard question, to which one answer is right, and an
easy one, to which one is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from objectives import OBJECTIVES, Objective, Rollouts
from objectives.experiments import Array, Arrays, Claim, Number, Values
from objectives.experiments.packing import pack
from objectives.hyperparameters import Checked, hyper, read

NAME = "family_weights"
KEYS = (
    "reinforce.*",
    "baseline.*",
    "trpo.*",
    "ppo.*",
    "grpo.*",
    "dapo.*",
    "rloo.*",
    "dr_grpo.*",
    "gspo.*",
    "cispo.*",
    "reinforce_pp.*",
    "vapo.*",
    "family_weights.*",
)
GOOD, BAD = range(2)
ONE, ALL = range(2)
HARD, EASY = range(2)
GRADINGS = ("grpo", "rloo", "dr_grpo", "reinforce_pp")


@dataclass(frozen=True)
class Params(Checked):
    """The answers, and how far the ratio is moved."""

    tokens: int = hyper(
        4, low=1, high=1000, unit="tokens", source="chosen for the picture", doc="tokens of each answer"
    )
    lowest: float = hyper(
        0.0,
        low=0.0,
        high=0.99,
        source="chosen for the picture",
        doc="smallest ratio; 0 stands for a hundredth",
    )
    highest: float = hyper(6.0, low=1.01, high=1000.0, source="chosen for the picture", doc="largest ratio")
    group: int = hyper(
        8, low=3, high=64, unit="answers", source="chosen for the picture", doc="answers to each of the two questions"
    )
    points: int = hyper(601, low=3, high=10001, unit="points", source="chosen for the picture", doc="ratios of a curve")


ASIDE = ("beta", "entropy_weight")
"""Settings of what a rule adds to its surrogate."""
IDLE = {
    f"{name}.{setting}": "here a token is weighed by the surrogate alone"
    for name, rule in OBJECTIVES.items()
    for setting in ASIDE
    if hasattr(rule.Params(), setting)
}
SCHEMA = {
    "rules": Array("rule", "", "names of the objectives"),
    "signs": Array("sign", "", "whose token is moved: the good answer's or the bad one's"),
    "moved": Array("what", "", "what is moved: one token, or all tokens of its answer together"),
    "ratio": Array("point", "", "pi / pi_old of the moved tokens, ascending, with 1 among them"),
    "weight": Array("rule what sign point", "", "gradient in the token's log-probability / the same at ratio 1"),
    "gate": Array("rule what sign point", "", "whether the rule's own gate has silenced the token"),
    "gradings": Array("grading", "", "names of the objectives that grade the batch"),
    "paid": Array("question answer", "reward", "1 for right: one answer to the hard question, all but one to the easy"),
    "graded": Array("grading question answer", "", "advantages of these answers, of one token each"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Differentiate every rule along the ratio."""
    params = read(Params, NAME, h)
    below = max(2, round(params.points * (1 - params.lowest) / (params.highest - params.lowest)))
    low = torch.linspace(max(params.lowest, 0.01), 1, below, dtype=torch.float64)
    ratio = torch.cat([low, torch.linspace(1, params.highest, max(2, params.points - below) + 1).double()[1:]])
    weights, gates = zip(
        *(
            along(rule, read(rule.Params, name, h, **_slack(rule)), ratio, params.tokens)
            for name, rule in OBJECTIVES.items()
        ),
        strict=True,
    )
    return pack(
        SCHEMA,
        {
            "rules": tuple(OBJECTIVES),
            "signs": ("good", "bad"),
            "moved": ("one token", "all tokens"),
            "ratio": ratio,
            "weight": torch.stack(weights),
            "gate": torch.stack(gates),
            "gradings": GRADINGS,
            "paid": paid(params.group),
            "graded": torch.stack([grade(name, h, paid(params.group)) for name in GRADINGS]),
        },
    )


def _slack(rule: Objective) -> dict[str, Any]:
    """Settings without a KL penalty and an entropy bonus, if the rule has them."""
    return {name: 0.0 for name in ASIDE if hasattr(rule.Params(), name)}


def along(rule: Objective, params: Any, ratio: Tensor, tokens: int) -> tuple[Tensor, Tensor]:
    """Relative weight and gate of the moved token at each ratio, both [what, sign, point]."""
    runs = (2, 2, len(ratio))
    moved = torch.zeros((*runs, 2, tokens), dtype=torch.float64)
    for sign in (GOOD, BAD):
        moved[ONE, sign, :, sign, -1] = ratio.log()
        moved[ALL, sign, :, sign, :] = ratio.log().unsqueeze(-1)
    old = torch.full((2, tokens), -2.0, dtype=torch.float64)
    logp = (old + moved).requires_grad_(True)
    batch = Rollouts(
        logp=logp,
        old_logp=old,
        ref_logp=old,
        mask=torch.ones(2, tokens),
        rewards=torch.tensor([1.0, -1.0], dtype=torch.float64),
        correct=torch.tensor([1, 0]),
        group=torch.zeros(2, dtype=torch.long),
        values=torch.zeros(2, tokens, dtype=torch.float64),
        old_values=torch.zeros(2, tokens, dtype=torch.float64),
    )
    terms = rule.loss(batch, params)
    (slope,) = torch.autograd.grad(terms.total.sum(), logp)
    slope, gate = (
        torch.stack([x[:, s, :, s, -1] for s in (GOOD, BAD)], 1) for x in (slope, terms.gate.expand(logp.shape))
    )
    here = slope[..., ratio == 1]
    return torch.where(
        here == 0, torch.zeros_like(slope), slope / torch.where(here == 0, torch.ones_like(here), here)
    ), gate


def paid(group: int) -> Tensor:
    """Rewards [question, answer]: the first answer is right, the last one wrong, the others right if easy."""
    rewards = torch.zeros(2, group, dtype=torch.float64)
    rewards[HARD, 0] = 1
    rewards[EASY, :-1] = 1
    return rewards


def grade(name: str, h: Mapping[str, Any], rewards: Tensor) -> Tensor:
    """The rule's advantages [question, answer] of one-token answers, a group for each question."""
    rule, flat = OBJECTIVES[name], rewards.flatten()
    logp = torch.full((len(flat), 1), -2.0, dtype=torch.float64)
    questions = torch.arange(len(rewards)).repeat_interleave(rewards.shape[1])
    batch = Rollouts(logp=logp, old_logp=logp, mask=torch.ones_like(logp), rewards=flat, group=questions)
    terms = rule.loss(batch, read(rule.Params, name, h, **_slack(rule)))
    return terms.advantages.expand(logp.shape).reshape(rewards.shape)


# --- what may be said


def _rule(a: Arrays, name: str) -> int:
    return int(np.flatnonzero(a["rules"] == name)[0])


def _curve(a: Arrays, name: str, sign: int, what: int = ONE) -> Values:
    curve: Values = a["weight"][_rule(a, name), what, sign]
    return curve


def _last(name: str, sign: int) -> Callable[[Arrays], float]:
    return lambda a: float(_curve(a, name, sign)[-1])


def _closes(name: str, what: int) -> Callable[[Arrays], float]:
    """The largest ratio at which a good token still counts."""
    return lambda a: float(a["ratio"][_curve(a, name, GOOD, what) != 0].max(initial=0.0))


def _graded(a: Arrays, name: str) -> Values:
    graded: Values = a["graded"][GRADINGS.index(name)]
    return graded


def _one(name: str, question: int, answer: int) -> Callable[[Arrays], float]:
    return lambda a: float(_graded(a, name)[question, answer])


NUMBERS: dict[str, Number] = {
    "group": ("answers to each question", lambda a: float(a["paid"].shape[-1])),
    "grpo_right": ("GRPO's advantage of the only right answer", _one("grpo", HARD, 0)),
    "rloo_right": ("RLOO's advantage of the only right answer", _one("rloo", HARD, 0)),
    "dr_grpo_right": ("Dr. GRPO's advantage of the only right answer", _one("dr_grpo", HARD, 0)),
    "batch_right": ("REINFORCE++'s advantage of a right answer to the hard question", _one("reinforce_pp", HARD, 0)),
    "rules": ("number of rules", lambda a: float(a["rules"].size)),
    "highest": ("the largest ratio drawn", lambda a: float(a["ratio"][-1])),
    "ppo_closes": ("largest ratio at which PPO lets a good token count", _closes("ppo", ONE)),
    "dapo_closes": ("the same of DAPO", _closes("dapo", ONE)),
    "gspo_closes": ("the same of GSPO, all tokens of the answer moved", _closes("gspo", ALL)),
    "ppo_bad_last": ("PPO's weight of a bad token at the largest ratio", _last("ppo", BAD)),
    "cispo_most": ("CISPO's largest weight of a good token", lambda a: float(_curve(a, "cispo", GOOD).max())),
}

GATED = ("ppo", "grpo", "dapo", "gspo")
CLAIMS: dict[str, Claim] = {
    "log_rules_never_weigh": (
        "REINFORCE and its baseline weigh a token the same whatever its ratio.",
        lambda a: all(
            bool((abs(_curve(a, name, s) - 1) < 1e-9).all()) for name in ("reinforce", "baseline") for s in (0, 1)
        ),
    ),
    "fences_silence_risers": (
        "PPO, GRPO, DAPO and GSPO give a good token no weight at the largest ratio.",
        lambda a: all(_last(name, GOOD)(a) == 0 for name in GATED),
    ),
    "nothing_holds_a_bad_riser": (
        "PPO, GRPO and DAPO weigh a bad token that has risen by its ratio, without a limit.",
        lambda a: all(abs(_last(name, BAD)(a) - a["ratio"][-1]) < 1e-6 for name in ("ppo", "grpo", "dapo")),
    ),
    "cispo_never_silences": (
        "CISPO gives every token some weight, and none more than its cap.",
        lambda a: bool(
            min(_curve(a, "cispo", s).min() for s in (GOOD, BAD)) > 0
            and _curve(a, "cispo", GOOD).max() < a["ratio"][-1] - 1e-6
        ),
    ),
    "gspo_hears_the_answer": (
        "GSPO falls silent much sooner than PPO as all tokens of a good answer rise together.",
        lambda a: _closes("gspo", ALL)(a) < 1 + 0.1 * (_closes("ppo", ALL)(a) - 1),
    ),
    "rloo_compares_with_the_others": (
        "RLOO's advantages are larger than Dr. GRPO's by G / (G - 1), and neither divides by a deviation.",
        lambda a: bool(
            np.allclose(
                _graded(a, "rloo") * (a["paid"].shape[-1] - 1), _graded(a, "dr_grpo") * a["paid"].shape[-1], atol=1e-9
            )
        ),
    ),
    "division_is_loud": (
        "GRPO gives the only right answer more than RLOO does.",
        lambda a: bool(_graded(a, "grpo")[HARD, 0] > _graded(a, "rloo")[HARD, 0] + 1e-9),
    ),
    "batch_forgets_the_question": (
        "REINFORCE++ gives a right answer the same whichever question it answers, and a wrong one too.",
        lambda a: all(np.ptp(_graded(a, "reinforce_pp")[a["paid"] == r]) < 1e-9 for r in (0, 1)),
    ),
    "dapo_closes_later": (
        "DAPO lets a good token count up to a higher ratio than PPO.",
        lambda a: _closes("dapo", ONE)(a) > _closes("ppo", ONE)(a),
    ),
}
