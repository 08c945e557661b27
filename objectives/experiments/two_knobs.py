"""A company with two parameters, price and advertising: what a slope is, before it is that of a policy.

The profit is a stated toy model. The share of people who would buy falls with the price, the share of people who have
heard of the product rises with the advertising and saturates:

    profit = (price - cost) * customers * exp(-price / purse) * (1 - exp(-ads / reach)) - ads

It has one summit, at price = cost + purse and ads = reach * log(margin / reach), where margin is what the sales earn
there if everybody knows. The same ascent (objectives/training/gradient_ascent.py) climbs the profit and
the expected reward of the policy of three answers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from objectives.experiments import Array, Arrays, Claim, Number, Values
from objectives.hyperparameters import Checked, hyper, read
from objectives.surfaces import surface
from objectives.training.gradient_ascent import ascend
from objectives.worlds import three_answers

NAME = "two_knobs"
KEYS = ("two_knobs.*", "three_answers.*")
RESOLUTION = 121
"""Grid points along each side of the window."""
ABSURD = 1e4
"""Euros, thousands of euros: nobody sets a price like that."""

SCHEMA = {
    "price": Array("column", "euro", "price of each column, ascending"),
    "ads": Array("row", "thousand euro a month", "advertising of each row, ascending"),
    "profit": Array("row column", "thousand euro a month", "profit of each setting"),
    "path": Array("time 2", "euro, thousand euro a month", "price and advertising before each step and at the end"),
    "path_profit": Array("time", "thousand euro a month", "profit there"),
    "slope": Array("time 2", "", "slope of the profit there, per euro and per thousand euro"),
    "summit": Array("2", "euro, thousand euro a month", "price and advertising of the largest profit, exact"),
    "summit_profit": Array("", "thousand euro a month", "the largest profit, exact"),
    "policy_path": Array("policy_time 2", "logit", "(u, v) of the policy of three answers on the same kind of climb"),
    "policy_probs": Array("policy_time answer", "probability", "the policy there"),
    "policy_j": Array("policy_time", "reward", "its exact expected reward"),
}


@dataclass(frozen=True)
class Params(Checked):
    """The market, where the company starts, and how it climbs."""

    customers: float = hyper(
        10.0, low=0.1, high=1000.0, unit="thousand", source="chosen for the picture", doc="people who might ever buy"
    )
    cost: float = hyper(1.0, low=0.0, high=100.0, unit="euro", source="chosen for the picture", doc="cost of one piece")
    purse: float = hyper(
        4.0,
        low=0.1,
        high=100.0,
        unit="euro",
        source="chosen for the picture",
        doc="price step that leaves 1/e of the buyers",
    )
    reach: float = hyper(
        3.0,
        low=0.1,
        high=100.0,
        unit="thousand euro a month",
        source="chosen for the picture",
        doc="advertising that leaves 1/e of the people unaware",
    )
    start_price: float = hyper(
        10.5, low=0.0, high=1000.0, unit="euro", source="chosen for the picture", doc="price before the climb"
    )
    start_ads: float = hyper(
        8.0,
        low=0.0,
        high=1000.0,
        unit="thousand euro a month",
        source="chosen for the picture",
        doc="advertising before the climb",
    )
    rate: float = hyper(
        0.6, low=0.0, high=100.0, source="chosen for the picture", doc="change of a parameter per unit of its slope"
    )
    steps: int = hyper(
        24, low=1, high=100, unit="steps", source="chosen for the picture", doc="steps of the company's climb"
    )
    policy_rate: float = hyper(
        1.0, low=0.0, high=100.0, unit="logit", source="chosen for the picture", doc="the same for the logits"
    )
    policy_steps: int = hyper(
        12, low=1, high=100, unit="steps", source="chosen for the picture", doc="steps of the policy's climb"
    )


def profit(params: Params, setting: Tensor) -> Tensor:
    """Profit [...] of settings [..., 2], price and advertising."""
    price, ads = setting.unbind(-1)
    buyers = params.customers * (-price / params.purse).exp()
    return (price - params.cost) * buyers * (1 - (-ads / params.reach).exp()) - ads


def summit(params: Params) -> tuple[float, float]:
    """Price and advertising of the largest profit; without advertising if it never pays for itself."""
    price = params.cost + params.purse
    margin = params.purse * params.customers * math.exp(-price / params.purse)
    return price, params.reach * math.log(margin / params.reach) if margin > params.reach else 0.0


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Climb the profit, and the expected reward of three answers, by one and the same ascent."""
    params = read(Params, NAME, h)
    start = torch.tensor([params.start_price, params.start_ads], dtype=torch.float64)
    path = _held(params, ascend(lambda x: profit(params, x), start, params.rate, params.steps))
    best = torch.tensor(summit(params), dtype=torch.float64)
    price, ads = (_window(at, float(top), low) for at, top, low in zip(path.T, best, (params.cost, 0.0), strict=True))
    grid = torch.stack([price.expand(len(ads), -1), ads.unsqueeze(-1).expand(-1, len(price))], -1)
    here = path.clone().requires_grad_(True)
    (slope,) = torch.autograd.grad(profit(params, here).sum(), here)
    arrays: dict[str, Tensor] = {
        "price": price,
        "ads": ads,
        "profit": profit(params, grid),
        "path": path,
        "path_profit": profit(params, path),
        "slope": slope,
        "summit": best,
        "summit_profit": profit(params, best),
        **_policy(params, three_answers.ThreeAnswers(read(three_answers.Params, three_answers.NAME, h))),
    }
    return {name: np.array(arrays[name].numpy(), order="C") for name in SCHEMA}


