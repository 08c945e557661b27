"""What is stale and why. Reads text files and records only: no torch, no manim, no codec."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.build import fingerprints
from pipeline.build.reasons import Reason, differences, film_differences, film_inputs
from pipeline.build.store import Record, Store
from pipeline.files import digest, read_json, write_json
from pipeline.media.timing import Timing
from pipeline.project import hyperparameters_toml, tool_versions
from pipeline.project import scripts as narration
from pipeline.project.lecture_toml import LECTURE
from pipeline.project.project import Clip, Experiment, Project
from pipeline.project.qualities import QUALITIES, Quality
from pipeline.publish.film import Clip as ReadyClip
from pipeline.publish.film import Film
from pipeline.publish.published import is_current
from pipeline.publish.thumbnail import THUMBNAIL_SIZE
from pipeline.speech import model
from pipeline.speech import speak as speech
from pipeline.speech.engines import Voices
from traces.schema import Summary


@dataclass(frozen=True)
class Item:
    """A result as it should be. `key` is empty while something that it needs is not made yet."""

    kind: str
    name: str
    key: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    record: Record | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def stale(self) -> bool:
        """Whether it has to be made."""
        return self.record is None

    @property
    def record_key(self) -> str:
        """The key of the finished result, or an empty text."""
        return self.record.key if self.record else ""

    def entry(self) -> dict[str, Any]:
        """As `status --json` prints it."""
        told = {"kind": self.kind, "name": self.name, "stale": bool(self.reasons), "reasons": list(self.reasons)}
        return told | ({"idle": dict(self.idle)} if self.idle else {})

    @property
    def idle(self) -> Mapping[str, str]:
        """The last edits that changed nothing in this trace, and why."""
        found = self.record.facts.get("idle", {}) if self.record else {}
        return found if isinstance(found, dict) else {}


class Survey:
    """Compares what the project asks for with what the store holds. Made anew for each question."""

    def __init__(self, project: Project, store: Store) -> None:
        self.project = project
        self.store = store
        self._traces: dict[str, Item] = {}
        self._voices: dict[str, Item] = {}
        self.voices = Voices.of(project.root, project.settings.voice)

    def trace(self, experiment: Experiment) -> Item:
        """The trace of an experiment."""
        if experiment.name not in self._traces:
            inputs = fingerprints.trace(self.project, experiment)
            self._traces[experiment.name] = self._item("trace", "traces", experiment.name, inputs)
        return self._traces[experiment.name]

    def made(self, item: Item, record: Record) -> None:
        """Takes a result that was just made into account."""
        fresh = Item(item.kind, item.name, item.key, item.inputs, record)
        (self._traces if item.kind == "trace" else self._voices)[item.name] = fresh

    def lines(self, clip: Clip) -> tuple[narration.Line, ...]:
        """What is said in a clip; the traces that it speaks of must be there."""
        assert clip.script is not None
        read = {name: summary(self.trace(self.project.experiments[name])) for name in clip.spoken_traces}
        return narration.resolve(clip.script, self.project.hyperparameters, read)

    def fallback_notes(self, lines: Sequence[narration.Line]) -> list[str]:
        """A sentence if espeak-ng has to speak some of these lines for Kokoro."""
        found = [line for line in lines if self.voices.falls_back(line)]
        if not found:
            return []
        which = f"{found[0].name} and {len(found) - 1} more lines" if found[1:] else f"the line {found[0].name}"
        return [f"{model.missing()}, so espeak-ng speaks {which}; {model.GET_IT}."]

    def line_keys(self, clip: Clip) -> list[str]:
        """The keys of the lines that are said in a clip, if the traces that it speaks of are there."""
        if clip.script is None or self._waiting(clip.spoken_traces):
            return []
        return speech.line_keys(self.lines(clip), self.voices)

    def false_claims(self, clips: Sequence[Clip]) -> list[str]:
        """A sentence for each claim that the narration guards itself with and that does not hold."""
        found: dict[str, list[str]] = {}
        for clip in clips:
            for line in clip.script.lines if clip.script else ():
                if line.condition:
                    told = summary(self.trace(self.project.experiments[line.condition.experiment]))
                    if not told.claims[line.condition.claim]:
                        sentence = f"{line.condition.experiment}.{line.condition.claim}"
                        found.setdefault(sentence, []).append(f"{clip.name}.{line.cue}")
        return [f"{claim} does not hold; told otherwise in {', '.join(lines)}" for claim, lines in found.items()]

    def voice(self, clip: Clip) -> Item:
        """The narration of a clip."""
        if clip.name not in self._voices:
            waiting = self._waiting(clip.spoken_traces)
            if waiting:
                self._voices[clip.name] = Item("voice", clip.name, reasons=waiting)
            else:
                lines = self.lines(clip)
                inputs = fingerprints.voice(self.project, clip, lines)
                key = speech.key(lines, self.voices)
                self._voices[clip.name] = self._item("voice", "voices", clip.name, inputs, key=key)
        return self._voices[clip.name]

    def clip(self, clip: Clip, quality: Quality) -> Item:
        """The silent pictures of a clip."""
        waiting = self._waiting(clip.traces)
        spoken = self.voice(clip)
        if waiting or spoken.record is None:
            last = self.store.last("clips", clip.name, quality.name)
            if last is None:
                return Item("clip", clip.name, reasons=({"kind": "new"},))
            known = differences(last.inputs, {**last.inputs, **fingerprints.drawn(self.project, clip, quality)})
            found = [*waiting, *known, *spoken.reasons]
            return Item("clip", clip.name, reasons=tuple(r for n, r in enumerate(found) if r not in found[:n]))
        inputs = fingerprints.clip(
            self.project,
            clip,
            quality,
            self._digests(clip.traces),
            spoken.record.facts["cues"],
            spoken.record.facts["duration"],
        )
        return self._item("clip", "clips", clip.name, inputs, quality.name)

    def still(self, clip: Clip) -> Item:
        """The picture of a still scene, such as the thumbnail."""
        waiting = self._waiting(clip.traces)
        if waiting:
            return Item("still", clip.name, reasons=waiting)
        inputs = fingerprints.still(self.project, clip, *THUMBNAIL_SIZE, self._digests(clip.traces))
        return self._item("still", "stills", clip.name, inputs)

    def layout(self, clip: Clip) -> Item:
        """What the layout checker found in a clip; its traces and its narration must be there."""
        spoken = self.voice(clip).record
        assert spoken is not None, f"the narration of {clip.name} is not made yet"
        facts = spoken.facts
        inputs = fingerprints.layout(self.project, clip, self._digests(clip.traces), facts["cues"], facts["duration"])
        return self._item("layout", "layouts", clip.name, inputs)

    def film(self, quality: Quality) -> Film | None:
        """What dist/ is made of, or None while a part of it is not made yet."""
        clips = []
        for clip in self.project.clips:
            picture, spoken = self.clip(clip, quality), self.voice(clip)
            if picture.record is None or spoken.record is None:
                return None
            clips.append(self.published(clip, picture.record, spoken.record, quality))
        picture_key, cover = "", None
        if self.project.cover:
            picture_key, cover = next((clip.key, clip.picture) for clip in clips if clip.name == self.project.cover)
        elif self.project.thumbnail:
            picture_key = self.still(self.project.thumbnail).record_key
            if not picture_key:
                return None
            cover = self.store.path("stills", picture_key, ".png")
        return Film(
            lecture=self.project.settings,
            quality=quality.name,
            clips=tuple(clips),
            hyperparameters=digest(hyperparameters_toml.plain(self.project.hyperparameters)),
            thumbnail=cover,
            thumbnail_key=picture_key,
            name=self.project.film,
        )

    def published(self, clip: Clip, picture: Record, spoken: Record, quality: Quality) -> ReadyClip:
        """A clip as `publish` takes it, with what manifest.json says about it."""
        names = dict.fromkeys((*clip.traces, *clip.spoken_traces))
        items = {name: self.trace(self.project.experiments[name]) for name in names}
        read = {**clip.hyperparameters}
        read.update({key: self.project.hyperparameters[key] for key in clip.spoken_hyperparameters})
        for name in names:
            read.update(self.project.experiments[name].hyperparameters)
        facts = {
            "chapter": clip.chapter,
            "description": clip.description,
            "picture": picture.outputs[quality.suffix],
            "duration": picture.facts["duration"],
            "frames": picture.facts["frames"],
            "hyperparameters": hyperparameters_toml.plain(read),
            "key": picture.key,
            "quality": quality.name,
            "traces": {name: summary(item).digest for name, item in sorted(items.items())},
            "versions": {**picture.inputs["versions"], **tool_versions.installed(tool_versions.COMPUTING)},
        }
        return ReadyClip(
            name=clip.name,
            chapter=clip.chapter,
            key=picture.key,
            picture=self.store.path("clips", picture.key, quality.suffix),
            sound=self.store.path("voices", spoken.key, ".wav"),
            timing=Timing.load(self.store.path("voices", spoken.key, ".json")),
            facts=facts,
        )

    def lecture(self, quality: Quality) -> Item:
        """The film with everything beside it in its folder of dist/."""
        kind = LECTURE if self.project.film == LECTURE else "film"
        parts = [self.clip(clip, quality) for clip in self.project.clips]
        last = read_json(self._lecture_record(), {"key": str, "quality": str, "clips": dict, "voices": dict})
        if last is None:
            return Item(kind, self.project.film, reasons=({"kind": "new"},))
        reasons: list[Reason] = [{"kind": "clip", "name": part.name} for part in parts if part.stale]
        reasons += [
            {"kind": "narration", "name": clip.name}
            for clip, part in zip(self.project.clips, parts, strict=True)
            if not part.stale and self.voice(clip).stale
        ]
        if self.project.thumbnail and self.still(self.project.thumbnail).stale:
            reasons.append({"kind": "clip", "name": self.project.thumbnail.name})
        film = self.film(quality)
        if film and not is_current(film, self.project.dist, self.project.build):
            reasons += film_differences(last, film_inputs(film))
        return Item(kind, self.project.film, reasons=tuple(reasons))

    def published_film(self, film: Film) -> None:
        """Remembers what a film was made from."""
        write_json(self._lecture_record(), film_inputs(film))

    def last_quality(self) -> str | None:
        """The quality in which the film was made last."""
        last = read_json(self._lecture_record(), {"quality": str})
        return last["quality"] if last and last["quality"].partition(" ")[0] in QUALITIES else None

    def all(self, quality: Quality) -> list[Item]:
        """Everything the film is made of, in the order in which it is made."""
        clips = self.project.clips
        drawn = [*clips, self.project.thumbnail] if self.project.thumbnail else list(clips)
        items = [self.trace(experiment) for experiment in self.project.needed(drawn)]
        items += [self.voice(clip) for clip in clips]
        items += [self.clip(clip, quality) for clip in clips]
        if self.project.thumbnail:
            items.append(self.still(self.project.thumbnail))
        return [*items, self.lecture(quality)]

    def _lecture_record(self) -> Any:
        name = self.project.film if self.project.film == LECTURE else f"films/{self.project.film}"
        return self.project.build / "last" / f"{name}.json"

    def _digests(self, names: tuple[str, ...]) -> dict[str, str]:
        return {name: summary(self.trace(self.project.experiments[name])).digest for name in names}

    def _waiting(self, names: tuple[str, ...]) -> tuple[Reason, ...]:
        stale = [name for name in names if self.trace(self.project.experiments[name]).stale]
        return tuple({"kind": "trace", "name": name} for name in stale)

    def _item(
        self, kind: str, folder: str, name: str, inputs: Mapping[str, Any], variant: str = "", key: str = ""
    ) -> Item:
        key = key or fingerprints.key(inputs)
        record = self.store.find(folder, key)
        if record is not None:
            return Item(kind, name, key, inputs, record)
        last = self.store.last(folder, name, variant)
        reasons = [{"kind": "new"}] if last is None else differences(last.inputs, inputs)
        if last is not None and last.key != key and not reasons:
            reasons = [{"kind": "narration"}]  # only the voice's own key can differ unexplained: a recording changed
        sentence = self.store.failed(folder, key)
        if sentence is not None:
            reasons = [*(reason for reason in reasons if reason["kind"] != "new"), {"kind": "failed before"}]
            reasons[-1]["sentence"] = sentence
        return Item(kind, name, key, inputs, None, tuple(reasons) or ({"kind": "missing output"},))


def summary(item: Item) -> Summary:
    """What a finished trace says besides its arrays."""
    assert item.record is not None, f"the trace {item.name} is not made yet"
    return Summary(name=item.name, **item.record.facts["trace"])
