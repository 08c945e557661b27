"""The project as its files describe it, and the sentences where they do not fit together."""

from pathlib import Path

import pytest

from pipeline.errors import UserError
from pipeline.project import project as projects
from tests.pipeline.tiny import change, write

FALL = "scenes/chapters/ch01_fall/the_fall.py"
STEP = "scenes/chapters/ch00_rise/first_step.py"


def complaint(root: Path) -> str:
    with pytest.raises(UserError) as error:
        projects.load(root)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_chapters_and_clips_are_found_in_order_with_what_they_read(project: Path) -> None:
    opened = projects.load(project)
    assert [(chapter.name, chapter.title) for chapter in opened.chapters] == [
        ("ch00_rise", "Going up"),
        ("ch01_fall", "Coming down"),
    ]
    first, second, fall = opened.clips
    assert (first.name, first.class_name, first.module) == (
        "first_step",
        "FirstStep",
        "scenes.chapters.ch00_rise.first_step",
    )
    assert first.description == "The first step up."
    assert (first.traces, first.hyperparameters) == (("up",), {"rise.slope": 0.5})
    assert (first.spoken_traces, first.spoken_hyperparameters) == ((), ("rise.slope",))
    assert (second.traces, second.spoken_traces) == (("up", "down"), ("up",))
    assert fall.chapter == "Coming down"
    assert opened.thumbnail is not None
    assert opened.thumbnail.name == "thumbnail"


def test_experiments_have_the_values_of_the_keys_they_declare(project: Path) -> None:
    experiments = projects.load(project).experiments
    assert experiments["up"].hyperparameters == {"rise.slope": 0.5, "rise.steps": 4}
    assert experiments["down"].hyperparameters == {"fall.slope": 0.25}


def test_a_key_that_no_clip_reads_is_known_until_one_does(project: Path) -> None:
    assert projects.load(project).unread == ["rise.mode", "rise.stops", "rise.loud"]
    up = project / "objectives/experiments/up.py"
    alone = (
        up.read_text(encoding="utf-8").replace('NAME = "up"', 'NAME = "alone"').replace('"rise.steps"', '"rise.mode"')
    )
    (project / "objectives/experiments/alone.py").write_text(alone, encoding="utf-8")
    assert projects.load(project).unread == ["rise.mode", "rise.stops", "rise.loud"]  # no clip draws that experiment
    change(project, STEP, 'hyperparameters = ("rise.slope",)', 'hyperparameters = ("rise.slope", "rise.loud")')
    assert projects.load(project).unread == ["rise.mode", "rise.stops"]
    change(project, STEP, 'traces = ("up",)', 'traces = ("up", "alone")')
    assert projects.load(project).unread == ["rise.stops"]
    change(project, "objectives/experiments/up.py", 'KEYS = ("rise.slope", "rise.steps")', 'KEYS = ("rise.*",)')
    assert projects.load(project).unread == []


def test_nothing_is_imported_from_the_project(project: Path) -> None:
    change(project, "scenes/chapters/ch01_fall/the_fall.py", "class TheFall", "raise SystemExit\n\n\nclass TheFall")
    assert len(projects.load(project).clips) == 3


@pytest.mark.parametrize(
    ("name", "snake"), [("SixMaps", "six_maps"), ("Act3Title", "act3_title"), ("TwentySteps", "twenty_steps")]
)
def test_names_of_clips(name: str, snake: str) -> None:
    assert projects.snake_case(name) == snake


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (
            "lecture.toml",
            "ch01_fall",
            "ch01_fal",
            'lecture.toml names the chapter "ch01_fal", but there is no folder scenes/chapters/ch01_fal.',
        ),
        (
            "scenes/chapters/ch01_fall/the_fall.py",
            "class TheFall",
            "class OurFall",
            'scenes/chapters/ch01_fall/the_fall.py draws the clip "our_fall"; '
            "a clip stands in a file of its own: our_fall.py.",
        ),
        (
            "assets/narration/ch01_fall.md",
            "## the_fall",
            "## our_fall",
            'scenes/chapters/ch01_fall draws the clip "the_fall", '
            'but assets/narration/ch01_fall.md has no "## the_fall"; did you mean "our_fall"?',
        ),
        (
            "assets/narration/ch01_fall.md",
            "[rest] pause 0.4",
            "## after\n\n[open] pause 1",
            'assets/narration/ch01_fall.md tells the clip "after", '
            "but scenes/chapters/ch01_fall has no class that draws it; known are the_fall.",
        ),
        (
            "scenes/chapters/ch01_fall/the_fall.py",
            '("down",)',
            '("dawn",)',
            f'{FALL}, line 4, TheFall: there is no experiment "dawn"; did you mean "down"?',
        ),
        (
            "scenes/chapters/ch01_fall/the_fall.py",
            '("down",)',
            "OTHER",
            "scenes/chapters/ch01_fall/the_fall.py, line 4, TheFall: traces must be a literal tuple, "
            "so that it can be read without running.",
        ),
        (
            "scenes/chapters/ch00_rise/first_step.py",
            '("rise.slope",)',
            '("rise.slop",)',
            f'{STEP}, line 6, FirstStep: "rise.slop" names no hyperparameter; did you mean "rise.slope"?',
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


def test_clips_follow_in_the_order_of_their_script(project: Path) -> None:
    script = project / "assets/narration/ch00_rise.md"
    head, first, second = script.read_text(encoding="utf-8").split("## ")
    script.write_text(f"{head}## {second}\n## {first}", encoding="utf-8")
    assert [clip.name for clip in projects.load(project).clips] == ["second_step", "first_step", "the_fall"]


def test_one_name_cannot_be_two_clips(project: Path) -> None:
    (project / FALL).unlink()
    write(
        project,
        "scenes/chapters/ch01_fall/first_step.py",
        "from scenes.engine.stage import Stage\n\n\nclass FirstStep(Stage):\n    pass\n",
    )
    write(project, "assets/narration/ch01_fall.md", "# Down\n\n## first_step\n\n[open] Down.\n")
    duplicate = "scenes/chapters/ch01_fall/first_step.py"
    assert complaint(project) == f'the clip "first_step" is both in {STEP} and in {duplicate}.'


def test_an_unknown_clip_gets_the_nearest_name(project: Path) -> None:
    with pytest.raises(UserError, match='there is no clip "frist_step"; did you mean "first_step"'):
        projects.load(project).find("frist_step")
