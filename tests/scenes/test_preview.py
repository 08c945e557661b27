"""Every part of the film draws itself alone, and looks as it did when somebody last looked at it.

The stills in tests/scenes/golden are 480x270. A picture passes if no value is off by more than one level of 255, but
for fewer than one value in a hundred thousand. They are written anew by `pytest tests/scenes/test_preview.py
--rewrite-golden` and by nothing else.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from scenes import preview
from scenes.engine import built
from tests.scenes.samples import SAMPLES

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).parent / "golden"
SHARED = [path for path in (ROOT / "scenes/parts").glob("*.py") if path.name != "__init__.py"]
DIRECTIONS = {
    "arrivals",
    "common",
    "edit_lanes",
    "map_pair",
    "network_map",
    "one_map",
    "pair",
    "pushed_maps",
    "walk_panel",
    "seed_panels",
    "stops",
}  # they lay out a stage: seen in clips
LOCAL = [
    path
    for path in (ROOT / "scenes/chapters").glob("*/*.py")
    if path.stem not in {"__init__", *DIRECTIONS} and "(Stage):" not in path.read_text(encoding="utf-8")
]
FILES = {path.stem: path for path in [*SHARED, *LOCAL]}
PARTS = sorted(FILES)
SIZE = (480, 270)
LEVEL, SHARE = 1, 1e-5
KILOBYTES = 64


def off(picture: np.ndarray, golden: np.ndarray) -> float:
    """The share of values that differ by more than one level; 1 for pictures of different sizes."""
    if picture.shape != golden.shape:
        return 1.0
    return float((np.abs(picture.astype(int) - golden.astype(int)) > LEVEL).mean())


def test_every_part_has_a_sample_and_every_sample_a_part() -> None:
    assert sorted(SAMPLES) == PARTS, (
        "a part without a function of its name in tests/scenes/samples, or the other way round"
    )


def test_every_golden_still_has_a_part() -> None:
    assert sorted(path.stem for path in GOLDEN.glob("*.png")) == PARTS


@pytest.mark.parametrize("name", PARTS)
def test_a_part_looks_as_it_did(name: str, pytestconfig: pytest.Config) -> None:
    picture, path = preview.draw(name, *SIZE), GOLDEN / f"{name}.png"
    if pytestconfig.getoption("rewrite_golden"):
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(picture).save(path, optimize=True)
        pytest.skip("written anew")
    assert path.is_file(), f"{path.name} is missing; look at the part, then run this test with --rewrite-golden"
    assert path.stat().st_size < 1024 * KILOBYTES
    with Image.open(path) as image:
        share = off(picture, np.asarray(image.convert("RGB")))
    assert share < SHARE, f"{share:.2%} of the values of {name} are off; if that is meant, run with --rewrite-golden"


def test_the_tolerance_is_one_level_but_for_a_few_values() -> None:
    golden = np.full((270, 480, 3), 100, np.uint8)
    picture = golden + 1
    assert off(picture, golden) == 0.0
    picture[0, 0] = 200
    assert 0.0 < off(picture, golden) < SHARE
    picture[0, 1] = 98
    assert off(picture, golden) >= SHARE
    assert off(golden[:-1], golden) == 1.0


@pytest.mark.parametrize("name", PARTS)
def test_a_part_says_how_it_is_used(name: str) -> None:
    assert ast.get_docstring(ast.parse(FILES[name].read_text(encoding="utf-8"))), f"{name}.py has no docstring"


def test_no_two_parts_share_a_name() -> None:
    assert len(FILES) == len(SHARED) + len(LOCAL)


def test_a_part_that_is_run_writes_a_still(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scenes.preview", "triangle", str(tmp_path / "new" / "triangle.png")]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, f"{command[-1]}\n"), ran.stderr
    with Image.open(command[-1]) as image:
        assert image.size == preview.SIZE
        drawn = np.asarray(image.convert("RGB"))
    assert off(drawn, preview.draw("triangle", *preview.SIZE)) == 0.0


def test_what_is_neither_part_nor_clip_is_told_where_it_belongs(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        preview.main(["nothing"])
    told = capsys.readouterr().err
    assert told.startswith("There is no clip nothing, nor has tests/scenes/samples a function nothing(stage)")


CLIP = "sources"


def test_a_clip_is_drawn_as_built_and_else_names_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(built, "HOME", tmp_path)
    with pytest.raises(SystemExit, match="2"):
        preview.main([CLIP])
    assert capsys.readouterr().err == (
        f"The traces and cues of {CLIP} have not been built; run `python render.py sheet {CLIP}` first.\n"
    )
    clip = preview.clip(CLIP)
    assert clip is not None
    traces = {name: f"build/traces/{name}.npz" for name in clip.traces}
    reads = {"traces": traces, "hyperparameters": {}, "cues": dict.fromkeys(("open", "words"), 0.5), "duration": 3.0}
    (tmp_path / "build/reads").mkdir(parents=True)
    (tmp_path / f"build/reads/{CLIP}.json").write_text(json.dumps(reads))
    with pytest.raises(SystemExit, match="2"):
        preview.main([CLIP])
    assert capsys.readouterr().err.startswith(f"Not every trace of {CLIP} is built")
