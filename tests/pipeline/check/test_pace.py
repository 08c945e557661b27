"""The checker of pace objects to a clip that is told wrong in each way, and to nothing in one that is told well."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.check import pace
from pipeline.check.pace import Glossary, Term, Told
from pipeline.errors import UserError
from pipeline.media.timing import TimedLine, Timing

GLOSSARY = Glossary(frozenset({"ch01"}), (Term("ratio", "second.name", ("ratio", "ratios"), ("odds",)),))


def clip(name: str, *lines: str, rate: float = 120.0, cue: str = "") -> Told:
    """A clip told at so many words a minute, one line after the other; the last line has the cue."""
    timed, at = [], 0.0
    for number, text in enumerate(lines):
        seconds = 60.0 * len(text.split()) / rate
        timed.append(TimedLine(f"{name}.line{number}", at, at + seconds, text))
        at += seconds
    cues = {"open": 0.0, **({cue: timed[-1].start} if cue else {})}
    return Told("ch01", Timing(name, at, cues, tuple(timed), ""))


WELL = [
    clip("first", "We start with two answers, and one of them has become much more likely than it was before."),
    clip("second", "Now divide the new chance by the old one, and call what you get the ratio.", cue="name"),
    clip("third", "A ratio of two says that an answer has become twice as likely as it was, so it counts twice."),
]


def found(*told: Told, glossary: Glossary = GLOSSARY) -> list[str]:
    return list(pace.findings(told, glossary))


def test_a_chapter_that_is_told_well_has_no_faults() -> None:
    assert found(*WELL) == []


@pytest.mark.parametrize(("rate", "said"), [(90.0, "90"), (150.0, "150")])
def test_too_slow_or_too_fast_is_told_with_its_speed(rate: float, said: str) -> None:
    hasty = clip("first", *(line.text for line in WELL[0].timing.lines), rate=rate)
    assert found(hasty, *WELL[1:]) == [f"pace: first is told at {said} words a minute, not 105 to 140."]


def test_a_clip_of_few_words_is_shown_and_not_told() -> None:
    assert found(clip("end", "Thank you for watching.", rate=20.0), *WELL) == []


def test_a_sentence_without_a_verb_is_quoted() -> None:
    riddle = clip("first", "We look at all of the maps from the side, one after the other. Far off: fog.")
    assert found(riddle, *WELL[1:]) == ['pace: first.line0 has a sentence without a verb: "Far off: fog."']


def test_a_decimal_point_ends_no_sentence() -> None:
    decimals = clip("first", "The right number pays 0.6, and thinking first brings 0.4 more, and it hides nothing.")
    assert found(decimals, *WELL[1:]) == []


def test_a_term_before_its_definition_is_named_once() -> None:
    early = clip("first", "Here is a ratio, and here is a second ratio, and we will say later what they are for.")
    assert found(early, *WELL[1:]) == ['glossary: first.line0 says "ratio" before second.name defines it.']


def test_a_word_that_may_not_stand_for_a_term_is_refused() -> None:
    other = clip("third", "The odds of an answer have become larger than they were, so it counts for more than before.")
    assert found(*WELL[:2], other) == ['glossary: third.line0 says "odds"; the word is "ratio".']


def test_two_new_labels_beside_a_definition_are_too_many() -> None:
    one, two = (2.0, "new chance"), (3.0, "old chance")
    assert found(WELL[0], replace(WELL[1], labels=(one,)), WELL[2]) == []
    crowded = replace(WELL[1], labels=(one, two))
    assert found(WELL[0], crowded, WELL[2]) == [
        'pace: while second.line0 defines "ratio", 2 new labels come: "new chance", "old chance".'
    ]


def test_a_definition_that_no_line_holds_is_a_fault() -> None:
    lost = Glossary(GLOSSARY.chapters, (Term("ratio", "second.lost", ("ratio",), ()),))
    assert found(*WELL, glossary=lost) == ['glossary: "ratio" is defined at second.lost, but no line has that cue.']


def test_other_chapters_are_not_held_to_it() -> None:
    assert found(*(replace(told, chapter="ch09") for told in WELL), clip("riddle", "Fog.", rate=10.0)) == []


@pytest.mark.parametrize("sentence", ["The walk ends.", "Let it go.", "It's late.", "Nobody tried.", "Stop now!"])
def test_verbs_are_known_in_their_forms(sentence: str) -> None:
    assert not any("verb" in fault for fault in found(clip("first", sentence), *WELL[1:]))


@pytest.mark.parametrize(
    "text",
    ["chapters = 3", "[terms.ratio]\n", '[terms.ratio]\ndefined = "a.b"\nform = ["x"]', "chapters = [", "terms = 3"],
)
def test_a_broken_glossary_is_one_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / pace.FILE
    file.parent.mkdir(parents=True)
    file.write_text(text)
    with pytest.raises(UserError, match=r"^assets/narration/glossary\.toml(, line \d+(, column \d+)?)?: .+\.$"):
        pace.read(tmp_path)


def test_the_glossary_of_the_film_can_be_read() -> None:
    read = pace.read(Path(__file__).parents[3])
    assert len({term.name for term in read.terms}) == len(read.terms)


def test_a_sentence_does_not_end_at_a_decimal_point() -> None:
    told = clip("first", "At 10.4, which is the average reward, the cloud of estimates is nearly as calm as it can be.")
    assert found(told) == []
