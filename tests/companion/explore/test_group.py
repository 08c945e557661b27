"""The explorer's tables, against numbers worked by hand and against the rules themselves."""

import pytest

from companion.explore import conventions, form, picture
from companion.explore.group import Group, table
from objectives import OBJECTIVES

PAIRS = [(source, rule) for source in conventions.SOURCES for rule in OBJECTIVES if conventions.has(source, rule)]
TWO = {"old": "0.5,0.5", "new": "0.75,0.25", "ref": "0.5,0.5", "r": "1,0", "beta": "0"}


def test_two_answers_by_hand() -> None:
    made = table(Group.read(TWO))
    assert made.columns["advantage"] == pytest.approx([1, -1])
    assert made.columns["ratio"] == pytest.approx([1.5, 0.5])
    assert made.columns["unclipped"] == pytest.approx([1.5, -0.5])
    assert made.columns["clipped"] == pytest.approx([1.2, -0.8])
    assert made.columns["push"] == pytest.approx([0, 0])
    assert made.decides == ["clipped", "clipped"]
    assert made.silenced == [True, True]
    assert made.sums["objective"] == pytest.approx(0.2)


@pytest.mark.parametrize(("source", "rule"), PAIRS)
def test_a_rule_reports_its_own_loss(source: str, rule: str) -> None:
    group = Group.read({"rule": rule, "lib": source})
    made = table(group)
    assert made.sums["objective"] == -float(OBJECTIVES[rule].loss(group.rollouts(), group.params).total.detach())
    if getattr(group.params, "aggregation", "token") in ("token", "sequence") and rule != "dapo":
        mean = sum(made.columns["surrogate"]) / len(group.old)
        assert mean == pytest.approx(made.sums["policy"], abs=1e-9)
    assert picture.draw(group, made).count("<circle") == len(group.old)
    assert picture.told(group, made).endswith(".")


def test_the_settings_of_a_library_are_those_of_the_rules() -> None:
    assert conventions.settings("grpo", "trl") == OBJECTIVES["grpo"].Params.of("trl")  # type: ignore[attr-defined]
    assert conventions.settings("grpo", "verl", {"beta": "0.3"}).beta == 0.3
    assert not conventions.has("stable_baselines3", "grpo")


@pytest.mark.parametrize(
    "query",
    [
        {"rule": "no"},
        {"lib": "stable_baselines3"},
        {"old": "0,1"},
        {"old": "0.5,nan", "new": "0.5,0.5", "ref": "0.5,0.5", "r": "1,0"},
        {"r": "1"},
        {"r": "a,b,c,d,e,f"},
        {"clip_low": "7"},
        {"beta": ""},
    ],
)
def test_a_wrong_number_is_a_sentence(query: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        Group.read(query)


def test_a_link_that_says_nothing_readable_opens_the_page_as_it_is_and_nothing_foreign_gets_in() -> None:
    film = {key: 1.0 for knob in form.maps.KNOBS for key in knob.keys} | {"three_answers.start": [0.2, 0.3, 0.5]}
    page = form.whole({"rule": "<script>", "three_answers.start": '"><script>,1', "grpo.beta": '"><b>'}, film)
    assert "<script>" not in page
    assert "<b>" not in page


def test_a_table_of_settings_can_be_read_back() -> None:
    import tomllib

    params = conventions.settings("grpo", "verl")
    assert tomllib.loads(conventions.toml("grpo", params))["grpo"]["dual_clip"] == 3.0
