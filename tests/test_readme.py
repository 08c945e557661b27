"""What README.md, CONTRIBUTING.md and the pages in docs/ promise is there."""

import functools
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import click
import pytest

import render
from pipeline.build import sweep
from pipeline.project import hyperparameters_toml, project
from pipeline.project.lecture_toml import ENGINES

ROOT = Path(__file__).parents[1]
NAMED = ("README.md", "CONTRIBUTING.md", *sorted(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")))
PAGES = {name: (ROOT / name).read_text(encoding="utf-8") for name in NAMED}
README = PAGES["README.md"]
ALL = "\n".join(PAGES.values())
LINKS = [(name, target) for name, text in PAGES.items() for target in re.findall(r"\]\(([^)#:]+)\)", text)]
CALLS = re.findall(r"`?render\.py ([a-z]\w*)([^`|\n#]*)", ALL)


@functools.cache
def film() -> project.Project:
    """The project as it stands."""
    return project.load(ROOT)


def helps() -> dict[str, str]:
    """What `--help` prints, for the program and for each command."""
    commands = {"render.py": render.cli, **render.cli.commands}
    wide = {name: click.Context(command, terminal_width=500) for name, command in commands.items()}
    return {f"{name} --help": commands[name].get_help(context) for name, context in wide.items()}


ADDED = set(re.findall(r"^## ([a-z]\w*)$", PAGES["docs/extending.md"], re.MULTILINE))
"""Clips that the reader adds to the film; test_extending.py does it."""
TEXTS = {**PAGES, **helps()}
CODE = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "pipeline").glob("*.py")}
NAMES = "|".join(render.cli.commands)
EXAMPLES = [
    (page, line.strip())
    for page, text in TEXTS.items()
    for line in re.findall(rf"(?:render\.py |`)((?:{NAMES})\b(?: [^`|\n#]*?)?)(?=`|\||\n|#| {{3}}|$)", text)
]
SETTINGS = [
    (page, setting)
    for page, text in {**TEXTS, **CODE}.items()
    for setting in dict.fromkeys(re.findall(r"\b[a-z]\w*\.[a-z]\w*=\d+(?:\.\d+)?", text))
]


@pytest.mark.parametrize(("page", "setting"), SETTINGS)
def test_a_setting_in_an_example_is_taken(page: str, setting: str) -> None:
    assert hyperparameters_toml.load(ROOT, film().schema, [setting]), page


@pytest.mark.parametrize(("page", "line"), EXAMPLES)
def test_an_example_is_a_command_that_would_run(page: str, line: str) -> None:
    name, *words = shlex.split(line)
    command = render.cli.commands[name]
    values = command.make_context(name, [word for word in words if word != "..."]).params
    overrides = [*values.get("overrides", ())]
    if (over := values.get("over")) and not over.startswith("KEY="):
        overrides += sweep.parse(over).overrides
    for override in overrides:
        hyperparameters_toml.load(ROOT, film().schema, [override])
    named = [values["name"]] if "name" in values else values.get("names", ())
    for clip in named:
        assert clip.strip("[].").startswith("NAME") or clip in ADDED or film().find(clip)


@pytest.mark.parametrize(("page", "target"), LINKS)
def test_a_link_leads_somewhere(page: str, target: str) -> None:
    assert (ROOT / page).parent.joinpath(target).exists(), f"{page} links to {target}"


TREE = re.findall(r"^\| `([^`]+)`(.*?) \| (.*) \|$", PAGES["CONTRIBUTING.md"].partition("## Words")[0], re.MULTILINE)
"""The rows of the tree: a file or folder, others beside it, and what is said of them."""


