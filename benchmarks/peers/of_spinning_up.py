"""Spinning Up: its buffers, and the losses and the step inside `vpg`, `ppo` and `trpo`.

They are functions within functions: their statements are cut out of the source and run as they stand. TRPO is written
in TensorFlow 1; what little of it the cut statements ask for is answered by torch. Its buffers are float32, and are
given doubles.
"""

from __future__ import annotations

import importlib
import sys
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from benchmarks.peers.cut import cut
from benchmarks.peers.folders import folder
from benchmarks.peers.steps import log_probs
from objectives import Rollouts
from objectives.estimators.advantages import at_the_end, discounted_returns
from objectives.training.trust_region import fisher_vector_product

GAMMA, LAM = 0.99, 0.97
DOUBLES = {"np": SimpleNamespace(**{**vars(np), "float32": np.float64})}
DOUBLES["torch"] = SimpleNamespace(**{**vars(torch), "float32": torch.float64})
ALONE = SimpleNamespace(
    Allreduce=lambda x, out, op: np.copyto(out, x), Get_rank=lambda: 0, Get_size=lambda: 1, Bcast=lambda *a, **k: None
)


def imported(name: str) -> Any:
    """One of its modules, in doubles."""
    module = importlib.import_module(f"spinup.{name}")
    vars(module).update({key: value for key, value in DOUBLES.items() if key in vars(module)})
    return module


sys.path.append(str(folder("spinningup-038665d")))
imported("utils.mpi_tools").MPI = SimpleNamespace(COMM_WORLD=ALONE, SUM=None, MIN=None, MAX=None)
VPG, PPO = imported("algos.pytorch.vpg.vpg"), imported("algos.pytorch.ppo.ppo")
TRPO = imported("algos.tf1.trpo.trpo")
TF = SimpleNamespace(exp=torch.exp, reduce_mean=torch.mean)


def handed(r: Rollouts) -> Rollouts:
    """What our rules are handed: the critic's targets are the discounted rewards to go."""
    return replace(r, returns=discounted_returns(at_the_end(r.rewards, r.mask), r.mask, GAMMA))


def filled(r: Rollouts, buffer: Any, *more: Any) -> Any:
    """A buffer with all tokens, an answer an episode that ends by itself."""
    size = int(r.mask.sum())
    found = buffer((), (), size, *more, gamma=GAMMA, lam=LAM)
    for row, on in enumerate(r.mask):
        values, logp = r.old_values[row, on].tolist(), r.old_logp[row, on].tolist()
        for t, (value, chance) in enumerate(zip(values, logp, strict=True)):
            reward = float(r.rewards[row]) if t + 1 == len(values) else 0.0
            found.store(0.0, 0.0, reward, value, chance, *[[] for _ in more])
        if values:
            found.finish_path(0)
    return found


def run(r: Rollouts, kind: str) -> Tensor:
    """The policy's loss plus the critic's."""
    logp, values = r.logp[r.mask], r.values[r.mask]
    if kind == "trpo":
        _, _, advantages, returns, old = (torch.as_tensor(x) for x in filled(r, TRPO.GAEBuffer, {}).get())
        scope = {"tf": TF, "logp": logp, "logp_old_ph": old, "adv_ph": advantages, "ret_ph": returns, "v": values}
        exec(cut(TRPO.trpo, "ratio =", "v_loss ="), scope)
        return scope["pi_loss"] + scope["v_loss"]
    module, buffer = (VPG, VPG.VPGBuffer) if kind == "vpg" else (PPO, PPO.PPOBuffer)
    entropies = SimpleNamespace(entropy=lambda: r.entropies.detach())
    actor_critic = SimpleNamespace(pi=lambda obs, act: (entropies, logp), v=lambda obs: values)
    scope = {**vars(module), "ac": actor_critic, "clip_ratio": 0.2}
    exec(cut(getattr(module, kind), "def compute_loss_pi", "def compute_loss_v"), scope)
    data = filled(r, buffer).get()
    return scope["compute_loss_pi"](data)[0] + scope["compute_loss_v"](data)


def stepped(start: Tensor, actions: Tensor, advantages: Tensor, delta: float) -> Tensor:
    """The logits [K] of a softmax after a step on actions [N] with their advantages: `cg` and `update` of its TRPO."""
    at = {"theta": start.clone()}
    old = log_probs(start)

    def surrogate(theta: Tensor) -> Tensor:
        return -((log_probs(theta) - old)[actions].exp() * advantages).mean()

    def divergence(theta: Tensor) -> Tensor:
        return (old.exp() * (old - log_probs(theta))).sum()

    def gradient() -> Any:
        theta = at["theta"].clone().requires_grad_(True)
        return torch.autograd.grad(surrogate(theta), theta)[0].numpy()

    answers = {
        "gradient": gradient,
        "pi_loss": lambda: float(surrogate(at["theta"])),
        "v_loss": lambda: 0.0,
        "d_kl": lambda: float(divergence(at["theta"])),
        "get": lambda: at["theta"].numpy(),
        "train": lambda: None,
    }

    def session(wanted: Any, feed_dict: dict[str, Any] | None = None) -> Any:
        given = (feed_dict or {}).get("vector")
        if wanted == "hvp":
            return fisher_vector_product(divergence, start, torch.as_tensor(given), damping=0.1).numpy()
        if wanted == "set":
            at["theta"] = torch.as_tensor(given)
            return None
        return [answers[name]() for name in wanted] if isinstance(wanted, list) else answers[wanted]()

    scope = {
        **vars(TRPO),
        "all_phs": (),
        "buf": SimpleNamespace(get=list),
        "sess": SimpleNamespace(run=session),
        "mpi_avg": lambda x: x,
        "logger": SimpleNamespace(log=lambda *a: None, store=lambda **k: None),
        "algo": "trpo",
        "delta": delta,
        "cg_iters": 10,
        "backtrack_iters": 10,
        "backtrack_coeff": 0.8,
        "train_v_iters": 0,
        **{"hvp": "hvp", "v_ph": "vector", "gradient": "gradient", "pi_loss": "pi_loss", "v_loss": "v_loss"},
        **{"d_kl": "d_kl", "get_pi_params": "get", "set_pi_params": "set", "train_vf": "train"},
    }
    exec(cut(TRPO.trpo, "def cg", "def update"), scope)
    scope["update"]()
    return at["theta"]


def standardised(advantages: Tensor) -> Tensor:
    """As its buffer does it."""
    return (advantages - advantages.mean()) / advantages.std(correction=0)
