"""Recordings that replace no line of the film, and those that cannot replace theirs."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.errors import did_you_mean
from pipeline.project import scripts as narration
from pipeline.project.project import Project
from pipeline.project.scripts import Line
from pipeline.speech.engines import Voices
from pipeline.speech.recordings import Recordings, fault


def broken_recordings(lines: Sequence[Line], voices: Voices) -> list[str]:
    """A sentence for each of these lines whose recording cannot be used."""
    asked = [line.name for line in lines if line.text and voices.engine(line) == "recording"]
    paths = [path for name in asked if (path := voices.recordings.find(name))]
    return [sentence for path in paths if (sentence := fault(path))]


def stray_recordings(project: Project) -> list[str]:
    """A sentence for each file among the recordings that replaces no line of the film, with the name wanted."""
    texts = {
        f"{clip.name}.{line.cue}": [text for text in (line.text, line.otherwise) if text]
        for clip in project.told
        if clip.script
        for line in clip.script.lines
    }
    lines = [name for name, spoken in texts.items() if not all(map(narration.is_pause, spoken))]
    recordings = Recordings.of(project.root / "assets/voice")
    found = []
    for stem, path in sorted(recordings.files.items()):
        if stem not in lines:
            clip = stem.partition(".")[0]
            near = [name for name in lines if name.startswith(f"{clip}.")]
            hint = did_you_mean(stem, near) if near else did_you_mean(clip, {name.partition(".")[0] for name in texts})
            if stem.lower() in lines:
                hint = f"; it must be {stem.lower()}{path.suffix}."
            found.append(f'assets/voice/{path.name} is not used: no line of narration is called "{stem}"{hint}')
    for path in recordings.others():
        other = recordings.find(path.stem)
        why = f"{other.name} is taken for that line" if other else "its ending is none of a sound file"
        found.append(f"assets/voice/{path.name} is not used: {why}.")
    return found
