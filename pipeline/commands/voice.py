"""What is heard: `speech` and `record`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.common import building, surveyed
from pipeline.errors import UserError, did_you_mean

if TYPE_CHECKING:
    from pipeline.build.build import Build


def speech(root: Path, language: str, update: bool, play: str, words: bool, workers: int | None) -> None:
    """`render.py speech`."""
    from pipeline.build import narration

    project, _, chosen = surveyed(root, None, of_film=True)
    with building(project, chosen, workers) as build:
        if language and language != project.settings.language:
            _translated(build, language, update)
            return
        if play:
            _play(build, play)
            return
        film = narration.told(build)
        if words:
            spoken = [line for clip in project.told for line in build.survey.lines(clip) if line.text]
            for word, said, where in narration.uncommon(spoken, project.settings.voice, narration.common_words()):
                print(f"{word:<24} {said:<28} {where}")
            return
        if update:
            came, went = narration.update(build, film)
            print(f"assets/speech: {came} lines came, {went} went.")
        if project.settings.voice.engine != "kokoro":
            print(f'The film is spoken by "{project.settings.voice.engine}", and only what Kokoro says is kept.')
            return
        for sentence in film.sentences():
            print(sentence)
        size = sum(path.stat().st_size for path in film.voices.kept.shipped.glob("*")) / 1e6
        print(f"assets/speech holds {len(film.lines) - len(film.missing)} of {len(film.lines)} lines ({size:.1f} MB).")


def _translated(build: Build, language: str, update: bool) -> None:
    """What of a translation is kept in assets/speech/LANGUAGE/; every line of it that does not fit its picture."""
    from pipeline.build import dubbing
    from pipeline.project import translation

    told = translation.load(build.project, language)
    clips = [clip for clip in build.project.told if clip.name in told.scripts]
    kept = dubbing.voices(build, told).kept
    made = list(dubbing.dubbed(build, clips, told))
    names = [name for clip in made for name in clip.kept]
    for fault in (fault for clip in made for fault in clip.faults):
        print(fault)
    missing, unused = kept.missing(names), kept.unused(names)
    if update:
        for name in missing:
            kept.ship(name)
        kept.forget(unused)
        print(f"assets/speech/{language}: {len(missing)} lines came, {len(unused)} went.")
    held = len(set(names)) - len(kept.missing(names))
    size = sum(path.stat().st_size for path in kept.shipped.glob("*")) / 1e6
    print(f"assets/speech/{language} holds {held} of {len(set(names))} lines ({size:.1f} MB).")
    print(f"{len(clips)} of {len(build.project.told)} clips are told in {language}.")


def _play(build: Build, name: str) -> None:
    """Plays a clip's narration, or a line of it."""
    from pipeline.media import sound
    from pipeline.media.timing import SAMPLE_RATE, Timing
    from pipeline.speech import listen

    clip = build.project.find(name.partition(".")[0])
    build.prepare([clip])
    record = build.survey.voice(clip).record
    assert record is not None
    path = build.store.path("voices", record.key, ".wav")
    if "." in name:
        timing = Timing.load(build.store.path("voices", record.key, ".json"))
        lines = {line.name: line for line in timing.lines if line.text}
        if name not in lines:
            raise UserError(f'there is no line "{name}"{did_you_mean(name, lines)}')
        samples = sound.read(path)[round(lines[name].start * SAMPLE_RATE) : round(lines[name].end * SAMPLE_RATE)]
        path = build.project.build / "pictures" / f"{name}.wav"
        path.parent.mkdir(exist_ok=True)
        sound.write(path, samples)
    if not listen.play(path):
        print(path.relative_to(build.project.root))


def record(root: Path, names: Sequence[str], workers: int | None) -> None:
    """`render.py record`."""
    from pipeline.speech import record as recording

    project, _, chosen = surveyed(root, None, of_film=True)
    clips = [project.find(name) for name in names] if names else list(project.told)
    with building(project, chosen, workers) as build:
        build.traces(clips)
        lines = [line for clip in clips for line in build.survey.lines(clip)]
    folder = root / "assets/voice"
    wanted = recording.to_record(lines, folder)
    command = recording.recorder() if sys.stdin.isatty() else []
    if not wanted:
        print("Every line has a recording.")
    elif command:
        for path in recording.session(wanted, folder, command, input, print):
            print(path.relative_to(root))
    else:
        path = recording.script(wanted, folder)
        print(f"There is no microphone here: {path.relative_to(root)} says what to record, and under which names.")
