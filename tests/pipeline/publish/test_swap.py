"""dist/ is one film at every instant: before, while and after it is replaced, and when the process is killed."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.files import read_json, write_json
from pipeline.publish import swap

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
KILLS = 20
NAMES = ("clips/a.mp4", "clips/b.mp4", "lecture.mp4", "lecture.srt", "manifest.json", "thumbnail.jpg")

ENDLESS = """
import sys
sys.path.insert(0, {repository!r})
from pathlib import Path
from tests.pipeline.publish.test_swap import film
from pipeline.publish import swap

if {blind}:
    swap._exchange = lambda one, other: False
number = int(sys.argv[2])
while True:
    number += 1
    film(Path(sys.argv[1]), number)
"""


def film(root: Path, number: int) -> None:
    """Publishes a film whose files all hold one number; every other one has a clip more."""
    stage, dist, build = root / "stage", root / "dist", root / "build"
    shutil.rmtree(stage, ignore_errors=True)
    names = [*NAMES, "clips/c.mp4"] if number % 2 else list(NAMES)
    for name in names:
        (stage / name).parent.mkdir(parents=True, exist_ok=True)
        (stage / name).write_text(f"film {number}")
    moved = swap.changed(stage, dist)
    write_json(stage / "record.json", {"number": number, "files": swap.stamps(stage, moved, dist, names)})
    gone = [] if number % 2 else ["clips/c.mp4"]
    swap.replace(stage, moved, gone, dist, build, build / "record.json")


def films(dist: Path) -> set[str]:
    """What the files of the film hold."""
    return {path.read_text() for path in dist.rglob("*.*") if path.is_file() and "mine" not in path.name}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "dist/clips").mkdir(parents=True)
    (tmp_path / "build").mkdir()
    (tmp_path / "dist/clips/mine.txt").write_text("somebody's own")
    film(tmp_path, 0)
    return tmp_path


def test_a_film_replaces_another_and_what_is_not_ours_stays(root: Path) -> None:
    film(root, 1)
    assert films(root / "dist") == {"film 1"}
    assert (root / "dist/clips/c.mp4").exists()
    film(root, 2)
    assert films(root / "dist") == {"film 2"}
    assert not (root / "dist/clips/c.mp4").exists()
    assert (root / "dist/clips/mine.txt").read_text() == "somebody's own"
    assert read_json(root / "build/record.json")["number"] == 2
    assert [path.name for path in (root / "build").iterdir()] == ["record.json"]
    assert not (root / "dist" / swap.NEXT).exists()


def test_the_folder_changes_in_one_step(root: Path) -> None:
    before = os.open(root / "dist", os.O_RDONLY)
    film(root, 1)
    assert os.stat(before).st_ino != (root / "dist").stat().st_ino
    os.close(before)


@pytest.mark.parametrize("blind", [False, True], ids=["in one step", "file by file"])
def test_killed_at_random_instants_of_publishing_dist_is_one_film(root: Path, blind: bool) -> None:
    script = root / "endless.py"
    script.write_text(ENDLESS.format(repository=str(ROOT), blind=blind))
    generator, number, seen = random.Random(3), 0, set()
    for _ in range(KILLS):
        running = subprocess.Popen([sys.executable, str(script), str(root), str(number)])
        deadline = time.monotonic() + 60
        while films_number(root) == number and time.monotonic() < deadline:  # until it has begun
            time.sleep(0.005)
        time.sleep(generator.uniform(0.0, 0.03))
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
        if blind:
            swap.recover(root / "dist", root / "build")
        found = films(root / "dist")
        assert len(found) == 1, f"parts of {sorted(found)}"
        seen |= found
        swap.recover(root / "dist", root / "build")
        assert films(root / "dist") == found
        number = films_number(root)
        assert read_json(root / "build/record.json")["number"] == number
        assert {path.name for path in (root / "build").iterdir() if ".part-" not in path.name} == {"record.json"}
        assert (root / "dist/clips/mine.txt").exists()
    assert len(seen) == KILLS


def films_number(root: Path) -> int:
    """The number of the film in dist/."""
    while True:
        try:
            return int((root / "dist/lecture.mp4").read_text().split()[1])
        except FileNotFoundError:
            continue


def test_without_an_exchange_of_folders_the_files_move_one_by_one(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swap, "_exchange", lambda one, other: False)
    place = (root / "dist").stat().st_ino
    film(root, 1)
    assert films(root / "dist") == {"film 1"}
    assert (root / "dist").stat().st_ino == place
    film(root, 2)
    assert films(root / "dist") == {"film 2"}


def test_what_was_moved_half_is_finished_by_the_next_run(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swap, "_exchange", lambda one, other: False)
    move, moved = os.replace, []

    def broken(one: Path, other: Path) -> None:
        if Path(one).parent.name in (swap.NEXT, "clips"):
            moved.append(other)
        if len(moved) == 3:
            raise KeyboardInterrupt
        move(one, other)

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(KeyboardInterrupt):
        film(root, 1)
    assert films(root / "dist") == {"film 0", "film 1"}
    monkeypatch.setattr(os, "replace", move)
    swap.recover(root / "dist", root / "build")
    assert films(root / "dist") == {"film 1"}
    assert read_json(root / "build/record.json")["number"] == 1


def test_a_kill_after_the_folders_changed_places_is_finished_although_an_older_file_is_missing(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    (root / "dist/lecture.srt").unlink()
    marks = read_json(root / "build/record.json")["files"]
    stage = root / "stage"
    for name in ("clips/a.mp4", "clips/b.mp4"):
        (stage / name).write_text("film 1")
    moved = ["clips/a.mp4", "clips/b.mp4"]
    write_json(
        stage / "record.json", {"number": 1, "files": {**marks, **swap.stamps(stage, moved, root / "dist", moved)}}
    )
    with monkeypatch.context() as patch:
        patch.setattr(swap, "_finish", killed)
        with pytest.raises(KeyboardInterrupt):
            swap.replace(stage, moved, [], root / "dist", root / "build", root / "build/record.json")
    swap.recover(root / "dist", root / "build")
    assert read_json(root / "build/record.json")["number"] == 1
