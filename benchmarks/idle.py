"""What a run costs that has nothing to do, against starting Python alone; also with ten thousand clips in the store.

    make lecture && python benchmarks/idle.py

Looks at a copy of the project with its finished draft. Prints CPU seconds, the best of five, and multiples of
`python -c pass`.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pipeline.build.store import Store  # noqa: E402

RUNS = 5
MANY = 10_000


def cpu(root: Path, *command: str) -> float:
    """CPU seconds of the cheapest of some runs; a run that finds something to do ends the benchmark."""
    spent = []
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([sys.executable, *command], cwd=root, capture_output=True, text=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode or ("render.py" in command and "up to date" not in done.stdout):
            raise SystemExit(f"There is something to do; run `make lecture` first.\n{done.stdout}{done.stderr}")
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(spent)


def crowd(build: Path) -> None:
    """Put many more clips with their records into a store, old enough to be believed."""
    film = next((build / "clips").glob("*.mp4"))
    record = film.with_name(film.stem + ".record.json").read_text(encoding="utf-8")
    for number in range(MANY):
        key = f"{number:064x}"
        film.with_name(f"{key}.mp4").write_bytes(b"x")
        film.with_name(f"{key}.record.json").write_text(record.replace(film.stem, key), encoding="utf-8")
    past = time.time() - 60
    for path in (build / "clips").iterdir():
        os.utime(path, (past, past))
    store = Store(build)
    for path in (build / "clips").glob("*.mp4"):
        store.digests.of(path)
    store.save()


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".venv", ".git", "__pycache__", ".*_cache"))
        bare = cpu(copy, "-c", "pass")
        print(f"{'':34}{'CPU s':>7}{'times python -c pass':>23}")
        print(f"{'python -c pass':34}{bare:7.2f}{1:23.0f}")
        for crowded in (False, True):
            if crowded:
                crowd(copy / "build")
            for command in ("status", "lecture"):
                subprocess.run([sys.executable, "render.py", command], cwd=copy, capture_output=True, check=False)
                spent = cpu(copy, "render.py", command)
                name = f"render.py {command}" + (f", {MANY:,} clips" if crowded else "")
                print(f"{name:34}{spent:7.2f}{spent / bare:23.1f}", flush=True)


if __name__ == "__main__":
    main()
