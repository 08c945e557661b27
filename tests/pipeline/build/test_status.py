"""What an edit makes stale, for which reason, and what it leaves alone."""

import json
import os
import wave
from pathlib import Path

import pytest

from pipeline.project import tool_versions
from tests.pipeline.tiny import build, change, stale

UP = {"trace up", "voice first_step", "voice second_step", "clip first_step", "clip second_step", "still thumbnail"}


def test_nothing_is_stale_after_a_build(made: Path) -> None:
    assert stale(made) == {}


def test_everything_is_new_before_it(project: Path) -> None:
    report = stale(project)
    assert report["trace up"] == report["clip the_fall"] == report["lecture lecture"] == [{"kind": "new"}]
    assert report["voice second_step"] == [{"kind": "trace", "name": "up"}]
    assert len(report) == 2 + 3 + 3 + 1 + 1


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("objectives/rise.py", '"""Something that rises."""', '"""Something that rises, slowly."""'),
        ("objectives/rise.py", "return [slope * step", "# a note\n    return [slope  *  step"),
        ("scenes/colours.py", "# a dark grey", "# nearly black"),
        ("scenes/chapters/ch00_rise/first_step.py", '"""The first step up."""', '"""The very first step up."""'),
        ("hyperparameters.toml", "slope = 0.5 # chosen for the picture", "slope = 0.50 # or so"),
    ],
)
def test_comments_docstrings_and_layout_make_nothing_stale(made: Path, file: str, old: str, new: str) -> None:
    change(made, file, old, new)
    # the film's manifest prints the description of each clip, which is its docstring
    assert set(stale(made)) <= {"lecture lecture"}
    assert ("lecture lecture" in stale(made)) == ("first step" in old)


def test_a_hyperparameter_makes_stale_what_reads_it_and_names_old_and_new(made: Path) -> None:
    change(made, "hyperparameters.toml", "slope = 0.25", "slope = 0.5")
    report = stale(made)
    assert set(report) == {"trace down", "clip second_step", "clip the_fall", "lecture lecture"}
    assert report["trace down"] == [{"kind": "hyperparameter", "key": "fall.slope", "old": 0.25, "new": 0.5}]
    assert report["clip the_fall"] == [{"kind": "trace", "name": "down"}]
    assert report["lecture lecture"] == [{"kind": "clip", "name": "second_step"}, {"kind": "clip", "name": "the_fall"}]


def test_a_printed_hyperparameter_makes_the_clip_stale_that_prints_it(made: Path) -> None:
    change(made, "hyperparameters.toml", "slope = 0.5 #", "slope = 0.6 #")
    report = stale(made)
    assert set(report) == {*UP - {"voice first_step"}, "voice first_step", "lecture lecture"}
    assert report["clip first_step"] == [
        {"kind": "trace", "name": "up"},
        {"kind": "hyperparameter", "key": "rise.slope", "old": 0.5, "new": 0.6},
        {"kind": "narration", "line": "first_step.open"},
    ]
    assert report["voice first_step"] == [
        {"kind": "hyperparameter", "key": "rise.slope", "old": 0.5, "new": 0.6},
        {"kind": "narration", "line": "first_step.open"},
    ]


def test_a_hyperparameter_that_nothing_reads_changes_the_film_only(made: Path) -> None:
    change(made, "hyperparameters.toml", "steps = 4", 'steps = 4\nmode = "curved"')
    assert stale(made) == {"lecture lecture": [{"kind": "settings"}]}


