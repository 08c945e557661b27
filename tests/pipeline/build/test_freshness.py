"""Every hyperparameter of the tiny project edited in turn: what status calls fresh looks the same when drawn anew."""

import codecs
import io
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.build.build import Build
from pipeline.build.jobs import Options
from pipeline.build.lock import alone
from pipeline.check import fact_check
from pipeline.project import project as projects
from pipeline.project.qualities import QUALITIES
from pipeline.workers.progress import Progress
from tests.pipeline import tiny

# key: another allowed value
EDITS = {
    "rise.slope": "0.75",
    "rise.steps": "6",
    "rise.mode": "curved",
    "rise.stops": "[0.1, 0.9]",
    "rise.loud": "true",
    "fall.slope": "0.45",
}
UNREAD = {"rise.mode", "rise.stops", "rise.loud"}
"""What no experiment and no clip reads."""


def looks(root: Path, *overrides: str) -> dict[str, np.ndarray]:
    """Every picture of every clip as it is served, by the clip's name, built if it is not there."""
    project = projects.load(root, overrides)
    shown = Progress(io.StringIO())
    with alone(project.build, shown), Build(project, Options(QUALITIES["draft"], 2, remember=False), shown) as build:
        build.traces(project.clips)
        build.voices(project.clips)
        build.pictures(project.clips)
        assert build.result.failures == []
        films = {}
        for clip in project.clips:
            record = build.survey.clip(clip, QUALITIES["draft"]).record
            with av.open(str(build.store.path("clips", record.key, ".mp4"))) as film:
                films[clip.name] = np.stack([frame.to_ndarray(format="gray") for frame in film.decode(video=0)])
    return films


def test_every_hyperparameter_is_edited() -> None:
    keys = {f"rise.{name}" for name in ("slope", "steps", "mode", "stops", "loud")} | {"fall.slope"}
    assert set(EDITS) == keys


@pytest.mark.slow
@pytest.mark.parametrize("key", EDITS)
def test_what_is_called_fresh_looks_the_same_when_drawn_anew(
    finished: Path, made: Path, project: Path, key: str
) -> None:
    override = f"{key}={EDITS[key]}"
    stale = {name.removeprefix("clip ") for name in tiny.stale(made, overrides=[override]) if name.startswith("clip ")}
    before, after = looks(made), looks(project, override)
    changed = {name for name in before if not np.array_equal(before[name], after[name])}
    assert changed <= stale, "fresh, but it looks different"
    served = looks(made, override)
    assert all(np.array_equal(served[name], after[name]) for name in after), "the cache serves another picture"
    assert stale == changed, "stale, but it looks the same"
    assert (stale == set()) == (key in UNREAD)


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
@pytest.mark.parametrize(
    "name",
    [
        "hyperparameters.toml",
        "lecture.toml",
        "assets/narration/ch00_rise.md",
        "scenes/chapters/ch00_rise/first_step.py",
        "objectives/rise.py",
    ],
)
def test_a_byte_order_mark_and_the_ends_of_lines_change_nothing(made: Path, name: str, ends: bytes) -> None:
    path = made / name
    path.write_bytes(codecs.BOM_UTF8 + path.read_bytes().replace(b"\n", ends))
    assert tiny.stale(made) == {}
    scripts = [fact_check.read(script) for script in sorted((made / "assets/narration").iterdir())]
    assert [sentence.where for sentences in scripts for sentence in sentences] == [
        "ch00_rise.md:5",
        "ch00_rise.md:9",
        "ch00_rise.md:10",
        "ch01_fall.md:5",
    ]
