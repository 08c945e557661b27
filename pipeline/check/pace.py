"""Holds the telling to the standard: words a minute, whole sentences, each term defined before it is used.

What may be said when stands in assets/narration/glossary.toml:

    chapters = ["ch03_why_not_compute_the_slope"]   # held to the standard

    [terms.ratio]
    defined = "the_ratio.name"                      # the line that defines it aloud: clip.cue
    forms = ["ratio", "ratios"]
    never = ["odds ratio"]                          # words that may not stand for it
    known = true                                    # instead of `defined`: no need to define it
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import UserError
from pipeline.media.timing import TimedLine, Timing
from pipeline.project import toml_text

FILE = "assets/narration/glossary.toml"
SLOWEST, FASTEST = 105.0, 140.0
"""Words a minute over a whole clip, its pauses included."""
FEWEST = 12
"""A clip of fewer words, such as the end screen, is not told but shown."""
KINDS = ("haste", "footnote")
"""Faults that the clip's own timeline shows (scenes/engine/pacing.py)."""

_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*|\d[\d.,]*%?")
_SENTENCE = re.compile(r"(?:[^.!?]|\.(?=\d))+[.!?]?")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_VERBS = _words(
    "am is are was were be been being has have had do does did can could may might must shall should will "
    "would let take say think know see look call ask add subtract divide multiply compare watch suppose "
    "imagine remember notice keep hold read write draw go come get give make find tell try use want need put "
    "show start begin stop end stay turn move climb step walk change depend mean matter work help happen learn "
    "forget train sample weigh count pay cost earn reward push pull raise lower grow shrink fall rise follow "
    "lead reach leave return repeat choose pick guess expect predict believe wait trust run play live stand "
    "lie meet understand explain answer wonder trace point open close fit break mend repair cure pass agree "
    "differ share belong become seem sound feel hear speak double halve cancel measure estimate average "
    "bring hide compile compute cover report solve store clip limit punish prefer rank judge deserve"
)
_ENDINGS = ("", "s", "es", "d", "ed", "ing")
_IRREGULAR = _words(
    "took said thought knew saw kept held wrote drew went came got gave made found told began stood meant paid "
    "grew shrank fell rose led left chose understood heard spoke became felt lay met broke ran forgot put cost "
    "let taken written drawn known seen gone given grown fallen risen chosen spoken shown"
)


@dataclass(frozen=True)
class Term:
    """A word of the field: where it is defined aloud, how it may appear, and what may not stand for it."""

    name: str
    defined: str
    forms: tuple[str, ...]
    never: tuple[str, ...]


@dataclass(frozen=True)
class Glossary:
    """The chapters that are held to the standard, and the terms in the order in which they are defined."""

    chapters: frozenset[str]
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Told:
    """A clip as it is told: its chapter's file name, its timing, and when each new word comes on the screen."""

    chapter: str
    timing: Timing
    labels: tuple[tuple[float, str], ...] = ()


def read(root: Path) -> Glossary:
    """The glossary of a project; without the file, an empty one. A UserError where it is not one."""
    if not (root / FILE).exists():
        return Glossary(frozenset(), ())
    data, _ = toml_text.read(root / FILE, "", FILE)
    terms = data.get("terms", {})
    chapters = data.get("chapters", [])
    if not _texts(chapters) or not isinstance(terms, dict):
        raise UserError(f"{FILE}: chapters must be a list of texts, and terms tables such as [terms.ratio].")
    return Glossary(frozenset(chapters), tuple(_term(name, entry) for name, entry in terms.items()))


def _term(name: str, entry: Any) -> Term:
    entry = entry if isinstance(entry, dict) else {}
    defined, known = entry.get("defined", ""), entry.get("known", False)
    forms, never = entry.get("forms", [name]), entry.get("never", [])
    right = isinstance(defined, str) and _texts(forms) and _texts(never) and bool(defined) != bool(known)
    if not right or set(entry) - {"defined", "known", "forms", "never"}:
        raise UserError(
            f'{FILE}: [terms.{name}] needs defined = "clip.cue" or known = true, and lists forms and never.'
        )
    return Term(name, defined, tuple(forms), tuple(never))


