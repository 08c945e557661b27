"""Killed at random instants, on a disk that runs full, in a crowded store: nothing broken is served, nothing lost."""

import contextlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.build.store import Store
from pipeline.media.mp4 import inspect
from tests.pipeline.build.test_build import snapshot, start
from tests.pipeline.tiny import build, change, stale
from tests.test_command_line import equip

pytestmark = pytest.mark.slow

KILLS = 20


def records(root: Path) -> dict[str, int]:
    """Finished results, and when each was finished."""
    return {str(path.relative_to(root)): path.stat().st_mtime_ns for path in root.glob("build/*/*.record.json")}


def results(root: Path) -> dict[str, bytes]:
    """What stands under the key of a finished result."""
    found = {}
    for path in root.glob("build/*/*.record.json"):
        for result in path.parent.glob(path.name.replace(".record.json", ".*")):
            found[str(result.relative_to(root))] = result.read_bytes()
    return found


def test_killed_twenty_times_at_random_instants_nothing_finished_is_lost_and_nothing_broken_is_served(
    made: Path, tmp_path: Path
) -> None:
    generator = random.Random(4)
    slope = "0.25"
    for number in range(KILLS):
        if not stale(made):  # else the next run carries on with the same film
            new = f"{0.3 + number / 50:.2f}"
            change(made, "hyperparameters.toml", f"slope = {slope}", f"slope = {new}")
            slope = new
        before = records(made)
        running = start(made)
        time.sleep(generator.uniform(0.05, 2.5))
        with contextlib.suppress(ProcessLookupError):
            os.kill(running.pid, signal.SIGKILL)
        running.communicate()
        now = records(made)
        assert {name: now.get(name) for name in before} == before, "a finished result was made again or lost"
        store = Store(made / "build")
        for name in now:
            kind, key = name.split("/")[1], name.split("/")[2].removesuffix(".record.json")
            assert store.find(kind, key) is not None, "recorded, but not whole"
        assert inspect(made / "dist/lecture.mp4") == []
        assert all(inspect(clip) == [] for clip in (made / "dist/clips").glob("*.mp4"))
    build(made)
    assert stale(made) == {}
    assert [*made.glob("build/*/.part-*"), *made.glob("build/publish-*")] == []
    clean = tmp_path / "clean"
    shutil.copytree(made, clean, ignore=shutil.ignore_patterns("build", "dist", "__pycache__"))
    build(clean)
    assert snapshot(clean / "dist") == snapshot(made / "dist")


def limited(root: Path, *words: str, size: int) -> subprocess.CompletedProcess[str]:
    """render.py where no file can grow beyond `size` bytes, its workers included: as on a disk that runs full."""
    return subprocess.run(
        [sys.executable, "render.py", *words],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )


@pytest.mark.parametrize("size", [1_000, 3_000, 50_000, 200_000])
def test_a_full_disk_is_a_sentence_and_the_next_run_carries_on(made: Path, tmp_path: Path, size: int) -> None:
    equip(made)
    change(made, "hyperparameters.toml", "slope = 0.25", "slope = 0.5")
    change(made, "assets/narration/ch01_fall.md", "Down it is.", "Down, down it is.")
    before = snapshot(made / "dist")
    result = limited(made, size=size)
    assert "Traceback" not in result.stderr
    assert result.returncode == 1
    assert "File too large" in result.stderr
    assert snapshot(made / "dist") == before
    assert subprocess.run([sys.executable, "render.py"], cwd=made, capture_output=True, check=False).returncode == 0
    assert stale(made) == {}
    assert inspect(made / "dist/lecture.mp4") == []


def test_ten_thousand_other_clips_in_the_store_change_nothing(made: Path) -> None:
    equip(made)
    film = next((made / "build/clips").glob("*.mp4"))
    record = film.with_name(film.stem + ".record.json").read_text()
    for number in range(10_000):
        key = f"{number:064x}"
        film.with_name(f"{key}.mp4").write_bytes(b"x")
        film.with_name(f"{key}.record.json").write_text(record.replace(film.stem, key))
    past = time.time() - 60
    for path in (made / "build/clips").iterdir():
        os.utime(path, (past, past))
    store = Store(made / "build")
    for path in (made / "build/clips").glob("*.mp4"):
        store.digests.of(path)
    store.save()
    for command in ("status", "lecture"):
        result = subprocess.run([sys.executable, "render.py", command], cwd=made, capture_output=True, check=False)
        assert result.returncode == 0, result.stderr
        assert b"up to date" in result.stdout
