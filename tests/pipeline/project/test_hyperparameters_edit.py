"""Edits of hyperparameters.toml: other values, and nothing else of the file."""

import tomllib
from pathlib import Path

import pytest

from pipeline.errors import UserError
from pipeline.project import hyperparameters_edit, parameters
from pipeline.project.hyperparameters_edit import edited, save
from pipeline.project.parameters import Schema
from pipeline.project.sources import Sources

TEXT = """\
# The first line.
[rise]
slope = 0.5     # how steep # it is
mode = "curved" # which "shape"
steps = 4

[fall]
slope = 0.25
"""


@pytest.fixture
def schema(project: Path) -> Schema:
    return parameters.schema(Sources(project, project / "sources.json"))


def test_a_value_changes_and_every_comment_stays_in_its_column(schema: Schema) -> None:
    made = edited(TEXT, schema, {"rise.slope": 0.125, "rise.mode": "straight"})
    assert made == TEXT.replace("0.5     #", "0.125   #").replace('"curved" #', '"straight" #')


def test_only_the_key_of_that_table_changes(schema: Schema) -> None:
    assert edited(TEXT, schema, {"fall.slope": 0.5}) == TEXT.replace("0.25", "0.5")


def test_a_key_that_the_file_leaves_out_gets_a_line_with_its_comment_in_its_table(schema: Schema) -> None:
    made = edited(TEXT, schema, {"rise.stops": (0.5, 1.0)})
    assert "steps = 4\nstops = [0.5, 1.0]  # where to rest. Chosen\n\n[fall]" in made
    alone = edited("[rise]\nsteps = 4\n", schema, {"fall.slope": 0.5})
    assert alone == "[rise]\nsteps = 4\n\n[fall]\nslope = 0.5  # how steep. Chosen\n"


def test_values_that_stand_there_already_leave_every_byte_as_it_is(project: Path, schema: Schema) -> None:
    path = project / "hyperparameters.toml"
    before = path.stat()
    save(project, schema, {"rise.slope": 0.5, "rise.steps": 4})
    assert path.stat() == before


def test_a_value_over_several_lines_is_refused_in_a_sentence(schema: Schema) -> None:
    text = "[rise]\nstops = [ # two\n 0.1,\n 0.2,\n]\n"
    with pytest.raises(UserError, match=r"rise.stops stands there in a form .* write it in one line"):
        edited(text, schema, {"rise.stops": (0.5,)})


def test_line_endings_and_the_mode_of_the_file_stay(project: Path, schema: Schema) -> None:
    path = project / "hyperparameters.toml"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode())
    path.chmod(0o640)
    save(project, schema, {"rise.loud": True})
    assert path.read_bytes().count(b"\r\n") == path.read_bytes().count(b"\n") == TEXT.count("\n") + 1
    assert path.stat().st_mode & 0o777 == 0o640


def test_every_setting_of_the_film_can_be_edited_in_the_file_as_it_stands() -> None:
    root = Path(__file__).parents[3]
    text = (root / "hyperparameters.toml").read_text(encoding="utf-8")
    for parameter in parameters.schema(Sources(root, Path("/dev/null"))).values():
        other = _other(parameter)
        made = edited(text, {parameter.name: parameter}, {parameter.name: other})
        table = tomllib.loads(made)[parameter.table]
        assert table[parameter.key] == (list(other) if isinstance(other, tuple) else other)
        changed = [pair for pair in zip(text.split("\n"), made.split("\n"), strict=True) if pair[0] != pair[1]]
        assert len(changed) == 1, changed
        before, after = changed[0]
        assert before.partition(" # ")[2] == after.partition(" # ")[2]


def _other(parameter: parameters.Parameter) -> parameters.Value:
    one = {"float": 0.123456789, "int": 12345, "bool": "other", "str": "other"}[parameter.kind]
    return (one, one) if parameter.many else one  # type: ignore[return-value]


def test_a_value_is_written_as_toml_reads_it() -> None:
    for value in (0.1, 1e-06, 3, True, 'a "b"', (0.5, 1.0), ("x",)):
        read = tomllib.loads(f"v = {hyperparameters_edit.literal(value)}")["v"]
        assert read == (list(value) if isinstance(value, tuple) else value)
