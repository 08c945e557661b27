"""What every engine gives: sound with the times of the words of the captions; and what each is given to say."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Times = list[tuple[float, float]]
"""When each word begins and ends, in seconds."""

_LETTER = "A"
_LETTERS_OF_A_STOP = {",": 3, ";": 4, ":": 4, "—": 4, "–": 3, ".": 7, "?": 7, "!": 7}


@dataclass(frozen=True)
class Spoken:
    """A line as it comes from a voice: 48 kHz stereo, and the times of its words."""

    samples: NDArray[np.int16]
    times: Times


@dataclass(frozen=True)
class Heard:
    """What a voice is to say for a line: the text, and where in it each word of the captions stands."""

    text: str
    spans: tuple[tuple[int, int], ...]

    def part(self, first: int, last: int) -> str:
        """What is said for the words from `first` to `last`."""
        return self.text[self.spans[first][0] : self.spans[last][1]]


def heard(text: str, say: Mapping[str, str]) -> Heard:
    """A text with what `say` puts in the place of whole words and phrases; a phrase keeps its number of words.

    The entry "A" is the letter: at the beginning of a sentence the word is the article, unless a stop follows it.
    """
    return _heard(text, tuple(say.items()))


@functools.lru_cache(maxsize=4096)
def _heard(text: str, entries: tuple[tuple[str, str], ...]) -> Heard:
    """The same, remembered: the same lines are asked for with each question about the film."""
    say = dict(entries)
    phrases, words, letter = _patterns(tuple(say))

    def look_up(match: re.Match[str]) -> str:
        return say[match.group()]

    said = phrases.sub(look_up, " ".join(text.split())).split(" ")
    if _LETTER in say:
        begins = [True, *(bool(re.search(r"[.?!:][\"'”’)]*$", word)) for word in said[:-1])]
        said = [
            word if begin and not re.search(r"A\W+$", word) else letter.sub(look_up, word)
            for word, begin in zip(said, begins, strict=True)
        ]
    said = [words.sub(look_up, word) for word in said]
    ends = list(itertools.accumulate(len(word) + 1 for word in said))
    spans = tuple((end - len(word) - 1, end - 1) for word, end in zip(said, ends, strict=True))
    return Heard(" ".join(said), spans)


def sentence_ends(words: Sequence[str]) -> list[int]:
    """The words with which sentences end; the last one is among them."""
    ends = [index for index, word in enumerate(words) if re.search(r"[.?!][\"'”’)]*$", word)]
    return ends if ends and ends[-1] == len(words) - 1 else [*ends, len(words) - 1]


def letters(text: str) -> int:
    """How long a text takes to say, in letters; a stop counts as some."""
    return sum(len(word) + 1 + _LETTERS_OF_A_STOP.get(word[-1], 0) for word in text.split())


def share(text: str, start: float, end: float) -> Times:
    """A stretch of time shared by the words of a text by their letters; a stop after a word counts as some more."""
    words = text.split()
    lengths = [len(word) + 1 for word in words]
    stops = [_LETTERS_OF_A_STOP.get(word.rstrip("\"'”’)")[-1:], 0) for word in words]
    if stops:
        stops[-1] = 0
    unit = (end - start) / max(1, sum(lengths) + sum(stops))
    times, now = [], start
    for count, stop in zip(lengths, stops, strict=True):
        times.append((now, now + count * unit))
        now += (count + stop) * unit
    return times


@functools.lru_cache(maxsize=16)
def _patterns(entries: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """What finds the phrases among these entries, the single words, and the letter."""
    phrases = _any_of(entry for entry in entries if " " in entry)
    words = _any_of(entry for entry in entries if " " not in entry and entry != _LETTER)
    return phrases, words, _any_of([_LETTER])


def _any_of(entries: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds each entry that stands in a text as a whole, longer ones first; nothing without entries."""
    return re.compile("|".join(map(_whole, sorted(entries, key=len, reverse=True))) or r"(?!)")


def _whole(entry: str) -> str:
    """A pattern that finds the entry only where no letter or digit continues it."""
    before = r"(?<![^\W_])" if entry[0].isalnum() else ""
    after = r"(?![^\W_])" if entry[-1].isalnum() else ""
    return before + re.escape(entry) + after