def _policy(params: Params, world: three_answers.ThreeAnswers) -> dict[str, Tensor]:
    theta = ascend(lambda z: world.true_values(z).squeeze(-1), world.start, params.policy_rate, params.policy_steps)
    return {
        "policy_path": surface.three_logit_plane().coordinates(theta),
        "policy_probs": world.probs(theta),
        "policy_j": world.true_values(theta).squeeze(-1),
    }


def _held(params: Params, path: Tensor) -> Tensor:
    """A climb that overshoots into the absurd stands still where it last made sense."""
    known = (path.abs() < ABSURD).all(-1) & (profit(params, path).abs() < ABSURD)
    last = int(known.long().cumprod(0).sum()) - 1
    return path[torch.arange(len(path)).clamp(max=max(last, 0))]


def _window(path: Tensor, top: float, low: float) -> Tensor:
    """A range that holds the climb and the summit with some room, from `low` on."""
    high = max(float(path.max()), top, low + 1.0)
    return torch.linspace(low, low + 1.15 * (high - low), RESOLUTION, dtype=torch.float64)


NUMBERS: dict[str, Number] = {
    "start_price": ("price before the climb", lambda a: float(a["path"][0, 0])),
    "start_ads": ("advertising before the climb", lambda a: float(a["path"][0, 1])),
    "start_profit": ("profit before the climb", lambda a: float(a["path_profit"][0])),
    "end_profit": ("profit after the climb", lambda a: float(a["path_profit"][-1])),
    "start_in_euros": ("the same in euros, two digits", lambda a: _two_digits(1000 * float(a["path_profit"][0]))),
    "loss_in_euros": ("what is lost before the climb [euro a month], two digits", lambda a: _loss(a)),
    "end_in_euros": (
        "profit after the climb in euros, two digits",
        lambda a: _two_digits(1000 * float(a["path_profit"][-1])),
    ),
    "price_euros": (
        "profit gained at the start for each euro off the price, by the slope [euro]",
        lambda a: -1000 * float(a["slope"][0, 0]),
    ),
    "ads_euros": (
        "profit gained at the start for each euro less of advertising, by the slope [euro]",
        lambda a: -float(a["slope"][0, 1]),
    ),
    "steps": ("steps of the company's climb", lambda a: len(a["path"]) - 1),
    "best_price": ("price of the largest profit", lambda a: float(a["summit"][0])),
    "best_ads": ("advertising of the largest profit", lambda a: float(a["summit"][1])),
    "best_profit": ("the largest profit", lambda a: float(a["summit_profit"])),
    "policy_start": ("expected reward before the climb", lambda a: float(a["policy_j"][0])),
    "policy_end": ("expected reward after it", lambda a: float(a["policy_j"][-1])),
}


def _two_digits(amount: float) -> float:
    return float(f"{amount:.2g}")


def _loss(a: Arrays) -> float:
    return _two_digits(max(0.0, -1000 * float(a["path_profit"][0])))


def _rises(heights: Values) -> bool:
    return bool((np.diff(heights) > 0).all())


def _near_the_top(a: Arrays) -> bool:
    """The climb ends within a hundredth of its own rise below the largest profit."""
    short = float(a["summit_profit"]) - float(a["path_profit"][-1])
    return bool(short < 0.01 * (float(a["summit_profit"]) - float(a["path_profit"][0])))


CLAIMS: dict[str, Claim] = {
    "loses_at_first": ("Before the climb the company loses money.", lambda a: float(a["path_profit"][0]) < 0),
    "profit_rises": ("Every step of the company's climb raises the profit.", lambda a: _rises(a["path_profit"])),
    "both_slopes_fall": (
        "At the start less price and less advertising raise the profit, by half a euro a cent and half a cent a euro.",
        lambda a: bool((a["slope"][0] <= [-0.05, -0.005]).all()),
    ),
    "reaches_top": ("The company's climb ends at the largest profit, but for a hundredth.", _near_the_top),
    "policy_rises": ("Every step of the policy's climb raises the expected reward.", lambda a: _rises(a["policy_j"])),
}
