import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.media.timing import SAMPLE_RATE
from pipeline.project.lecture_toml import Voice
from pipeline.project.scripts import Line
from pipeline.speech import engines, kokoro, model, opus, speak
from pipeline.speech.engines import Voices
from pipeline.speech.kept import Kept
from pipeline.speech.opus import _libavutil

ROOT = Path(__file__).parents[3]
LINE = Line("maps.open", "Two words.", (("open", 0), ("words", 1)))
TIMES = [(0.1, 0.4), (0.42, 0.9)]


def voice_like(seconds: float = 1.0) -> np.ndarray:
    """Mono at 24 kHz: harmonics of 150 Hz that swell and fade."""
    time = np.arange(round(24_000 * seconds)) / 24_000
    wave = sum(np.sin(2 * np.pi * 150 * k * time) / k for k in range(1, 12)) * (0.6 + 0.4 * np.sin(9 * time))
    return np.rint(6000 * wave).astype(np.int16)


def kept(root: Path) -> Kept:
    return Kept(root / "assets/speech", root / "build/speech")


def test_what_is_kept_comes_back_with_its_words_and_is_small(tmp_path: Path) -> None:
    store = kept(tmp_path)
    store.add("abc", voice_like(4.0), 24_000, TIMES, "Two words.", "af_heart")
    samples, times = store.read("abc") or pytest.fail("it is not kept")
    assert times == TIMES
    assert samples.shape == (4 * SAMPLE_RATE, 2)
    assert np.abs(np.fft.rfft(samples[:SAMPLE_RATE, 0].astype(float))).argmax() == 150
    path = store.path("abc")
    assert path is not None
    assert path.stat().st_size < 4 * 3500
    assert opus.read(path)[1]["title"] == "Two words."


def test_equal_speech_gives_an_equal_file(tmp_path: Path) -> None:
    for name in ("a", "b"):
        kept(tmp_path).add(name, voice_like(), 24_000, TIMES, "Two words.", "af_heart")
    files = [path.read_bytes() for path in sorted((tmp_path / "build/speech").iterdir())]
    assert files[0] == files[1]


DECODE = """
import ctypes, hashlib, sys
from pathlib import Path
from pipeline.speech import opus
library = opus._libavutil()
opus._THIS_PROCESSOR = int(sys.argv[2])
library.av_force_cpu_flags(opus._THIS_PROCESSOR)
print(hashlib.sha256(opus.read(Path(sys.argv[1]))[0].tobytes()).hexdigest())
"""


@pytest.mark.skipif(_libavutil() is None, reason="FFmpeg's library is not inside the package av")
def test_a_simpler_processor_reads_the_same_samples(tmp_path: Path) -> None:
    kept(tmp_path).add("abc", voice_like(8.0), 24_000, TIMES, "Two words.", "af_heart")
    path = str(tmp_path / "build/speech/abc.opus")
    sse2 = str(0x0001 | 0x0008 | 0x0010)
    said = [
        subprocess.check_output([sys.executable, "-c", DECODE, path, flags], cwd=ROOT, text=True)
        for flags in ("-1", sse2)
    ]
    assert said[0] == said[1]
    assert said[0].strip() == hashlib.sha256(opus.read(Path(path))[0].tobytes()).hexdigest()


def test_a_damaged_file_counts_as_none(tmp_path: Path) -> None:
    store = kept(tmp_path)
    store.add("abc", voice_like(), 24_000, TIMES, "Two words.", "af_heart")
    store.ship("abc")
    (tmp_path / "assets/speech/abc.opus").write_bytes(b"not a sound")
    assert store.read("abc") is not None, "this machine's own is still good"
    (tmp_path / "build/speech/abc.opus").write_bytes(b"")
    assert store.read("abc") is None


def test_what_no_line_uses_is_named_and_removed(tmp_path: Path) -> None:
    store = kept(tmp_path)
    for name in ("abc", "def"):
        store.add(name, voice_like(), 24_000, TIMES, "Two words.", "af_heart")
        store.ship(name)
    assert store.missing(["abc", "xyz", "xyz"]) == ["xyz"]
    assert [path.name for path in store.unused(["abc"])] == ["def.opus"]
    store.forget(store.unused(["abc"]))
    assert sorted(path.name for path in (tmp_path / "assets/speech").iterdir()) == ["abc.opus"]


def ship(root: Path, line: Line, voice: Voice) -> None:
    voices = Voices.of(root, voice)
    voices.kept.add(voices.key(line, "kokoro"), voice_like(), 24_000, TIMES, line.text, "af_heart")
    voices.kept.ship(voices.key(line, "kokoro"))


def test_a_shipped_line_is_not_spoken_and_an_edited_one_is_espeaks_without_the_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "_lack", lambda: "the voice model is not installed")
    monkeypatch.setattr(model, "session", lambda: pytest.fail("Kokoro was loaded"))
    voice, edited = Voice(), replace(LINE, text="Three words now.")
    ship(tmp_path, LINE, voice)
    voices = Voices.of(tmp_path, voice)
    assert [voices.engine(line) for line in (LINE, edited)] == ["kokoro", "espeak"]
    timing = speak.speak([LINE, replace(edited, name="maps.edited")], voices, tmp_path / "build/voice", "maps")
    assert [line.speaker for line in timing.lines] == ["kokoro", "espeak"]
    assert timing.cues["words"] - timing.cues["open"] == pytest.approx(0.32, abs=0.1)


def test_a_fresh_line_is_kept_and_then_sounds_as_it_will_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def say(name: str, *_: object) -> tuple[np.ndarray, list[tuple[float, float]]]:
        calls.append(name)
        return voice_like(1.2).astype(np.float32) / 32768, TIMES

    monkeypatch.setattr(engines, "_lack", lambda: "")
    monkeypatch.setattr(kokoro, "speak", say)
    voices = Voices.of(tmp_path, Voice())
    first = speak.speak([LINE], voices, tmp_path / "build/voice", "maps")
    again = speak.speak([LINE], voices, tmp_path / "build/other", "maps")
    assert first == again
    assert calls == ["maps.open"], "it is spoken once"
    voices.kept.ship(voices.key(LINE, "kokoro"))
    (tmp_path / "build/speech" / f"{voices.key(LINE, 'kokoro')}.opus").unlink()
    assert speak.speak([LINE], voices, tmp_path / "build/third", "maps") == first
