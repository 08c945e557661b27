"""What a drawing worker refuses, and how it says so."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.project import qualities, tool_versions
from pipeline.workers import draw as worker
from pipeline.workers.pool import Workers
from tests.pipeline.tiny import change


def job(root: Path, **changes: Any) -> dict[str, Any]:
    """Drawing the last clip of the tiny project, without its trace."""
    made: dict[str, Any] = {
        "root": str(root),
        "log": str(root / "build/logs/the_fall.log"),
        "progress": str(root / "build/progress/the_fall.json"),
        "out": str(root / "build/clips/x.mp4"),
        "module": "scenes.chapters.ch01_fall.the_fall",
        "class": "TheFall",
        "traces": {},
        "hyperparameters": {},
        "cues": {"open": 0.2},
        "duration": 0.4,
        "quality": qualities.settings(qualities.QUALITIES["draft"]),
        "versions": tool_versions.installed(tool_versions.DRAWING),
    }
    return {**made, **changes}


def draw(given: dict[str, Any]) -> dict[str, Any]:
    with Workers(1) as workers:
        return workers.submit(worker.clip, given).result(timeout=60)


def test_a_clip_is_drawn_from_its_job_alone(project: Path) -> None:
    answer = draw(job(project))
    assert (answer["ok"], answer["frames"]) == (True, 6)
    assert (project / "build/clips/x.mp4").stat().st_size > 500


def test_a_worker_with_other_tools_is_refused(project: Path) -> None:
    versions = {**tool_versions.installed(tool_versions.DRAWING), "manim": "0.1"}
    answer = draw(job(project, versions=versions))
    here = tool_versions.installed(tool_versions.DRAWING)["manim"]
    assert answer["sentence"] == f"this worker has manim {here}, but the clip is made with manim 0.1."


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("yield from list(super().frames(fps))[:-1]", "it drew 5 pictures instead of 6."),
        (
            "raise SceneError('the clip waits for the cue \"map\"')",
            'the clip waits for the cue "map". (scenes/chapters/ch01_fall/the_fall.py',
        ),
        (
            "raise KeyError('no array \"j\"')",
            'KeyError: no array "j". (scenes/chapters/ch01_fall/the_fall.py, line 10)',
        ),
    ],
)
def test_a_scene_that_cannot_be_drawn_is_a_sentence_and_leaves_no_file(project: Path, code: str, sentence: str) -> None:
    method = f'traces = ("down",)\n\n    def frames(self, fps, start=0.0, end=None):\n        {code}\n'
    change(project, "scenes/chapters/ch01_fall/the_fall.py", 'traces = ("down",)', method)
    change(project, "scenes/chapters/ch01_fall/the_fall.py", "import Stage", "import SceneError, Stage")
    answer = draw(job(project))
    assert answer["ok"] is False
    assert answer["sentence"].startswith(sentence)
    assert list((project / "build/clips").iterdir()) == []
