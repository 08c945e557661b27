"""How loud a sound is by EBU R 128, and the gain and the limiter that bring a film to its loudness.

Lines are stored at `LINE_LOUDNESS`, which leaves room for peaks; one gain for the whole film then raises it to the
loudness of lecture.toml, and a limiter holds back the peaks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.errors import BuildError
from pipeline.media.sound import array, segment
from pipeline.media.timing import SAMPLE_RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.media.sound import Samples


LINE_LOUDNESS = -20.0  # LUFS of a single line
SILENCE = -70.0  # LUFS: what is quieter counts for nothing
GAIN_STEP = 0.5  # dB
_FLOOR = -200.0  # LUFS
_GAIN_OF_A_LINE = 0.01  # dB: coarse enough that no processor rounds it otherwise
_FADE_IN, _FADE_OUT = 8, 60  # milliseconds
_ENCODER_ROOM = 0.3  # dB: AAC moves peaks a little
_LOOK_AHEAD = 240  # samples: 5 ms
_OVERSAMPLING = 4


@dataclass(frozen=True)
class Level:
    """How loud a sound is by EBU R 128: its momentary loudness every 0.1 s (LUFS), and its true peak (dBTP)."""

    momentary: tuple[float, ...] = field(repr=False)
    true_peak: float

    @property
    def loudness(self) -> float:
        """Integrated loudness (LUFS): the mean over what is neither silent nor 10 LU below that mean."""
        powers = [10 ** (value / 10) for value in self.momentary if value >= SILENCE]
        if not powers:
            return SILENCE
        gate = sum(powers) / len(powers) / 10
        loud = [power for power in powers if power >= gate]
        return 10 * math.log10(sum(loud) / len(loud))


def together(levels: Iterable[Level]) -> Level:
    """The level of sounds that follow each other, with silence where they meet."""
    every = list(levels)
    momentary = tuple(value for level in every for value in level.momentary)
    return Level(momentary, max((level.true_peak for level in every), default=-120.0))


def level(samples: Samples) -> Samples:
    """A line at `LINE_LOUDNESS` with short fades, or quieter if its peaks would not fit."""
    import numpy as np

    if not samples.any():
        return samples
    repeats = -(
        -SAMPLE_RATE // len(samples)
    )  # loudness is defined over blocks of 0.4 s; a short word is measured in a row
    measured = measure([np.tile(samples, (repeats, 1))])
    gain = math.floor(min(LINE_LOUDNESS - measured.loudness, -measured.true_peak) / _GAIN_OF_A_LINE) * _GAIN_OF_A_LINE
    return array(segment(samples).apply_gain(gain).fade_in(_FADE_IN).fade_out(_FADE_OUT))


def measure(blocks: Iterable[Samples]) -> Level:
    """The level of a sound given in any blocks, by FFmpeg's EBU R 128 meter."""
    import av
    import numpy as np

    graph = av.filter.Graph()
    source = graph.add(
        "abuffer", sample_rate=str(SAMPLE_RATE), sample_fmt="s16", channel_layout="stereo", time_base=f"1/{SAMPLE_RATE}"
    )
    meter = graph.add("ebur128", "peak=true:metadata=1:framelog=quiet")
    graph.link_nodes(source, meter, graph.add("abuffersink")).configure()
    momentary: list[float] = []
    peak = 0.0

    def drain() -> None:
        nonlocal peak
        while True:
            try:
                facts = graph.pull().metadata
            except (av.BlockingIOError, av.EOFError):
                return
            if "lavfi.r128.M" in facts:  # the last tenth of a second may be incomplete
                value = float(facts["lavfi.r128.M"])
                momentary.append(value if value > _FLOOR else _FLOOR)  # silence may be -inf or nan
            peak = max(peak, float(facts.get("lavfi.r128.true_peak", 0.0)))

    time = 0
    for piece in _in_blocks(blocks, SAMPLE_RATE):
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(piece.reshape(1, -1)), "s16", "stereo")
        frame.sample_rate, frame.pts = SAMPLE_RATE, time
        time += len(piece)
        graph.push(frame)
        drain()
    graph.push(None)
    drain()
    return Level(tuple(momentary), 20 * math.log10(max(peak, 1e-6)))


def find_gain(level_at: Callable[[float], Level], loudness: float, true_peak: float) -> float:
    """The gain (dB, in steps of `GAIN_STEP`) at which a film's level comes nearest to a loudness.

    `level_at` gives the level of the whole film after `apply` with a gain. Steps keep the gain, and with it every clip
    that did not change, as they were when one line is edited.
    """
    gain, tolerance = 0.0, 0.6 * GAIN_STEP
    for _ in range(6):
        reached = level_at(gain).loudness
        if reached <= SILENCE or abs(loudness - reached) <= tolerance:
            return gain
        gain = round((gain + loudness - reached) / GAIN_STEP) * GAIN_STEP
    raise BuildError(
        f"the sound cannot reach {loudness:.1f} LUFS without peaks above {true_peak:.1f} dBTP; "
        f"lower sound.loudness in lecture.toml."
    )


def apply(samples: Samples, gain: float, true_peak: float) -> Samples:
    """A sound raised by `gain` dB, with a look-ahead limiter that keeps its true peak below `true_peak` dBTP.

    The gain that the peaks need is held over the look-ahead and then averaged over it, so it is never too high, and
    it changes so slowly that no click is heard.
    """
    import numpy as np
    from scipy.ndimage import minimum_filter1d, uniform_filter1d  # type: ignore[import-untyped]

    factor = 10 ** (gain / 20)
    ceiling = 32768 * 10 ** ((true_peak - _ENCODER_ROOM) / 20)
    high = factor * _true_peaks(samples)
    wave = samples.astype(np.float32) * np.float32(factor)
    if high.size and high.max() > ceiling:
        need = ceiling / np.maximum(high, ceiling)
        held = minimum_filter1d(need, 4 * _LOOK_AHEAD + 1, mode="nearest")
        smooth = uniform_filter1d(held, 2 * _LOOK_AHEAD + 1, mode="nearest")
        wave *= uniform_filter1d(smooth, 2 * _LOOK_AHEAD + 1, mode="nearest")[:, None]
    held_back: Samples = np.clip(np.rint(wave), -32768, 32767).astype(np.int16)
    return held_back


def _true_peaks(samples: Samples) -> NDArray[np.float32]:
    """The highest oversampled magnitude near each sample, over both channels, in units of 16-bit samples."""
    import numpy as np
    from scipy.signal import resample_poly  # type: ignore[import-untyped]

    if not len(samples):
        return np.zeros(0, np.float32)
    channels = samples[:, :1] if (samples[:, 0] == samples[:, 1]).all() else samples
    fine = np.abs(resample_poly(channels.astype(np.float32), _OVERSAMPLING, 1, axis=0)).max(axis=1)
    return np.asarray(fine.reshape(-1, _OVERSAMPLING).max(axis=1), dtype=np.float32)


def _in_blocks(sounds: Iterable[Samples], size: int) -> Iterator[Samples]:
    for samples in sounds:
        for start in range(0, len(samples), size):
            yield samples[start : start + size]
