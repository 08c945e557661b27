"""The form's edits: refused in a sentence before anything is written, or saved with the clips that they touch."""

from pathlib import Path

import pytest

from companion.film import form, settings, touches
from pipeline.errors import UserError
from pipeline.project import project as projects
from tests.pipeline import tiny


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tiny.create(tmp_path / "project")


def text(root: Path) -> str:
    return (root / "hyperparameters.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("rise.slope", "1,5", 'Not saved: rise.slope is the text "1,5"; write 1.5 with a point.'),
        ("rise.slope", "7", "Not saved: rise.slope is 7.0, but it must be more than 0 and at most 1."),
        ("rise.slope", "", "rise.slope: write a value; the default is 0.5."),
        ("rise.mode", "curvy", 'which is none of its choices; did you mean "curved"?'),
        ("rise.steps", "2.5", "Not saved: rise.steps must be a whole number from 1 to 100, but it is 2.5."),
        ("rise.slop", "0.5", 'there is no hyperparameter "rise.slop"; did you mean "rise.slope"?'),
    ],
)
def test_a_bad_value_is_one_sentence_and_the_file_stays(root: Path, key: str, value: str, sentence: str) -> None:
    before = text(root)
    with pytest.raises(UserError) as told:
        settings.save(root, {"fall.slope": "0.5", key: value}, {})
    assert sentence in str(told.value)
    assert "\n" not in str(told.value)
    assert text(root) == before


def test_values_that_do_not_agree_with_each_other_are_refused_before_they_are_written(root: Path) -> None:
    check = "        def __post_init__(self):\n            if self.steps * self.slope > 9:\n"
    check += '                raise ValueError("steps times slope must be at most 9")\n'
    tiny.change(root, "objectives/rise.py", "\n\ndef line(", f"\n{check.replace(' ' * 8, ' ' * 4, 1)}\n\ndef line(")
    before = text(root)
    with pytest.raises(UserError, match=r"Not saved: .*\[rise\]: steps times slope must be at most 9\."):
        settings.save(root, {"rise.steps": "50"}, {"rise.steps": "4"})
    assert text(root) == before


def test_an_edit_is_saved_and_names_the_clips_that_read_it(root: Path) -> None:
    saved = settings.save(root, {"rise.slope": "0.25", "rise.steps": "4"}, {"rise.slope": "0.5", "rise.steps": "4"})
    assert saved.sentence == "Saved rise.slope 0.5 → 0.25. 3 clips read it: first_step, second_step, thumbnail."
    assert "slope = 0.25 # chosen for the picture\nsteps = 4" in text(root)


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(root: Path) -> None:
    tiny.change(root, "hyperparameters.toml", "slope = 0.5", "slope = 0.75")
    with pytest.raises(UserError, match=r"rise\.slope is 0\.75 in hyperparameters\.toml by now"):
        settings.save(root, {"rise.slope": "0.1"}, {"rise.slope": "0.5"})
    assert "slope = 0.75" in text(root)


def test_a_clip_is_touched_by_what_it_prints_says_or_draws_a_trace_of(root: Path) -> None:
    found = touches.touched(projects.load(root))
    assert found["fall.slope"] == ["second_step", "the_fall"]
    assert found["rise.loud"] == []
    assert touches.sentence([]) == "No clip reads it."
    assert touches.sentence(["a"]) == "1 clip reads it: a."


def test_the_form_has_every_setting_with_its_meaning_range_and_readers(root: Path) -> None:
    project = projects.load(root)
    html = form.whole(project, touches.touched(project))
    for key, parameter in project.schema.items():
        assert f'<label for="s-{key}">{key}</label>' in html
        assert parameter.doc in html.lower()
    assert "A number, more than 0 and at most 1." in html
    assert "One of straight or curved." in html
    assert 'value="[0.25, 0.75]"' in html
