"""One thing, one colour, one word: in formulas, in the pictures that they name, and in what is said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from pipeline.build.build import Build
from scenes import theme
from scenes.engine.lettering import said
from scenes.engine.lint import readable
from scenes.engine.stage import Stage
from scenes.parts import rules, slopes
from scenes.parts.formula import UNNAMED, Formula
from tests.scenes.film import ROOT, names, stage_of

TERM = re.compile(r"\{\{\s*(.*?)\s*:\s*([a-z]+)(?:-[\w-]+)?\s*\}\}")
# What a term of a formula is, by the letters in it; the first that fits counts: clip(rho) is the clip.
LETTERS = {
    "chance": r"^pi\(o\)$",
    "clip": r"clip|epsilon|macron\(rho\)",
    "kl": r"KL|beta|delta|\bF\b",
    "advantage": r"hat\(A\)",
    "mean": r"sum_|\bmu\b|\bsigma\b",
    "ratio": r"\brho",
    "logp": r"log pi|\bpi(?:\b|_)",
    "value": r"\b[Vb]\b|\bV_",
    "reward": r"\br\b|\br_",
}
# Letters that must not stand in a formula without a label: they would lose their colour.
COLOURED = {name: LETTERS[name] for name in ("clip", "kl", "advantage", "ratio")}
# What words in the colour of a symbol may speak of. Reward and mean have the colours of plain words.
SPEAKS_OF = {
    "value": r"value|forecast|critic|expect|advantage|worth|so far|^V\b",
    "advantage": r"value|forecast|critic|expect|advantage|worth|so far|^V\b",
    "logp": r"odds|chance|change|direction|likelier|probability|log prob|ratio|turn|promise",
    "ratio": r"odds|likelier|probability|ratio|turn|promise",
    "clip": r"clip|fence|post",
    "kl": r"KL|leash|reference|ring|trust region|Fisher",
}
# Words that stand alone for a symbol, and so wear its colour or none.
NAMES = {
    "advantage": "advantage",
    "forecast": "value",
    "critic": "value",
    "ratio": "ratio",
    "clip": "clip",
    "fence": "clip",
    "leash": "kl",
    "KL": "kl",
}
NEUTRAL = {theme.TEXT, theme.MUTED, theme.CASING, theme.CANVAS}
RULES = {look.colour: look.label for look in theme.OBJECTIVES.values()}
# The word that the film uses for a thing, and words for the same thing that it does not use.
ONE_WORD = {
    "fence": "barrier boundary border",
    "leash": "tether rope lead-line",
    "mountain": "landscape terrain hill",
    "map": "chart atlas",
    "policy": "agent actor",
    "reward": "payoff utility",
    "odds": "likelihood likelihoods",
    "handful": "minibatch",
    "forecast": "prognosis prediction",
}


@dataclass(frozen=True)
class Written:
    """Words or a formula on stage, with its colour."""

    clip: str
    source: str
    colour: str

    @property
    def words(self) -> str:
        """As it is read."""
        return readable(self.source)


@pytest.fixture(scope="module")
def written(prepared: Build) -> list[Written]:
    """Everything that is written in the film."""
    return [entry for name in names() for entry in _written(name, stage_of(prepared, name, 96, 54))]


def _written(clip: str, stage: Stage) -> Iterator[Written]:
    for actor in stage.timeline.actors:
        told = said(actor.mobject)
        source = told.words if told else ""
        leaves = actor.mobject.family_members_with_points()
        if source and leaves:
            yield Written(clip, source, leaves[0].get_fill_color().to_hex()[:7].upper())


def symbols(colour: str) -> set[str]:
    """The symbols that have this colour."""
    return {name for name, own in theme.SYMBOLS.items() if own.upper() == colour and own not in NEUTRAL}


def meaning(body: str) -> str:
    """The symbol that a term is, by its letters."""
    return next((name for name, letters in LETTERS.items() if re.search(letters, body)), "")


FORMULAS = {
    **{f"rules.FULL {name}": source for name, source in rules.FULL.items()},
    **{f"rules.SHORT {name}": source for name, source in rules.SHORT.items()},
    **{f"rules.EDITS {name}": source for name, (_, _, source) in rules.EDITS.items()},
    **{f"rules.MEANS {name}": source for name, source in rules.MEANS.items()},
    **{f"slopes.{name}": value for name, value in vars(slopes).items() if name.isupper() and isinstance(value, str)},
}


def faults_of(source: str) -> list[str]:
    """Terms of a formula with a label that is not theirs, and letters that need one and have none."""
    found = [f"{body} is labelled {label}" for body, label in TERM.findall(source) if meaning(body) != label]
    bare = TERM.sub(" ", source)
    bare = re.sub(r"#word\[[^\]]*\]", " ", bare)
    return found + [f"{name} has no label" for name, letters in COLOURED.items() if re.search(letters, bare)]


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


def test_symbols_have_colours_of_their_own_or_share_one_for_a_reason() -> None:
    """An advantage is a difference of values, and a ratio one of probabilities: each pair is one colour."""
    groups: dict[str, set[str]] = {}
    for name, colour in theme.SYMBOLS.items():
        groups.setdefault(colour, set()).add(name)
    assert [group for group in groups.values() if len(group) > 1] == [{"value", "advantage"}, {"logp", "ratio"}]
    assert not set(theme.SYMBOLS.values()) & set(RULES)


def test_every_formula_in_the_film_keeps_to_the_symbols(written: list[Written]) -> None:
    formulas = {entry.source: entry.clip for entry in written if "{{" in entry.source}
    assert len(formulas) > len(rules.FULL)
    assert {clip: faults for source, clip in formulas.items() if (faults := faults_of(source))} == {}


def test_words_in_the_colour_of_a_symbol_speak_of_it(written: list[Written]) -> None:
    told = [entry for entry in written if "{{" not in entry.source and re.search(r"[A-Za-z]{2}", entry.words)]
    coloured = [(entry, symbols(entry.colour)) for entry in told if symbols(entry.colour)]
    assert len(coloured) > 10
    strange = [
        (entry.clip, entry.words, sorted(own))
        for entry, own in coloured
        if not any(re.search(SPEAKS_OF[name], entry.words, re.IGNORECASE) for name in own)
    ]
    assert strange == []


def test_a_word_that_names_a_symbol_wears_its_colour_or_none(written: list[Written]) -> None:
    wrong = []
    for entry in written:
        symbol = NAMES.get(entry.words)
        if symbol and entry.colour not in {*NEUTRAL, *RULES, theme.SYMBOLS[symbol].upper()}:
            wrong.append((entry.clip, entry.words, entry.colour))
    assert wrong == []


def test_a_rule_is_named_in_its_own_colour_or_in_none(written: list[Written]) -> None:
    labels = {label: colour for colour, label in RULES.items()}
    named = [entry for entry in written if entry.words in labels]
    assert {entry.words for entry in named} == set(labels)
    wrong = [(e.clip, e.words, e.colour) for e in named if e.colour not in {*NEUTRAL, labels[e.words].upper()}]
    assert wrong == []


def test_the_same_thing_has_the_same_word_on_screen_and_in_the_narration(written: list[Written]) -> None:
    scripts = sorted((ROOT / "assets/narration").glob("*.md"))
    texts = {path.name: path.read_text(encoding="utf-8") for path in scripts}
    for entry in written:
        texts[entry.clip] = texts.get(entry.clip, "") + "\n" + entry.words
    spoken = "\n".join(texts.values()).lower()
    for word, others in ONE_WORD.items():
        assert re.search(rf"\b{word}", spoken), f"the film does not speak of a {word} any more"
        for other in others.split():
            guilty = [name for name, text in texts.items() if re.search(rf"\b{other}s?\b", text, re.IGNORECASE)]
            assert guilty == [], f'"{other}" stands for what the film calls "{word}"'
