"""`render.py upload --language`: a package that fits the film's picture, from a translation."""

from pathlib import Path

import av
import pytest

from pipeline.build import dubbing
from pipeline.commands.upload import upload
from pipeline.errors import BuildError
from pipeline.media.timing import SAMPLE_RATE, Timing
from tests.pipeline.project.test_translation import SETTINGS, TOLD, told
from tests.pipeline.tiny import change


def package(root: Path) -> Path:
    upload(root, "lecture", "es", None, None, 1)
    return root / "dist/upload/es"


def length(root: Path) -> float:
    voices = [Timing.load(path) for path in (root / "build/voices").glob("*.json") if ".record" not in path.name]
    return sum(timing.duration for timing in voices)


def test_its_sound_is_exactly_as_long_as_the_film_and_what_is_not_told_is_listed(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = package(told(project))
    with av.open(str(folder / "audio.m4a")) as sound:
        stream = sound.streams.audio[0]
        samples = sum(frame.samples for frame in sound.decode(stream))
    assert samples == round(length(project) * SAMPLE_RATE)
    assert (folder / "untranslated.txt").read_text() == "the_fall\n"
    assert "1 of 3 clips are not told in es, such as the_fall: they are silent." in capsys.readouterr().err
    shown = (folder / "captions.srt").read_text()
    assert "Un paso de 0.5." in shown
    assert "Down" not in shown
    assert (folder / "title.txt").read_text() == "Una película\n"
    assert "Corta." in (folder / "description.txt").read_text()
    assert not (project / "dist/lecture.mp4").exists()


def test_it_is_not_made_twice_and_follows_the_translation(project: Path) -> None:
    folder = package(told(project))
    before = (folder / "audio.m4a").stat().st_mtime_ns
    package(project)
    assert (folder / "audio.m4a").stat().st_mtime_ns == before
    change(project, "assets/narration/es/ch00_rise.md", "Un paso de", "El paso de")
    assert "El paso" in (package(project) / "captions.vtt").read_text()


def test_a_line_that_is_too_long_for_its_picture_is_named_and_nothing_is_written(project: Path) -> None:
    told(project, TOLD.replace("Un paso de", "palabra " * 60), SETTINGS)
    with pytest.raises(BuildError, match=r"es/ch00_rise.md:5: the line first_step.open takes .* use fewer words\."):
        package(project)
    assert not (project / "dist/upload").exists()


def test_a_line_begins_where_the_original_does(project: Path) -> None:
    shown = (package(told(project)) / "captions.srt").read_text()
    assert dubbing.REST < 0.2
    assert shown.startswith("1\n00:00:00,")
