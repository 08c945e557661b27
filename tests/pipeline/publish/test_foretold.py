"""What no film can be published with is told before any work, all at once, with file and line."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import BuildError, UserError
from pipeline.media import sound
from pipeline.media.timing import TimedLine, Timing, Word
from pipeline.project import project as projects
from pipeline.publish import captions, foretold
from pipeline.speech import silent
from tests.pipeline import tiny
from tests.pipeline.tiny import change

ROOT = Path(__file__).parents[3]


def faults(root: Path) -> list[str]:
    return foretold.faults(projects.load(root))


def test_this_film_can_be_published() -> None:
    assert faults(ROOT) == []


def test_everything_is_told_at_once_before_anything_is_computed(project: Path) -> None:
    change(project, "lecture.toml", '"A tiny lecture"', f'"From 1:30 <on>{" and on" * 20}"\nsummary = "See 0:15."')
    text = "a = 12:30:45 b > c"
    extra = (
        f'\n[[publish.sources]]\ntitle = "Fine"\nurl = "https://a.b:8080/1"\n[[publish.sources]]\ntitle = "{text}"\n'
    )
    change(project, "lecture.toml", "tail = 0.2\n", f'tail = 0.2\n{extra}url = "https://example.org/"\n')
    change(project, "assets/narration/ch01_fall.md", "# Coming down", "<!-- a note\n-->\n# Coming down at 2:00")
    word = "W" * 43
    change(project, "assets/narration/ch01_fall.md", "Down it is.", f"Down it is, {word}.")
    change(
        project,
        "assets/narration/ch00_rise.md",
        "It stays low.",
        f"It stays [low] {'漢' * 400} low{'{up#top:.1f}' * 50}.",
    )
    assert faults(project) == [
        "lecture.toml, line 1: title has 154 characters; YouTube takes 100.",
        "lecture.toml, line 1: title holds <, which YouTube takes in no title and no description.",
        'lecture.toml, line 1: title holds "1:30", which YouTube reads as a time of the film; write it otherwise.',
        'lecture.toml, line 2: summary holds "0:15", which YouTube reads as a time of the film; write it otherwise.',
        f'lecture.toml, line 14: the source "{text}" holds >, which YouTube takes in no title and no description.',
        f'lecture.toml, line 14: the source "{text}" holds "12:30:45", which YouTube reads as a time of the film; '
        "write it otherwise.",
        'ch01_fall.md:3: the title holds "2:00", which YouTube reads as a time of the film; write it otherwise.',
        f'ch00_rise.md:9: "low{"0" * 50}." is wider than a caption of 42 characters; break it.',
        f'ch01_fall.md:7: "{word}." is wider than a caption of 42 characters; break it.',
    ]
    with pytest.raises(UserError) as error:
        tiny.build(project)
    assert str(error.value).split("\n") == faults(project)
    assert not (project / "build/traces").exists()


def test_a_description_that_is_too_long_is_counted_in_bytes(project: Path) -> None:
    change(project, "lecture.toml", '"A tiny lecture"', f'"A tiny lecture"\nsummary = "{"é" * 2490}"')
    (told,) = faults(project)
    assert told.startswith("lecture.toml, line 2: the description, with its summary, 2 chapters and 0 sources, has 50")
    change(project, "lecture.toml", "é" * 2490, "é" * 2400)
    assert faults(project) == []


@pytest.mark.parametrize(
    "text", ["a ratio of 3:1", "https://a.b:80/12:30", "v1.12:30x", "at 12:3", "12:75", "John 3:165"]
)
def test_what_is_no_time_is_let_through(project: Path, text: str) -> None:
    change(project, "lecture.toml", "A tiny lecture", text)
    assert faults(project) == []


def test_every_line_that_cannot_be_read_is_told_with_its_place(project: Path) -> None:
    time = np.arange(48_000 // 5) / 48_000
    (project / "assets/voice").mkdir()
    wave = np.repeat(np.rint(9000 * np.sin(2 * np.pi * 300 * time))[:, None], 2, axis=1).astype(np.int16)
    change(project, "lecture.toml", 'engine = "silent"', 'engine = "espeak"')
    for name, line, old in (
        ("ch01_fall", "the_fall.open", "Down it is."),
        ("ch00_rise", "first_step.open", "A step of"),
    ):
        sound.write(project / "assets/voice" / f"{line}.wav", wave)
        change(
            project, f"assets/narration/{name}.md", old, f"{old} It goes on for far too long, as anybody can hear. So"
        )
    with pytest.raises(BuildError) as error:
        tiny.build(project)
    first, second = str(error.value).split("\n")
    assert first.startswith("ch00_rise.md:5: the line first_step.open is spoken too fast to be read: ")
    assert second.startswith("ch01_fall.md:5: the line the_fall.open is spoken too fast to be read: ")
    assert not (project / "build/clips").exists()


def test_every_recording_that_cannot_be_used_is_told_at_once(project: Path) -> None:
    change(project, "lecture.toml", 'engine = "silent"', 'engine = "espeak"')
    (project / "assets/voice").mkdir()
    sound.write(project / "assets/voice/the_fall.open.wav", sound.silence(0.3))
    (project / "assets/voice/first_step.open.flac").write_bytes(b"no sound")
    with pytest.raises(UserError) as error:
        tiny.build(project)
    first, second = str(error.value).split("\n")
    assert "first_step.open.flac" in first
    assert second == "the recording the_fall.open.wav is silent."
    assert not (project / "build/clips").exists()


def test_what_is_said_in_silence_can_be_read_in_any_script() -> None:
    text = "同じ山の上で六つの規則がどのように学び、どこで止まり、なぜ別れるのかを一つの批から順に見ていきます。"
    spoken = silent.speak(text)
    line = TimedLine("the_fall.open", 0.0, spoken.times[0][1], text, (Word(text, *spoken.times[0]),))
    shown = captions.make([(0.0, Timing("the_fall", line.end, {}, (line,), ""))])
    assert captions.check(shown) == []
    assert "".join("".join(caption.lines) for caption in shown) == text


def test_only_words_that_break_nowhere_are_too_wide() -> None:
    assert captions.fits("漢" * 100)
    assert captions.fits("https://example.org/" + "a-b/" * 50)
    assert not captions.fits("a" * 43)
