"""The six maps of chapter 14 for the present settings: surfaces, the mountain's contours, and paths of training."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import contourpy
import numpy as np
import torch
from numpy.typing import NDArray

from companion.explore.conventions import read
from objectives import OBJECTIVES
from objectives.experiments.six_objectives import stage as stages
from objectives.experiments.six_objectives.surrogates import draw_surrogates
from objectives.experiments.six_objectives.trajectories import follow
from objectives.surfaces.edit_chain import Link
from objectives.training import loop
from objectives.worlds.three_answers import ThreeAnswers
from pipeline.project import hyperparameters_toml, project

COARSE, QUICK, FINE = 41, 81, 201
"""Points along a side: while the start is dragged, while a slider moves, when the hand rests."""
LEVELS = 12
Settings = dict[str, Any]


@dataclass(frozen=True)
class Knob:
    """A slider of the maps: one or more hyperparameters that move together."""

    keys: tuple[str, ...]
    label: str
    low: float
    high: float
    step: float


torch.set_num_threads(1)  # small tensors: a second thread costs more than it gives

KNOBS = (
    Knob(("ppo.clip_low", "ppo.clip_high", "grpo.clip_low", "grpo.clip_high"), "clip of PPO and GRPO", 0.05, 0.9, 0.01),
    Knob(("dapo.clip_high",), "higher clip of DAPO", 0.05, 1.5, 0.01),
    Knob(("grpo.beta",), "KL weight β of GRPO", 0.0, 1.0, 0.01),
    Knob(("trpo.delta",), "KL limit δ of TRPO", 0.001, 0.1, 0.001),
    Knob(("training.learning_rate",), "learning rate", 0.05, 2.0, 0.05),
    Knob(("ppo.updates", "grpo.updates", "dapo.updates"), "updates per batch", 1, 12, 1),
    Knob(("sampling.groups",), "groups in a batch", 1, 24, 1),
    Knob(("sampling.group_size",), "answers in a group", 2, 32, 1),
    Knob(("sampling.iterations",), "batches", 5, 120, 1),
    Knob(("sampling.seed",), "first seed", 0, 50, 1),
)
ALLOWED = {key for knob in KNOBS for key in knob.keys} | {"three_answers.start"}


@lru_cache(maxsize=2)
def base(root: Path) -> Settings:
    """Every hyperparameter of the film as its file has it."""
    return dict(hyperparameters_toml.load(root, project.load(root).schema))


def settings(root: Path, query: Mapping[str, str]) -> Settings:
    """The film's hyperparameters with those of a query string laid over them; ValueError says what is wrong."""
    return {**base(root), **changes(root, query)}


def changes(root: Path, query: Mapping[str, str]) -> Settings:
    """What a query string changes in the film's hyperparameters."""
    found: Settings = {}
    for key, text in query.items():
        if key == "three_answers.start":
            found[key] = [read("float", part) for part in text.split(",")]
        elif key in ALLOWED:
            found[key] = read(type(base(root)[key]).__name__, text)
    return {key: value for key, value in found.items() if value != base(root)[key]}


def _frozen(h: Settings) -> tuple[tuple[str, Any], ...]:
    wanted = ("three_answers.", "sampling.", "training.", "surface.")
    return tuple(
        (key, tuple(value) if isinstance(value, list) else value)
        for key, value in sorted(h.items())
        if key.startswith(wanted)
    )


@lru_cache(maxsize=24)
def _stage(frozen: tuple[tuple[str, Any], ...]) -> stages.Stage:
    h = {key: list(value) if isinstance(value, tuple) else value for key, value in frozen}
    return stages.Stage(h, 1)


def stage(h: Settings, resolution: int) -> stages.Stage:
    """World, batch and plane of these settings; only the first 1,000 answers are worth a quick look."""
    h = {**h, "surface.resolution": resolution}
    if h["sampling.groups"] * h["sampling.group_size"] > 1024:
        raise ValueError("a batch of more than 1024 answers is too large for a page")
    return _stage(_frozen(h))


