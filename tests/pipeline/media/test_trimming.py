"""What is cut off a voice, filtered out of it, and put into its pauses."""

import numpy as np
import pytest

from pipeline.media import sound, trimming
from tests.pipeline.media.tones import SECOND, sine


def test_trimming_keeps_a_breath_and_tells_what_it_cut() -> None:
    trimmed, cut = trimming.trim(np.concatenate([sound.silence(1.0), sine(0.5, 0.3), sound.silence(1.0)]))
    assert cut == pytest.approx(0.98, abs=0.001)
    assert len(trimmed) / SECOND == pytest.approx(0.64, abs=0.001)


def test_rumble_is_taken_away_and_the_voice_is_not() -> None:
    def kept(frequency: float) -> float:
        samples = sine(2.0, 0.3, frequency)
        return float(20 * np.log10(trimming.without_rumble(samples)[SECOND:].std() / samples[SECOND:].std()))

    assert kept(25.0) < -15
    assert abs(kept(150.0)) < 0.3
    assert abs(kept(1000.0)) < 0.05


def test_a_pause_is_stretched_in_its_quietest_place_without_a_click() -> None:
    samples = np.concatenate([sine(0.5, 0.3, fade=200), sound.silence(0.2), sine(0.5, 0.3, fade=200)])
    stretched, added = trimming.stretch_pauses(samples, [(0.5, 0.7)], 0.6)
    assert added == pytest.approx([0.4], abs=1e-4)
    assert len(stretched) == len(samples) + round(0.4 * SECOND)
    assert not stretched[round(0.52 * SECOND) : round(1.08 * SECOND)].any()
    assert (stretched[: SECOND // 2 - 1] == samples[: SECOND // 2 - 1]).all()
    assert (stretched[-SECOND // 2 + 1 :] == samples[-SECOND // 2 + 1 :]).all()
    assert trimming.stretch_pauses(samples, [(0.5, 0.7)], 0.1)[1] == [0.0]
