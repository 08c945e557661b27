from pathlib import Path

import numpy as np
import pytest

from pipeline import sound
from pipeline.errors import BuildError
from pipeline.timing import SAMPLE_RATE

SECOND = SAMPLE_RATE


def sine(seconds: float, level: float, frequency: float = 997.0, phase: float = 0.0, fade: int = 1) -> np.ndarray:
    """A stereo tone whose peak is `level` of full scale, with so many samples of fade at both ends."""
    time = np.arange(round(seconds * SECOND))
    ramp = np.minimum(1.0, np.minimum(time, time[::-1]) / fade)
    wave = level * 32767 * ramp * np.sin(2 * np.pi * frequency * time / SECOND + phase)
    return np.repeat(np.rint(wave)[:, None], 2, axis=1).astype(np.int16)


def speech(seconds: float, seed: int = 0) -> np.ndarray:
    """Bursts of noise with high peaks over a low average, as speech has."""
    rng = np.random.default_rng(seed)
    wave = rng.normal(0, 900, round(seconds * SECOND))
    wave[:: SECOND // 8] = 20000 * rng.choice([-1, 1], len(wave[:: SECOND // 8]))
    return np.repeat(np.clip(wave, -32768, 32767)[:, None], 2, axis=1).astype(np.int16)


def test_the_meter_reads_what_the_standard_says_of_a_tone() -> None:
    # EBU Tech 3341, case 1: a stereo tone of 1 kHz at -23 dBFS has -23 LUFS
    level = sound.measure([sine(20.0, 10 ** (-23 / 20), 1000.0)])
    assert level.loudness == pytest.approx(-23.0, abs=0.1)
    assert level.true_peak == pytest.approx(-23.0, abs=0.1)


def test_the_meter_sees_peaks_between_samples() -> None:
    # a quarter of the sampling rate, sampled 45 degrees off its crests: samples stay 3 dB below the true peak
    samples = sine(1.0, 0.5, SECOND / 4, np.pi / 4, fade=500)
    assert 20 * np.log10(np.abs(samples).max() / 32768) == pytest.approx(-9.0, abs=0.1)
    assert sound.measure([samples]).true_peak == pytest.approx(-6.0, abs=0.1)


def test_a_film_reaches_its_loudness_without_peaks(tmp_path: Path) -> None:
    paths = [tmp_path / "a.wav", tmp_path / "b.wav"]
    for seed, path in enumerate(paths):
        sound.write(path, sound.lay([(0.5, speech(4.0, seed))], 6.0))
    gain = sound.master(paths, -14.0, -1.0)
    assert gain == round(gain, 1) > 5
    raised = [sound.apply(sound.read(path), gain, -1.0) for path in paths]
    level = sound.measure(raised)
    assert level.loudness == pytest.approx(-14.0, abs=0.2)
    assert level.true_peak <= -1.0
    assert sound.measure(sound.read(path) for path in paths).true_peak + gain > 0, "without a limiter it would clip"


@pytest.mark.parametrize("frequency", [60.0, 997.0, 12000.0, 15999.0])
def test_no_peak_passes_the_limiter(frequency: float) -> None:
    held = sound.apply(sine(1.0, 0.9, frequency, phase=0.5, fade=500), 12.0, -1.0)
    assert -1.6 < sound.measure([held]).true_peak <= -1.0


def test_below_the_ceiling_the_limiter_only_multiplies() -> None:
    quiet = sine(1.0, 0.1)
    raised = sound.apply(quiet, 6.0, -1.0)
    assert np.abs(raised - np.rint(quiet * 10 ** (6 / 20))).max() <= 1


def test_holding_one_peak_leaves_the_rest_alone() -> None:
    wave = sine(2.0, 0.2)
    wave[SECOND] = 30000
    held = sound.apply(wave, 6.0, -1.0).astype(float)
    far = np.r_[0 : SECOND - 2000, SECOND + 2000 : 2 * SECOND]
    assert np.abs(held[far] - wave[far] * 10 ** (6 / 20)).max() <= 1
    gain = held[SECOND - 300 : SECOND + 300, 0] / np.where(
        wave[SECOND - 300 : SECOND + 300, 0], wave[SECOND - 300 : SECOND + 300, 0], np.nan
    )
    assert np.nanmax(gain) < 1.3, "the peak is seen before it comes"


def test_silence_stays_silence(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    sound.write(path, sound.silence(2.0))
    assert sound.master([path], -14.0, -1.0) == 0.0
    assert sound.measure([sound.silence(2.0)]).loudness == sound.SILENCE


def test_a_loudness_out_of_reach_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    sound.write(path, speech(4.0))
    with pytest.raises(BuildError, match=r"cannot reach -5\.0 LUFS without peaks above -20\.0 dBTP"):
        sound.master([path], -5.0, -20.0)


@pytest.mark.parametrize("seconds", [0.15, 0.5, 3.0])
def test_levelling_makes_lines_of_any_length_equally_loud(seconds: float) -> None:
    for loud in (0.02, 0.4):
        levelled = sound.level(sine(seconds, loud))
        middle = levelled[len(levelled) // 4 : len(levelled) // 2]
        repeated = np.tile(middle, (SECOND // len(middle) + 1, 1))
        assert sound.measure([repeated]).loudness == pytest.approx(sound.LINE_LOUDNESS, abs=1.0)


def test_lines_begin_and_end_softly() -> None:
    levelled = np.abs(sound.level(sine(1.0, 0.3)).astype(int))
    assert levelled[:4].max() < 100
    assert levelled[-4:].max() < 100
    assert levelled[SECOND // 2 :][:100].max() > 1000


def test_pieces_lie_at_their_milliseconds_in_exactly_the_duration() -> None:
    laid = sound.lay([(0.25, sine(0.5, 0.3)), (1.001, sine(0.5, 0.3))], 2.0)
    assert len(laid) == 2 * SECOND
    loud = np.flatnonzero(np.abs(laid[:, 0]) > 0)
    assert loud[0] == pytest.approx(0.25 * SECOND, abs=2)
    gap = np.flatnonzero(np.diff(loud) > 1000)
    assert loud[gap[0] + 1] == pytest.approx(1.001 * SECOND, abs=2)


def test_trimming_keeps_a_breath_and_tells_what_it_cut() -> None:
    trimmed, cut = sound.trim(np.concatenate([sound.silence(1.0), sine(0.5, 0.3), sound.silence(1.0)]))
    assert cut == pytest.approx(0.98, abs=0.001)
    assert len(trimmed) / SECOND == pytest.approx(0.64, abs=0.001)


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
