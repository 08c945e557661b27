"""TOML that the parser itself cannot bear is a sentence with file and line, in every file and on the command line."""

from pathlib import Path

import pytest

from pipeline.errors import UserError
from pipeline.project import hyperparameters_toml, lecture_toml, parameters, toml_text
from pipeline.project.sources import Sources

DIGITS = "a number has 5001 digits; none may have more than 400"
DEEP = "lists or tables stand within each other more than 40 deep"
BEYOND = [("1" + "0" * 5000, DIGITS), ("-1" + "_000" * 1667, "5002 digits"), ("[" * 1000 + "]" * 1000, DEEP)]
BEYOND += [("[" * 100_000, DEEP), ("{a=" * 1000 + "1" + "}" * 1000, DEEP)]


@pytest.mark.parametrize(("value", "sentence"), BEYOND, ids=range(len(BEYOND)))
def test_what_is_beyond_the_parser_names_its_line(project: Path, value: str, sentence: str) -> None:
    text = f'# [[[[\ntitle = """\n{"[" * 99} {"9" * 999}"""\n[fall]\nslope = {value}\n'
    with pytest.raises(UserError) as error:
        toml_text.parse(text, "here.toml")
    assert str(error.value).startswith("here.toml, line 5: ")
    assert sentence in str(error.value)
    allowed = parameters.schema(Sources(project, project / "build/sources.json"))
    with pytest.raises(UserError) as error:
        hyperparameters_toml.load(project, allowed, [f"fall.slope={value}"])
    assert str(error.value).startswith("--set fall.slope=")
    assert sentence in str(error.value)
    assert len(str(error.value)) < 300


def test_brackets_and_digits_in_texts_and_comments_count_for_nothing() -> None:
    text = f'a = \'{"[" * 99}\' # {"9" * 999}\nb = "\\"{"{" * 99}"\nc = [[1, 2], [3]]\n'
    assert toml_text.parse(text, "here.toml")["c"] == [[1, 2], [3]]


@pytest.mark.parametrize("number", ["1" + "0" * 309, "-1" + "0" * 399])
def test_a_whole_number_beyond_every_float_is_out_of_range(project: Path, number: str) -> None:
    allowed = parameters.schema(Sources(project, project / "build/sources.json"))
    for value in (f"fall.slope={number}", f"rise.stops=[{number}]", f"rise.steps={number}"):
        with pytest.raises(UserError) as error:
            hyperparameters_toml.load(project, allowed, [value])
        assert "must be" in str(error.value)
        assert len(str(error.value)) < 400
    (project / "lecture.toml").write_text(f'title = "T"\nchapters = ["a"]\n[voice]\ngap = {number}\n')
    with pytest.raises(UserError, match=r"^lecture.toml, line 4: voice.gap = -?inf is out of range"):
        lecture_toml.load(project / "lecture.toml")


def test_a_folder_in_the_place_of_a_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "lecture.toml").mkdir()
    with pytest.raises(UserError, match=r"^lecture.toml cannot be read \(Is a directory\)"):
        lecture_toml.load(tmp_path / "lecture.toml")


@pytest.mark.parametrize("value", ["1979-05-27", "07:32:00", "[1, 2]", "{ a = 1 }"])
def test_dates_lists_and_tables_are_named_as_such(project: Path, value: str) -> None:
    allowed = parameters.schema(Sources(project, project / "build/sources.json"))
    with pytest.raises(UserError) as error:
        hyperparameters_toml.load(project, allowed, [f"fall.slope={value}"])
    assert str(error.value).partition("but it is ")[2] in (f"the date {value}.", "a list.", "a table.")
