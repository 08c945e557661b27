"""Makes what is stale of a film or of single clips, in order, and hands it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.build import fingerprints
from pipeline.build.parts import Parts
from pipeline.build.work import Result
from pipeline.errors import BuildError, UserError
from pipeline.project import hyperparameters_toml
from pipeline.project.lecture_toml import LECTURE
from pipeline.project.project import Clip
from pipeline.publish import export, foretold, publish
from pipeline.publish.film import Film
from pipeline.publish.published import is_current
from pipeline.speech.stray_recordings import stray_recordings


class Build(Parts):
    """One run over a project."""

    def lecture(self) -> Result:
        """The project's film and all beside it. Its folder in dist/ is replaced only when all of it exists."""
        project, clips = self.project, self.project.clips
        if faults := foretold.faults(project):
            raise UserError("\n".join(faults))
        self.parts()
        self.result.raise_failures()
        self.result.notes.extend(self.survey.false_claims(clips))
        film = self.survey.film(self.options.quality)
        if film is None:
            raise BuildError("something changed while the film was made; run the same command again.")
        if not is_current(film, project.dist, project.build):
            published = publish.publish(film, project.dist, project.build, self.spread)
            self.result.files.extend(published.files)
            self.result.notes.extend(published.notes)
            self.survey.published_film(film)
            self.result.made.append(LECTURE)
        return self.result

    def parts(self) -> None:
        """What the project's film is joined of. What can be made is made; failures are told of in the result."""
        project, clips = self.project, self.project.clips
        self.traces([*clips, project.thumbnail] if project.thumbnail else list(clips))
        self.tell(stray_recordings(project))
        self.refuse_two_voices(clips)
        self.voices(clips)
        self.captions(clips)
        self.pictures(clips, still=project.thumbnail)

    def clips(
        self, names: Sequence[str], targets: Mapping[str, Path] | None = None, marks: Sequence[str] = ()
    ) -> Result:
        """Single clips with their sound, in dist/clips/ or in their `targets`. Clips that can be made are made."""
        clips = [self.project.find(name) for name in names]
        self.traces(clips)
        self.voices(clips)
        self.pictures(clips)
        return self.hand_out(clips, targets, marks)

    def hand_out(
        self, clips: Sequence[Clip], targets: Mapping[str, Path] | None = None, marks: Sequence[str] = ()
    ) -> Result:
        """Joins the clips that are drawn with their sound, in the format of the quality; all as loud as the film."""
        ready = []
        for clip in clips:
            picture, spoken = self.survey.clip(clip, self.options.quality).record, self.survey.voice(clip).record
            if picture and spoken:
                ready.append(self.survey.published(clip, picture, spoken, self.options.quality))
        if ready:
            hyperparameters = fingerprints.key(hyperparameters_toml.plain(self.project.hyperparameters))
            film = Film(self.project.settings, self.options.quality.name, tuple(ready), hyperparameters)
            if targets is None:
                names = [clip.name for clip in ready]
                made = publish.publish_clips(film, names, self.project.dist, self.project.build, self.spread).files
                self.result.files.extend(made)
            else:
                written = export.clips(film, targets, self.project.build, marks)
                export.exported(self.project, written)
                self.result.files.extend(written)
        self.result.raise_failures()
        return self.result
