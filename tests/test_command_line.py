"""render.py as a user meets it: what it prints, what it leaves, and how fast it is when there is nothing to do."""

import errno
import importlib
import json
import math
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from pipeline.media import contact_sheet
from tests.pipeline import tiny

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
HEAVY = {"torch", "manim", "av", "scipy", "numpy", "pydub", "PIL", "rich"}


def equip(root: Path) -> Path:
    """Gives a tiny project the command line: render.py works on the folder in which it stands."""
    shutil.copy(ROOT / "render.py", root / "render.py")
    for package in ("pipeline", "traces"):
        (root / package).symlink_to(ROOT / package)
    return root


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = equip(tiny.create(tmp_path_factory.mktemp("finished") / "project"))
    assert render(root).returncode == 0
    return root


@pytest.fixture
def made(finished: Path, tmp_path: Path) -> Path:
    root = tmp_path / "project"
    shutil.copytree(finished, root, symlinks=True)
    return root


def render(root: Path, *words: str, python: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *python, "render.py", *words]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, timeout=120)


def sentence(root: Path, *words: str, code: int = 2) -> str:
    """The one line on standard error of a command that must fail without a traceback."""
    result = render(root, *words)
    assert (result.returncode, result.stdout) == (code, ""), result.stderr
    (line,) = result.stderr.splitlines()
    return line


def dist(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted((root / "dist").rglob("*")) if path.is_file()}


@pytest.mark.parametrize("command", [("status",), ("lecture",), ("list",), ()])
def test_nothing_to_do_loads_nothing_heavy(finished: Path, command: tuple[str, ...]) -> None:
    result = render(finished, *command, python=("-X", "importtime"))
    assert result.returncode == 0, result.stderr
    loaded = {name.partition(".")[0] for name in re.findall(r"\|\s*([\w.]+)$", result.stderr, re.MULTILINE)}
    assert "click" in loaded
    assert loaded & HEAVY == set()


def test_status_of_this_project_loads_nothing_heavy() -> None:
    result = render(ROOT, "status", python=("-X", "importtime"))
    assert result.returncode in (0, 1), result.stderr
    loaded = {name.partition(".")[0] for name in re.findall(r"\|\s*([\w.]+)$", result.stderr, re.MULTILINE)}
    assert loaded & HEAVY == set()


def test_status_is_zero_when_fresh_and_one_with_reasons_when_stale(made: Path) -> None:
    fresh = render(made, "status")
    assert (fresh.returncode, fresh.stdout) == (0, "Everything is up to date (draft).\n")
    tiny.change(made, "hyperparameters.toml", "slope = 0.25", "slope = 0.5")
    stale = render(made, "status")
    assert stale.returncode == 1
    lines = [line.split(maxsplit=2) for line in stale.stdout.splitlines()]
    assert lines == [
        ["trace", "down", "fall.slope 0.25 -> 0.5"],
        ["clip", "second_step", "trace down"],
        ["clip", "the_fall", "trace down"],
        ["lecture", "lecture", "clip second_step; clip the_fall"],
    ]


def test_status_as_json_has_the_documented_names(made: Path) -> None:
    tiny.change(made, "hyperparameters.toml", "slope = 0.25", "slope = 0.5")
    report = json.loads(render(made, "status", "--json").stdout)
    assert (report["quality"], report["stale"]) == ("draft", True)
    assert [entry["kind"] for entry in report["entries"]] == ["trace"] * 2 + ["voice"] * 3 + ["clip"] * 3 + [
        "still",
        "lecture",
    ]
    assert report["entries"][1] == {
        "kind": "trace",
        "name": "down",
        "stale": True,
        "reasons": [{"kind": "hyperparameter", "key": "fall.slope", "old": 0.25, "new": 0.5}],
    }


