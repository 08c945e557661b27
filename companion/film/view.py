"""What the tab shows of a project: the answers of `render.py status --json`, by chapter and clip."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from pipeline.build.reasons import changes_nothing, explain
from pipeline.build.status import Survey
from pipeline.commands.common import minutes, surveyed
from pipeline.commands.reports import status_of
from pipeline.project.project import Chapter, Clip, Project
from pipeline.project.qualities import QUALITIES, Quality

LABELS = {"clip": "picture", "voice": "narration", "still": "thumbnail", "trace": "experiment"}
LABELS |= {"lecture": "the film in dist/", "film": "another film in dist/films/"}
IN_A_CLIP = ("clip", "voice")
AT_ONCE = 2
"""Reasons that are read at once; more stand behind a fold."""


@dataclass(frozen=True)
class View:
    """A project as it is now, and what `status` says of it."""

    project: Project
    survey: Survey
    quality: Quality
    report: dict[str, Any]

    @classmethod
    def of(cls, root: Path, quality: str | None) -> View:
        """Reads the project; a UserError says what is wrong with its files."""
        project, survey, chosen = surveyed(root, quality)
        return cls(project, survey, chosen, status_of(project, survey, chosen))

    @property
    def stale(self) -> int:
        """How many results are stale."""
        return sum(entry["stale"] for entry in self.report["entries"])

    def head(self) -> str:
        """One sentence on the whole."""
        total = len(self.report["entries"])
        if not self.stale:
            return f"Everything is up to date ({self.quality.name})."
        if self.report["film"] is None:
            return "The film is not made yet: press “Make the film”, or run python render.py in a terminal."
        told = f"{self.stale} of {total} results {'is' if self.stale == 1 else 'are'} stale; the others are kept."
        if self.report["film"] != self.quality.name:
            told += f" That is for a film in {self.quality.name} quality; the one in dist/ is {self.report['film']}."
        return told

    def qualities(self) -> str:
        """The choice of qualities as options."""
        return "".join(
            f'<option value="{name}"{" selected" if name == self.quality.name else ""}>{name}, {each.width}x{each.height}'
            f" at {each.fps}</option>"
            for name, each in QUALITIES.items()
        )

    def chapters(self) -> str:
        """Chapters behind folds, with their clips, and for each clip whether its picture and narration are stale."""
        return "".join(self._chapter(chapter) for chapter in self.project.chapters)

    def rest(self) -> str:
        """What is no part of a single clip: experiments, the thumbnail, films."""
        others = [entry for entry in self.report["entries"] if entry["kind"] not in IN_A_CLIP]
        idle = [line for entry in others for line in changes_nothing(entry["name"], entry.get("idle", {}))]
        notes = "".join(f'<p class="quiet">{escape(line)}.</p>' for line in idle)
        stale = [entry for entry in others if entry["stale"]]
        fresh = [entry for entry in others if not entry["stale"]]
        kept = "".join(f"<li>{_entry(entry, named=True)}</li>" for entry in fresh)
        fold = f"<details><summary>{len(fresh)} up to date</summary><ul>{kept}</ul></details>" if fresh else ""
        return f"<ul>{''.join(f'<li>{_entry(entry, named=True)}</li>' for entry in stale)}</ul>{fold}{notes}"

    def _chapter(self, chapter: Chapter) -> str:
        entries = {(entry["kind"], entry["name"]): entry for entry in self.report["entries"]}
        stale = [clip for clip in chapter.clips if any(entries[kind, clip.name]["stale"] for kind in IN_A_CLIP)]
        lengths = [self._length(clip) for clip in chapter.clips]
        known = minutes(sum(length or 0 for length in lengths)) if None not in lengths else "not spoken yet"
        state = f'<span class="warn">{len(stale)} stale</span>' if stale else '<span class="quiet">up to date</span>'
        count = f"{len(chapter.clips)} clip{'s' if chapter.clips[1:] else ''}"
        rows = "".join(self._clip(clip, entries) for clip in chapter.clips)
        return (
            f'<details class="fold" id="chapter-{chapter.name}" data-chapter="{chapter.name}" '
            f'data-first="{chapter.clips[0].name if chapter.clips else ""}" data-title="{escape(chapter.title)}">'
            f'<summary><span class="name">{escape(chapter.title)}</span><span class="quiet">{count}, {known}</span>{state}'
            f"</summary><ol>{rows}</ol></details>"
        )

    def _clip(self, clip: Clip, entries: dict[tuple[str, str], dict[str, Any]]) -> str:
        length = self._length(clip)
        told = "".join(_entry(entries[kind, clip.name]) for kind in IN_A_CLIP)
        reads = [
            *dict.fromkeys([*clip.traces, *clip.spoken_traces, *clip.hyperparameters, *clip.spoken_hyperparameters])
        ]
        title = clip.name.replace("_", " ").capitalize()
        name = f'data-clip="{clip.name}"'
        return (
            f'<li class="one" {name}><div class="what"><h3>{escape(title)}</h3>'
            f'<p>{escape(clip.description)}</p><div class="states">{told}</div>'
            f'<p class="quiet reads">Reads {escape(", ".join(reads)) or "nothing"}.</p></div>'
            f'<div class="does"><span class="quiet">{minutes(length) if length else ""}</span>'
            f'<button data-do="play" {name} aria-label="Play {escape(title)}">Play</button>'
            f'<button data-do="beats" {name} aria-expanded="false" aria-label="Stills of {escape(title)}">Stills</button>'
            f'<button data-do="clip" {name} aria-label="Make {escape(title)} alone">Make</button></div>'
            f'<div class="shown" id="shown-{clip.name}"></div></li>'
        )

    def _length(self, clip: Clip) -> float | None:
        record = self.survey.voice(clip).record or self.survey.store.last("voices", clip.name)
        return float(record.facts["duration"]) if record else None


def _entry(entry: dict[str, Any], named: bool = False) -> str:
    """One line of `status`, with its reasons."""
    kind, name = entry["kind"], entry["name"]
    label = f"{LABELS[kind]} {name}" if named and kind not in ("lecture", "still") else LABELS[kind]
    about = f'class="entry" data-kind="{kind}" data-name="{name}" data-stale="{str(entry["stale"]).lower()}"'
    if not entry["stale"]:
        return f"<div {about}>{escape(label)}: up to date</div>"
    told = [f"<li>{escape(explain(reason))}</li>" for reason in entry["reasons"]]
    first, more = (told, []) if len(told) <= AT_ONCE + 1 else (told[:AT_ONCE], told[AT_ONCE:])
    fold = f"<details><summary>and {len(more)} more</summary><ul>{''.join(more)}</ul></details>" if more else ""
    return f"<div {about}>{escape(label)} <b>stale</b>: <ul>{''.join(first)}</ul>{fold}</div>"
