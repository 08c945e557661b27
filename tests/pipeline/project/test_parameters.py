"""What may be set, as it is read from the source of the modules."""

import dataclasses
import re
from pathlib import Path

import pytest

from pipeline.errors import UserError
from pipeline.project import parameters
from pipeline.project import project as projects
from pipeline.project.sources import Sources

REPOSITORY = Path(__file__).parents[3]


def complaint(root: Path) -> str:
    with pytest.raises(UserError) as error:
        parameters.schema(Sources(root, root / "build/sources.json"))
    return str(error.value)


def test_a_parameter_that_is_not_written_out_is_refused(project: Path) -> None:
    module = project / "objectives/fall.py"
    module.write_text(module.read_text(encoding="utf-8").replace("high=1.0", "high=2 * LIMIT"), encoding="utf-8")
    assert complaint(project).startswith("objectives/fall.py, line 10: fall.slope must be written as")


def test_two_modules_cannot_own_one_table(project: Path) -> None:
    module = project / "objectives/fall.py"
    module.write_text(module.read_text(encoding="utf-8").replace('NAME = "fall"', 'NAME = "rise"'), encoding="utf-8")
    assert complaint(project) == 'objectives/rise.py: the name "rise" is already taken by objectives/fall.py.'


def test_what_is_read_from_the_source_of_a_rule_is_what_its_settings_are() -> None:
    from objectives import OBJECTIVES

    read = parameters.schema(Sources(REPOSITORY, REPOSITORY / "build/cache/sources.json"))
    for name, rule in OBJECTIVES.items():
        for field in dataclasses.fields(rule.Params):
            found = read[f"{name}.{field.name}"]
            assert found.default == field.default
            for key in ("low", "high", "low_open", "high_open", "unit", "source", "doc"):
                assert getattr(found, key) == field.metadata[key], (name, field.name, key)
            assert found.choices == tuple(field.metadata["choices"])


def test_the_comments_of_the_file_are_what_the_modules_say() -> None:
    film = projects.load(REPOSITORY)
    table = ""
    for line in (REPOSITORY / "hyperparameters.toml").read_text(encoding="utf-8").splitlines():
        table = heading[1] if (heading := re.match(r"\[(\w+)\]$", line)) else table
        if entry := re.match(r"(\w+) = .*?(?:  +# (.*))?$", line):
            key = f"{table}.{entry[1]}"
            said = parameters.comment(film.schema[key], key not in film.unread)
            assert entry[2] == said, "run scripts/comment-hyperparameters"


@pytest.mark.parametrize(
    ("open_ends", "refused", "words"),
    [
        ((False, False), [-0.001, 1.001], "0 to 1"),
        ((True, False), [0.0, 1.001], "more than 0 and at most 1"),
        ((False, True), [-0.001, 1.0], "at least 0 and less than 1"),
        ((True, True), [0.0, 1.0], "more than 0 and less than 1"),
    ],
)
def test_a_bound_is_allowed_unless_it_is_open(open_ends: tuple[bool, bool], refused: list[float], words: str) -> None:
    low_open, high_open = open_ends
    limits = {"low": 0.0, "high": 1.0, "low_open": low_open, "high_open": high_open}
    parameter = parameters.Parameter("world", "share", "float", many=False, default=0.5, **limits)
    for value in (0.0, 0.001, 0.999, 1.0, -0.001, 1.001):
        if value in refused or not 0.0 <= value <= 1.0:
            with pytest.raises(UserError, match=re.escape(words)):
                parameter.accept(value, "hyperparameters.toml")
        else:
            assert parameter.accept(value, "hyperparameters.toml") == value
