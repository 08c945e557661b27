"""What cannot be is refused before any work, by one sentence with the name of what is wrong; in one process, drawing
nothing.
"""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from pipeline.commands import make
from pipeline.project import project as projects
from pipeline.workers import memory
from tests.pipeline import tiny
from tests.pipeline.program import STOPPED, render

CLIP = ("clip", "the_fall")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((*CLIP, "-o", "a\0b.mp4"), "this names no file."),
        ((*CLIP, "-o", "\ud800.mp4"), "this names no file."),
        ((*CLIP, "-o", " "), '-o " ": this names no file.'),
        ((*CLIP, "-o", f"{'x' * 300}.mp4"), "File name too long."),
        (
            (*CLIP, "--voice", "command"),
            "--voice command: in lecture.toml voice.command must name a program and hold {",
        ),
        ((*CLIP, "--size", "1080x1080"), "the_fall has no layout for 1080x1080, only for 16:9."),
        ((*CLIP, "--size", "16000x9002"), "the_fall has no layout for 16000x9002, only for 16:9."),
        ((*CLIP, "--workers", "9" * 30), "Invalid value for '--workers'"),
        (("sweep", "the_fall", "--over", f"rise.steps=1:{'9' * 400}:3"), "both ends must be finite numbers."),
        (
            ("sweep", "the_fall", "--over", f"rise.steps=1:4:{'9' * 5000}"),
            "the number of values must be from 2 to 100.",
        ),
        (("sweep", "the_fall", "--over", "rise.steps=1:4:1"), "the number of values must be from 2 to 100."),
        (("sweep", "the_fall", "--over", "rise.stops=[0.1, 0.2"), "write KEY=FIRST:LAST:COUNT"),
        (("still", "the_fall", "--set", "fall.slop=1"), '[fall] has no key "slop"; did you mean "slope"?'),
        (("sheet", "the_fall", "--set", f"fall.slope={'9' * 5000}"), "a number has 5000 digits; none may have more"),
        (("sheet", "the_fall", "--set", f"rise.stops={'[' * 1000}"), "lists or tables stand within each other more"),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_code_two(finished: Path, words: tuple[str, ...], sentence: str) -> None:
    said = render(finished, *words)
    assert (said.code, said.out) == (2, "")
    assert sentence in said.err
    assert said.err.splitlines()[-1].startswith("Error: ")
    assert len(said.err) < 500


@pytest.mark.parametrize(
    "words",
    [
        *((*CLIP, "--size", size) for size in ("854x480", "1366x768", "640x360")),
        ("still", "the_fall", "--set", "fall.slope=0.3"),
        ("sheet", "--every", "2", "--set", "fall.slope=0.3", "--set", "rise.stops=[0.1, 0.2]"),
        ("sweep", "the_fall", "--over", "rise.mode=straight,curved"),
    ],
)
def test_what_can_be_goes_on_to_the_work(finished: Path, words: tuple[str, ...]) -> None:
    said = render(finished, *words)
    assert (said.code, said.err.splitlines()[-1]) == (1, f"Error: {STOPPED}")


@pytest.mark.parametrize(
    ("over", "told"),
    [
        ("rise.steps=1:2:9", "rise.steps at 2 values: 1, 2, all that are left of 9 between whole numbers"),
        ("rise.steps=1:9:3", "rise.steps at 3 values: 1, 5, 9"),
        ("rise.stops=[0.1, 0.2],[0.3]", "rise.stops at 2 values: [0.1, 0.2], [0.3]"),
        ('rise.mode="curved",straight', 'rise.mode at 2 values: "curved", straight'),
        ("fall.slope=0.1:0.3:3", "fall.slope at 3 values: 0.1, 0.2, 0.3"),
    ],
)
def test_a_sweep_says_its_values_and_how_many_are_left(finished: Path, over: str, told: str) -> None:
    assert render(finished, "sweep", "the_fall", "--over", over).err == f"{told}\nError: {STOPPED}\n"


