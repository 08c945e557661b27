"""The project as its files describe it, and the sentences where they do not fit together."""

from pathlib import Path

import pytest

from pipeline import lecture
from pipeline.errors import UserError
from tests.pipeline.tiny import change, write


def complaint(root: Path) -> str:
    with pytest.raises(UserError) as error:
        lecture.load(root)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_chapters_and_clips_are_found_in_order_with_what_they_read(project: Path) -> None:
    opened = lecture.load(project)
    assert [(chapter.name, chapter.title) for chapter in opened.chapters] == [
        ("ch00_rise", "Going up"),
        ("ch01_fall", "Coming down"),
    ]
    first, second, fall = opened.clips
    assert (first.name, first.class_name, first.module) == ("first_step", "FirstStep", "scenes.ch00_rise")
    assert first.description == "The first step up."
    assert (first.traces, first.hyperparameters) == (("up",), {"rise.slope": 0.5})
    assert (first.spoken_traces, first.spoken_hyperparameters) == ((), ("rise.slope",))
    assert (second.traces, second.spoken_traces) == (("up", "down"), ("up",))
    assert fall.chapter == "Coming down"
    assert opened.thumbnail is not None
    assert opened.thumbnail.name == "thumbnail"


def test_experiments_have_the_values_of_the_keys_they_declare(project: Path) -> None:
    experiments = lecture.load(project).experiments
    assert experiments["up"].hyperparameters == {"rise.slope": 0.5, "rise.steps": 4}
    assert experiments["down"].hyperparameters == {"fall.slope": 0.25}


def test_nothing_is_imported_from_the_project(project: Path) -> None:
    change(project, "scenes/ch01_fall.py", "class TheFall", "raise SystemExit\n\n\nclass TheFall")
    assert len(lecture.load(project).clips) == 3


@pytest.mark.parametrize(
    ("name", "snake"), [("SixMaps", "six_maps"), ("Act3Title", "act3_title"), ("TwentySteps", "twenty_steps")]
)
def test_names_of_clips(name: str, snake: str) -> None:
    assert lecture.snake_case(name) == snake


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (
            "lecture.toml",
            "ch01_fall",
            "ch01_fal",
            'lecture.toml names the chapter "ch01_fal", but there is no scenes/ch01_fal.py.',
        ),
        (
            "scenes/ch01_fall.py",
            "class TheFall",
            "class OurFall",
            'scenes/ch01_fall.py draws the clip "our_fall", but assets/narration/ch01_fall.md has no "## our_fall"'
            '; did you mean "the_fall"?',
        ),
        (
            "assets/narration/ch01_fall.md",
            "[rest] pause 0.4",
            "## after\n\n[open] pause 1",
            'assets/narration/ch01_fall.md tells the clip "after", but scenes/ch01_fall.py has no class that draws it'
            "; known are the_fall.",
        ),
        (
            "scenes/ch01_fall.py",
            '("down",)',
            '("dawn",)',
            'scenes/ch01_fall.py, line 4, TheFall: there is no experiment "dawn"; did you mean "down"?',
        ),
        (
            "scenes/ch01_fall.py",
            '("down",)',
            "OTHER",
            "scenes/ch01_fall.py, line 4, TheFall: traces must be a literal tuple, "
            "so that it can be read without running.",
        ),
        (
            "scenes/ch00_rise.py",
            '("rise.slope",)',
            '("rise.slop",)',
            'scenes/ch00_rise.py, line 7, FirstStep: "rise.slop" names no hyperparameter; did you mean "rise.slope"?',
        ),
        (
            "objectives/experiments/up.py",
            '"rise.steps")',
            '"rise.step")',
            'objectives/experiments/up.py, KEYS: "rise.step" names no hyperparameter; did you mean "rise.steps"?',
        ),
        (
            "objectives/experiments/down.py",
            'NAME = "down"',
            'NAME = "up"',
            'objectives/experiments/up.py: the experiment "up" is already in objectives/experiments/down.py.',
        ),
        (
            "assets/narration/ch00_rise.md",
            "{rise.slope}",
            "{rise.slop}",
            'ch00_rise.md:3, clip first_step: there is no hyperparameter "rise.slop"; did you mean "rise.slope"?',
        ),
        (
            "assets/narration/ch00_rise.md",
            "{up#top:.1f}",
            "{upp#top:.1f}",
            'ch00_rise.md:7: there is no experiment "upp"; did you mean "up"?',
        ),
    ],
)
def test_what_does_not_fit_together_is_one_sentence(
    project: Path, file: str, old: str, new: str, sentence: str
) -> None:
    change(project, file, old, new)
    assert complaint(project) == sentence


def test_clips_in_another_order_than_their_script_are_refused(project: Path) -> None:
    script = project / "assets/narration/ch00_rise.md"
    head, first, second = script.read_text(encoding="utf-8").split("## ")
    script.write_text(f"{head}## {second}\n## {first}", encoding="utf-8")
    assert "has its clips in the order first_step, second_step" in complaint(project)


def test_one_name_cannot_be_two_clips(project: Path) -> None:
    write(project, "scenes/ch01_fall.py", "from scenes.stage import Stage\n\n\nclass FirstStep(Stage):\n    pass\n")
    write(project, "assets/narration/ch01_fall.md", "# Down\n\n## first_step\n\n[open] Down.\n")
    assert complaint(project) == 'the clip "first_step" is both in scenes/ch00_rise.py and in scenes/ch01_fall.py.'


def test_an_unknown_clip_gets_the_nearest_name(project: Path) -> None:
    with pytest.raises(UserError, match='there is no clip "frist_step"; did you mean "first_step"'):
        lecture.load(project).find("frist_step")
