from pathlib import Path

import numpy as np
import pytest

from pipeline.media import sound
from tests.pipeline.media.tones import SECOND, sine, speech


def test_pieces_lie_at_their_milliseconds_in_exactly_the_duration() -> None:
    laid = sound.lay([(0.25, sine(0.5, 0.3)), (1.001, sine(0.5, 0.3))], 32 / 15)
    assert len(laid) == 102_400
    loud = np.flatnonzero(np.abs(laid[:, 0]) > 0)
    assert loud[0] == pytest.approx(0.25 * SECOND, abs=2)
    gap = np.flatnonzero(np.diff(loud) > 1000)
    assert loud[gap[0] + 1] == pytest.approx(1.001 * SECOND, abs=2)


def test_reading_brings_any_rate_and_layout_to_48_khz_stereo(tmp_path: Path) -> None:
    import wave

    path = tmp_path / "mono.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(22050)
        file.writeframes((9000 * np.sin(2 * np.pi * 440 * np.arange(22050) / 22050)).astype(np.int16).tobytes())
    samples = sound.read(path)
    assert samples.shape == (pytest.approx(SECOND, abs=40), 2)
    assert np.abs(np.fft.rfft(samples[:SECOND, 0].astype(float), SECOND)).argmax() == 440
    assert (samples[:, 0] == samples[:, 1]).all()


def test_writing_and_reading_give_the_same_samples(tmp_path: Path) -> None:
    samples = speech(0.5)
    sound.write(tmp_path / "a.wav", samples)
    assert (sound.read(tmp_path / "a.wav") == samples).all()
