"""Kokoro itself; where its model could not be installed, only what holds without it."""

import functools
import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import UserError
from pipeline.project.lecture_toml import Voice
from pipeline.project.scripts import Line
from pipeline.speech import kokoro, model
from pipeline.speech.engines import Voices
from pipeline.speech.phonemes import Said
from pipeline.speech.spoken import heard

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
spoken_here = pytest.mark.skipif(bool(model.missing()), reason=f"Kokoro cannot speak here: {model.missing()}")

TEXT = "We need the slope. Why not just compute it?"
SPEAK = f"""
import hashlib
from pipeline.speech import kokoro
from pipeline.speech.spoken import heard
wave, times = kokoro.speak("a.b", {TEXT!r}.split(), heard({TEXT!r}, {{}}), (), "af_heart", 1.0)
print(hashlib.sha256(wave.tobytes()).hexdigest())
"""


@functools.cache
def speak(text: str, speaker: str = "af_heart", speed: float = 1.0, stressed: tuple[int, ...] = ()) -> tuple:
    return kokoro.speak("a.b", text.split(), heard(text, {}), stressed, speaker, speed)


@spoken_here
def test_equal_text_gives_equal_samples_in_two_fresh_processes() -> None:
    said = [
        subprocess.run([sys.executable, "-c", SPEAK], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    assert said[0] == said[1]
    assert said[0].strip() == hashlib.sha256(speak(TEXT)[0].tobytes()).hexdigest()


@spoken_here
def test_words_are_heard_in_their_times_and_pauses_are_between_them() -> None:
    wave, times = speak(TEXT)
    assert len(times) == len(TEXT.split())
    assert [time for pair in times for time in pair] == sorted(time for pair in times for time in pair)

    def loud(begin: float, end: float) -> float:
        return float(np.sqrt((wave[round(begin * kokoro.RATE) : round(end * kokoro.RATE)] ** 2).mean()))

    pause = times[3][1], times[4][0]  # "slope." and "Why"
    assert pause[1] - pause[0] > 0.15
    assert all(loud(*word) > 10 * loud(pause[0] + 0.05, pause[1] - 0.05) for word in times)
    samples, rate, shifted = kokoro.trimmed(wave, times)
    assert shifted[0][0] == pytest.approx(0.1, abs=0.01)
    assert len(samples) / rate - shifted[-1][1] == pytest.approx(0.1, abs=0.01)


@spoken_here
def test_speed_and_speaker_and_stress_are_heard() -> None:
    wave, times = speak(TEXT)
    assert len(speak(TEXT, speed=0.8)[0]) > 1.1 * len(wave)
    other, both = speak(TEXT, "am_michael")[0], speak(TEXT, "af_heart+am_michael")[0]
    assert len({hashlib.sha256(each.tobytes()).hexdigest() for each in (wave, other, both)}) == 3
    stressed = speak(TEXT, stressed=(5,))[1]
    assert stressed[5][1] - stressed[5][0] > times[5][1] - times[5][0] + 0.02  # "not"


def test_a_wrong_or_missing_part_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    names = tuple(f"part_of_a_model_{number}" for number in range(4))
    monkeypatch.setattr(model, "PARTS", names)
    with pytest.raises(UserError, match=r"not installed \(part-of-a-model-0 is missing\); `.venv/bin/pip"):
        model.data()
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "part.bin").write_bytes(b"no model")
        (tmp_path / name / "__init__.py").touch()
    with pytest.raises(UserError, match="the voice model is damaged: its SHA-256 is"):
        model.data()
    monkeypatch.setattr(model, "SHA256", hashlib.sha256(b"no model" * 4).hexdigest())
    assert model.data().startswith(b"no model" * 4)
    assert model.DURATIONS.encode() in model.data()


def test_the_voices_are_the_published_ones_and_two_make_their_mean() -> None:
    digest = hashlib.sha256((model.VOICES / "af_heart.bin").read_bytes()).hexdigest()
    assert digest == "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b"
    one, two, both = map(model.table, ("af_heart", "am_michael", "af_heart+am_michael"))
    np.testing.assert_allclose(both, (one + two) / 2, atol=1e-6)
    assert len({model.identity(name) for name in ("af_heart", "am_michael", "af_heart+am_michael")}) == 3
    for file in ("LICENSE", "NOTICE"):
        assert (model.VOICES / file).is_file()


@pytest.mark.parametrize(
    ("voice", "sentence"),
    [
        (Voice(speaker="af_hart"), r'no voice "af_hart"; did you mean "af_heart"\?'),
        (Voice(speaker="af_heart+x"), 'no voice "x"'),
        (Voice(say={"kokoro": {"DAPO": "/dap1/"}}), 'voice.say.kokoro."DAPO" has "1", which is no phoneme'),
    ],
)
def test_a_voice_or_a_phoneme_that_there_is_not_is_told_before_the_work(
    tmp_path: Path, voice: Voice, sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence):
        Voices.of(tmp_path, voice).check()


def test_a_text_too_long_for_the_model_is_cut_where_sentences_end() -> None:
    sentence = [Said("", "a" * 60, ""), Said("", "b" * 60, ".")]
    parts = kokoro.parts(sentence * 10)
    assert [len(part.spans) for part in parts] == [8, 8, 4]
    assert all(len(part.text) <= model.LONGEST and part.text.endswith(".") for part in parts)
    endless = kokoro.parts([Said("", "a" * 200, "")] * 5)
    assert [len(part.spans) for part in endless] == [2, 2, 1]


def test_the_key_of_a_kept_line_changes_with_what_is_said_by_whom_and_how(tmp_path: Path) -> None:
    line = Line("a.b", "Beta is big.", (("b", 0),))

    def key(line: Line = line, **settings: object) -> str:
        return Voices.of(tmp_path, replace(Voice(), **settings)).key(line, "kokoro")

    assert key(rate=200, gap=2.0, breath=1.0, variant="en-gb") == key(replace(line, name="c.d")) == key()
    assert key(say={"GRPO": "G R P O"}) == key()
    others = [key(speed=1.1), key(speaker="am_michael"), key(say={"kokoro": {"Beta": "Bee"}})]
    others += [key(replace(line, text="Beta is big!")), key(replace(line, stressed=(1,)))]
    assert len({*others, key()}) == 6
