"""Builds of the tiny project: what is made, what is not made again, what fails alone, and what survives."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.errors import BuildError, UserError
from tests.mp4_boxes import read
from tests.pipeline.tiny import build, change, stale, write

ROOT = Path(__file__).parents[3]


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_build_makes_everything_and_the_next_one_nothing(project: Path) -> None:
    first = build(project)
    clips = ["first_step", "second_step", "the_fall"]
    parts = ["trace up", "trace down", *(f"{kind} {name}" for kind in ("voice", "clip") for name in clips)]
    assert sorted(first.made) == sorted([*parts, "still thumbnail", "lecture"])
    before = snapshot(project / "dist")
    assert {"lecture.mp4", "lecture.srt", "thumbnail.jpg", "manifest.json", "clips/the_fall.mp4"} <= set(before)
    second = build(project)
    assert (second.made, second.files) == ([], [])
    assert snapshot(project / "dist") == before


def test_only_what_reads_the_edited_number_is_made_again(made: Path) -> None:
    change(made, "hyperparameters.toml", "slope = 0.25", "slope = 0.5")
    expected = ["trace down", "clip second_step", "clip the_fall", "lecture"]
    assert sorted(build(made).made) == sorted(expected)


def test_a_number_that_the_thumbnail_shows_draws_it_again(made: Path) -> None:
    before = (made / "dist/thumbnail.jpg").read_bytes()
    change(made, "hyperparameters.toml", "slope = 0.5 ", "slope = 0.25 ")
    assert "still thumbnail" in build(made).made
    assert (made / "dist/thumbnail.jpg").read_bytes() != before


def test_an_edit_that_changes_no_number_costs_no_frame(made: Path) -> None:
    change(made, "objectives/rise.py", "slope * step for", "step * slope for")
    assert build(made).made == ["trace up"]


def test_equal_inputs_give_equal_clips_in_another_folder(finished: Path, project: Path) -> None:
    build(project, workers=1)
    for folder, pattern in (("build/traces", "*.npz"), ("build/clips", "*.mp4"), ("build/stills", "*.png")):
        one, other = (sorted((root / folder).glob(pattern)) for root in (finished, project))
        assert [path.name for path in one] == [path.name for path in other]
        assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]


def test_a_clip_has_exactly_as_many_frames_as_its_narration_lasts(finished: Path) -> None:
    for path in (finished / "build/clips").glob("*.mp4"):
        file = read(path)
        (scale,) = (int.from_bytes(file.one("mdhd").payload[12:16], "big"),)
        ((count, delta),) = file.one("stts").table("II")
        assert count == round(count * delta / scale * 15)


BROKEN = "\n    def paint(self, t):\n        raise RuntimeError('no paint left')\n"


def test_a_clip_that_fails_fails_alone_and_says_where_and_how_to_try_again(made: Path) -> None:
    dist = snapshot(made / "dist")
    change(made, "scenes/chapters/ch01_fall/the_fall.py", 'traces = ("down",)', 'traces = ("down",)\n' + BROKEN)
    change(made, "scenes/chapters/ch00_rise/pace.py", "SPEED = 1.0", "SPEED = 2.0")
    with pytest.raises(BuildError) as error:
        build(made)
    assert str(error.value) == (
        "Clip the_fall (TheFall in scenes/chapters/ch01_fall/the_fall.py) failed: RuntimeError: no paint left. "
        "(scenes/chapters/ch01_fall/the_fall.py, line 10) The log is build/logs/the_fall.log; "
        "to try again: python render.py clip the_fall"
    )
    assert "Traceback" in (made / "build/logs/the_fall.log").read_text()
    assert snapshot(made / "dist") == dist
    report = stale(made)
    assert set(report) == {"clip the_fall", "lecture lecture"}
    assert report["clip the_fall"][-1]["kind"] == "failed before"
    change(made, "scenes/chapters/ch01_fall/the_fall.py", BROKEN, "\n    size = 3\n")
    assert build(made).made == ["clip the_fall", "lecture"]
    assert stale(made) == {}


DEATH = """
    def paint(self, t):
        import os, pathlib, signal
        count = pathlib.Path(__file__).with_name("count.txt")
        deaths = int(count.read_text()) if count.exists() else 0
        if deaths < {deaths}:
            count.write_text(str(deaths + 1))
            os.kill(os.getpid(), signal.SIGKILL)
        return super().paint(t)
