"""A clip is drawn by Manim's own program as by ours, from what the last build left, or says what builds it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent

import av
import numpy as np
import pytest
from PIL import Image

from pipeline.build.build import Build
from scenes.engine.stage import Inputs, Stage
from tests.scenes.film import ROOT, stage_of
from traces.store import load, save

pytestmark = pytest.mark.slow

CLIP = '''
    """A small clip."""
    from scenes import theme
    from scenes.engine.ink import box
    from scenes.engine.lettering import text
    from scenes.engine.stage import Stage


    class SmallClip(Stage):
        """Words that come, and a box that slides to where a trace says."""

        traces = ("line",)
        hyperparameters = ("line.names",)

        def build(self) -> None:
            self.bring(text(" ".join(self.hyper("line.names")), 200, 300, theme.NUMBER), at="open", over=0.2)
            slide = self.bring(box(200, 500, 400, 200, fill="#56B4E9"))
            self.move(slide, lambda m: m.shift(self.trace("line")["to"]), at=0.5, over=0.5)
'''
READS = {
    "traces": {"line": "build/traces/abc.npz"},
    "hyperparameters": {"line.names": ["A", "B"]},
    "cues": {"open": 0.1},
    "duration": 1.2,
}


def manim(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "manim", "-ql", "--progress_bar", "none", "--media_dir", "media", *arguments]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)


def one(root: Path, pattern: str) -> Path:
    (path,) = (path for path in (root / "media").rglob(pattern) if "partial_movie_files" not in path.parts)
    return path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with one clip and what it reads."""
    (tmp_path / "build/reads").mkdir(parents=True)
    (tmp_path / "build/reads/small_clip.json").write_text(json.dumps(READS))
    meta = {"name": "line", "schema": {"to": ("axis", "unit", "where to")}}
    save(tmp_path / "build/traces/abc.npz", {"to": np.array([3.0, 0.0, 0.0])}, meta)
    (tmp_path / "small_clip.py").write_text(dedent(CLIP))
    return tmp_path


def ours(root: Path) -> Stage:
    """The clip as our program builds it."""
    scope: dict[str, type[Stage]] = {}
    exec(dedent(CLIP), scope)
    inputs = Inputs(
        {"line": load(root / "build/traces/abc.npz")}, {"line.names": ("A", "B")}, READS["cues"], READS["duration"]
    )
    return scope["SmallClip"].make(inputs, 854, 480)


def frames(path: Path) -> Sequence[np.ndarray]:
    with av.open(str(path)) as film:
        return [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]


def test_manims_program_draws_the_clip_frame_by_frame(small: Path) -> None:
    ran = manim(small, "small_clip.py", "SmallClip")
    assert ran.returncode == 0, ran.stderr
    drawn, stage = frames(one(small, "SmallClip.mp4")), ours(small)
    assert len(drawn) == round(15 * READS["duration"])
    for k in (0, 5, 10, len(drawn) - 1):
        assert np.abs(drawn[k].astype(float) - stage.picture(k / 15)).mean() < 2.0, k
    assert np.abs(drawn[0].astype(float) - drawn[-1]).mean() > 5.0


def test_its_last_picture_is_ours_to_the_bit(small: Path) -> None:
    ran = manim(small, "-s", "small_clip.py", "SmallClip")
    assert ran.returncode == 0, ran.stderr
    with Image.open(one(small, "*.png")) as image:
        assert np.array_equal(np.asarray(image.convert("RGB")), ours(small).picture(READS["duration"]))


@pytest.mark.parametrize("gone", ["build/reads/small_clip.json", "build/traces/abc.npz"])
def test_what_is_not_built_names_the_command_that_builds_it(small: Path, gone: str) -> None:
    (small / gone).unlink()
    ran = manim(small, "small_clip.py", "SmallClip")
    assert ran.returncode == 2
    (told,) = ran.stderr.splitlines()
    assert told.endswith("run `python render.py sheet small_clip` first.")


def test_a_clip_of_the_film_is_drawn_from_its_build(prepared: Build, tmp_path: Path) -> None:
    root = prepared.project.root
    (clip,) = (clip for clip in prepared.project.clips if clip.name == "first_edit")
    ran = manim(root, "-s", "--media_dir", str(tmp_path / "media"), clip.path, clip.class_name)
    assert ran.returncode == 0, ran.stderr
    stage = stage_of(prepared, clip.name, 854, 480)
    with Image.open(one(tmp_path, "*.png")) as image:
        assert np.array_equal(np.asarray(image.convert("RGB")), stage.picture(stage.duration))
