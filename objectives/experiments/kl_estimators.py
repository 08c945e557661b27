"""How far am I from the reference? Three ways to tell from samples, k1, k2, k3, and what each does as a loss.

At two policies of the world of flattery, one near the reference and one far, everything is a sum over nine answers: the
values that each estimator takes, its mean and spread, and the mean gradient if it is minimised on samples of the policy
itself. k1 averages to the KL but scatters, and minimising it does nothing; k2 is a little off, yet its gradient is that
of KL(pi || ref); k3 is right and quiet, yet its gradient is that of KL(ref || pi). (Schulman's note on approximating
KL; 2506.09477 and 2512.21852 on the gradients.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from objectives import sampling
from objectives.estimators import kl
from objectives.experiments import Array, Arrays, Claim, Number, Values
from objectives.experiments.packing import pack
from objectives.hyperparameters import Checked, hyper, read
from objectives.worlds import flattery
from objectives.worlds.tabular import draw

NAME = "kl_estimators"
KEYS = ("flattery.*", "kl_estimators.*")
KINDS = ("k1", "k2", "k3")
K1, K2, K3 = range(3)
NEAR, FAR = range(2)


@dataclass(frozen=True)
class Params(Checked):
    """The two policies, and the batches that estimate how far they are."""

    near: float = hyper(
        0.16,
        low=-20.0,
        high=20.0,
        unit="logit/flattery",
        source="chosen for the picture: a few updates away",
        doc="how much the near policy leans towards flattery: ref exp(near l), normalised",
    )
    far: float = hyper(
        1.2,
        low=-20.0,
        high=20.0,
        unit="logit/flattery",
        source="chosen for the picture: hundreds of updates away",
        doc="the same for the far policy",
    )
    handful: int = hyper(
        16, low=1, high=4096, unit="answers", source="DeepSeek-R1 (2501.12948): G = 16", doc="answers per estimate"
    )
    redraws: int = hyper(
        2000, low=2, high=100000, unit="batches", source="chosen for the picture", doc="estimates in a histogram"
    )
    seed: int = hyper(0, low=0, high=2147483647, source="chosen for the picture", doc="seed")


SCHEMA = {
    "kinds": Array("kind", "", "names of the estimators"),
    "places": Array("place", "", "names of the policies"),
    "level": Array("answer", "flattery", "how much each answer flatters"),
    "ref_probs": Array("answer", "probability", "the reference"),
    "probs": Array("place answer", "probability", "the policies"),
    "true_kl": Array("place", "nat", "KL(pi || ref), exact"),
    "forward_kl": Array("place", "nat", "KL(ref || pi), exact"),
    "value": Array("place kind answer", "nat", "what each estimator says if that answer is drawn"),
    "mean": Array("place kind", "nat", "its exact mean under the policy"),
    "sd": Array("place kind", "nat", "its exact standard deviation, one answer"),
    "estimates": Array("place kind redraw", "nat", "means over batches of sampled answers"),
    "gradient": Array("place kind answer", "nat/logit", "exact mean gradient of the estimator as a loss, by logit"),
    "reverse_gradient": Array("place answer", "nat/logit", "gradient of KL(pi || ref)"),
    "forward_gradient": Array("place answer", "nat/logit", "gradient of KL(ref || pi)"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Enumerate values and gradients at both places, and draw batches."""
    world = flattery.Flattery(read(flattery.Params, flattery.NAME, h))
    params = read(Params, NAME, h)
    lean = torch.tensor([[params.near], [params.far]], dtype=torch.float64)
    theta = (world.start + lean * world.levels).requires_grad_(True)
    reference = world.start.log_softmax(-1).expand_as(theta)
    logp = theta.log_softmax(-1)
    probs = logp.detach().exp()
    value = torch.stack([_values(kind, logp, reference) for kind in KINDS], -2)
    reverse, forward = kl.categorical(logp, reference), kl.categorical(reference, logp)
    weights = probs.unsqueeze(-2)
    mean = (weights * value).sum(-1)
    # The answers are drawn before the loss is taken: the probabilities that weigh them are constants.
    gradient = torch.stack([_slope(mean[:, kind], theta) for kind in range(len(KINDS))], -2)
    draws = sampling.Draws(groups=1, group_size=max(params.handful, 2), iterations=params.redraws, seeds=1)
    uniforms = sampling.uniforms(f"{NAME} {params.seed}", draws, 1)[0, :, : params.handful, 0]
    drawn = draw(logp.detach().unsqueeze(-2).unsqueeze(-2), uniforms)
    known = value.detach().unsqueeze(-2).expand(-1, -1, params.redraws, -1)
    index = drawn.unsqueeze(1).expand(-1, len(KINDS), -1, -1)
    return pack(
        SCHEMA,
        {
            "kinds": KINDS,
            "places": ("near", "far"),
            "level": world.levels,
            "ref_probs": reference[0].exp(),
            "probs": probs,
            "true_kl": reverse,
            "forward_kl": forward,
            "value": value,
            "mean": mean,
            "sd": (weights * (value - mean.unsqueeze(-1)) ** 2).sum(-1).sqrt(),
            "estimates": known.gather(-1, index).mean(-1),
            "gradient": gradient,
            "reverse_gradient": _slope(reverse, theta),
            "forward_gradient": _slope(forward, theta),
        },
    )