"""


def test_a_clip_whose_worker_dies_once_is_made_on_the_second_try(made: Path) -> None:
    change(
        made,
        "scenes/chapters/ch01_fall/the_fall.py",
        'traces = ("down",)',
        'traces = ("down",)\n' + DEATH.format(deaths=1),
    )
    assert build(made).made == ["clip the_fall", "lecture"]


def test_a_clip_whose_worker_dies_twice_fails_alone(made: Path) -> None:
    change(
        made,
        "scenes/chapters/ch01_fall/the_fall.py",
        'traces = ("down",)',
        'traces = ("down",)\n' + DEATH.format(deaths=2),
    )
    change(made, "scenes/chapters/ch00_rise/pace.py", "SPEED = 1.0", "SPEED = 2.0")
    with pytest.raises(BuildError, match="its process was killed, as happens when the memory runs out, twice"):
        build(made)
    assert set(stale(made)) == {"clip the_fall", "lecture lecture"}


GREEDY = """
    def paint(self, t):
        import pathlib, resource
        import numpy as np
        used = 4096 * int(pathlib.Path("/proc/self/statm").read_text().split()[0])
        resource.setrlimit(resource.RLIMIT_AS, (used + 100_000_000, -1))
        tries = pathlib.Path(__file__).with_name("tries.txt")
        with tries.open("a") as file:
            file.write("x")
        if len(tries.read_text()) <= {times}:
            np.ones(10**9)
        return super().paint(t)
"""


def test_a_clip_whose_memory_runs_out_once_is_made_alone_by_another_worker(made: Path) -> None:
    change(
        made,
        "scenes/chapters/ch01_fall/the_fall.py",
        'traces = ("down",)',
        'traces = ("down",)\n' + GREEDY.format(times=1),
    )
    assert build(made).made == ["clip the_fall", "lecture"]


def test_a_clip_whose_memory_runs_out_twice_fails_alone_by_a_sentence(made: Path) -> None:
    change(made, "scenes/colours.py", "BAR = 80", "BAR = 81")
    change(
        made,
        "scenes/chapters/ch01_fall/the_fall.py",
        'traces = ("down",)',
        'traces = ("down",)\n' + GREEDY.format(times=2),
    )
    words = r"Clip the_fall .* failed: the memory ran out, twice, though it was alone the second time; a lower quality"
    with pytest.raises(BuildError, match=words):
        build(made)
    assert (made / "scenes/chapters/ch01_fall/tries.txt").read_text() == "xx"
    assert {name for name in stale(made) if name.startswith("clip ")} == {"clip the_fall"}
    assert "MemoryError" in (made / "build/logs/the_fall.log").read_text()


def test_reading_an_undeclared_hyperparameter_fails_with_the_key(project: Path) -> None:
    change(project, "objectives/experiments/up.py", 'KEYS = ("rise.slope", "rise.steps")', 'KEYS = ("rise.slope",)')
    with pytest.raises(BuildError, match=r'up\.py reads "rise\.steps", which its KEYS do not declare'):
        build(project)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('Array("step", "", "how high")', 'Array("step 2", "", "how high")', r"schema promises \[step, 2\]"),
        ('arrays["height"].max()))}', 'arrays["hight"].max()))}', 'the number "top" failed'),
        ('float(arrays["height"].max()))}', 'float("nan"))}', 'the number "top" is nan'),
        ('(h["rise.slope"], h', "(1 / 0, h", "ZeroDivisionError"),
    ],
)
def test_an_experiment_that_breaks_its_promise_is_a_sentence(project: Path, old: str, new: str, sentence: str) -> None:
    change(project, "objectives/experiments/up.py", old, new)
    with pytest.raises(BuildError, match=sentence):
        build(project)
    assert not (project / "dist").exists()


def test_values_that_contradict_each_other_are_the_users_mistake(project: Path) -> None:
    check = "\n    def __post_init__(self):\n        if self.slope > 0.9:\n            raise ValueError('too steep')\n"
    module = project / "objectives/fall.py"
    module.write_text(module.read_text() + check)
    change(project, "hyperparameters.toml", "slope = 0.25", "slope = 0.95")
    with pytest.raises(UserError, match=r"^hyperparameters\.toml, \[fall\]: too steep\.$"):
        build(project)


@pytest.mark.parametrize("override", [(), ("fall.slope=0.95",)])
def test_a_value_that_an_experiment_refuses_is_named_with_its_place(project: Path, override: tuple[str, ...]) -> None:
    refuse = 'if h["fall.slope"] > 0.9:\n        raise ValueError("too steep")\n    return'
    change(project, "objectives/experiments/down.py", "return", refuse)
    where = "--set fall.slope=0.95: "
    if not override:
        change(project, "hyperparameters.toml", "slope = 0.25", "slope = 0.95")
        where = "hyperparameters.toml, line 6, fall.slope = 0.95: "
    with pytest.raises(UserError) as error:
        build(project, overrides=override)
    assert str(error.value).startswith(
        f"{where}the experiment down (objectives/experiments/down.py) cannot be run: Val"
    )
    assert "ValueError: too steep. (objectives/experiments/down.py, line " in str(error.value)
    assert not (project / "dist").exists()


def test_an_edit_while_a_clip_is_drawn_is_never_served_under_the_old_key(made: Path) -> None:
    meddle = """
    def paint(self, t):
        import pathlib
        path = pathlib.Path(__file__).parents[2] / "colours.py"
        path.write_text("BAR = 120\\n")
        return super().paint(t)
