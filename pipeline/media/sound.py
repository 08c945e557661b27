"""Sound between voice and film: read, trim, level, lay at its times, bring the film to its loudness.

Everything inside is 48 kHz, stereo, 16 bit. Lines are stored at `LINE_LOUDNESS`, which leaves room for peaks; one
gain for the whole film then raises it to the loudness of lecture.toml, and a limiter holds back the peaks.
"""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import BuildError
from pipeline.media.timing import SAMPLE_RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.int16]  # [n, 2]

LINE_LOUDNESS = -20.0  # LUFS of a single line
SILENCE = -70.0  # LUFS: what is quieter counts for nothing
GAIN_STEP = 0.5  # dB

_FLOOR = -200.0  # LUFS

_QUIET = 0.003  # of full scale: below it a line has not begun, or has ended
_BEFORE, _AFTER = 0.02, 0.12  # seconds kept around the audible part
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


def blocks(path: Path) -> Iterator[Samples]:
    """The sound of any file as 48 kHz stereo, piece by piece; OSError if it has none."""
    import av

    try:
        with av.open(str(path)) as container:
            stream = container.streams.audio[0]
            resampler = av.AudioResampler("s16", "stereo", SAMPLE_RATE)
            for frame in itertools.chain(container.decode(stream), [None]):
                for out in resampler.resample(frame):
                    piece: Samples = out.to_ndarray().reshape(-1, 2)  # type: ignore[assignment]
                    yield piece
    except (av.FFmpegError, IndexError) as error:
        raise OSError(f"{path.name} holds no sound that can be read ({error})") from None


def read(path: Path) -> Samples:
    """The whole sound of a file as 48 kHz stereo; OSError if it has none."""
    import numpy as np

    pieces = list(blocks(path))
    return np.concatenate(pieces) if pieces else np.zeros((0, 2), np.int16)


def write(path: Path, samples: Samples) -> None:
    """A WAV file."""
    _segment(samples).export(str(path), format="wav").close()


def resample(samples: Samples, rate: int) -> Samples:
    """Mono or stereo samples [n, channels] at another rate as 48 kHz stereo."""
    import av
    import numpy as np

    frame = av.AudioFrame.from_ndarray(
        np.ascontiguousarray(samples.reshape(1, -1)), "s16", "mono" if samples.shape[1] == 1 else "stereo"
    )
    frame.sample_rate = rate
    resampler = av.AudioResampler("s16", "stereo", SAMPLE_RATE)
    frames = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([out.to_ndarray().reshape(-1, 2) for out in frames])


def silence(seconds: float) -> Samples:
    """So many seconds of nothing."""
    import numpy as np

    return np.zeros((round(seconds * SAMPLE_RATE), 2), np.int16)


def trim(samples: Samples) -> tuple[Samples, float]:
    """The audible part with a breath around it, and how many seconds were cut off before it."""
    import numpy as np

    loud = np.flatnonzero(np.abs(samples.astype(np.int32)).max(axis=1) > _QUIET * 32768)
    if not loud.size:
        return samples, 0.0
    begin = max(0, int(loud[0]) - round(_BEFORE * SAMPLE_RATE))
    end = min(len(samples), int(loud[-1]) + round(_AFTER * SAMPLE_RATE))
    return samples[begin:end], begin / SAMPLE_RATE


def level(samples: Samples) -> Samples:
    """A line at `LINE_LOUDNESS` with short fades, or quieter if its peaks would not fit."""
    import numpy as np

    if not samples.any():
        return samples
    repeats = -(
        -SAMPLE_RATE // len(samples)
    )  # loudness is defined over blocks of 0.4 s; a short word is measured in a row
    measured = measure([np.tile(samples, (repeats, 1))])
    gain = min(LINE_LOUDNESS - measured.loudness, -measured.true_peak)
    return _array(_segment(samples).apply_gain(gain).fade_in(_FADE_IN).fade_out(_FADE_OUT))


def lay(pieces: Sequence[tuple[float, Samples]], duration: float) -> Samples:
    """Pieces laid at their starts (seconds) on silence of exactly this duration."""
    base = _segment(silence(math.ceil(duration)))  # pydub counts whole milliseconds
    for start, samples in pieces:
        base = base.overlay(_segment(samples), position=round(start * 1000))
    return _array(base)[: round(duration * SAMPLE_RATE)]


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


def _segment(samples: Samples) -> Any:
    return _pydub().AudioSegment(
        data=samples.tobytes(), sample_width=2, frame_rate=SAMPLE_RATE, channels=samples.shape[1]
    )


def _array(segment: Any) -> Samples:
    import numpy as np

    return np.frombuffer(segment.raw_data, np.int16).reshape(-1, 2)


def _pydub() -> Any:
    """Pydub without the warnings of its import: it looks for an ffmpeg program, which WAV does not need."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Couldn't find ffmpeg or avconv", RuntimeWarning)
        warnings.filterwarnings("ignore", "'audioop' is deprecated", DeprecationWarning)
        warnings.filterwarnings("ignore", ".*invalid escape sequence", SyntaxWarning)
        warnings.filterwarnings("ignore", ".*invalid escape sequence", DeprecationWarning)
        import pydub
    return pydub