@pytest.mark.parametrize(
    ("file", "old", "new", "names"),
    [
        (
            "scenes/chapters/ch00_rise/first_step.py",
            'traces = ("up",)',
            'traces = ("up",)\n    size = 2',
            {"clip first_step"},
        ),
        ("scenes/chapters/ch00_rise/pace.py", "SPEED = 1.0", "SPEED = 2.0", {"clip first_step", "clip second_step"}),
        (
            "scenes/colours.py",
            "BAR = 80",
            "BAR = 90",
            {"clip first_step", "clip second_step", "clip the_fall", "still thumbnail"},
        ),
        ("objectives/rise.py", "slope * step for", "slope * step * 1.0 for", UP - {"voice first_step"}),
    ],
)
def test_an_edit_of_a_module_makes_stale_what_reaches_it(
    made: Path, file: str, old: str, new: str, names: set[str]
) -> None:
    change(made, file, old, new)
    report = stale(made)
    assert set(report) == {*names, "lecture lecture"}
    assert {"kind": "source", "file": file} in [reason for reasons in report.values() for reason in reasons]


def test_a_new_wording_is_narration_and_touches_one_clip(made: Path) -> None:
    change(made, "assets/narration/ch01_fall.md", "Down it is.", "Down it goes, and far.")
    reason = [{"kind": "narration", "line": "the_fall.open"}]
    report = stale(made)
    assert report.pop("lecture lecture") == [{"kind": "clip", "name": "the_fall"}]
    assert report == {"voice the_fall": reason, "clip the_fall": reason}


def test_a_setting_of_the_voice_is_named(made: Path) -> None:
    change(made, "lecture.toml", "gap = 0.2", "gap = 0.4")
    reason = {"kind": "narration", "setting": "gap", "old": 0.2, "new": 0.4}
    assert stale(made)["voice the_fall"] == [reason]


def test_a_recording_in_the_place_of_the_voice_is_narration(made: Path) -> None:
    change(made, "lecture.toml", 'engine = "silent"', 'engine = "espeak"')
    build(made)
    recording = made / "assets/voice/the_fall.open.wav"
    recording.parent.mkdir()
    with wave.open(str(recording), "wb") as file:
        file.setparams((2, 2, 48_000, 0, "NONE", ""))
        file.writeframes(bytes(4 * 48_000))
    assert stale(made)["voice the_fall"] == [{"kind": "narration"}]


def test_another_version_of_a_tool_is_a_reason(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = tool_versions.installed
    monkeypatch.setattr(tool_versions, "installed", lambda tools: {**real(tools), "numpy": "99.0"})
    reasons = stale(made)["trace up"]
    assert [(reason["kind"], reason["tool"], reason["new"]) for reason in reasons] == [("version", "numpy", "99.0")]


def test_another_quality_is_a_reason(made: Path) -> None:
    report = stale(made, "preview")
    assert set(report) == {"clip first_step", "clip second_step", "clip the_fall", "lecture lecture"}
    assert report["clip the_fall"] == [{"kind": "quality", "old": "draft", "new": "preview"}]


@pytest.mark.parametrize("damage", ["gone", "cut", "one bit"])
def test_a_file_that_is_gone_or_damaged_is_noticed_and_made_again(made: Path, damage: str) -> None:
    record = next(made.glob("build/clips/*.record.json"))
    about = json.loads(record.read_text())
    path = made / "build/clips" / f"{about['key']}.mp4"
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(content[:-9] if damage == "cut" else content[:-1] + bytes([content[-1] ^ 1]))
        os.utime(path, (1, 1))
    assert stale(made)[f"clip {about['name']}"] == [{"kind": "missing output"}]
    assert build(made).made == [f"clip {about['name']}"]
    assert path.read_bytes() == content


def test_a_result_in_dist_that_somebody_changed_is_noticed(made: Path) -> None:
    (made / "dist/lecture.srt").write_text("mine")
    assert stale(made) == {"lecture lecture": [{"kind": "missing output"}]}


def test_the_way_back_is_free(made: Path) -> None:
    change(made, "hyperparameters.toml", "slope = 0.25", "slope = 0.5")
    assert "trace down" in build(made).made
    change(made, "hyperparameters.toml", "slope = 0.5\n", "slope = 0.25\n")
    assert set(stale(made)) == {"lecture lecture"}
