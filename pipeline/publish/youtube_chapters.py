"""Chapters by the rules of YouTube, and the description that carries them.

A description's chapters begin at 0:00, are at least three, stand in order and last at least ten seconds each; one line
that breaks a rule makes all of them disappear without a word.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.media.mux import Chapter
from pipeline.project.lecture_toml import Lecture
from pipeline.project.script_parser import TITLE_LIMIT

FEWEST = 3
SHORTEST = 10.0  # seconds
CREDIT = (
    "Kokoro-82M by hexgrad (Apache License 2.0), as int8 ONNX by thewh1teagle (MIT License)",
    "https://huggingface.co/hexgrad/Kokoro-82M",
)


def listed(chapters: Sequence[Chapter], duration: float) -> list[Chapter]:
    """The chapters that a description may list: a short one becomes part of the one before it; a short first one keeps
    its title and takes in those that follow. [] if fewer than three are left.
    """
    merged: list[Chapter] = []
    for chapter, end in _with_ends(chapters, duration):
        if merged and (end - chapter.start < SHORTEST or chapter.start - merged[-1].start < SHORTEST):
            continue
        merged.append(chapter)
    return merged if len(merged) >= FEWEST else []


def check(chapters: Sequence[Chapter], duration: float) -> list[str]:
    """Sentences on every rule that a list of chapters breaks."""
    problems = []
    if len(chapters) < FEWEST:
        problems.append(f"there are {len(chapters)} chapters; at least {FEWEST} are needed.")
    if chapters and chapters[0].start != 0:
        problems.append("the first chapter does not begin at 0:00.")
    for chapter, end in _with_ends(chapters, duration):
        if int(end) - int(chapter.start) < SHORTEST:
            problems.append(f'the chapter "{chapter.title}" is shorter than {SHORTEST:.0f} s.')
        if not chapter.title or len(chapter.title) > TITLE_LIMIT:
            problems.append(f'the chapter title "{chapter.title}" must have 1 to {TITLE_LIMIT} characters.')
    return problems


def clock(seconds: float, hours: bool) -> str:
    """0:07, 12:34 or, in a film of an hour or more, 0:12:34."""
    whole = int(seconds)
    if hours:
        return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
    return f"{whole // 60}:{whole % 60:02}"


def description(lecture: Lecture, chapters: Sequence[Chapter], duration: float) -> str:
    """The text of description.txt: title, summary, chapters if there are enough, sources, the voice."""
    parts = [lecture.title, " ".join(lecture.summary.split())]
    if chapters:
        lines = [f"{clock(chapter.start, duration >= 3600)} {chapter.title}" for chapter in chapters]
        parts.append("\n".join(["Chapters", *lines]))
    if lecture.publish.sources:
        lines = [f"{source.title}\n{source.url}" for source in lecture.publish.sources]
        parts.append("\n".join(["Sources", *lines]))
    if lecture.voice.engine == "kokoro":
        parts.append("\n".join(["Voice", *CREDIT]))
    return "\n\n".join(part for part in parts if part) + "\n"


def _with_ends(chapters: Sequence[Chapter], duration: float) -> list[tuple[Chapter, float]]:
    starts = [chapter.start for chapter in chapters]
    return list(zip(chapters, [*starts[1:], duration], strict=False))