"""
    change(made, "scenes/chapters/ch01_fall/the_fall.py", 'traces = ("down",)', 'traces = ("down",)\n' + meddle)
    with pytest.raises(BuildError, match=r"Clip the_fall: scenes/colours\.py was edited while it was made"):
        build(made)
    assert "clip the_fall" in stale(made)


def test_overridden_values_leave_no_trace_in_what_is_remembered(made: Path) -> None:
    assert "trace down" in stale(made, overrides=["fall.slope=0.5"])
    assert stale(made) == {}


SCRIPT = """
import sys
sys.path[:0] = [{repository!r}]
if __name__ == "__main__":
    from pathlib import Path
    from tests.pipeline.tiny import build
    print(*build(Path({root!r})).made, sep="\\n")
"""


def start(project: Path) -> subprocess.Popen[str]:
    """A build in a process of its own, and of its own group, as from a terminal."""
    script = project / "make.py"
    write(project, "make.py", SCRIPT.format(repository=str(ROOT), root=str(project)))
    return subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        cwd=ROOT,
    )


SLOW = "\n    def paint(self, t):\n        import time\n        time.sleep(0.02)\n        return super().paint(t)\n"


@pytest.mark.slow
def test_killed_at_any_instant_the_next_run_carries_on_and_ends_with_the_same_film(
    finished: Path, project: Path
) -> None:
    for moment in (0.3, 0.7, 0.9, 1.1, 1.4):
        running = start(project)
        time.sleep(moment)
        with contextlib.suppress(ProcessLookupError):
            os.kill(running.pid, signal.SIGKILL)
        running.communicate()
    build(project)
    assert stale(project) == {}
    assert [*project.glob("build/*/.part-*"), *project.glob("build/publish-*")] == []
    assert snapshot(project / "dist") == snapshot(finished / "dist")


@pytest.mark.slow
def test_what_was_finished_before_a_kill_is_not_made_again(project: Path) -> None:
    change(
        project,
        "scenes/chapters/ch01_fall/the_fall.py",
        'traces = ("down",)',
        'traces = ("down",)\n' + SLOW.replace("0.02", "2"),
    )
    running = start(project)
    finished: set[str] = set()
    deadline = time.monotonic() + 30
    while len(finished) < 2 and time.monotonic() < deadline:
        finished = {path.name for path in (project / "build/clips").glob("*.record.json")}
        time.sleep(0.05)
    os.kill(running.pid, signal.SIGKILL)
    running.communicate()
    assert len(finished) == 2
    change(project, "scenes/chapters/ch01_fall/the_fall.py", "sleep(2)", "sleep(0)")
    assert sorted(build(project).made) == ["clip the_fall", "lecture"]


def test_workers_end_when_their_parent_is_killed(project: Path) -> None:
    change(
        project,
        "scenes/chapters/ch01_fall/the_fall.py",
        'traces = ("down",)',
        'traces = ("down",)\n' + SLOW.replace("0.02", "60"),
    )
    mark = "import os, pathlib\n\npathlib.Path(__file__).with_name('pid.txt').write_text(str(os.getpid()))\n"
    module = project / "scenes/chapters/ch01_fall/the_fall.py"
    module.write_text(mark + module.read_text())
    running = start(project)
    deadline = time.monotonic() + 30
    while not (project / "scenes/chapters/ch01_fall/pid.txt").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    worker = int((project / "scenes/chapters/ch01_fall/pid.txt").read_text())
    os.kill(running.pid, signal.SIGKILL)
    running.communicate()
    while time.monotonic() < deadline:
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("the worker outlived its parent")


@pytest.mark.slow
def test_two_builds_at_once_take_turns(project: Path) -> None:
    one, other = start(project), start(project)
    (first, _), (second, _) = one.communicate(timeout=60), other.communicate(timeout=60)
    made = sorted([*first.split("\n"), *second.split("\n")])
    assert [line for line in made if line.startswith("clip")] == [
        "clip first_step",
        "clip second_step",
        "clip the_fall",
    ]
    assert (one.returncode, other.returncode) == (0, 0)
    assert stale(project) == {}


def test_every_built_clip_leaves_what_it_reads(finished: Path) -> None:
    for name in ("first_step", "second_step", "the_fall"):
        reads = json.loads((finished / "build/reads" / f"{name}.json").read_text())
        assert set(reads) == {"traces", "hyperparameters", "cues", "duration"}
        assert all((finished / path).is_file() for path in reads["traces"].values())
        assert "open" in reads["cues"]
    assert set(reads["traces"]) == {"down"}
    first = json.loads((finished / "build/reads/first_step.json").read_text())
    assert first["hyperparameters"] == {"rise.slope": 0.5}
