"""docs/extending.md, "Add a rule" and "Add a chapter", followed word for word in a copy of the project."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/extending.md").read_text(encoding="utf-8")
TREE = ("objectives", "pipeline", "scenes", "traces", "scripts", "assets/narration", "assets/voices")
FILES = ("render.py", "lecture.toml", "hyperparameters.toml")

TRAINED = """
import torch

from objectives import OBJECTIVES, SIX, sampling
from objectives.surfaces import surface
from objectives.training import loop
from objectives.worlds import three_answers

rule = OBJECTIVES["raft"]
assert rule.name not in SIX
world, dice = three_answers.ThreeAnswers(three_answers.Params()), sampling.Params(iterations=20, seeds=2)
uniforms, group = sampling.uniforms(world.name, dice, world.tokens), sampling.group_labels(dice)
walk = list(loop.train(rule, rule.Params(), world, loop.Params(), uniforms, group))
assert (world.true_values(walk[-1].after) > world.true_values(walk[0].before)).all()

episodes = world.play(world.start, uniforms[0, 0])
def height(theta):
    return -rule.loss(loop.rollouts(world, episodes, group, theta, world.start), rule.Params()).total
u, v = surface.axes(surface.Params(resolution=5))
map = surface.evaluate(height, surface.three_logit_plane(), u, v)
assert map.shape == (5, 5) and map.isfinite().all() and map.std() > 0

terms = rule.loss(loop.rollouts(world, episodes, group, world.start, world.start), rule.Params())
rewards, weights = episodes.rewards, terms.advantages.squeeze(-1)
assert weights.tolist() == [float(r == rewards[group == g].max()) for r, g in zip(rewards, group)]
print("trained")
"""


def section(title: str) -> str:
    """What the page says under a heading."""
    return re.search(rf"^## {title}\n(.*?)(?:^## [A-Z]|\Z)", PAGE, re.MULTILINE | re.DOTALL)[1]


def blocks(text: str, language: str) -> list[tuple[str, str]]:
    """The code of each block of a language, with the last file that is named before it."""
    found = []
    for match in re.finditer(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        named = re.findall(r"`([\w/]+\.(?:py|md|toml))`", text[: match.start()])
        found.append((named[-1], match[1]))
    return found


def apply(diff: str, text: str) -> str:
    """A text with the one change that a diff without line numbers shows."""
    lines = diff.splitlines()
    old = "".join(f"{line[1:]}\n" for line in lines if line[0] != "+")
    new = "".join(f"{line[1:]}\n" for line in lines if line[0] != "-")
    assert text.count(old) == 1
    return text.replace(old, new)


def run(copy: Path, *command: str) -> str:
    result = subprocess.run(command, cwd=copy, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, so far as these sections touch it, with the Python that runs the tests as its own."""
    copy = tmp_path_factory.mktemp("project")
    for folder in TREE:
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(ROOT / name, copy / name)
    (copy / ".venv").symlink_to(sys.prefix)
    return copy


def test_a_rule_is_added_as_the_page_says(copy: Path) -> None:
    text = section("Add a rule")
    (rule,) = blocks(text, "python")
    (copy / rule[0]).write_text(rule[1], encoding="utf-8")
    (table,) = blocks(text, "toml")
    file = copy / table[0]
    file.write_text(file.read_text(encoding="utf-8") + "\n" + table[1], encoding="utf-8")
    ((_, command),) = blocks(text, "sh")
    run(copy, *command.partition("#")[0].split())
    written = file.read_text(encoding="utf-8")
    assert re.search(r"^\[raft\]\naggregation = \"sum\" +# how tokens become one number\. RAFT ", written, re.MULTILINE)
    before = (ROOT / table[0]).read_text(encoding="utf-8")
    assert written.startswith(before)
    assert run(copy, sys.executable, "-c", TRAINED) == "trained\n"


def test_the_suite_takes_two_more_rules_as_they_are(copy: Path) -> None:
    """The page's own, and a copy of another: what looks at every rule asks for no more than their files and tables."""
    shutil.copytree(ROOT / "tests", copy / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, copy / name)
    losses, file = copy / "objectives/losses", copy / "hyperparameters.toml"
    (rule,) = blocks(section("Add a rule"), "python")
    (copy / rule[0]).write_text(rule[1], encoding="utf-8")
    text = (losses / "dr_grpo.py").read_text(encoding="utf-8")
    (losses / "my_grpo.py").write_text(text.replace('"dr_grpo"', '"my_grpo"'), encoding="utf-8")
    written = file.read_text(encoding="utf-8")
    own = re.search(r"^\[dr_grpo\]\n((?:\w.*\n)+)", written, re.MULTILINE)[1]
    table = "" if "[raft]" in written else f"\n{blocks(section('Add a rule'), 'toml')[0][1]}"
    file.write_text(f"{written}{table}\n[my_grpo]\n{own}", encoding="utf-8")
    those = ["losses/test_family.py", "losses/test_losses_by_hand.py", "test_registry.py", "test_readme.py"]
    run(copy, "scripts/comment-hyperparameters")
    tests = [f"tests/objectives/{name}" for name in those] + ["tests/pipeline/project/test_parameters.py"]
    quiet = ["-q", "-n", "0", "-m", "not slow", "-p", "no:cacheprovider"]
    run(copy, sys.executable, "-m", "pytest", *quiet, *tests)


def test_a_chapter_is_added_as_the_page_says(copy: Path) -> None:
    text = section("Add a chapter")
    for name, code in [*blocks(text, "python"), *blocks(text, "md")]:
        (copy / name).parent.mkdir(exist_ok=True)
        (copy / name).write_text(code, encoding="utf-8")
    ((name, diff),) = blocks(text, "diff")
    (copy / name).write_text(apply(diff, (copy / name).read_text(encoding="utf-8")), encoding="utf-8")

    ((_, commands),) = blocks(text, "sh")
    still, *others = [line.partition("#")[0].split() for line in commands.splitlines()]
    assert [line[:3] for line in others] == [[".venv/bin/python", "render.py", name] for name in ("sheet", "check")]
    (made,) = run(copy, *still).split()
    with Image.open(copy / made) as image:
        seen = image.convert("L")
        assert seen.size == (854, 480)
        lit = seen.point(lambda value: 255 * (value > 128)).getbbox()
    assert lit[3] - lit[1] > seen.height / 2  # the statement above, the bars below

    listed = json.loads(run(copy, sys.executable, "render.py", "list", "--json"))
    (chapter,) = [chapter for chapter in listed["chapters"] if chapter["name"] == "ch20_yours"]
    assert [clip["name"] for clip in chapter["clips"]] == ["first_look"]
