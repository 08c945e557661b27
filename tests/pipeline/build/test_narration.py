"""What is kept of the narration: shipped, missing, too much; and who speaks where Kokoro cannot."""

import contextlib
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from pipeline.build import narration
from pipeline.build.build import Build
from pipeline.build.jobs import Options
from pipeline.build.lock import alone
from pipeline.errors import BuildError, UserError
from pipeline.media import sound
from pipeline.project.lecture_toml import Voice
from pipeline.project.project import load as project_of
from pipeline.project.qualities import QUALITIES
from pipeline.project.scripts import Line
from pipeline.speech import engines, kokoro
from pipeline.workers.progress import Progress
from tests.pipeline import tiny


@contextlib.contextmanager
def opened(root: Path) -> Iterator[Build]:
    """A build of the project as it now is."""
    shown, asked = Progress(io.StringIO()), project_of(root)
    with alone(asked.build, shown), Build(asked, Options(QUALITIES["draft"], 2), shown) as build:
        yield build


def change(root: Path, name: str, old: str, new: str) -> None:
    path = root / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


@pytest.fixture
def spoken(project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Kokoro for the tiny project, with a tone for a voice; the names of the lines that it was asked to speak."""
    path = project / "lecture.toml"
    path.write_text(path.read_text().replace('engine = "silent"', 'engine = "kokoro"'))
    calls: list[str] = []

    def say(name: str, written: list[str], *_: object) -> tuple[np.ndarray, list[tuple[float, float]]]:
        calls.append(name)
        seconds = 0.4 * len(written)
        wave = 0.3 * np.sin(2 * np.pi * 300 * np.arange(round(24_000 * seconds)) / 24_000)
        return wave.astype(np.float32), [(0.4 * k, 0.4 * k + 0.4) for k in range(len(written))]

    monkeypatch.setattr(kokoro, "speak", say)
    monkeypatch.setattr(engines, "_lack", lambda: "")
    return calls


def shipped(project: Path) -> list[Path]:
    return sorted((project / "assets/speech").glob("*.opus"))


def test_update_speaks_what_is_missing_once_and_removes_what_no_line_uses(project: Path, spoken: list[str]) -> None:
    with opened(project) as build:
        film = narration.told(build)
        assert "lines, such as first_step.open, are not in assets/speech/" in film.sentences()[0]
        count = len(film.lines)
        assert narration.update(build, film) == (count, 0)
        assert film.sentences() == []
        assert len(shipped(project)) == len(spoken) == count
        assert narration.update(build, film) == (0, 0)
    change(project, "assets/narration/ch01_fall.md", "Down it is.", "Down it goes.")
    with opened(project) as build:
        film = narration.told(build)
        assert len(film.missing) == len(film.unused) >= 1
        edited = len(film.missing)
        assert narration.update(build, film) == (edited, edited)
    assert len(spoken) == count + edited, "only the edited lines are spoken anew"
    assert len(shipped(project)) == count


def test_a_shipped_film_is_made_without_a_word_being_spoken(
    project: Path, spoken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(project) as build:
        narration.update(build, narration.told(build))
    monkeypatch.setattr(engines, "_lack", lambda: "the voice model is not installed")
    shutil.rmtree(project / "build/speech")
    spoken.clear()
    assert not any("espeak" in note for note in tiny.build(project).notes)
    assert spoken == []
    assert not (project / "build/speech").exists()


@pytest.mark.slow
def test_two_voices_in_one_film_are_refused_unless_allowed(
    project: Path, spoken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(project) as build:
        narration.update(build, narration.told(build))
    monkeypatch.setattr(engines, "_lack", lambda: "the voice model is not installed")
    change(project, "assets/narration/ch01_fall.md", "Down it is.", "Down it goes.")
    with pytest.raises(UserError, match=r"lines, such as the_fall\.\w+, are not in assets/speech/, and .* voice\.mix"):
        tiny.build(project)
    with opened(project) as build:
        assert "espeak-ng speaks the line the_fall.open" in build.clips(["the_fall"]).notes[0], "alone it may"
    change(project, "lecture.toml", 'engine = "kokoro"', 'engine = "kokoro"\nmix = true')
    tiny.build(project)
    assert (project / "dist/lecture.mp4").is_file()


@pytest.mark.slow
def test_without_the_model_and_without_kept_lines_espeak_speaks_and_says_so(
    project: Path, spoken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "_lack", lambda: "the voice model is not installed")
    notes = tiny.build(project).notes
    assert any("so espeak-ng speaks" in note and "voice-model.txt" in note for note in notes)
    assert spoken == []


def test_a_recording_that_is_too_fast_is_told_before_anything_is_drawn(project: Path) -> None:
    time = np.arange(48_000 // 5) / 48_000
    wave = np.repeat(np.rint(9000 * np.sin(2 * np.pi * 300 * time))[:, None], 2, axis=1).astype(np.int16)
    (project / "assets/voice").mkdir()
    sound.write(project / "assets/voice/the_fall.open.wav", wave)
    change(project, "lecture.toml", 'engine = "silent"', 'engine = "espeak"')
    longer = "Down it is, and this goes on and on for far too long, as anybody can hear at once."
    change(project, "assets/narration/ch01_fall.md", "Down it is.", longer)
    with pytest.raises(BuildError, match=r"the_fall\.open is spoken too fast to be read: .* record it more slowly"):
        tiny.build(project)
    assert not list((project / "build/clips").glob("*.mp4"))


def test_words_that_no_dictionary_has_are_listed_once_with_how_they_are_said() -> None:
    known = frozenset(("the", "map", "of", "is", "mid", "sentence"))
    lines = [
        Line("a.b", "The map of GRPO is 0.4, mid-sentence.", ()),
        Line("a.c", "GRPO, logits: the map's 60%.", ()),
    ]
    assert narration.uncommon(lines, Voice(), known) == [
        ("GRPO", "ʤˌiˌɑɹpˌiˈO", "a.b"),
        ("logits", "lˈɑʤɪts", "a.c"),
    ]
