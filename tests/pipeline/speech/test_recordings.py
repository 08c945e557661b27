"""Recordings as people have them: any format, noise in the room, names a little off."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.media import sound, trimming
from pipeline.media.timing import SAMPLE_RATE
from pipeline.project.lecture_toml import Voice
from pipeline.project.scripts import Line
from pipeline.speech import record, recordings, speak
from pipeline.speech.engines import Voices
from pipeline.speech.recordings import Recordings

LINE = Line("maps.open", "Two words here.", (("open", 0),))


def buzz(floor: float, seed: int = 0) -> np.ndarray:
    """Two seconds of a voice-like buzz between two seconds of noise at `floor` dBFS on each side."""
    rng = np.random.default_rng(seed)
    wave = rng.normal(0, 10 ** (floor / 20), 6 * SAMPLE_RATE)
    time = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    wave[2 * SAMPLE_RATE : 4 * SAMPLE_RATE] += (
        0.3 * np.sin(2 * np.pi * 140 * time) * (0.5 + 0.5 * np.sin(2 * np.pi * 4 * time))
    )
    return np.repeat(np.rint(32767 * np.clip(wave, -1, 1))[:, None], 2, axis=1).astype(np.int16)


def write(path: Path, samples: np.ndarray, codec: str) -> None:
    """A sound in the format of the file's ending."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as file:
        stream = file.add_stream(codec, rate=SAMPLE_RATE, layout="stereo")
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.reshape(1, -1)), "s16", "stereo")
        frame.sample_rate, frame.pts = SAMPLE_RATE, 0
        resampler = av.AudioResampler(stream.codec_context.format, "stereo", SAMPLE_RATE)
        for out in (*resampler.resample(frame), *resampler.resample(None), None):
            for packet in stream.encode(out):
                file.mux(packet)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        *(("maps.open.WAV", "pcm_s16le"), ("maps.open.flac", "flac"), ("maps.open.m4a", "aac")),
        *(("maps.open.mp3", "libmp3lame"), ("maps.open.ogg", "libopus"), ("maps.open.webm", "libopus")),
    ],
)
def test_a_recording_of_any_format_is_used(tmp_path: Path, name: str, codec: str) -> None:
    write(tmp_path / "assets/voice" / name, buzz(-80), codec)
    timing = speak.speak([LINE], Voices.of(tmp_path, Voice()), tmp_path / "out", "maps")
    (line,) = timing.lines
    assert line.speaker == "recording"
    assert line.end - line.start == pytest.approx(2.1, abs=0.1)


@pytest.mark.parametrize("floor", [-45.0, -60.0, -80.0])
def test_noise_of_the_room_moves_no_edge(floor: float) -> None:
    voiced, start = trimming.trim_noise(buzz(floor))
    assert start == pytest.approx(1.98, abs=0.05)
    assert start + len(voiced) / SAMPLE_RATE == pytest.approx(4.05, abs=0.11)


def test_a_click_is_no_word() -> None:
    samples = buzz(-60)
    samples[SAMPLE_RATE] = 20000
    assert trimming.trim_noise(samples)[1] == pytest.approx(1.98, abs=0.05)


def test_a_noisy_room_is_told_and_a_quiet_one_is_not(tmp_path: Path) -> None:
    for floor, noisy in ((-27.0, True), (-60.0, False)):
        sound.write(tmp_path / "maps.open.wav", buzz(floor))
        assert bool(recordings.noise(tmp_path / "maps.open.wav")) == noisy
    sound.write(tmp_path / "maps.open.wav", buzz(-27.0))
    assert "maps.open.wav is noisy: its speech is only" in recordings.noise(tmp_path / "maps.open.wav")


def test_of_two_recordings_one_is_used_and_the_other_named(tmp_path: Path) -> None:
    for name in ("a.b.mp3", "a.b.wav", "a.c.txt", ".hidden", "script.txt", "c.d.M4A"):
        (tmp_path / name).touch()
    found = Recordings.of(tmp_path)
    assert {stem: path.name for stem, path in found.files.items()} == {"a.b": "a.b.wav", "c.d": "c.d.M4A"}
    assert [path.name for path in found.others()] == ["a.b.mp3", "a.c.txt"]


def test_the_script_names_the_files_that_are_still_wanted(tmp_path: Path) -> None:
    lines = [LINE, replace(LINE, name="maps.rest", text="", pause=1.0), replace(LINE, name="maps.close", text="Bye.")]
    (tmp_path / "maps.close.m4a").touch()
    wanted = record.to_record(lines, tmp_path)
    assert wanted == [LINE]
    text = record.script(wanted, tmp_path).read_text()
    assert "maps.open.wav\n    Two words here." in text
    assert "maps.close" not in text


MICROPHONE = """
import signal, sys, time
from pathlib import Path
from tests.pipeline.speech.test_recordings import buzz
from pipeline.media import sound
sound.write(Path(sys.argv[1]), buzz(-60))
signal.pause()
"""


def test_lines_are_taken_from_the_microphone_again_if_wanted(tmp_path: Path) -> None:
    script = tmp_path / "microphone.py"
    script.write_text(MICROPHONE)
    (tmp_path / "takes").mkdir()
    answers = iter(["", "stop", "r", "", "stop", "", "s", "q"])
    shown: list[str] = []

    def ask(question: str) -> str:
        answer = next(answers)
        if answer == "stop":
            path = next(iter([tmp_path / "takes" / "maps.open.wav"]))
            for _ in range(300):
                if path.is_file() and path.stat().st_size > 1_000_000:
                    break
                subprocess.run([sys.executable, "-c", "import time; time.sleep(0.05)"], check=True)
            return ""
        return answer

    lines = [LINE, replace(LINE, name="maps.skip", text="Not now."), replace(LINE, name="maps.last", text="Never.")]
    command = ["env", f"PYTHONPATH={Path(__file__).parents[3]}", sys.executable, str(script), "{out}"]
    made = record.session(lines, tmp_path / "takes", command, ask, shown.append)
    assert [path.name for path in made] == ["maps.open.wav"]
    assert sound.read(made[0]).any()
    assert "Two words here." in shown[0]
    assert list(answers) == []
