"""The meter, the gain and the limiter, against the standard and against FFmpeg's own sums."""

import av
import numpy as np
import pytest

from pipeline.errors import BuildError
from pipeline.media import loudness, sound
from tests.pipeline.media.tones import SECOND, sine, speech


def test_the_meter_reads_what_the_standard_says_of_a_tone() -> None:
    # EBU Tech 3341, case 1: a stereo tone of 1 kHz at -23 dBFS has -23 LUFS
    level = loudness.measure([sine(20.0, 10 ** (-23 / 20), 1000.0)])
    assert level.loudness == pytest.approx(-23.0, abs=0.1)
    assert level.true_peak == pytest.approx(-23.0, abs=0.1)


def test_the_meter_sees_peaks_between_samples() -> None:
    # a quarter of the sampling rate, sampled 45 degrees off its crests: samples stay 3 dB below the true peak
    samples = sine(1.0, 0.5, SECOND / 4, np.pi / 4, fade=500)
    assert 20 * np.log10(np.abs(samples).max() / 32768) == pytest.approx(-9.0, abs=0.1)
    assert loudness.measure([samples]).true_peak == pytest.approx(-6.0, abs=0.1)


def test_the_integrated_loudness_is_the_meters_own() -> None:
    parts = [
        sound.silence(1.0),
        speech(5.0),
        (speech(3.0, 1) * 0.05).astype(np.int16),
        speech(2.0, 2),
        sound.silence(2.0),
    ]
    whole = np.concatenate(parts)
    assert loudness.measure([whole]).loudness == pytest.approx(meter(whole), abs=0.03)


def meter(samples: np.ndarray) -> float:
    """The integrated loudness as FFmpeg states it."""
    graph = av.filter.Graph()
    source = graph.add("abuffer", sample_rate="48000", sample_fmt="s16", channel_layout="stereo", time_base="1/48000")
    graph.link_nodes(source, graph.add("ebur128", "metadata=1"), graph.add("abuffersink")).configure()
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.reshape(1, -1)), "s16", "stereo")
    frame.sample_rate, frame.pts = SECOND, 0
    graph.push(frame)
    graph.push(None)
    stated = 0.0
    while True:
        try:
            stated = float(graph.pull().metadata["lavfi.r128.I"])
        except (av.EOFError, av.BlockingIOError):
            return stated


def test_levels_of_parts_make_the_level_of_the_whole() -> None:
    parts = [sound.lay([(0.5, speech(4.0, seed) // (seed + 1))], 6.0) for seed in range(3)]
    whole = loudness.measure([np.concatenate(parts)])
    joined = loudness.together(loudness.measure([part]) for part in parts)
    assert joined.loudness == pytest.approx(whole.loudness, abs=0.01)
    assert joined.true_peak == pytest.approx(whole.true_peak, abs=0.01)


def test_a_film_reaches_its_loudness_without_peaks() -> None:
    parts = [sound.lay([(0.5, speech(4.0, seed))], 6.0) for seed in range(2)]

    def level_at(gain: float) -> loudness.Level:
        return loudness.together(loudness.measure([loudness.apply(part, gain, -1.0)]) for part in parts)

    gain = loudness.find_gain(level_at, -14.0, -1.0)
    assert gain > 5
    assert gain % loudness.GAIN_STEP == 0
    assert level_at(gain).loudness == pytest.approx(-14.0, abs=0.31)
    assert level_at(gain).true_peak <= -1.0
    assert loudness.measure(parts).true_peak + gain > 0, "without a limiter it would clip"


@pytest.mark.parametrize("frequency", [60.0, 997.0, 12000.0, 15999.0])
def test_no_peak_passes_the_limiter(frequency: float) -> None:
    held = loudness.apply(sine(1.0, 0.9, frequency, phase=0.5, fade=500), 12.0, -1.0)
    assert -1.6 < loudness.measure([held]).true_peak <= -1.0


def test_below_the_ceiling_the_limiter_only_multiplies() -> None:
    quiet = sine(1.0, 0.1)
    raised = loudness.apply(quiet, 6.0, -1.0)
    assert np.abs(raised - np.rint(quiet * 10 ** (6 / 20))).max() <= 1


def test_holding_one_peak_leaves_the_rest_alone() -> None:
    wave = sine(2.0, 0.2)
    wave[SECOND] = 30000
    held = loudness.apply(wave, 6.0, -1.0).astype(float)
    far = np.r_[0 : SECOND - 2000, SECOND + 2000 : 2 * SECOND]
    assert np.abs(held[far] - wave[far] * 10 ** (6 / 20)).max() <= 1
    gain = held[SECOND - 300 : SECOND + 300, 0] / np.where(
        wave[SECOND - 300 : SECOND + 300, 0], wave[SECOND - 300 : SECOND + 300, 0], np.nan
    )
    assert np.nanmax(gain) < 1.3, "the peak is seen before it comes"


def test_silence_stays_silence() -> None:
    level = loudness.measure([sound.silence(2.0)])
    assert level.loudness == loudness.SILENCE
    assert loudness.find_gain(lambda gain: level, -14.0, -1.0) == 0.0


def test_a_loudness_out_of_reach_is_a_sentence() -> None:
    part = speech(3.0)
    with pytest.raises(BuildError, match=r"cannot reach -5\.0 LUFS without peaks above -20\.0 dBTP"):
        loudness.find_gain(lambda gain: loudness.measure([loudness.apply(part, gain, -20.0)]), -5.0, -20.0)


@pytest.mark.parametrize("seconds", [0.15, 0.5, 3.0])
def test_levelling_makes_lines_of_any_length_equally_loud(seconds: float) -> None:
    for loud in (0.02, 0.4):
        levelled = loudness.level(sine(seconds, loud))
        middle = levelled[len(levelled) // 4 : len(levelled) // 2]
        repeated = np.tile(middle, (SECOND // len(middle) + 1, 1))
        assert loudness.measure([repeated]).loudness == pytest.approx(loudness.LINE_LOUDNESS, abs=1.0)


def test_lines_begin_and_end_softly() -> None:
    levelled = np.abs(loudness.level(sine(1.0, 0.3)).astype(int))
    assert levelled[:4].max() < 100
    assert levelled[-4:].max() < 100
    assert levelled[SECOND // 2 :][:100].max() > 1000
