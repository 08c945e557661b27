"""[films] in lecture.toml: which films there are, and a sentence for a table that makes none."""

from pathlib import Path

import pytest

from pipeline.errors import UserError
from pipeline.project import films, project
from tests.pipeline import tiny
from tests.test_films import NAMES, with_films


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return with_films(tmp_path / "project")


def test_a_group_stands_for_all_of_its_films(root: Path) -> None:
    loaded = project.load(root)
    assert films.names(loaded) == NAMES
    assert films.chosen(loaded, ["chapters/", "tour", "tour"]) == ["chapters/ch00_rise", "chapters/ch01_fall", "tour"]


def test_a_bridge_belongs_to_the_chapter_that_follows_it(root: Path) -> None:
    loaded = project.load(root)
    tour = films.of(loaded, "tour")
    assert [(clip.name, clip.chapter) for clip in tour.clips] == [
        ("bridge", "Coming down"),
        ("the_fall", "Coming down"),
        ("second_step", "Going up"),
    ]
    assert "bridge" not in [clip.name for clip in loaded.clips]
    assert "bridge" in [clip.name for clip in loaded.told]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            '"the_fall", ',
            '"the_fal", ',
            '[films.tour]: there is no chapter or clip "the_fal"; did you mean "the_fall"?',
        ),
        ('"the_fall", ', '"the_fall", "the_fall", ', '[films.tour]: the clip "the_fall" stands in it twice.'),
        ('"second_step"\n', '"first_step"\n', '[films.tour]: thumbnail names "first_step", which is no clip of this'),
        ("{ first_step", "{ first", '[films.shorts]: titles names "first", which is no film of this table; did you'),
        ("270x480", "480x480", "first_step has no layout for 480x480, only for 16:9; it has one for 1080x1920."),
        ("[films.tour]", "[films.lecture]", "[films.lecture] is no name for a film; it takes a-z, 0-9, _ and -, and"),
        ("[films.tour]", '[films.tour]\nvoice = "kokorro"', '[films.tour]: there is no voice "kokorro"; did you mean'),
        ("each = true\nparts", "all = true\nparts", "unknown key films.shorts.all"),
    ],
)
def test_a_table_that_makes_no_film_is_one_sentence(root: Path, old: str, new: str, expected: str) -> None:
    tiny.change(root, "lecture.toml", old, new)
    with pytest.raises(UserError) as error:
        films.checked(project.load(root))
    assert expected in str(error.value)