def test_list_as_json_has_the_documented_names(finished: Path) -> None:
    listing = json.loads(render(finished, "list", "--json").stdout)
    assert (listing["title"], listing["quality"]) == ("A tiny lecture", "draft")
    assert listing["unread"] == ["rise.mode", "rise.stops", "rise.loud"]
    assert "No clip reads rise.mode, rise.stops, rise.loud" in render(finished, "list").stdout
    first = listing["chapters"][0]["clips"][0]
    assert first == {
        "name": "first_step",
        "class": "FirstStep",
        "file": "scenes/chapters/ch00_rise/first_step.py",
        "description": "The first step up.",
        "duration": first["duration"],
        "stale": False,
        "sizes": [],
        "traces": ["up"],
        "hyperparameters": {"rise.slope": 0.5},
        "narration": {"traces": [], "hyperparameters": {"rise.slope": 0.5}},
    }
    assert first["duration"] > 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[fall]\nslop = 0.5\n", ['[fall] has no key "slop"', 'did you mean "slope"']),
        ("[fal]\nslope = 0.5\n", ["no table [fal]", 'did you mean "fall"']),
        ("[fall]\nslope = 1.5\n", ["fall.slope is 1.5", "from 0 to 1"]),
        ('[fall]\nslope = "steep"\n', ["fall.slope", "a number from 0 to 1", 'the text "steep"']),
        ("[fall\nslope = 1\n", ["line 1", "not valid TOML"]),
    ],
)
@pytest.mark.parametrize("command", ["lecture", "status"])
def test_bad_hyperparameters_are_one_sentence_and_leave_dist_alone(
    made: Path, command: str, text: str, words: list[str]
) -> None:
    before = dist(made)
    (made / "hyperparameters.toml").write_text(text)
    line = sentence(made, command)
    assert line.startswith("Error: hyperparameters.toml, line ")
    for word in words:
        assert word in line
    assert dist(made) == before


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("lectre",), 'Error: there is no command "lectre"; did you mean "lecture"?'),
        (("clip", "first_stp"), 'Error: there is no clip "first_stp"; did you mean "first_step"?'),
        (("lecture", "-q", "drat"), 'Error: there is no quality "drat"; did you mean "draft"?'),
        (("lecture", "--voice", "expeak"), 'Error: --voice expeak: there is no such engine; did you mean "espeak"?'),
        (
            ("clip", "the_fall", "--set", "fall.slop=1"),
            'Error: --set fall.slop=1: [fall] has no key "slop"; did you mean "slope"?',
        ),
        (("clip", "the_fall", "--format", "wbm"), 'Error: there is no format "wbm"; did you mean "webm"?'),
        (
            ("clip", "the_fall", "--transparent"),
            "Error: mp4 cannot hold a transparent clip; take --format webm or --format mov.",
        ),
        (
            ("clip", "the_fall", "--size", "1080x1920"),
            "Error: the_fall has no layout for 1080x1920, only for 16:9.",
        ),
        (("sweep", "the_fall", "--over", "fall.slope=0.1:0.2"), "Error: --over fall.slope=0.1:0.2: write KEY="),
        (("sweep", "the_fall", "--over", "fall.slop=0.1,0.2"), 'Error: --set fall.slop=0.1: [fall] has no key "slop"'),
        (
            ("lecture", "--cluster", "tcp://127.0.0.1:9", "-q", "preview"),
            "Error: --cluster tcp://127.0.0.1:9: no sched",
        ),
        (("lecture", "--cluster", "here", "-q", "preview"), "Error: --cluster here: write the scheduler's address as "),
        (("clip", "the_fall", "-o", "talk.pptx"), "Error: -o talk.pptx: the name of a clip ends in .mp4, .webm, "),
        (
            ("clip", "the_fall", "--format", "gif", "-o", "talk.mp4"),
            "Error: -o talk.mp4: --format gif writes no .mp4; leave one of the two out.",
        ),
        (("clip", "the_fall", "-o", ""), 'Error: -o "": this names no file.'),
        (("still", "the_fall", "-o", "talk/"), 'Error: -o "talk/": this names no file.'),
        (("clip", "the_fall", "-o", "dist/lecture.mp4"), "Error: -o dist/lecture.mp4: this is a file of the project;"),
        (("clip", "the_fall", "-o", "render.py/talk.mp4"), "Error: -o render.py/talk.mp4: "),
        (("still", "the_fall", "-o", "render.py/talk.png"), "Error: -o render.py/talk.png: "),
        (("clip", "the_fall", "-o", "p.png", "--poster"), "Error: -o p.png: the name of a clip ends in "),
        (("still", "the_fall", "-o", "fall.jpg"), "Error: -o fall.jpg: the name of a still ends in .png."),
        (("clip", "the_fall", "--set", "fall.slope=0,5"), "Error: --set fall.slope=0,5: fall.slope is the text "),
        (("sweep", "the_fall", "--over", "fall.slope=0,05:0,5:3"), "Error: --over fall.slope=0,05:0,5:3: write 0.05 w"),
        (("sweep", "the_fall", "--over", "fall.slope=0,04"), "Error: --over fall.slope=0,04: write 0.04 with a point"),
        (("sweep", "the_fall", "--over", "fall.slope=0,1,0,2"), "Error: --over fall.slope=0,1,0,2: write 0.1 with a"),
        (("still", "the_fall", "--at", "0,5"), "Error: --at 0,5: write 0.5 with a point."),
        (("sheet", "--every", "0,5"), "Error: --every 0,5: write 0.5 with a point."),
        (("still", "the_fall", "--at", "nan"), "Error: --at nan: write a number of seconds, such as 3.5."),
        (("still", "thumbnail", "--at", "inf"), "Error: --at inf: write a number of seconds, such as 3.5."),
        (("sheet", "--every", "nan"), "Error: --every nan: write a number of seconds, such as 3.5."),
        (
            ("sweep", "the_fall", "--over", "fall.slope=0:nan:3"),
            "Error: --over fall.slope=0:nan:3: both ends must be finite numbers.",
        ),
        (("still", "the_fall", "--at", "99"), "Error: --at 99: the_fall is only "),
    ],
)
def test_wrong_use_is_one_sentence(finished: Path, words: tuple[str, ...], expected: str) -> None:
    assert sentence(finished, *words).startswith(expected)


