"""Clips drawn on a Dask cluster over TCP: the same bytes as at home, and what goes wrong there told at home."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dask
import pytest
from distributed import LocalCluster

from pipeline.errors import BuildError, UserError
from pipeline.project import tool_versions
from pipeline.workers import parcel
from pipeline.workers.cluster import Cluster
from tests.pipeline.tiny import build, change, stale
from tests.pipeline.workers.test_draw import job
from tests.test_command_line import equip, render

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A scheduler and two workers, in processes of their own."""
    options: dict[str, Any] = {"n_workers": 2, "threads_per_worker": 1, "processes": True}
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),  # a test of three deaths would take long
        LocalCluster(**options, protocol="tcp://", host="127.0.0.1", dashboard_address=":0") as cluster,
    ):
        yield cluster.scheduler_address


def clips(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (root / "build/clips").glob("*.mp4")}


def test_clips_from_a_cluster_are_those_drawn_at_home(address: str, finished: Path, project: Path) -> None:
    assert address.startswith("tcp://127.0.0.1:")
    made = build(project, cluster=address).made
    assert sum(name.startswith("clip ") for name in made) == 3
    assert clips(project) == clips(finished)
    assert (project / "dist/lecture.mp4").read_bytes() == (finished / "dist/lecture.mp4").read_bytes()
    assert build(project).made == [], "what a cluster drew serves at home"
    assert (project / "build/logs/the_fall.log").is_file()


def test_a_sweep_on_a_cluster_gives_the_clips_and_the_strip_of_home(
    address: str, project: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(project, home, symlinks=True)
    for root, words in ((project, ("--cluster", address)), (home, ())):
        equip(root)
        result = render(root, "sweep", "the_fall", "--over", "fall.slope=0.1:0.5:3", *words)
        assert result.returncode == 0, result.stderr
        assert "\nMade 7 anew in " in result.stderr, "a voice, and three traces and clips"
    there, here = (sorted((root / "dist/clips").iterdir()) for root in (project, home))
    assert [path.name for path in there] == [path.name for path in here]
    assert len(there) == 4
    assert [path.read_bytes() for path in there] == [path.read_bytes() for path in here]


def test_an_edited_scene_is_copied_nowhere_and_still_drawn(address: str, project: Path, tmp_path: Path) -> None:
    build(project, cluster=address)
    before = clips(project)
    change(project, "scenes/colours.py", "BAR = 80", "BAR = 200")
    build(project, cluster=address)
    new = {name: data for name, data in clips(project).items() if name not in before}
    assert len(new) == 3
    assert not set(new.values()) & set(before.values())


def test_a_worker_with_other_tools_is_refused_by_a_sentence(
    address: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tool_versions.installed(tool_versions.DRAWING)
    monkeypatch.setattr(tool_versions, "installed", lambda tools: {**here, "manim": "0.1"})
    sentence = f"this worker has manim {here['manim']}, but the clip is made with manim 0.1. \\(on .+\\)"
    with pytest.raises(BuildError, match=sentence):
        build(project, cluster=address)
    assert clips(project) == {}


def test_a_clip_that_fails_there_has_its_log_here(address: str, project: Path) -> None:
    broken = "\n    def paint(self, t):\n        raise RuntimeError('no paint left')\n"
    change(project, "scenes/chapters/ch01_fall/the_fall.py", 'traces = ("down",)', 'traces = ("down",)\n' + broken)
    with pytest.raises(
        BuildError, match=r"RuntimeError: no paint left\. \(scenes/chapters/ch01_fall/the_fall\.py, line 10\) \(on .+\)"
    ):
        build(project, cluster=address)
    assert "Traceback" in (project / "build/logs/the_fall.log").read_text()
    assert len(clips(project)) == 2
    assert "clip the_fall" in stale(project)


def test_a_clip_that_kills_its_worker_fails_alone(address: str, project: Path) -> None:
    death = "\n    def paint(self, t):\n        import os\n        os._exit(3)\n"
    change(project, "scenes/chapters/ch01_fall/the_fall.py", 'traces = ("down",)', 'traces = ("down",)\n' + death)
    with pytest.raises(BuildError, match=r"Clip the_fall .* its worker on the cluster ended: .*, twice"):
        build(project, cluster=address)
    assert len(clips(project)) == 2


def test_a_parcel_is_all_that_a_worker_needs(project: Path, tmp_path: Path) -> None:
    given = job(
        project,
        modules=[
            "scenes/__init__.py",
            "scenes/engine/stage.py",
            "scenes/colours.py",
            "scenes/chapters/ch01_fall/the_fall.py",
        ],
    )
    packed = parcel.pack("clip", given)
    assert str(project) not in str(packed)
    (project / "scenes").rename(project / "elsewhere")
    result = parcel.run(packed)
    assert result["answer"]["ok"], result["answer"]
    parcel.unpack(result, given)
    assert Path(given["out"]).read_bytes() == result["out"]
    assert len(result["out"]) > 500
    with pytest.raises(BuildError, match=r"x\.mp4 came back damaged"):
        parcel.unpack({**result, "out": result["out"][:-1]}, given)


def test_a_cluster_without_workers_or_without_a_scheduler_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.workers.cluster.TIMEOUT", 1)
    with pytest.raises(UserError, match=r"--cluster tcp://127\.0\.0\.1:9: no scheduler answers there"):
        Cluster("tcp://127.0.0.1:9")
    options: dict[str, Any] = {"n_workers": 0, "protocol": "tcp://", "host": "127.0.0.1", "dashboard_address": ":0"}
    with LocalCluster(**options) as empty, pytest.raises(UserError, match="the scheduler has no workers"):
        Cluster(empty.scheduler_address)
