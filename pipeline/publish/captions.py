"""Captions from the times of words: SRT and VTT that can be read.

At most two lines of 42 characters, at most 20 characters a second, never two at once, broken where a reader would
pause. A caption begins with its first word and may stay on in the silence after its last one. Times are whole
milliseconds. The rules are in the order of importance; `check` states which of them a list of captions breaks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.errors import BuildError
from pipeline.media.timing import TimedLine, Timing, Word

LINES = 2
WIDTH = 42  # characters of a line
SPEED = 20  # characters a second

_SHORTEST, _LONGEST = 1000, 7000  # milliseconds that a caption stays, if there is room
_LINGER = 1200  # milliseconds after the last word, if reading takes them
_EARLY = 250  # milliseconds before the first word, if reading takes them and the screen is free
_GAP = 40  # milliseconds between a line's last caption and the next line's first
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
        return 1000 * len(" ".join(self.lines)) / max(1, self.end - self.start)


def make(clips: Sequence[tuple[float, Timing]]) -> list[Caption]:
    """The captions of clips that begin at these seconds of the film, in order.

    Raises BuildError where a line cannot be read in its time.
    """
    lines = [(round(1000 * start), line) for start, timing in clips for line in timing.lines if line.words]
    end = max((round(1000 * (start + timing.duration)) for start, timing in clips), default=0)
    captions: list[Caption] = []
    for index, (offset, line) in enumerate(lines):
        free = end
        if index + 1 < len(lines):
            following, after = lines[index + 1]
            free = following + round(1000 * after.words[0].start) - _GAP
        before = captions[-1].end + _GAP if captions else 0
        captions += _line(line, offset, before, free)
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
        if max(map(len, caption.lines)) > WIDTH:
            problems.append(f"{where} has a line of more than {WIDTH} characters.")
        if caption.speed > SPEED:
            problems.append(f"{where} runs at {caption.speed:.1f} characters a second; at most {SPEED} are allowed.")
        if caption.end <= caption.start:
            problems.append(f"{where} ends before it begins.")
    problems += [
        f"the caption at {_clock(second.start, '.')} begins before the one before it ends."
        for first, second in pairwise(captions)
        if second.start < first.end
    ]
    return problems


def wrap(text: str) -> tuple[str, ...] | None:
    """A text in one or two lines, the break at a pause of the sentence if there is one, near the middle; or None."""
    if len(text) <= WIDTH:
        return (text,)
    words = text.split(" ")
    best: tuple[float, tuple[str, ...]] | None = None
    for index in range(1, len(words)):
        first, second = " ".join(words[:index]), " ".join(words[index:])
        if max(len(first), len(second)) <= WIDTH:
            cost = abs(len(first) - len(second)) + 12 * _roughness(words[index - 1])
            if best is None or cost < best[0]:
                best = cost, (first, second)
    return best[1] if best else None


@dataclass(frozen=True)
class _Room:
    """When a line may be shown: from `before` on, until `free`; all in milliseconds of the film."""

    words: tuple[Word, ...]
    offset: int
    before: int
    free: int

    def show(self, first: int, last: int) -> Caption | None:
        """Words `first` to `last` as a caption with the time that they can have; None if they do not fit."""
        lines = wrap(" ".join(word.text for word in self.words[first : last + 1]))
        if lines is None:
            return None
        start = self.offset + round(1000 * self.words[first].start)
        needed = max(_SHORTEST, -(-1000 * len(" ".join(lines)) // SPEED))
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
    room = _Room(line.words, offset, before, free)
    count = len(line.words)
    best: list[tuple[float, list[Caption]] | None] = [None] * count + [(0.0, [])]
    for first in reversed(range(count)):
        for last in range(first, count):
            rest = best[last + 1]
            caption = room.show(first, last)
            if caption is None:
                break
            if rest is None:
                continue
            cost = rest[0] + _cost(caption, line.words[last].text, last + 1 == count)
            so_far = best[first]
            if so_far is None or cost < so_far[0]:
                best[first] = cost, [caption, *rest[1]]
    if best[0] is None:
        longest = max((word.text for word in line.words), key=len)
        raise BuildError(f'the line {line.name} cannot be captioned: "{longest}" is longer than {WIDTH} characters.')
    captions = best[0][1]
    for caption in captions:
        if caption.speed > SPEED:
            text = " ".join(caption.lines)
            raise BuildError(
                f'the line {line.name} is spoken too fast to be read: "{text}" runs at {caption.speed:.0f} characters '
                f"a second, and at most {SPEED} are allowed; lower voice.rate, shorten it or put a pause after it."
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
