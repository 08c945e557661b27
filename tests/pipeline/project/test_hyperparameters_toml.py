"""hyperparameters.toml: what is right is read, and what is wrong is one sentence with file, line and key."""

from functools import cache
from pathlib import Path

import pytest

from pipeline.errors import UserError
from pipeline.project import hyperparameters_toml, parameters
from pipeline.project.sources import Sources

SHIPPED = Path(__file__).parents[3]


@cache
def schema_as_shipped() -> parameters.Schema:
    return parameters.schema(Sources(SHIPPED, SHIPPED / "build/sources.json"))


def load(root: Path, *overrides: str) -> hyperparameters_toml.Hyperparameters:
    known = schema_as_shipped() if root == SHIPPED else parameters.schema(Sources(root, root / "build/sources.json"))
    return hyperparameters_toml.load(root, known, overrides)


def complaint(root: Path, *overrides: str) -> str:
    with pytest.raises(UserError) as error:
        load(root, *overrides)
    assert "\n" not in str(error.value)
    return str(error.value)


def write(root: Path, text: str) -> None:
    (root / "hyperparameters.toml").write_text(text, encoding="utf-8")


def test_values_come_from_the_file_and_defaults_fill_the_rest(project: Path) -> None:
    write(project, "[rise]\nslope = 1\nmode = 'curved'\nstops = [0, 0.5]\n")
    assert load(project) == {
        "rise.slope": 1.0,
        "rise.steps": 4,
        "rise.mode": "curved",
        "rise.stops": (0.0, 0.5),
        "rise.loud": False,
        "fall.slope": 0.25,
    }
    assert type(load(project)["rise.slope"]) is float


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "[rise]\nslopes = 0.5\n",
            'hyperparameters.toml, line 2: [rise] has no key "slopes"; did you mean "slope"?',
        ),
        ("[raise]\nslope = 0.5\n", 'hyperparameters.toml, line 1: there is no table [raise]; did you mean "rise"?'),
        (
            "[rise]\n\nslope = 2\n",
            "hyperparameters.toml, line 3: rise.slope is 2.0, but it must be more than 0 and at most 1.",
        ),
        ("[rise]\nsteps = 0\n", "hyperparameters.toml, line 2: rise.steps is 0, but it must be from 1 to 100."),
        (
            "[rise]\nsteps = 2.5\n",
            "hyperparameters.toml, line 2: rise.steps must be a whole number from 1 to 100, but it is 2.5.",
        ),
        (
            '[fall]\nslope = "steep"\n',
            'hyperparameters.toml, line 2: fall.slope must be a number from 0 to 1, but it is the text "steep".',
        ),
        (
            "[fall]\nslope = true\n",
            "hyperparameters.toml, line 2: fall.slope must be a number from 0 to 1, but it is true.",
        ),
        ("[fall]\nslope = nan\n", "hyperparameters.toml, line 2: fall.slope must be a finite number, but it is nan."),
        (
            '[rise]\nmode = "curvy"\n',
            'hyperparameters.toml, line 2: rise.mode is the text "curvy", which is none of its choices; '
            'did you mean "curved"?',
        ),
        ("[rise]\nstops = 0.5\n", "hyperparameters.toml, line 2: rise.stops is 0.5, but it must be a list of numbers."),
        (
            "[rise]\nstops = []\n",
            "hyperparameters.toml, line 2: rise.stops is an empty list; it needs at least one item.",
        ),
        (
            "[rise]\nstops = [0.5, 1.5]\n",
            "hyperparameters.toml, line 2: each item of rise.stops is 1.5, but it must be from 0 to 1.",
        ),
        (
            "slope = 0.5\n",
            "hyperparameters.toml, line 1: slope stands in no table; put it under a heading such as [fall].",
        ),
        ("[fall]\nslope = 0,04\n", "hyperparameters.toml, line 2, column 10: write 0.04 with a point."),
        ("[fall]\nslope = ,5 # half\n", "hyperparameters.toml, line 2, column 9: write 0.5 with a point."),
        ("[rise]\nstops = [0.5, 0,05]\n", "hyperparameters.toml, line 2, column 18: write 0.05 with a point."),
        (
            '[fall]\nslope = "0,04"\n',
            'hyperparameters.toml, line 2: fall.slope is the text "0,04"; write 0.04 with a point.',
        ),
        (
            "[rise]\nstops = [1,2\n",
            "hyperparameters.toml, line 3, column 1: this is not valid TOML (unclosed array).",
        ),
        ("[rise]\nslope = = 1\n", "hyperparameters.toml, line 2, column 9: this is not valid TOML (invalid value)."),
    ],
)
def test_a_mistake_is_one_sentence(project: Path, text: str, sentence: str) -> None:
    write(project, text)
    assert complaint(project) == sentence


