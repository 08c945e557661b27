"""How long all experiments take from cold, and how much memory: each in a process of its own, two at a time.

    python benchmarks/experiments.py [NAME ...]

Each process starts Python, imports torch and runs one experiment with the shipped hyperparameters, on one thread, as a
build does. The clock on the wall says something only on an idle machine; the processor time always does.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SECONDS, MEGABYTES, WORKERS = 90.0, 2048, 2
FOLDER = ROOT / "objectives" / "experiments"


def run(name: str) -> None:
    """Run one experiment here, and print what it cost as JSON."""
    sys.path.insert(0, str(ROOT))
    import importlib

    import torch

    torch.set_num_threads(1)
    tables = tomllib.loads((ROOT / "hyperparameters.toml").read_text(encoding="utf-8"))
    values = {
        f"{table}.{key}": tuple(value) if isinstance(value, list) else value
        for table, entries in tables.items()
        for key, value in entries.items()
    }
    module: Any = importlib.import_module(f"objectives.experiments.{name}")
    module = importlib.import_module(f"{module.__name__}.run") if hasattr(module, "__path__") else module
    begun = time.perf_counter()
    module.run(values)
    used = resource.getrusage(resource.RUSAGE_SELF)
    cost = {"run": time.perf_counter() - begun, "cpu": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss / 1024}
    print(json.dumps(cost))


def measured(name: str) -> dict[str, float]:
    """What one experiment costs in a process of its own."""
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, __file__, "--run", name], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{name} failed:\n{done.stderr}")
    return {"wall": time.perf_counter() - begun, **json.loads(done.stdout)}


def main(names: list[str]) -> int:
    """Print a line per experiment and the sums; 1 if a goal is missed."""
    files = [path for path in FOLDER.glob("*.py") if "\nSCHEMA" in path.read_text(encoding="utf-8")]
    every = sorted([path.stem for path in files] + [path.parent.name for path in FOLDER.glob("*/run.py")])
    names = names or every
    begun = time.perf_counter()
    costs = {}
    with ThreadPoolExecutor(WORKERS) as pool:
        for name, cost in zip(names, pool.map(measured, names), strict=True):
            costs[name] = cost
            print(
                f"{name:20s} {cost['cpu']:5.1f} s of processor, {cost['wall']:5.1f} s, {cost['peak']:5.0f} MB",
                flush=True,
            )
    wall = time.perf_counter() - begun
    cpu = sum(cost["cpu"] for cost in costs.values())
    peak = sum(sorted(cost["peak"] for cost in costs.values())[-WORKERS:])
    print(
        f"{len(names)} experiments, {WORKERS} at a time: {wall:.0f} s on the clock, {cpu:.0f} s of processor, "
        f"that is {cpu / WORKERS:.0f} s on {WORKERS} idle cores; at most {peak:.0f} MB "
        f"(goal: under {SECONDS:.0f} s and {MEGABYTES} MB)"
    )
    return 0 if cpu / WORKERS < SECONDS and peak < MEGABYTES else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run(sys.argv[2])
    else:
        sys.exit(main(sys.argv[1:]))