def surface(h: Settings, rule: str, resolution: int) -> dict[str, Any]:
    """One rule's surrogate of the frozen batch, and where its clip is shut: bytes, and the range that they stand for."""
    if rule not in OBJECTIVES:
        raise ValueError(f"there is no rule {rule!r}")
    key = (_frozen({**h, "surface.resolution": resolution}), Link.of(rule, h), resolution)
    heights, gates = _surface(*key)
    high = float(heights.max())
    low = max(float(heights.min()), high - 2.5 * (high - float(np.median(heights))))  # a KL penalty falls without end
    level = np.round(255 * np.clip((heights - low) / (high - low or 1.0), 0, 1))
    return {"n": resolution, "low": low, "high": high, "z": _text(level), "gate": _text(np.round(255 * gates))}


@lru_cache(maxsize=128)
def _surface(frozen: Any, link: Link, resolution: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    view = draw_surrogates([link], _stage(frozen))[link]
    return view.surface.numpy(), view.gate.numpy()


def _text(array: NDArray[Any]) -> str:
    return base64.b64encode(array.astype(np.uint8).tobytes()).decode()


def mountain(h: Settings) -> dict[str, Any]:
    """What is exact: the window, contours of the expected reward, the start on the plane."""
    made = stage(h, QUICK)
    rewards = made.evaluate(lambda theta: made.world.true_values(theta).squeeze(-1)).numpy()
    u, v = made.u.numpy(), made.v.numpy()
    drawer = contourpy.contour_generator(u, v, rewards)
    heights = np.linspace(rewards.min(), rewards.max(), LEVELS + 2)[1:-1]
    lines = [np.round(line, 3).tolist() for height in heights for line in drawer.lines(float(height))]
    start = made.plane.coordinates(made.world.start)
    window = [float(u[0]), float(v[0]), float(u[-1] - u[0])]
    return {"window": window, "contours": lines, "start": start.tolist(), "answers": len(made.group)}


def path(h: Settings, rule: str, strides: bool) -> dict[str, Any]:
    """How one rule walks from the start: positions, exact reward and policy before each batch, every seed."""
    link = Link.of(rule, h)
    made = _stage(_frozen(h))
    if not strides:
        run = follow(link, made, far=False)
        theta, j, probs = run["theta"], run["j"], run["probs"]
    else:
        step = h["equal_strides.strides"][0]
        records = list(
            loop.train(
                link.objective,
                link.params,
                made.world,
                made.settings,
                made.uniforms[:, : made.draws.iterations],
                made.group,
                link.updates,
                step_kl=step,
                reach=h["equal_strides.reach"],
                exact_critic=True,
            )
        )
        where = torch.stack([records[0].before, *(record.after for record in records)], 1)
        theta, j, probs = (
            made.plane.coordinates(where),
            made.world.true_values(where).squeeze(-1),
            made.world.probs(where),
        )
    return {
        "theta": np.round(theta.numpy(), 4).tolist(),
        "j": np.round(j.numpy(), 6).tolist(),
        "probs": np.round(probs[0].numpy(), 6).tolist(),
    }


def standing(root: Path, u: float, v: float) -> list[float]:
    """The policy at a point of the plane, in ten-thousandths that sum to 1, none of them 0."""
    plane = stage(base(root), COARSE).plane
    probs = ThreeAnswers.policy.log_probs(plane.points(torch.tensor([u, v], dtype=torch.float64))).exp().flatten()
    a, b = (min(max(round(float(p), 4), 0.0005), 0.99) for p in probs[:2])
    while a + b > 0.9995:
        a, b = (a - 0.0001, b) if a > b else (a, b - 0.0001)
    return [round(a, 4), round(b, 4), round(1 - round(a, 4) - round(b, 4), 4)]


def toml(changed: Settings) -> str:
    """What differs from the film, as hyperparameters.toml has it."""
    tables: dict[str, list[str]] = {}
    for key, value in sorted(changed.items()):
        table, _, name = key.partition(".")
        tables.setdefault(table, []).append(f"{name} = {value}")
    return "\n".join(f"[{table}]\n" + "\n".join(lines) + "\n" for table, lines in tables.items())


def overrides(changed: Settings) -> list[str]:
    """The same as arguments of `render.py clip`."""
    return [part for key, value in sorted(changed.items()) for part in ("--set", f"{key}={value}")]
