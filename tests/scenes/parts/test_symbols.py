"""One thing, one colour, one word: in formulas, in the pictures that they name, and in what is said.

What is written in each clip is held to the same in tests/scenes/chapters/test_clips.py.
"""

from __future__ import annotations

import re

import pytest

from scenes import theme
from scenes.parts import rules, slopes
from scenes.parts.formula import UNNAMED, Formula
from tests.scenes.film import ROOT
from tests.scenes.symbols import ONE_WORD, RULES, Written, faults_of, miscoloured, other_words, strange

FORMULAS = {
    **{f"rules.FULL {name}": source for name, source in rules.FULL.items()},
    **{f"rules.SHORT {name}": source for name, source in rules.SHORT.items()},
    **{f"rules.EDITS {name}": source for name, (_, _, source) in rules.EDITS.items()},
    **{f"rules.MEANS {name}": source for name, source in rules.MEANS.items()},
    **{f"slopes.{name}": value for name, value in vars(slopes).items() if name.isupper() and isinstance(value, str)},
}


@pytest.mark.parametrize("name", FORMULAS)
def test_every_term_of_a_formula_is_labelled_as_the_symbol_that_it_is(name: str) -> None:
    assert faults_of(FORMULAS[name]) == []


@pytest.mark.parametrize("name", FORMULAS)
def test_every_labelled_term_wears_the_colour_of_its_symbol(name: str) -> None:
    terms = Formula(FORMULAS[name], 200, 400).terms
    colours = {label: term.submobjects[0].get_fill_color().to_hex()[:7].upper() for label, term in terms.items()}
    for label, colour in colours.items():
        wanted = theme.TEXT if label == UNNAMED else theme.SYMBOLS[label.split("-")[0]]
        assert colour == wanted.upper(), label


def test_a_wrong_label_and_a_missing_one_are_found() -> None:
    assert faults_of("{{ r_i : value }} {{ rho : ratio }} hat(A)") == [
        "r_i is labelled value",
        "advantage has no label",
    ]
    assert faults_of("{{ rho : share }} {{ min : kl }} {{ lambda : dial }} {{ 1 : ratio }}") == [
        "rho is labelled share",
        "min is labelled kl",
    ]


def test_symbols_have_colours_of_their_own_or_share_one_for_a_reason() -> None:
    """An advantage is a difference of values, and a ratio one of probabilities: each pair is one colour."""
    groups: dict[str, set[str]] = {}
    for name, colour in theme.SYMBOLS.items():
        groups.setdefault(colour, set()).add(name)
    assert [group for group in groups.values() if len(group) > 1] == [{"value", "advantage"}, {"logp", "ratio"}]
    assert not set(theme.SYMBOLS.values()) & set(RULES)


def test_words_that_wear_a_strangers_colour_are_found() -> None:
    value, ppo = theme.SYMBOLS["value"].upper(), theme.OBJECTIVES["ppo"].colour.upper()
    assert strange(Written("how far the batches scatter", value))
    assert not strange(Written("what the critic expects", value))
    assert miscoloured(Written("ratio", value))
    assert miscoloured(Written("GRPO", ppo))
    assert not miscoloured(Written("PPO", ppo))
    assert other_words("The landscape of payoffs") == ["landscape", "payoff"]


def test_the_narration_calls_a_thing_by_its_one_word() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "assets/narration").glob("*.md"))}
    assert {name: found for name, text in texts.items() if (found := other_words(text))} == {}
    spoken = "\n".join(texts.values()).lower()
    assert [word for word in ONE_WORD if not re.search(rf"\b{word}", spoken)] == [], (
        "the film does not speak of it any more"
    )
