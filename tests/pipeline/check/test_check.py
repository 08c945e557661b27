"""What `check` finds in the tiny project: in its narration, in its layout, and beside it."""

import io
import re
import wave
from pathlib import Path

import pytest
from PIL import Image

from pipeline.build.build import Build
from pipeline.build.jobs import Options
from pipeline.build.lock import alone
from pipeline.check.check import problems
from pipeline.commands.films import film
from pipeline.media import outline
from pipeline.project import project as projects
from pipeline.project.qualities import QUALITIES
from pipeline.workers.progress import Progress
from tests.pipeline import tiny
from tests.pipeline.tiny import change, write

pytestmark = pytest.mark.slow

CLIPS = ("first_step", "second_step", "the_fall")


def check(root: Path) -> tuple[list[str], list[str], str]:
    """Problems, what is right, and what was made for it."""
    shown = io.StringIO()
    project = projects.load(root)
    progress = Progress(shown)
    with alone(project.build, progress), Build(project, Options(QUALITIES["draft"], 1), progress) as build:
        return *problems(build, QUALITIES["draft"]), shown.getvalue()


def test_a_film_that_is_right_has_a_line_for_each_thing_that_was_looked_at(made: Path) -> None:
    found, passed, _ = check(made)
    assert found == []
    assert passed[0] == "upload: title, description, captions"
    assert passed[1:3] == [
        "narration: ch00_rise: 3 sentences, 2 numbers looked up, 2 sentences behind claims",
        "narration: ch01_fall: 1 sentences, 0 numbers looked up, 0 sentences behind claims",
    ]
    assert passed[3:6] == ["layout: first_step", "layout: second_step", "layout: the_fall"]
    assert "dist/lecture.mp4" in passed


def test_a_file_of_dist_that_is_gone_or_changed_is_a_problem(made: Path) -> None:
    (made / "dist/lecture.mp4").unlink()
    (made / "dist/lecture.srt").write_text("mine")
    found, _, _ = check(made)
    assert found == [
        "dist/lecture.mp4 is missing.",
        "dist/lecture.srt is not the file that was published.",
        "the film in dist/ is stale in draft quality; python render.py status says why.",
    ]


def test_the_narration_and_the_layout_are_looked_at_before_the_film_is_drawn(project: Path) -> None:
    found, passed, _ = check(project)
    assert found == ["the film in dist/ is stale in draft quality; python render.py status says why."]
    assert "layout: the_fall" in passed
    assert not (project / "build/clips").exists()


def test_a_fault_in_the_layout_is_a_sentence_with_an_outlined_picture_and_is_found_again(made: Path) -> None:
    change(made, "hyperparameters.toml", "slope = 0.5 ", "slope = 1.0 ")
    first, _, said = check(made)
    still = "build/check/first_step@0.20.png"
    assert first[0] == f"layout: first_step at 0.20 s: up is too high. ({still})"
    assert first[1].startswith("layout: second_step at 0.20 s: up is too high.")
    assert "Layout first_step" in said
    with Image.open(made / still) as image:
        assert image.size == (960, 540)
        pink = outline.COLOURS[0]
        assert image.convert("RGB").getpixel((1, 270)) == tuple(int(pink[i : i + 2], 16) for i in (1, 3, 5))
    again, _, said = check(made)
    assert again == first
    assert "Layout" not in said  # looked up, not looked at
    (made / still).unlink()
    _, _, said = check(made)
    assert "Layout first_step" in said
    assert "Layout second_step" not in said
    assert (made / still).is_file()


def test_what_was_found_good_is_looked_at_again_only_when_it_changed(made: Path) -> None:
    looked = r"^Look at (.*) \.\.\.$"
    first, passed, said = check(made)
    assert re.findall(looked, said, re.MULTILINE) == [
        "dist/lecture.mp4",
        *(f"dist/clips/{name}.mp4" for name in ("first_step", "second_step", "the_fall")),
        "sound of the film",
    ]
    again, still, said = check(made)
    assert (again, still) == (first, passed)
    assert "Look at" not in said
    change(made, "hyperparameters.toml", "slope = 0.25", "slope = 0.3")
    tiny.build(made)
    _, _, said = check(made)
    assert re.findall(looked, said, re.MULTILINE) == [
        "dist/lecture.mp4",
        *(f"dist/clips/{name}.mp4" for name in ("second_step", "the_fall")),
        "sound of the film",
    ]
    assert re.findall(r"^Layout (\w+) \.\.\.", said, re.MULTILINE) == ["second_step", "the_fall"]


def test_an_edit_of_the_checker_looks_at_every_clip_again(made: Path) -> None:
    check(made)
    change(made, "scenes/engine/lint.py", "max() > 2", "max() > 0.9")
    found, _, said = check(made)
    assert [line.partition(" at")[0] for line in found] == [
        "layout: first_step",
        "layout: second_step",
        "layout: second_step",
        "layout: the_fall",
    ]
    assert said.count("done after") == 3