def test_contributing_names_every_folder_with_something_in_it() -> None:
    named = {name.rstrip("/") for first, more, _ in TREE for name in [first, *re.findall(r"`([^`]+)`", more)]}
    tops = ("objectives", "traces", "scenes", "pipeline", "benchmarks", "assets", "docs", "scripts")
    files = [path.relative_to(ROOT) for top in tops for path in (ROOT / top).rglob("*.*") if path.is_file()]
    homes = {file.parent.as_posix() for file in files if not any(part[0] in "._" for part in file.parts[:-1])}
    homes -= {"assets/speech", "assets/speech/es", "assets/voice"}  # made by commands; not in every checkout
    one_of_many = ("objectives/experiments/", "scenes/chapters/")
    named |= set(re.findall(r"`(benchmarks/[a-z]+)/`", PAGES["CONTRIBUTING.md"]))
    assert {home for home in homes if not home.startswith(one_of_many)} - named == set()
    assert all((ROOT / name).exists() for name in named)


@pytest.mark.parametrize(("folder", "said"), [(first, said) for first, _, said in TREE if first.endswith("/")])
def test_contributing_names_modules_that_are_there(folder: str, said: str) -> None:
    homes = [ROOT / folder, *(ROOT / folder).glob("*/")]
    for module in re.findall(r"`([a-z_]+)`", said):
        assert any((home / f"{module}.py").is_file() for home in homes), f"{folder}{module}.py"


def test_every_command_is_in_the_readme() -> None:
    assert {name for name, _ in CALLS} | {"lecture"} == set(render.cli.commands)


def test_the_number_to_change_has_the_value_that_the_readme_shows() -> None:
    table, key, value = re.search(r"^ \[(\w+)\]\n-(\w+) = (\S+)$", README, re.MULTILINE).groups()
    hyperparameters = tomllib.loads((ROOT / "hyperparameters.toml").read_text(encoding="utf-8"))
    assert hyperparameters[table][key] == float(value)


def test_the_voices_of_the_readme_are_the_voices_there_are() -> None:
    assert set(re.findall(r'engine = "(\w+)"', PAGES["docs/voice.md"])) | {"kokoro"} == set(ENGINES)


def test_the_clips_of_the_readme_are_in_the_film_and_the_upright_ones_are_all_there() -> None:
    clips = {clip.name: clip for clip in film().clips}
    named = re.findall(r"render\.py (?:clip|still|sheet|sweep) ([a-z]\w*)", ALL)
    assert len(named) > 5
    assert set(named) - ADDED <= set(clips)
    talks = PAGES["docs/talks.md"]
    (sentence,) = re.findall(r"`--size 1080x1920` [^.]*\.", talks)
    upright = {name for name, clip in clips.items() if "1080x1920" in clip.sizes}
    (laid_out,) = re.findall(r"phones\. ([^.]*) have a layout", talks[talks.index(sentence) :])
    assert set(re.findall(r"`([a-z]\w*)`", laid_out)) == upright


def test_the_line_to_record_is_a_line_of_the_narration() -> None:
    clip, cue = re.search(r"`(\w+)\.(\w+)\.wav`", PAGES["docs/voice.md"]).groups()
    scripts = [path.read_text(encoding="utf-8") for path in (ROOT / "assets/narration").glob("*.md")]
    sections = [section for text in scripts for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]]
    assert [section for section in sections if section.startswith(f"{clip}\n") and f"\n[{cue}]" in section]


def test_git_holds_no_film_no_font_and_few_pictures() -> None:
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = [ROOT / name for name in listed.split("\0") if name and (ROOT / name).exists()]
    made = {".mp4", ".webm", ".mov", ".gif", ".mp3", ".npz", ".srt", ".vtt", ".ttf", ".otf", ".woff", ".woff2"}
    assert [file.name for file in files if file.suffix in made] == []
    pictures = [file for file in files if file.suffix in {".png", ".jpg", ".svg"}]
    homes = (ROOT / "assets/readme", ROOT / "tests/scenes/golden")
    assert all(any(file.is_relative_to(home) for home in homes) for file in pictures)
    assert sum(file.stat().st_size for file in pictures) < 2_000_000
    spoken: dict[str, int] = {}
    for file in files:
        if file.suffix == ".opus":
            spoken[file.parent.name] = spoken.get(file.parent.name, 0) + file.stat().st_size
    assert spoken.pop("speech") < 12_000_000
    assert all(size < 3_000_000 for size in spoken.values())  # a film of ten minutes in another language