def findings(told: Sequence[Told], glossary: Glossary) -> Iterator[str]:
    """Every objection to the clips in the order of the film, a sentence each."""
    paced = [clip for clip in told if clip.chapter in glossary.chapters]
    for clip in paced:
        yield from _speed(clip.timing)
        for line in clip.timing.lines:
            yield from _verbless(line)
    yield from _terms(told, paced, glossary)


def _speed(timing: Timing) -> Iterator[str]:
    words = sum(len(_WORD.findall(line.text)) for line in timing.lines)
    rate = 60.0 * words / timing.duration
    if words >= FEWEST and not SLOWEST <= rate <= FASTEST:
        yield f"pace: {timing.clip} is told at {rate:.0f} words a minute, not {SLOWEST:.0f} to {FASTEST:.0f}."


def _verbless(line: TimedLine) -> Iterator[str]:
    for sentence in _SENTENCE.findall(line.text):
        words = [word.lower().replace("’", "'") for word in _WORD.findall(sentence)]
        if len(words) > 1 and not any(_is_verb(word) for word in words):
            yield f'pace: {line.name} has a sentence without a verb: "{sentence.strip()}"'


def _is_verb(word: str) -> bool:
    if word in _IRREGULAR or word.endswith(("'s", "'re", "'ll", "'ve", "'m", "n't", "'d")):
        return True
    stems = {word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending)}
    stems |= {f"{stem}e" for stem in stems} | {stem[:-1] for stem in stems if stem[-1:] == stem[-2:-1]}
    stems |= {f"{stem[:-1]}y" for stem in stems if stem.endswith("i")}
    return any(stem in _VERBS for stem in stems)


def _terms(told: Sequence[Told], paced: Sequence[Told], glossary: Glossary) -> Iterator[str]:
    """Terms that come before their definition, words that stand for them, and too much beside a definition."""
    order = {f"{clip.timing.clip}.{cue}": time for clip in told for cue, time in clip.timing.cues.items()}
    place = {clip.timing.clip: number for number, clip in enumerate(told)}
    for term in glossary.terms:
        if term.defined and term.defined not in order:
            if any(clip.timing.clip == term.defined.partition(".")[0] for clip in told) or not told:
                yield f'glossary: "{term.name}" is defined at {term.defined}, but no line has that cue.'
            continue
        for clip in paced:
            yield from _stand_ins(term, clip.timing)
            if term.defined:
                yield from _early(term, clip.timing, place, order[term.defined])
    for clip in paced:
        yield from _crowded(clip, [term for term in glossary.terms if term.defined in order])


def _stand_ins(term: Term, timing: Timing) -> Iterator[str]:
    for line in timing.lines:
        for word in term.never:
            if _says(line.text, [word]):
                yield f'glossary: {line.name} says "{word}"; the word is "{term.forms[0]}".'


def _early(term: Term, timing: Timing, place: Mapping[str, int], time: float) -> Iterator[str]:
    home = term.defined.partition(".")[0]
    if place[timing.clip] > place[home]:
        return
    for line in timing.lines:
        before = place[timing.clip] < place[home] or line.end <= time
        if before and _says(line.text, term.forms):
            yield f'glossary: {line.name} says "{term.name}" before {term.defined} defines it.'
            return


def _crowded(clip: Told, terms: Iterable[Term]) -> Iterator[str]:
    """More than one new label while a line defines a term."""
    for term in terms:
        home, _, cue = term.defined.partition(".")
        if home != clip.timing.clip:
            continue
        at = clip.timing.cues[cue]
        line = next((line for line in clip.timing.lines if line.start - 0.05 <= at <= line.end), None)
        if line is None:
            continue
        new = [words for time, words in clip.labels if max(line.start, 0.01) < time < line.end]
        if len(new) > 1:
            told = ", ".join(f'"{words}"' for words in new)
            yield f'pace: while {line.name} defines "{term.name}", {len(new)} new labels come: {told}.'


def _says(text: str, forms: Iterable[str]) -> bool:
    return any(re.search(rf"(?<![\w-]){re.escape(form)}(?![\w-])", text, re.IGNORECASE) for form in forms)


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