def test_toml_that_ends_too_early_names_the_last_line(project: Path) -> None:
    write(project, "[rise]\nslope = [0.5,")
    assert complaint(project).startswith("hyperparameters.toml, line 2, column ")


def test_a_key_set_twice_is_a_sentence(project: Path) -> None:
    write(project, "[rise]\nslope = 0.5\nslope = 0.6\n")
    assert complaint(project).startswith("hyperparameters.toml, line 3, column ")


def test_no_file_and_no_text_are_sentences(project: Path) -> None:
    (project / "hyperparameters.toml").write_bytes(b"[rise]\n# \xff\n")
    assert complaint(project) == "hyperparameters.toml, line 2: this is not UTF-8 text."
    (project / "hyperparameters.toml").unlink()
    assert complaint(project) == "hyperparameters.toml is missing; it stands beside render.py."


def test_an_override_takes_the_place_of_the_value_in_the_file(project: Path) -> None:
    values = load(project, "rise.slope=0.75", "rise.mode=curved", "rise.stops=[0.1]")
    assert (values["rise.slope"], values["rise.mode"], values["rise.stops"]) == (0.75, "curved", (0.1,))


@pytest.mark.parametrize(
    ("override", "sentence"),
    [
        ("rise.slope=5", "--set rise.slope=5: rise.slope is 5.0, but it must be more than 0 and at most 1."),
        ("fall.slope=0,04", '--set fall.slope=0,04: fall.slope is the text "0,04"; write 0.04 with a point.'),
        (
            "rise.stops=[0,05, 0,5]",
            '--set rise.stops=[0,05, 0,5]: rise.stops is the text "[0,05, 0,5]"; write 0.05 with a point.',
        ),
        ("rise.stops=0,5", '--set rise.stops=0,5: rise.stops is the text "0,5"; write 0.5 with a point.'),
        ("rise.slpe=0.5", '--set rise.slpe=0.5: [rise] has no key "slpe"; did you mean "slope"?'),
        ("slope=0.5", "--set slope=0.5: write it as table.key=value, for example grpo.beta=0.1."),
        ("rise.slope", "--set rise.slope: write it as table.key=value, for example grpo.beta=0.1."),
        ("rize.slope=0.5", '--set rize.slope=0.5: there is no hyperparameter "rize.slope"; did you mean "rise.slope"?'),
    ],
)
def test_a_wrong_override_is_one_sentence(project: Path, override: str, sentence: str) -> None:
    assert complaint(project, override) == sentence


def test_clip_eps_sets_both_ends_of_every_rule_that_has_them() -> None:
    root = SHIPPED
    before = load(root)
    tables = [name.removesuffix(".clip_low") for name in before if name.endswith(".clip_low")]
    assert {"ppo", "grpo", "dapo", "gspo"} <= set(tables)
    for table in tables:
        ends = {f"{table}.clip_low": 0.375, f"{table}.clip_high": 0.375}
        assert load(root, f"{table}.clip_eps=0.375") == {**before, **ends}
    one = load(root, "ppo.clip_eps=0.375", "ppo.clip_high=0.5")
    assert (one["ppo.clip_low"], one["ppo.clip_high"]) == (0.375, 0.5)


@pytest.mark.parametrize(
    ("override", "sentence"),
    [
        ("ppo.clip_eps=-1", "--set ppo.clip_eps=-1: ppo.clip_low is -1.0, but it must be "),
        ("trpo.clip_eps=0.3", '--set trpo.clip_eps=0.3: [trpo] has no key "clip_eps"'),
    ],
)
def test_clip_eps_is_refused_where_it_cannot_be(override: str, sentence: str) -> None:
    assert complaint(SHIPPED, override).startswith(sentence)


def test_patterns_select_tables_and_keys(project: Path) -> None:
    values = load(project)
    assert hyperparameters_toml.select(values, ["fall.*", "rise.steps"], "here") == {
        "fall.slope": 0.25,
        "rise.steps": 4,
    }
    with pytest.raises(UserError, match=r'here: "rise.step" names no hyperparameter; did you mean "rise.steps"'):
        hyperparameters_toml.select(values, ["rise.step"], "here")