def test_stray_copies_stop_no_command_and_are_named_once(made: Path) -> None:
    before = render(made, "list").stdout
    rise = (made / "objectives/rise.py").read_bytes()
    for name, data in (("rise copy.py", rise), (".rise.py", rise), ("._rise.py", b"\0\5\26\7\0\2\0\0Mac OS X")):
        (made / "objectives" / name).write_bytes(data)
    note = "note: objectives/rise copy.py is not read: no module of Python can have that name.\n"
    for command in (("list",), ("status",), ("sweep", "the_fall", "--over", "rise.slope=0.1,0.2,0.3")):
        result = render(made, *command)
        assert (result.returncode, result.stderr.count(note)) == (0, 1), result.stderr
    assert render(made, "list").stdout == before


def test_help_names_every_command_and_the_exit_codes(finished: Path) -> None:
    text = render(finished, "--help").stdout
    for word in (
        "lecture",
        "clip",
        "sweep",
        "list",
        "status",
        "still",
        "sheet",
        "check",
        "watch",
        "clean",
        "Exit codes: 0 done",
    ):
        assert word in text


def test_a_clip_with_other_values_stands_beside_the_film_and_touches_nothing(made: Path) -> None:
    before = dist(made)
    result = render(made, "clip", "the_fall", "--set", "fall.slope=0.5")
    assert (result.returncode, result.stdout) == (0, "dist/clips/the_fall@fall.slope=0.5.mp4\n"), result.stderr
    after = dist(made)
    new = after.pop(str(made / "dist/clips/the_fall@fall.slope=0.5.mp4"))
    assert after == before
    assert new != before[str(made / "dist/clips/the_fall.mp4")]
    assert render(made, "status").returncode == 0


@pytest.mark.parametrize(
    ("words", "mark"), [(("--set", "fall.slope=0.5"), "fall.slope=0.5"), (("-q", "preview"), "preview")]
)
def test_several_clips_beside_the_film_are_all_delivered(made: Path, words: tuple[str, str], mark: str) -> None:
    before = dist(made)
    result = render(made, "clip", "second_step", "the_fall", *words)
    names = [f"dist/clips/{name}@{mark}.mp4" for name in ("second_step", "the_fall")]
    assert (result.returncode, result.stdout.split()) == (0, names), result.stderr
    assert dist(made).keys() == before.keys() | {str(made / name) for name in names}