def test_an_edit_of_what_looks_at_the_pace_looks_at_every_clip_again(made: Path) -> None:
    check(made)
    late = "from scenes.engine.lint import Fault\n    return [Fault('pace', 0.2, 'too soon.', ((0, 0, 9, 9),))]"
    change(made, "scenes/engine/pacing.py", "return []", late)
    found, _, said = check(made)
    assert [line.partition(" at")[0] for line in found] == [f"layout: {name}" for name in CLIPS]
    assert said.count("done after") == len(CLIPS)


def test_a_clip_that_cannot_be_drawn_is_a_problem_and_the_others_are_looked_at(made: Path) -> None:
    change(
        made,
        "scenes/chapters/ch01_fall/the_fall.py",
        'traces = ("down",)',
        'traces = ("down",)\n    beats = None\n    inputs = 1 / 0',
    )
    found, passed, _ = check(made)
    assert found[0].startswith("layout: the_fall cannot be drawn: ZeroDivisionError: division by zero.")
    assert found[0].endswith("to try again: python render.py check")
    assert "layout: first_step" in passed


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("[open] Down it is, by 0.25.", "the number 0.25 is not looked up"),
        ("[open] The path falls.", 'an outcome ("falls") without a claim'),
    ],
)
def test_a_bare_number_and_a_bare_outcome_are_problems(made: Path, line: str, problem: str) -> None:
    change(made, "assets/narration/ch01_fall.md", "[open] Down it is.", line)
    found, _, _ = check(made)
    assert found[0] == f'ch01_fall.md:5, the_fall.open: {problem}: "{line.removeprefix("[open] ")}"'


def test_what_is_taken_at_its_word_is_listed(made: Path) -> None:
    change(made, "assets/narration/ch01_fall.md", "Down it is.", "The path falls. <!-- by definition -->")
    _, passed, _ = check(made)
    assert 'narration: ch01_fall.md:5, the_fall.open: by definition: "The path falls."' in passed


def test_a_recording_that_replaces_no_line_is_a_problem(made: Path) -> None:
    (made / "assets/voice").mkdir()
    for name in ("the_fall.opne", "the_fall.rest", "the_fal.open", "the_fall.open"):
        with wave.open(str(made / "assets/voice" / f"{name}.wav"), "wb") as sound:
            sound.setparams((1, 2, 48000, 0, "NONE", ""))
            sound.writeframes(bytes(9600))
    found, _, _ = check(made)
    assert found[:3] == [
        'assets/voice/the_fal.open.wav is not used: no line of narration is called "the_fal.open"; '
        'did you mean "the_fall"?',
        'assets/voice/the_fall.opne.wav is not used: no line of narration is called "the_fall.opne"; '
        'did you mean "the_fall.open"?',
        'assets/voice/the_fall.rest.wav is not used: no line of narration is called "the_fall.rest"; '
        'did you mean "the_fall.open"?',
    ]


def test_a_claim_that_does_not_hold_is_named(made: Path) -> None:
    write(made, "hyperparameters.toml", "[rise]\nslope = 0.1\nsteps = 4\n[fall]\nslope = 0.25\n")
    _, passed, _ = check(made)
    assert passed[-1] == "up.gets_high does not hold; told otherwise in second_step.open"


def test_a_film_beside_the_lecture_is_looked_at_once_it_was_made(made: Path) -> None:
    lecture = (made / "lecture.toml").read_text(encoding="utf-8")
    write(made, "lecture.toml", f'{lecture}\n[films.short]\ntitle = "A short film"\nparts = ["the_fall"]\n')
    assert check(made)[0] == []
    film(made, ["short"], False, None, None, 1)
    found, passed, _ = check(made)
    assert found == []
    assert {"short: short.srt", "short: dist/films/short/short.mp4", "short: thumbnail.jpg"} <= set(passed)
    (made / "dist/films/short/short.mp4").write_bytes(b"junk")
    assert check(made)[0] == ["the film short is stale; python render.py status says why."]


def test_a_translation_is_looked_at(made: Path) -> None:
    write(made, "assets/narration/es/translation.toml", "")
    write(made, "assets/narration/es/ch01_fall.md", "# Bajar\n\n## the_fall\n\n[open] Abajo.\n\n[rest] pause 0.4\n")
    found, passed, _ = check(made)
    assert found == []
    assert "narration in es: 1 of 3 clips" in passed
    change(made, "assets/narration/es/ch01_fall.md", "[rest] pause 0.4", "[rest] Calma.")
    assert check(made)[0] == [
        "assets/narration/es/ch01_fall.md:7: the line [rest] must be pause 0.4, as in the original."
    ]