def test_pictures_that_no_memory_holds_are_refused(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.commands import common

    project = projects.load(made)
    monkeypatch.setattr(memory, "free", lambda: 3 * 10**9)
    shaped = common.qualities.shaped(common.qualities.quality("draft"), "mp4", False, (16000, 9000))
    wanted = re.escape("pictures of 16000x9000 need about 43.5 GB of memory to draw, and 3.0 GB are free; take a smal")
    with pytest.raises(common.UserError, match=wanted), common.building(project, shaped, 1):
        pass


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp437", "shift_jis", "utf-16-le"])
def test_no_command_dies_of_what_a_terminal_cannot_show(made: Path, encoding: str) -> None:
    tiny.change(made, "assets/narration/ch00_rise.md", "# Going up", "# Going up \u2192 \U0001f680")
    tiny.change(made, "lecture.toml", "A tiny lecture", "A tiny \u2192 lecture")
    tiny.change(made, "hyperparameters.toml", "# chosen", "# \u2192 chosen")
    commands = [(name,) for name in ("list", "status", "lecture", "check", "speech")]
    commands += [
        ("list", "--json"),
        ("status", "--json"),
        ("clip", "\u2192"),
        ("\u2192",),
        ("still", "the_fall", "--\u2192"),
    ]
    commands += [("clip", "the_fall", "--set", "rise.mode=\u2192"), ("clip", "the_fall", "-o", "\U0001f680.txt")]
    for words in commands:
        said = render(made, *words, encoding=encoding)
        assert said.code in (0, 1, 2)
        assert said.out + said.err
    titles = [
        chapter["title"] for chapter in json.loads(render(made, "list", "--json", encoding=encoding).out)["chapters"]
    ]
    assert titles == ["Going up \u2192 \U0001f680", "Coming down"]
    assert "Going up \\u2192 \\U0001f680" in render(made, "list", encoding="latin-1").out


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("hyperparameters.toml", {"slope = 0.25": f"slope = 1{'0' * 400}", "[fall]": "[fall"}),
        ("lecture.toml", {"gap = 0.2": f"gap = {'[' * 1000}", "title =": "title = ="}),
        ("assets/narration/ch01_fall.md", {"pause 0.4": "pause 1e7", "Down it is.": "Down {fall.slope:9999999999}."}),
    ],
)
def test_watch_goes_on_after_a_mistake_of_any_kind(
    made: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    texts: Mapping[str, str],
) -> None:
    """Saves one mistake after another, then takes the file away, then ends it."""
    path, right = made / name, (made / name).read_text()
    edits = [*(right.replace(old, new) for old, new in texts.items()), None, "end"]

    def rest(seconds: float) -> None:
        if seconds != make.WATCH_EVERY:
            return
        text = edits.pop(0)
        if text == "end":
            raise KeyboardInterrupt
        path.unlink() if text is None else path.write_text(text)

    monkeypatch.setattr(make.time, "sleep", rest)
    with pytest.raises(KeyboardInterrupt):
        make.watch(made, None, None, 1)
    said = capsys.readouterr()
    assert said.err.count("Error: ") == 3
    assert "Traceback" not in said.err
    assert said.out.count("watching; Ctrl-C ends it") == 4


def test_a_path_with_any_signs_is_a_path(finished: Path, tmp_path: Path) -> None:
    root = tiny.copy(finished, tmp_path / "a {z} %s $HOME 'é [0-9]*")
    for words in (("status",), ("list",), ("lecture",)):
        assert render(root, *words).code == 0
    os.utime(root / "dist/lecture.srt", (1, 1))
    assert tiny.build(root).files == []
    tiny.change(root, "hyperparameters.toml", "slope = 0.25", "slope = 0.3")
    assert "clip the_fall" in tiny.build(root, workers=1).made