def test_a_clip_that_fails_keeps_no_other_from_its_place(made: Path) -> None:
    tiny.change(
        made, "scenes/chapters/ch01_fall/the_fall.py", 'traces = ("down",)', 'traces = ("down",)\n    size = 1 / 0\n'
    )
    result = render(made, "clip", "the_fall", "second_step", "--set", "fall.slope=0.5")
    assert result.returncode == 1
    assert (made / "dist/clips/second_step@fall.slope=0.5.mp4").is_file()
    render(made, "clean", "--all")
    assert not (made / "dist").exists()


@pytest.mark.parametrize(
    ("number", "promised"),
    [
        ("ENOSPC", True),
        ("EFBIG", True),
        ("EMFILE", True),
        ("ENAMETOOLONG", False),
        ("EISDIR", False),
        ("EACCES", False),
        ("EROFS", False),
    ],
)
def test_only_an_error_that_may_pass_promises_that_the_same_command_carries_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: str, promised: bool
) -> None:
    code = getattr(errno, number)

    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code), "here")

    program = importlib.import_module("render")
    monkeypatch.setattr(program.commands, "status", fail)
    monkeypatch.setattr(sys, "argv", ["render.py", "status"])
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert program.main() == 1
    said = capsys.readouterr().err
    assert said.startswith(f"Error: here: {os.strerror(code)}. What is finished is kept")
    assert ("carries on" in said) == promised


@pytest.mark.parametrize("form", ["mp4", "webm", "mov", "gif"])
def test_twelve_values_make_a_short_name_and_stand_in_the_file(made: Path, form: str) -> None:
    stops = [f"rise.stops=[{0.01 * number:.2f}, 0.9]" for number in range(11)]
    words = [word for value in ('rise.mode="curved"', *stops) for word in ("--set", value)]
    result = render(made, "clip", "the_fall", *words, "--format", form, "--poster")
    assert result.returncode == 0, result.stderr
    clip, poster = (made / line for line in result.stdout.split())
    assert re.fullmatch(rf"the_fall@12-marks-[0-9a-f]{{8}}\.{form}", clip.name)
    assert poster == clip.with_suffix(".png")
    told = clip.read_bytes() if form == "gif" else b""
    if form != "gif":
        with av.open(str(clip)) as film:
            told = film.metadata.get("comment", film.metadata.get("COMMENT", "")).encode()
    else:
        assert len(pictures(clip)) > 10
        with Image.open(clip) as image:
            told = image.info["comment"]
    with Image.open(poster) as image:
        assert image.text["Comment"] == "; ".join(('rise.mode="curved"', *stops))
    assert told.decode().endswith(image.text["Comment"])


def test_after_dist_is_removed_one_clip_does_not_pass_for_the_film(made: Path) -> None:
    before = dist(made)
    shutil.rmtree(made / "dist")
    assert render(made, "clip", "the_fall").returncode == 0
    assert render(made, "status").returncode == 1
    assert "dist/lecture.mp4" in render(made).stdout.splitlines()
    assert dist(made) == before


@pytest.mark.parametrize(("suffix", "codec"), [("mp4", "h264"), ("webm", "vp9"), ("mov", "prores"), ("gif", "gif")])
def test_a_clip_goes_where_one_says_in_the_format_of_its_suffix(
    made: Path, tmp_path: Path, suffix: str, codec: str
) -> None:
    out = tmp_path / "talk" / f"fall.{suffix}"
    result = render(made, "clip", "the_fall", "-o", str(out))
    assert (result.returncode, result.stdout) == (0, f"{out}\n"), result.stderr
    with av.open(str(out)) as film:
        assert codec in film.streams.video[0].codec_context.name


def test_a_poster_goes_no_further_than_its_clip(made: Path) -> None:
    (made / "talk.png").symlink_to(made / "lecture.toml")
    line = sentence(made, "clip", "the_fall", "-o", "talk.mp4", "--poster", "--set", "fall.slope=0.5")
    assert line == "Error: -o talk.png: this is a symbolic link; name the file itself."
    assert not (made / "talk.mp4").exists()
    assert len(list(made.glob("build/traces/*.npz"))) == 2, "refused before anything is made"


