"""The ruff.toml of each folder forbids imports in that folder, and in no other."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("companion", "objectives", "traces", "scenes", "pipeline")

# a line of code, the folders where it is forbidden
LINES = {
    "import torch": {"traces", "scenes", "pipeline"},
    "import manim": {"companion", "objectives", "traces", "pipeline"},
    "from manim import Scene": {"companion", "objectives", "traces", "pipeline"},
    "import pydub": {"objectives", "traces", "scenes"},
    "import av": {"objectives", "traces", "scenes"},
    "import click": {"traces"},
    "from objectives.losses.grpo import Params": {"traces", "scenes", "pipeline"},
    "from pipeline.project.project import read": {"objectives", "traces", "scenes"},
    "from scenes.engine.stage import Stage": {"objectives", "traces", "pipeline"},
    "from traces.store import load": {"objectives"},
    "import urllib.request": {"objectives"},
    "from pathlib import Path": {"objectives"},
    "import random": {"companion", "objectives", "scenes"},
    "import numpy": set(),
}


def codes(path: str, code: str) -> set[str]:
    """The rules of ruff that `code` breaks if it stands at `path`."""
    command = [sys.executable, "-m", "ruff", "check", "--output-format=json", "--stdin-filename", path, "-"]
    found = subprocess.run(command, input=code, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode in (0, 1), found.stderr
    return {fault["code"] for fault in json.loads(found.stdout)}


@pytest.mark.parametrize("line", LINES)
def test_an_import_is_forbidden_where_the_rule_stands_and_only_there(line: str) -> None:
    assert {folder for folder in FOLDERS if "TID251" in codes(f"{folder}/example.py", line)} == LINES[line]


def test_the_rule_holds_inside_functions() -> None:
    assert "TID251" in codes("scenes/example.py", "def draw():\n    import torch\n    return torch\n")


EXCEPTIONS = [("pipeline/workers/compute.py", "import objectives"), ("pipeline/workers/draw.py", "import scenes")]


@pytest.mark.parametrize(("path", "line"), EXCEPTIONS)
def test_the_one_module_that_is_excepted_may(path: str, line: str) -> None:
    assert "TID251" not in codes(path, line)


def test_scenes_draw_no_random_numbers_without_a_seed() -> None:
    assert "NPY002" in codes("scenes/example.py", "import numpy as np\n\nnp.random.rand(3)\n")


def test_a_folder_keeps_the_rules_of_the_project() -> None:
    assert "E501" in codes("objectives/example.py", f'text = "{"x" * 120}"\n')
