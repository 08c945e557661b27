"""Captions from the times of words: SRT and VTT that can be read.

At most two lines of 42 characters (a wide one, as in Chinese, counts two), 20 characters a second and never more than
25, never two at once, broken where a reader would pause; a word that is too long for a line breaks after / - . _ or,
in scripts without spaces, between any two characters. A caption begins with its first word and may stay on in the
silence after its last one. Times are whole milliseconds. The rules are in the order of importance; `check` states which
of them a list of captions breaks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.errors import BuildError
from pipeline.media.timing import TimedLine, Timing, Word

LINES = 2
WIDTH = 42  # characters of a line
SPEED = 20  # characters a second that are easily read
FASTEST = 25  # characters a second

_SHORTEST, _LONGEST = 1000, 7000  # milliseconds that a caption stays, if there is room
_LINGER = 1200  # milliseconds after the last word, if reading takes them
_EARLY = 250  # milliseconds before the first word, if reading takes them and the screen is free
_GAP = 40  # milliseconds between a line's last caption and the next line's first
_SLOWER = {"recording": "record it more slowly", "kokoro": "lower voice.speed", "espeak": "lower voice.rate"}
_BREAKS = re.compile(r"[⺀-鿿가-힣豈-﫿＀-￯]|[^/._?&=#⺀-鿿가-힣豈-﫿＀-￯-]*[/._?&=#-]+|[^/._?&=#⺀-鿿가-힣豈-﫿＀-￯-]+")
_NEVER_FIRST = "、。，．：；！？」』）】・ーぁぃぅぇぉっゃゅょァィゥェォッャュョ"
_WEAK_ENDS = {
    *("a", "an", "the", "this", "that", "its", "it", "is", "are", "not", "and", "but", "or", "than"),
    *("as", "at", "by", "for", "from", "in", "of", "on", "to", "with"),
}


@dataclass(frozen=True)
class Caption:
    """One or two lines of text, and the milliseconds when they appear and go."""

    start: int
    end: int
    lines: tuple[str, ...]

    @property
    def speed(self) -> float:
        """Characters a second; the break between two lines counts as one, as a space does."""
        return 1000 * width(" ".join(self.lines)) / max(1, self.end - self.start)


def make(clips: Sequence[tuple[float, Timing]], where: Mapping[str, str] | None = None) -> list[Caption]:
    """The captions of clips that begin at these seconds of the film, in order.

    Raises BuildError with a sentence for each line that cannot be read in its time, which begins with the place that
    `where` has for the line's name.
    """
    lines = [(round(1000 * start), line) for start, timing in clips for line in timing.lines if line.words]
    end = max((round(1000 * (start + timing.duration)) for start, timing in clips), default=0)
    captions: list[Caption] = []
    refused: list[str] = []
    for index, (offset, line) in enumerate(lines):
        free = end
        if index + 1 < len(lines):
            following, after = lines[index + 1]
            free = following + round(1000 * after.words[0].start) - _GAP
        before = captions[-1].end + _GAP if captions else 0
        try:
            captions += _line(line, offset, before, free)
        except BuildError as error:
            place = (where or {}).get(line.name)
            refused.append(f"{place}: {error}" if place else str(error))
    if refused:
        raise BuildError("\n".join(refused))
    return captions


def srt(captions: Sequence[Caption]) -> str:
    """SubRip text."""
    blocks = [
        f"{number}\n{_clock(caption.start, ',')} --> {_clock(caption.end, ',')}\n" + "\n".join(caption.lines) + "\n"
        for number, caption in enumerate(captions, start=1)
    ]
    return "\n".join(blocks)


def vtt(captions: Sequence[Caption]) -> str:
    """WebVTT text."""
    blocks = ["WEBVTT\n"]
    for caption in captions:
        text = "\n".join(caption.lines).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        blocks.append(f"{_clock(caption.start, '.')} --> {_clock(caption.end, '.')}\n{text}\n")
    return "\n".join(blocks)


def check(captions: Sequence[Caption]) -> list[str]:
    """Sentences on every caption that breaks a rule."""
    problems = []
    for caption in captions:
        where = f'the caption at {_clock(caption.start, ".")} ("{caption.lines[0]}")'
        if len(caption.lines) > LINES:
            problems.append(f"{where} has {len(caption.lines)} lines; at most {LINES} are allowed.")
        if max(map(width, caption.lines)) > WIDTH:
            problems.append(f"{where} has a line of more than {WIDTH} characters.")
        if caption.speed > FASTEST:
            problems.append(f"{where} runs at {caption.speed:.1f} characters a second; at most {FASTEST} are allowed.")
        if caption.end <= caption.start:
            problems.append(f"{where} ends before it begins.")
    problems += [
        f"the caption at {_clock(second.start, '.')} begins before the one before it ends."
        for first, second in pairwise(captions)
        if second.start < first.end
    ]
    return problems


def too_fast(captions: Sequence[Caption]) -> list[str]:
    """A sentence on the captions that are hard to read in their time, if there are any."""
    fast = [caption for caption in captions if round(caption.speed) > SPEED]
    if not fast:
        return []
    worst = max(fast, key=lambda caption: caption.speed)
    which = "a caption is" if len(fast) == 1 else f"{len(fast)} captions are"
    return [
        f'{which} hard to read: "{worst.lines[0]}" at {_clock(worst.start, ".")} runs at {worst.speed:.0f} characters '
        f"a second; more than {SPEED} are a strain. Speak more slowly there, shorten it or put a pause after it."
    ]


def width(text: str) -> int:
    """How many characters wide a text is: those of Chinese, Japanese and Korean count two, accents none."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )


def pieces(word: str) -> list[str]:
    """A word cut where a line may break, into pieces as long as half a line; one that fits a line stays whole."""
    if width(word) <= WIDTH:
        return [word]
    found = [""]
    for part in _BREAKS.findall(word):
        if found[-1] and width(found[-1] + part) > WIDTH // 2 and part not in _NEVER_FIRST:
            found.append("")
        found[-1] += part
    return found


def fits(word: str) -> bool:
    """Whether a word, cut where a line may break, can stand in a caption."""
    return all(width(piece) <= WIDTH for piece in pieces(word))


def wrap(parts: Sequence[str]) -> tuple[str, ...] | None:
    """Words, each with the space after it, in one or two lines: the break at a pause, near the middle; or None."""
    text = "".join(parts).rstrip()
    if width(text) <= WIDTH:
        return (text,)
    best: tuple[float, tuple[str, ...]] | None = None
    for index in range(1, len(parts)):
        first, second = "".join(parts[:index]).rstrip(), "".join(parts[index:]).rstrip()
        if max(width(first), width(second)) <= WIDTH:
            cost = abs(width(first) - width(second)) + 12 * _roughness(parts[index - 1].rstrip())
            if best is None or cost < best[0]:
                best = cost, (first, second)
    return best[1] if best else None


@dataclass(frozen=True)
class _Room:
    """When a line may be shown: from `before` on, until `free`; all in milliseconds of the film."""

    words: tuple[Word, ...]
    ends: tuple[bool, ...]  # whether a word ends there, or goes on in the next piece
    offset: int
    before: int
    free: int

    def show(self, first: int, last: int) -> Caption | None:
        """Words `first` to `last` as a caption with the time that they can have; None if they do not fit."""
        shown = zip(self.words[first : last + 1], self.ends[first : last + 1], strict=True)
        lines = wrap([word.text + " " * ended for word, ended in shown])
        if lines is None:
            return None
        start = self.offset + round(1000 * self.words[first].start)
        needed = max(_SHORTEST, -(-1000 * width(" ".join(lines)) // SPEED))
        if last + 1 < len(self.words):
            end = self.offset + round(1000 * self.words[last + 1].start)
        else:
            spoken = self.offset + round(1000 * self.words[last].end)
            end = max(min(self.free, max(spoken + 300, min(start + needed, spoken + _LINGER))), min(spoken, self.free))
        if first == 0 and end - start < needed:
            start = min(start, max(self.before, start - _EARLY, end - needed))
        return Caption(start, end, lines)


def _line(line: TimedLine, offset: int, before: int, free: int) -> list[Caption]:
    """The best way to cut a line into captions, by the least cost of all ways."""
    words: list[Word] = []
    ends: list[bool] = []
    for word in line.words:
        cut = pieces(word.text)
        step = (word.end - word.start) / len(cut)
        words += [Word(part, word.start + k * step, word.start + (k + 1) * step) for k, part in enumerate(cut)]
        ends += [False] * (len(cut) - 1) + [True]
    room = _Room(tuple(words), tuple(ends), offset, before, free)
    count = len(words)
    best: list[tuple[float, list[Caption]] | None] = [None] * count + [(0.0, [])]
    for first in reversed(range(count)):
        for last in range(first, count):
            rest = best[last + 1]
            caption = room.show(first, last)
            if caption is None:
                break
            if rest is None:
                continue
            cost = rest[0] + _cost(caption, words[last].text, last + 1 == count)
            so_far = best[first]
            if so_far is None or cost < so_far[0]:
                best[first] = cost, [caption, *rest[1]]
    if best[0] is None:
        longest = max((word.text for word in words), key=width)
        raise BuildError(f'the line {line.name} cannot be captioned: "{longest}" is longer than {WIDTH} characters.')
    captions = best[0][1]
    for caption in captions:
        if caption.speed > FASTEST:
            text = " ".join(caption.lines)
            raise BuildError(
                f'the line {line.name} is spoken too fast to be read: "{text}" runs at {caption.speed:.0f} characters '
                f"a second, and at most {FASTEST} are allowed; {_SLOWER.get(line.speaker, 'speak more slowly')}, "
                "shorten it or put a pause after it."
            )
    return captions


def _cost(caption: Caption, last_word: str, is_end: bool) -> float:
    length = caption.end - caption.start
    cost = 0.7 + 1000 * max(0.0, caption.speed - SPEED)
    cost += 4 * max(0, _SHORTEST - length) / 1000 + max(0, length - _LONGEST) / 1000
    cost += 0 if is_end else _roughness(last_word)
    return cost + (0.3 if len(caption.lines) > 1 else 0)


def _roughness(word: str) -> float:
    """How bad a break after this word is: 0 at the end of a sentence."""
    bare = word.rstrip("\"'”’)")
    if bare.endswith((".", "?", "!", "…")):
        return 0.0
    if bare.endswith((",", ";", ":", "—", "–")):
        return 0.4
    return 3.0 if bare.lower() in _WEAK_ENDS else 2.0


def _clock(milliseconds: int, mark: str) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}{rest:03}"
