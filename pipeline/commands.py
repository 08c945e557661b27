"""What the commands of render.py do, from a project's root to lines on the terminal."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.build.status import Survey, explain
from pipeline.build.store import Store
from pipeline.errors import BuildError, UserError, did_you_mean
from pipeline.files import stamp
from pipeline.project import hyperparameters_toml, qualities
from pipeline.project import project as projects
from pipeline.project.lecture_toml import ENGINES
from pipeline.project.project import Project
from pipeline.project.qualities import Quality
from pipeline.publish.export import annotate, check_output, exported, marked

if TYPE_CHECKING:
    from pipeline.build.build import Build, Result

SHAPE = (16, 9)
WATCH_EVERY = 0.5
"""Seconds between two looks at the files."""
SETTLED_AFTER = 0.15
"""Seconds for which saved files must rest before they are read."""


def lecture(root: Path, quality: str | None, voice: str | None, workers: int | None, cluster: str = "") -> None:
    """`render.py lecture`."""
    start = time.monotonic()
    project = _load(root, voice=voice)
    chosen = _quality(project, quality)
    current = _current(project, chosen)
    if current:
        print(current)
        return
    with _building(project, chosen, workers, cluster=cluster) as build:
        result = build.lecture()
    _tell(result, project, start)


@dataclass(frozen=True)
class Look:
    """How single clips differ from those in the film."""

    form: str = ""
    """Empty: what the suffix of the file says, or else mp4."""
    transparent: bool = False
    size: str | None = None
    poster: bool = False


def clip(
    root: Path,
    names: Sequence[str],
    overrides: Sequence[str],
    look: Look,
    output: Path | None,
    quality: str | None,
    voice: str | None,
    workers: int | None,
    cluster: str = "",
) -> None:
    """`render.py clip`."""
    if output and len(names) > 1:
        raise UserError("--output names one file; give one clip with it.")
    start = time.monotonic()
    project = _load(root, overrides, voice)
    size = qualities.size(look.size) if look.size else None
    clips = [project.find(name) for name in names]
    for each in clips:
        each.check_size(size or SHAPE)
    plain = _quality(project, quality)
    form = qualities.of_file(output, look.form) if output else look.form or "mp4"
    chosen = qualities.shaped(plain, form, look.transparent, size)
    for path in [output, *([output.with_suffix(".png")] if look.poster else [])] if output else ():
        check_output(path, project)
    marks = [*overrides, *_marks(project, plain, voice, look)]
    own = not marks and not output and form == "mp4"
    remember = not overrides and not voice and chosen == plain
    with _building(project, chosen, workers, remember, cluster) as build:
        targets = None if own else {name: _target(name, chosen.suffix, project, marks, output) for name in names}
        result = build.clips(names, targets, marks)
        if look.poster:
            kept = list(result.files)
            posters = [_target(each.name, ".png", project, marks, output).absolute() for each in clips]
            build.run([build.poster_job(each, path) for each, path in zip(clips, posters, strict=True)])
            for path in posters if marks else ():
                annotate(path, "; ".join(marks))
            result.files = kept + posters
            exported(project, posters)
    _tell(result, project, start)


def sweep(
    root: Path,
    name: str,
    over: str,
    look: Look,
    quality: str | None,
    voice: str | None,
    workers: int | None,
    cluster: str = "",
) -> None:
    """`render.py sweep`."""
    from pipeline.build import sweep as sweeping

    start = time.monotonic()
    project = _load(root, voice=voice)
    project.find(name)
    span = sweeping.parse(over)
    projects = [_load(root, [override], voice) for override in span.overrides]
    plain = _quality(project, quality)
    chosen = qualities.shaped(plain, look.form or "mp4", look.transparent, None)
    marks = _marks(project, plain, voice, look)
    with _building(project, chosen, workers, remember=False, cluster=cluster) as build:
        result = sweeping.run(build, projects, span, name, marks)
    _tell(result, project, start)
    result.raise_failures()


def _marks(project: Project, quality: Quality, voice: str | None, look: Look) -> list[str]:
    """How clips differ from those in the film besides their values and their format."""
    marks = [f"voice={voice}"] if voice else []
    film = Survey(project, Store(project.build)).last_quality() or project.settings.video.quality
    marks += [quality.name] if quality.name != film else []
    marks += [look.size] if look.size else []
    return [*marks, "transparent"] if look.transparent else marks


def _target(name: str, suffix: str, project: Project, marks: Sequence[str], output: Path | None) -> Path:
    """Where a clip or its poster is wanted; a poster stands beside its clip."""
    if output:
        return output.with_suffix(suffix) if suffix == ".png" else output
    return project.dist / "clips" / f"{name}{marked(marks)}{suffix}"


def listing(root: Path, quality: str | None) -> dict[str, Any]:
    """What `render.py list --json` prints."""
    project, survey, chosen = _survey(root, quality)
    chapters = []
    for chapter in project.chapters:
        clips = []
        for clip in chapter.clips:
            spoken = survey.voice(clip).record
            clips.append(
                {
                    "name": clip.name,
                    "class": clip.class_name,
                    "file": clip.path,
                    "description": clip.description,
                    "duration": spoken.facts["duration"] if spoken else None,
                    "stale": survey.clip(clip, chosen).stale,
                    "traces": list(clip.traces),
                    "hyperparameters": hyperparameters_toml.plain(clip.hyperparameters),
                    "narration": {
                        "traces": list(clip.spoken_traces),
                        "hyperparameters": {
                            key: hyperparameters_toml.plain(project.hyperparameters)[key]
                            for key in clip.spoken_hyperparameters
                        },
                    },
                }
            )
        chapters.append({"name": chapter.name, "title": chapter.title, "clips": clips})
    survey.store.save()
    return {"title": project.settings.title, "quality": chosen.name, "chapters": chapters}


def listing_text(listed: dict[str, Any]) -> str:
    """What `render.py list` prints."""
    lines = [listed["title"]]
    for chapter in listed["chapters"]:
        lines += ["", f"{chapter['title']}  ({chapter['name']})"]
        for clip in chapter["clips"]:
            told = clip["narration"]
            reads = [
                *dict.fromkeys([*clip["traces"], *told["traces"]]),
                *dict.fromkeys([*clip["hyperparameters"], *told["hyperparameters"]]),
            ]
            length = "   ?   " if clip["duration"] is None else f"{clip['duration']:5.1f} s"
            state = "stale" if clip["stale"] else "     "
            lines.append(f"  {length}  {state}  {clip['name']:<24} {clip['description']}")
            lines.append(f"{'':18}reads {', '.join(reads) or 'nothing'}")
    return "\n".join(lines)


def status(root: Path, quality: str | None) -> dict[str, Any]:
    """What `render.py status --json` prints."""
    _, survey, chosen = _survey(root, quality)
    entries = [item.entry() for item in survey.all(chosen)]
    survey.store.save()
    return {
        "quality": chosen.name,
        "film": survey.last_quality(),
        "stale": any(entry["stale"] for entry in entries),
        "entries": entries,
    }


def status_text(report: dict[str, Any]) -> str:
    """What `render.py status` prints."""
    stale = [entry for entry in report["entries"] if entry["stale"]]
    if not stale:
        return f"Everything is up to date ({report['quality']})."
    width = max(len(entry["name"]) for entry in stale)
    lines = [
        f"{entry['kind']:<8} {entry['name']:<{width}}  {'; '.join(explain(reason) for reason in entry['reasons'])}"
        for entry in stale
    ]
    if report["film"] not in (None, report["quality"]):
        lines.append(
            f"This is what a film in {report['quality']} quality needs; the one in dist/ is {report['film']}: "
            f"-q {report['film']} compares with that."
        )
    return "\n".join(lines)


def still(
    root: Path,
    name: str,
    at: float | None,
    output: Path | None,
    quality: str | None,
    voice: str | None,
    workers: int | None,
) -> None:
    """`render.py still`."""
    if output and output.suffix.lower() != ".png":
        raise UserError(f"-o {output}: the name of a still ends in .png.")
    project = _load(root, voice=voice)
    chosen = _quality(project, quality)
    wanted = project.find(name, stills=True)
    if output:
        check_output(output, project)
    with _building(project, chosen, workers, remember=not voice) as build:
        build.prepare([wanted])
        spoken = build.survey.voice(wanted).record if wanted.script else None
        duration = spoken.facts["duration"] if spoken else 0.0
        moment = duration / 2 if at is None else at
        if moment > max(duration, at or 0.0 if not spoken else 0.0):
            raise UserError(f"--at {moment:g}: {name} is only {duration:g} s long.")
        out = (output or project.build / "pictures" / f"{name}@{moment:.2f}.png").resolve()
        result = build.run([build.still_job(wanted, (chosen.width, chosen.height), out, moment)])
    _tell(result, project)


def sheet(
    root: Path, names: Sequence[str], every: float | None, quality: str | None, voice: str | None, workers: int | None
) -> None:
    """`render.py sheet`."""
    project = _load(root, voice=voice)
    clips = [project.find(name) for name in names] if names else list(project.clips)
    with _building(project, _quality(project, quality), workers, remember=not voice) as build:
        build.prepare(clips)
        folder, end = project.build / "sheets", f"@every={every:g}" if every else ""
        result = build.run([build.sheet_job(clip, folder / f"{clip.name}{end}.png", every) for clip in clips])
    _tell(result, project)


def check(root: Path, quality: str | None, workers: int | None) -> int:
    """`render.py check`: prints a line for each problem and returns the exit code."""
    from pipeline.check.check import problems

    project, _, chosen = _survey(root, quality, of_film=True)
    with _building(project, chosen, workers) as build:
        found, passed = problems(build, chosen)
    for line in passed:
        print(f"ok       {line}")
    for line in found:
        print(f"problem  {line}")
    return 1 if found else 0


def speech(root: Path, update: bool, play: str, words: bool, workers: int | None) -> None:
    """`render.py speech`."""
    from pipeline.build import narration

    project, _, chosen = _survey(root, None, of_film=True)
    with _building(project, chosen, workers) as build:
        if play:
            _play(build, play)
            return
        film = narration.told(build)
        if words:
            spoken = [line for clip in project.clips for line in build.survey.lines(clip) if line.text]
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

    project, _, chosen = _survey(root, None, of_film=True)
    clips = [project.find(name) for name in names] if names else list(project.clips)
    with _building(project, chosen, workers) as build:
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


def watch(root: Path, quality: str | None, voice: str | None, workers: int | None) -> None:
    """`render.py watch`."""
    folders = ("objectives", "traces", "scenes", "assets")

    def look() -> dict[Path, Any]:
        files = [path for folder in folders for path in (root / folder).rglob("*") if "__pycache__" not in path.parts]
        return {
            path: stamp(path)
            for path in (*files, root / "lecture.toml", root / hyperparameters_toml.FILE)
            if path.is_file()
        }

    seen: dict[Path, Any] = {}
    while True:
        now = look()
        if now == seen:
            time.sleep(WATCH_EVERY)
            continue
        while True:  # an editor may save in steps: wait until the files rest
            time.sleep(SETTLED_AFTER)
            if (again := look()) == now:
                break
            now = again
        if seen:
            changed = sorted(str(path.relative_to(root)) for path in {*now, *seen} if now.get(path) != seen.get(path))
            print(f"changed: {', '.join(changed)}", flush=True)
        seen = now
        try:
            lecture(root, quality, voice, workers)
        except (UserError, BuildError) as error:
            print(f"Error: {error}", file=sys.stderr, flush=True)
        print("watching; Ctrl-C ends it", flush=True)


def clean(root: Path, everything: bool) -> None:
    """`render.py clean`."""
    from pipeline.build import clean as cleaning
    from pipeline.build.build import alone
    from pipeline.workers.progress import Progress

    if not (root / "build").is_dir():
        print("There is nothing to remove.")
        return
    with alone(root / "build", Progress()):
        if everything:
            freed = cleaning.all_results(root)
        else:
            project, survey, chosen = _survey(root, None, of_film=True)
            freed = cleaning.unused(project, survey, chosen)
    print(f"Removed {freed / 1e6:.1f} MB.")


def _load(root: Path, overrides: Sequence[str] = (), voice: str | None = None) -> Project:
    if voice is not None and voice not in ENGINES:
        raise UserError(f"--voice {voice}: there is no such engine{did_you_mean(voice, ENGINES)}")
    return projects.load(root, overrides, voice)


def _quality(project: Project, name: str | None) -> Quality:
    return qualities.quality(name or project.settings.video.quality)


def _survey(root: Path, quality: str | None, of_film: bool = False) -> tuple[Project, Survey, Quality]:
    """With no quality given, that of lecture.toml, as for `lecture`; or that of the film in dist/."""
    project = _load(root)
    survey = Survey(project, Store(project.build))
    return project, survey, _quality(project, quality or (survey.last_quality() if of_film else None))


def _current(project: Project, quality: Quality) -> str:
    """A sentence if there is nothing to do."""
    from pipeline.publish import publish

    survey = Survey(project, Store(project.build))
    film = survey.film(quality)
    survey.store.save()
    if film is None or not publish.is_current(film, project.dist, project.build):
        return ""
    return f"dist/lecture.mp4 is up to date ({quality.name}, {_minutes(film.duration)})."


@contextlib.contextmanager
def _building(
    project: Project, quality: Quality, workers: int | None, remember: bool = True, cluster: str = ""
) -> Iterator[Build]:
    from pipeline.build.build import Build, Options, alone
    from pipeline.workers import progress, scheduler

    options = Options(quality, workers or scheduler.default_workers(quality), remember, cluster)
    with progress.for_terminal() as shown, alone(project.build, shown), Build(project, options, shown) as build:
        yield build


def _tell(result: Result, project: Project, start: float | None = None) -> None:
    for note in result.notes:
        print(f"note: {note}", file=sys.stderr)
    for path in result.files:
        print(path.relative_to(project.root) if path.is_relative_to(project.root) else path)
    if start is not None:
        made = len([name for name in result.made if name != "lecture"])
        print(f"Made {made} anew in {_minutes(time.monotonic() - start)}.", file=sys.stderr)


def _minutes(seconds: float) -> str:
    from pipeline.workers.progress import clock

    return clock(seconds)