def pictures(path: Path, decoder: str | None = None) -> list[np.ndarray]:
    """All pictures of a film in RGBA."""
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        context = av.CodecContext.create(decoder, "r") if decoder else stream.codec_context
        frames = [frame for packet in film.demux(stream) for frame in context.decode(packet)]
    return [frame.to_ndarray(format="rgba") for frame in frames]


@pytest.mark.parametrize(("form", "sound"), [("webm", "opus"), ("mov", "pcm_s16le"), ("gif", None)])
def test_clips_for_talks_hold_all_pictures_and_the_sound(made: Path, form: str, sound: str | None) -> None:
    before = dist(made)
    result = render(made, "clip", "the_fall", "--format", form)
    assert (result.returncode, result.stdout) == (0, f"dist/clips/the_fall.{form}\n"), result.stderr
    out = made / f"dist/clips/the_fall.{form}"
    shown = pictures(out)
    original = pictures(made / "dist/clips/the_fall.mp4")
    assert len(shown) == len(original)
    assert shown[0].shape == (480, 854, 4)
    assert np.abs(shown[-1].astype(int) - original[-1]).mean() < 2
    with av.open(str(out)) as film:
        heard = [stream for stream in film.streams if stream.type == "audio"]
        assert [stream.codec_context.name for stream in heard] == ([sound] if sound else [])
        length = sum(frame.samples for frame in film.decode(audio=0)) if sound else 0
    assert length == (48000 * len(original) / 15 if sound else 0)
    after = dist(made)
    assert after.pop(str(out))
    assert after == before
    assert render(made, "status").returncode == 0
    render(made, "clean", "--all")
    assert not out.exists()


@pytest.mark.parametrize(("form", "decoder"), [("webm", "libvpx-vp9"), ("mov", None)])
def test_a_transparent_clip_and_its_poster_let_the_slide_through(made: Path, form: str, decoder: str | None) -> None:
    result = render(made, "clip", "the_fall", "--format", form, "--transparent", "--poster")
    names = [f"dist/clips/the_fall@transparent.{end}" for end in (form, "png")]
    assert (result.returncode, result.stdout.split()) == (0, names), result.stderr
    last = pictures(made / names[0], decoder)[-1]
    with Image.open(made / names[1]) as image:
        poster = np.asarray(image)
    assert (image.mode, image.size) == ("RGBA", (854, 480))
    for picture in (last, poster):
        assert picture[400, 400, 3] == 0
        bar = picture[100, 3].astype(int)  # the tiny clip's bar, which is opaque
        assert np.abs(bar - (80, 80, 80, 255)).max() <= 6


def test_an_upright_clip_needs_a_layout_of_its_own(made: Path) -> None:
    tiny.change(
        made,
        "scenes/chapters/ch01_fall/the_fall.py",
        'traces = ("down",)',
        'traces = ("down",)\n    sizes = ("1080x1920",)',
    )
    refused = sentence(made, "clip", "the_fall", "--size", "1000x1000")
    assert refused == "Error: the_fall has no layout for 1000x1000, only for 16:9; it has one for 1080x1920."
    result = render(made, "clip", "the_fall", "--size", "540x960", "--poster")
    assert result.stdout.split() == ["dist/clips/the_fall@540x960.mp4", "dist/clips/the_fall@540x960.png"]
    assert pictures(made / "dist/clips/the_fall@540x960.mp4")[0].shape == (960, 540, 4)
    with Image.open(made / "dist/clips/the_fall@540x960.png") as image:
        assert (image.mode, image.size) == ("RGB", (540, 960))


