"""Call each library's own functions and our losses on the same tensors, and say how far they are apart.

    .venv-peers/bin/python -m benchmarks.peers [WORD ...]     only modes that hold every word

Of TRPO the whole step is compared, too, from its direction to its line search.

Exit code 1 if a mode differs. Both sides work in float64, so that conventions are compared and not rounding: torch's
default is set to it, and `.float()`, by which OpenRLHF narrows its KL, is made to leave doubles alone. What is left:
verl adds 1e-8 to counts of tokens, and its vectorised estimator insists on float32.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import logging
import os
import sys
import warnings
from typing import Any

import torch

from benchmarks.peers import batches, steps, stubs
from benchmarks.peers.documented import Line, lines
from benchmarks.peers.folders import folder
from benchmarks.peers.modes import MODES, SECTION, STEPS
from objectives import OBJECTIVES, Rollouts

LIBRARIES = {
    "TRL": ("of_trl", "trl", "1.16.0", 1e-11),
    "TRL 0.24": ("of_trl_ppo", "trl-0.24.0", "", 1e-11),
    "verl": ("of_verl", "verl", "0.9.0", 1e-6),
    "OpenRLHF": ("of_openrlhf", "openrlhf", "0.11.0", 1e-7),
    "Stable-Baselines3": ("of_sb3", "stable_baselines3", "2.9.0", 1e-11),
    "sb3-contrib": ("of_sb3_contrib", "sb3_contrib", "2.9.0", 1e-11),
    "Spinning Up": ("of_spinning_up", "spinningup-038665d", "", 1e-11),
    "oat": ("of_oat", "oat_llm", "0.2.4", 1e-11),
}
"""Name -> our module, its distribution, its release, the largest difference allowed; without a release, its folder."""
STEP = 1e-5
"""The same for a step: sb3-contrib begins its conjugate gradients at random, Spinning Up adds 1e-8 to divisors."""
SEEDS = 5
INPUTS = ("logp", "values", "entropies")


def far(a: torch.Tensor, b: torch.Tensor) -> float:
    """Largest difference, relative to the largest entry."""
    size = max(float(a.abs().max()), float(b.abs().max()))
    return float((a - b).abs().max()) / size if size > 0 else 0.0


def measured(total: torch.Tensor, r: Rollouts) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """Value, and gradient in each of INPUTS, 0 in padding."""
    leaves = [getattr(r, name) for name in INPUTS]
    slopes = torch.autograd.grad(total, leaves, allow_unused=True)
    found = [torch.zeros_like(x) if s is None else s for x, s in zip(leaves, slopes, strict=True)]
    return total.detach().double(), [torch.where(r.mask, s, 0.0) for s in found]


def compare(library: str, line: Line, peer: Any, words: dict[str, Any]) -> tuple[float, float, float, float]:
    """Value of theirs and of ours on the first batch; the largest difference of value and of gradient on all."""
    rule = OBJECTIVES[line.objective]
    params = rule.Params(**line.settings)
    values, gaps, slopes = [], [], []
    for seed in range(SEEDS):
        r = batches.of(library, line.mode, seed)
        theirs_value, theirs_slopes = measured(peer.run(r, **words), r)
        r = peer.handed(r) if hasattr(peer, "handed") else r
        ours_value, ours_slopes = measured(rule.loss(r, params).total, r)
        values.append((float(theirs_value), float(ours_value)))
        gaps.append(far(theirs_value, ours_value))
        slopes.append(max(far(a, b) for a, b in zip(theirs_slopes, ours_slopes, strict=True)))
    return *values[0], max(gaps), max(slopes)


def missing(name: str, package: str, release: str) -> str:
    """Why a library is left out, or nothing. Raises SystemExit if it is there in another release."""
    if not release:
        return "" if folder(package).is_dir() else f"{name} could not be fetched"
    try:
        found = importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return f"{name} has no wheel for this Python"
    if found != release:
        print(f"docs/conventions.md is about {name} {release}, and {found} is installed; run make peers.")
        raise SystemExit(2)
    return ""


def main(words: list[str]) -> int:
    """Compare all modes whose line holds every word."""
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    stubs.install()
    torch.set_default_dtype(torch.float64)
    torch.Tensor.float = torch.Tensor.double  # type: ignore[method-assign]
    documented, bad, count = lines(), [], 0
    for library, (module, package, release, allowed) in LIBRARIES.items():
        if why := missing(library, package, release):
            print(f"\n{why} and is left out.")
            continue
        peer = importlib.import_module(f"benchmarks.peers.{module}")
        print(f"\n{library} {release}".rstrip() + f"   ({SEEDS} batches each; allowed {allowed:g})")
        for mode, arguments in MODES[library].items():
            line = documented[SECTION.get(library, library), mode]
            if not all(word in f"{library} {mode} {line.objective}" for word in words):
                continue
            count += 1
            value, ours, gap, slope = compare(library, line, peer, arguments)
            good = gap <= allowed and slope <= allowed
            settings = ", ".join(f"{k}={v!r}" for k, v in line.settings.items())
            print(f"  {'same  ' if good else 'DIFFER'} {mode}\n         {line.objective}({settings})")
            print(f"         theirs {value:+.12f}  ours {ours:+.12f}  apart: value {gap:.1e}, gradient {slope:.1e}")
            if not good:
                bad.append(f"{library}: {mode} differs")
            if STEPS.get(library) == mode:
                count += 1
                many, shortened, refused, apart = steps.compare(line, peer, SEEDS)
                good = apart <= STEP
                print(f"  {'same  ' if good else 'DIFFER'} {mode}: the step, {many} times (allowed {STEP:g})")
                print(f"         {shortened} shortened, {refused} not taken; apart: logits {apart:.1e}")
                if not good:
                    bad.append(f"{library}: the step of {mode} differs")
    print(f"\n{count} modes, {len(bad)} disagreements" + "".join(f"\n  {x}" for x in bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