def _values(kind: str, logp: Tensor, reference: Tensor) -> Tensor:
    """What an estimator says of every answer, [place, answer]: each answer is a token of its own."""
    return kl.estimate(kind, logp, reference, torch.ones_like(logp, dtype=torch.bool))


def _slope(of: Tensor, theta: Tensor) -> Tensor:
    (slope,) = torch.autograd.grad(of.sum(), theta, retain_graph=True)
    return slope


# --- what may be said


def _moment(name: str, place: int, kind: int) -> Callable[[Arrays], float]:
    return lambda a: float(a[name][place, kind])


def _off(a: Arrays, place: int, kind: int) -> float:
    """How far an estimator's mean is from the KL, as a share of it."""
    true = float(a["true_kl"][place])
    return abs(float(a["mean"][place, kind]) - true) / true if true > 0 else 0.0


def _same(a: Arrays, kind: int, gradient: str) -> bool:
    return bool(abs(a["gradient"][:, kind] - a[gradient]).max() < 1e-12)


NUMBERS: dict[str, Number] = {
    "kl_near": ("KL(pi || ref) of the near policy (nat)", lambda a: float(a["true_kl"][NEAR])),
    "kl_far": ("the same of the far policy", lambda a: float(a["true_kl"][FAR])),
    "forward_far": ("KL(ref || pi) of the far policy (nat)", lambda a: float(a["forward_kl"][FAR])),
    **{f"mean_{kind}_near": (f"mean of {kind}, near policy", _moment("mean", NEAR, k)) for k, kind in enumerate(KINDS)},
    **{f"mean_{kind}_far": (f"mean of {kind}, far policy", _moment("mean", FAR, k)) for k, kind in enumerate(KINDS)},
    **{f"sd_{kind}_near": (f"spread of {kind}, near policy", _moment("sd", NEAR, k)) for k, kind in enumerate(KINDS)},
    **{f"sd_{kind}_far": (f"spread of {kind}, far policy", _moment("sd", FAR, k)) for k, kind in enumerate(KINDS)},
    "quieter": (
        "spread of k1 over that of k3, near policy",
        lambda a: float(a["sd"][NEAR, K1] / a["sd"][NEAR, K3]) if a["sd"][NEAR, K3] > 0 else 1.0,
    ),
    "off_k2_far": ("by how much of the KL k2 is off on average, far policy", lambda a: _off(a, FAR, K2)),
    "negative_k1": (
        "share of batches in which k1 calls the near distance negative",
        lambda a: float((a["estimates"][NEAR, K1] < 0).mean()),
    ),
}

CLAIMS: dict[str, Claim] = {
    "k1_and_k3_are_right_on_average": (
        "The mean of k1 and that of k3 is the KL, near and far.",
        lambda a: max(_off(a, place, kind) for place in (NEAR, FAR) for kind in (K1, K3)) < 1e-9,
    ),
    "k2_is_off": ("Far from the reference k2 is off by over a tenth on average.", lambda a: _off(a, FAR, K2) > 0.1),
    "k3_is_right_and_calmer": (
        "The mean of k3 is the KL, and it spreads less than k1 and than k2, near and far.",
        lambda a: (
            max(_off(a, place, K3) for place in (NEAR, FAR)) < 1e-9
            and bool((a["sd"][:, K3, None] < a["sd"][:, :K3]).all())
        ),
    ),
    "k3_is_quiet_nearby": (
        "Near the reference k3 spreads less than a fifth as far as k1.",
        lambda a: bool(a["sd"][NEAR, K3] < 0.2 * a["sd"][NEAR, K1]),
    ),
    "k3_is_never_negative": ("k3 says at least 0 of every answer.", lambda a: bool((a["value"][:, K3] >= 0).all())),
    "k1_as_a_loss_does_nothing": (
        "The mean gradient of k1 as a loss is 0.",
        lambda a: bool(abs(a["gradient"][:, K1]).max() < 1e-12),
    ),
    "k2_as_a_loss_is_the_reverse_kl": (
        "The mean gradient of k2 as a loss is that of KL(pi || ref).",
        lambda a: _same(a, K2, "reverse_gradient"),
    ),
    "k3_as_a_loss_is_the_forward_kl": (
        "The mean gradient of k3 as a loss is that of KL(ref || pi), and not that of KL(pi || ref).",
        lambda a: _same(a, K3, "forward_gradient") and not _same(a, K3, "reverse_gradient"),
    ),
}