def test_a_terminal_that_cannot_show_a_title_stops_no_command(made: Path) -> None:
    tiny.change(made, "assets/narration/ch00_rise.md", "# Going up", "# Going up \u2192 \U0001f680")
    tiny.change(made, "lecture.toml", "A tiny lecture", "A tiny \u2192 lecture")
    terminal = {**os.environ, "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    for words in (("list",), ("list", "--json"), ("status",), ("status", "--json")):
        command = [sys.executable, "render.py", *words]
        result = subprocess.run(command, cwd=made, capture_output=True, env=terminal, timeout=300)
        assert result.returncode in (0, 1), result.stderr
        assert b"Traceback" not in result.stderr
        if words == ("list",):
            assert rb"Going up \u2192" in result.stdout
        if words[-1] == "--json":
            text = result.stdout.decode("latin-1")
            assert words[0] != "list" or json.loads(text)["chapters"][0]["title"] == "Going up \u2192 \U0001f680"
            json.loads(text)


def test_a_sweep_makes_one_clip_a_value_and_a_strip(made: Path) -> None:
    before = dist(made)
    result = render(made, "sweep", "the_fall", "--over", "fall.slope=0.1:0.5:3")
    clips = [f"dist/clips/the_fall@fall.slope={value}.mp4" for value in ("0.1", "0.3", "0.5")]
    strip = "dist/clips/the_fall@fall.slope=0.1-0.5-3.png"
    assert (result.returncode, result.stdout.split()) == (0, [*clips, strip]), result.stderr
    assert "\nMade 6 anew in " in result.stderr, "a trace and a clip for each value"
    heights = [int((pictures(made / clip)[0][:, 3, 0] < 160).sum()) for clip in clips]
    expected = np.array([480 * 9 // 20, 480 * 7 // 20, 480 * 5 // 20])  # half the mean of 1, 1 - slope, 1 - 2 slope
    assert np.abs(np.array(heights) - expected).max() <= 1  # the encoder may soften the edge by a row
    with Image.open(made / strip) as image:
        assert image.size == (16 + 3 * 656, 56 + 360 + 34 + 16)
    alone = render(made, "clip", "the_fall", "--set", "fall.slope=0.3", "-o", "alone.mp4")
    assert alone.returncode == 0, alone.stderr
    assert (made / "alone.mp4").read_bytes() == (made / clips[1]).read_bytes()
    after = dist(made)
    assert {path: data for path, data in after.items() if "@" not in path} == before
    assert render(made, "status").returncode == 0


def test_sweeps_that_differ_stand_beside_each_other(made: Path) -> None:
    values = ("sweep", "the_fall", "--over", "fall.slope=0.1,0.5")
    made_by = {}
    for marks, words in {"": (), "@voice=espeak": ("--voice", "espeak"), "@preview": ("-q", "preview")}.items():
        result = render(made, *values, *words)
        ends = [f"0.1{marks}.mp4", f"0.5{marks}.mp4", f"0.1+0.5{marks}.png"]
        assert result.stdout.split() == [f"dist/clips/the_fall@fall.slope={end}" for end in ends], result.stderr
        made_by |= {line: (made / line).read_bytes() for line in result.stdout.split()}
    assert {line: (made / line).read_bytes() for line in made_by} == made_by
    result = render(made, "clip", "the_fall", "--set", "fall.slope=0.5", "-q", "preview")
    assert (made / result.stdout.strip()).read_bytes() == made_by[result.stdout.strip()], "as `clip` makes and names it"


def test_a_sweep_of_one_length_waits_for_its_longest_clip(made: Path) -> None:
    """For one value more is said than for the other; side by side, both must end together."""
    values = ("sweep", "second_step", "--over", "rise.slope=0.2,0.9")
    lengths = {}
    for option in ((), ("--one-length",)):
        result = render(made, *values, *option)
        assert result.returncode == 0, result.stderr
        lengths[option] = [len(pictures(made / line)) for line in result.stdout.split() if line.endswith(".mp4")]
    (short, long), same = lengths[()], lengths["--one-length",]
    assert short < long
    assert same == [long, long]
    clip = made / "dist/clips/second_step@rise.slope=0.2@one-length.mp4"
    with av.open(str(clip)) as file:
        video, sound = (stream.duration * stream.time_base for stream in file.streams)
        assert video == sound


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ("0,1", "fall.slope at 2 values: 0, 1; for a single value, write 0.1 with a point\n"),
        ("0.1,0.2", "fall.slope at 2 values: 0.1, 0.2\n"),
        ("0.1:0.3:3", "fall.slope at 3 values: 0.1, 0.2, 0.3\n"),
    ],
)
def test_a_sweep_says_its_values_before_it_draws(made: Path, values: str, told: str) -> None:
    result = render(made, "sweep", "the_fall", "--over", f"fall.slope={values}")
    assert result.returncode == 0
    assert result.stderr.startswith(told), result.stderr


def test_a_sweep_over_what_a_clip_does_not_read_draws_it_once(made: Path) -> None:
    result = render(made, "sweep", "the_fall", "--over", "rise.slope=0.1,0.2,0.3")
    assert result.returncode == 0, result.stderr
    assert "Made 0 anew" in result.stderr
    assert len(list((made / "dist/clips").glob("the_fall@rise.slope=*.mp4"))) == 3


def test_a_sweep_counts_once_what_its_values_share(made: Path) -> None:
    assert render(made, "clean", "--all").returncode == 0
    result = render(made, "sweep", "the_fall", "--over", "rise.slope=0.1,0.2,0.3")
    assert "\nMade 3 anew in " in result.stderr, "one trace, one voice, one clip"
    assert "\nMade 0 anew in " in render(made, "sweep", "the_fall", "--over", "rise.slope=0.1,0.2,0.3").stderr


def test_a_value_that_fails_stops_no_other(made: Path) -> None:
    strict = "1 / float(self.inputs.traces['down']['height'][2])"
    check = f"\n    def paint(self, t):\n        {strict}\n        return super().paint(t)\n"
    tiny.change(made, "scenes/chapters/ch01_fall/the_fall.py", 'traces = ("down",)', 'traces = ("down",)\n' + check)
    result = render(made, "sweep", "the_fall", "--over", "fall.slope=0.4,0.5")
    assert result.returncode == 1
    assert result.stdout.split() == [
        "dist/clips/the_fall@fall.slope=0.4.mp4",
        "dist/clips/the_fall@fall.slope=0.4+0.5.png",
    ]
    assert "to try again: python render.py clip the_fall --set fall.slope=0.5" in result.stderr


def test_status_judges_what_lecture_would_make(made: Path) -> None:
    tiny.change(made, "lecture.toml", "[voice]", '[video]\nquality = "preview"\n\n[voice]')
    stale = render(made, "status")
    assert stale.returncode == 1
    assert "quality draft -> preview" in stale.stdout
    assert stale.stdout.splitlines()[-1].endswith("the one in dist/ is draft: -q draft compares with that.")
    assert render(made, "status", "-q", "draft").returncode == 0
    assert render(made, "check").returncode == 0, "what is checked is the film in dist/"
    assert render(made).returncode == 0
    assert render(made, "status").returncode == 0


def test_stills_and_sheets_are_pictures(made: Path) -> None:
    still = render(made, "still", "the_fall", "--at", "0.5")
    assert still.stdout == "build/pictures/the_fall@0.50.png\n", still.stderr
    with Image.open(made / still.stdout.strip()) as image:
        assert image.size == (854, 480)
    sheets = render(made, "sheet", "first_step", "the_fall")
    assert sorted(sheets.stdout.split()) == ["build/sheets/first_step.png", "build/sheets/the_fall.png"]
    with Image.open(made / "build/sheets/the_fall.png") as image:
        # four beats (start, open, rest, end) in three columns: two rows of labelled pictures below the heading
        assert image.size == (16 + 3 * 656, 56 + 2 * (360 + 34 + 16))
    played = render(made, "sheet", "the_fall", "--every", "0.5")
    assert played.stdout == "build/sheets/the_fall@every=0.5.png\n", played.stderr
    with av.open(str(made / "dist/clips/the_fall.mp4")) as film:
        rows = math.ceil((math.ceil(film.duration / 1e6 / 0.5) + 1) / 3)
    with Image.open(made / "build/sheets/the_fall@every=0.5.png") as image:
        assert image.size == (16 + 3 * 656, 56 + rows * (360 + 34 + 16))


def test_the_words_beneath_a_picture_are_those_being_said() -> None:
    lines = [(0.2, 1.0, "First."), (1.0, 1.4, ""), (1.4, 2.0, "Second.")]
    said = [contact_sheet.spoken(lines, moment) for moment in (0.0, 0.2, 1.2, 1.35, 1.5, 2.2, 2.4)]
    assert said == ["(silence)", "First.", "First.", "(silence)", "Second.", "Second.", "(silence)"]


def test_check_passes_on_a_film_and_names_a_stale_one(made: Path) -> None:
    good = render(made, "check")
    assert (good.returncode, "problem" in good.stdout) == (0, False)
    assert "ok       dist/lecture.mp4" in good.stdout.splitlines()
    assert "ok       dist/clips/the_fall.mp4" in good.stdout.splitlines()
    tiny.change(made, "hyperparameters.toml", "slope = 0.25", "slope = 0.5")
    bad = render(made, "check")
    stale = "problem  the film in dist/ is stale in draft quality; python render.py status says why."
    assert (bad.returncode, bad.stdout.splitlines()[-1]) == (1, stale)


def test_clean_removes_what_the_film_does_not_use_and_all_removes_only_our_own(made: Path) -> None:
    render(made, "clip", "the_fall", "--set", "fall.slope=0.5")
    clips = len(list(made.glob("build/clips/*.mp4")))
    tiny.change(made, "assets/narration/ch01_fall.md", "Down it is.", "Down, down it is.")
    lines = {path.name for path in made.glob("build/voice/lines/*")}
    render(made, "lecture")
    assert len(lines) == 6
    assert render(made, "clean").returncode == 0
    left = {path.name for path in made.glob("build/voice/lines/*")}
    assert (len(left), len(left & lines)) == (6, 4), "the lines of the film, and no others"
    assert len(list(made.glob("build/clips/*.mp4"))) == clips - 1
    assert render(made, "status").returncode == 0
    (made / "dist/notes.txt").write_text("mine")
    (made / "build/mine.txt").write_text("mine")
    assert render(made, "clean", "--all").returncode == 0
    left = [path for folder in ("build", "dist") for path in (made / folder).rglob("*")]
    assert sorted(left) == [made / "build/mine.txt", made / "dist/notes.txt"]


@pytest.mark.parametrize("moment", ["a worker starts", "a clip is drawn", "a script ends its background job"])
def test_ctrl_c_ends_quietly_and_the_next_run_carries_on(made: Path, moment: str) -> None:
    slow = "\n    def paint(self, t):\n        import time\n        time.sleep(30)\n"
    tiny.change(made, "scenes/chapters/ch01_fall/the_fall.py", 'traces = ("down",)', 'traces = ("down",)\n' + slow)
    log = made / "build/logs/the_fall.log"
    log.unlink()
    in_background = moment.startswith("a script")
    running = subprocess.Popen(
        [sys.executable, "render.py"],
        cwd=made,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=(lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)) if in_background else None,
    )
    assert running.stderr is not None
    said = running.stderr.readline()
    assert said == "Clip the_fall ...\n"
    deadline = time.monotonic() + 30
    while moment == "a clip is drawn" and not log.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.05)
    if in_background:
        running.terminate()
    else:
        os.killpg(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=10)
    assert (running.returncode, out) == (1, "")
    assert err.splitlines()[-1] == "Stopped. What is finished is kept; the same command carries on."
    assert "Traceback" not in err
    tiny.change(made, "scenes/chapters/ch01_fall/the_fall.py", slow, "\n    size = 2\n")
    assert render(made).returncode == 0


def test_watch_builds_after_a_save_and_survives_a_mistake(made: Path) -> None:
    running = subprocess.Popen(
        [sys.executable, "-u", "render.py", "watch"],
        cwd=made,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = running.stdout
    assert said is not None

    def until(words: str) -> None:
        assert any(words in said.readline() for _ in range(50)), f"watch never said {words!r}"

    try:
        until("watching")
        tiny.change(made, "hyperparameters.toml", "slope = 0.25", "slope = 2.5")
        until("changed: hyperparameters.toml")
        until("fall.slope is 2.5")
        until("watching")
        tiny.change(made, "hyperparameters.toml", "slope = 2.5", "slope = 0.5")
        until("dist/clips/the_fall.mp4")
        until("watching")  # at rest: while Python tidies up after itself, it swallows a Ctrl-C
    finally:
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=10)
    assert running.returncode == 1
