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
_FRAME = 0.01  # seconds: how finely a recording is looked at
_RUMBLE = 70.0  # Hz: below it no voice has anything to say
_GAIN_OF_A_LINE = 0.01  # dB: coarse enough that no processor rounds it otherwise
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
    import numpy as np

    try:
        with av.open(str(path)) as container:
            stream = container.streams.audio[0]
            resampler = av.AudioResampler("s16", "stereo", SAMPLE_RATE)
            for frame in itertools.chain(container.decode(stream), [None]):
                if frame and frame.format.name.startswith(("flt", "dbl")) and not np.isfinite(frame.to_ndarray()).all():
                    raise OSError(f"{path.name} holds numbers that are none (NaN)")
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


def trim_noise(samples: Samples) -> tuple[Samples, float]:
    """As `trim`, for a recording in a room that is never quite silent."""
    import numpy as np

    levels, (floor, speech) = _levels(samples)
    bound = max(floor + 4, min(floor + max(6.0, 0.3 * (speech - floor)), speech - 20))
    loud = np.convolve(levels > bound, np.ones(5), "same") >= 3  # a click is no word
    heard = np.flatnonzero(loud & (levels > bound))
    if not heard.size:
        return samples, 0.0
    size = round(_FRAME * SAMPLE_RATE)
    begin = max(0, int(heard[0]) * size - round(_BEFORE * SAMPLE_RATE))
    end = min(len(samples), (int(heard[-1]) + 1) * size + round(_AFTER * SAMPLE_RATE))
    return samples[begin:end], begin / SAMPLE_RATE


def clearness(samples: Samples) -> float:
    """How far speech stands above the noise of its room (dB)."""
    floor, speech = _levels(samples)[1]
    return speech - floor


def _levels(samples: Samples) -> tuple[NDArray[np.float64], tuple[float, float]]:
    """The level of each hundredth of a second (dBFS), and those of the room and of the speech."""
    import numpy as np

    size = round(_FRAME * SAMPLE_RATE)
    whole = samples[: max(1, len(samples) // size) * size].astype(np.float64) / 32768
    frames = whole.reshape(-1, size * samples.shape[1]) if len(samples) >= size else whole.reshape(1, -1)
    levels = 20 * np.log10(np.maximum(np.sqrt((frames**2).mean(axis=1)), 1e-5))
    return levels, (float(np.percentile(levels, 5)), float(np.percentile(levels, 95)))


def without_rumble(samples: Samples) -> Samples:
    """A voice without what is too deep for one: hum, steps, wind (a Butterworth high-pass, 12 dB an octave)."""
    import numpy as np
    from scipy.signal import butter, sosfilt  # type: ignore[import-untyped]

    if not len(samples):
        return samples
    sections = butter(2, _RUMBLE, "highpass", fs=SAMPLE_RATE, output="sos")
    mono = len(samples) and (samples[:, 0] == samples[:, 1]).all()
    wave = sosfilt(sections, samples[:, : 1 if mono else 2].astype(np.float64), axis=0)
    rounded: Samples = np.clip(np.rint(wave), -32768, 32767).astype(np.int16)
    return np.repeat(rounded, 2, axis=1) if mono else rounded


def stretch_pauses(
    samples: Samples, pauses: Sequence[tuple[float, float]], seconds: float
) -> tuple[Samples, list[float]]:
    """Sound whose pauses (begin, end) last so long at least; and what was put into each of them (seconds).

    It is put in where the pause is quietest, with fades, so that nothing clicks.
    """
    import numpy as np

    pieces: list[Samples] = []
    added: list[float] = []
    done = 0
    ramp = np.linspace(0.0, 1.0, round(0.005 * SAMPLE_RATE))[:, None]
    for begin, end in pauses:
        more = max(0, round((seconds - (end - begin)) * SAMPLE_RATE))
        added.append(more / SAMPLE_RATE)
        if not more:
            continue
        first = max(done, round(begin * SAMPLE_RATE))
        inside = np.abs(samples[first : max(first + 1, round(end * SAMPLE_RATE)), 0].astype(np.float64))
        quiet = np.convolve(np.pad(inside, 240, "edge"), np.ones(481) / 481, "valid")
        places = np.flatnonzero(quiet <= quiet.min() + 1)
        cut = first + int(places[len(places) // 2])
        before, after = samples[done:cut].copy(), samples[cut:].astype(np.float64)
        size = min(len(ramp), len(before))
        before[len(before) - size :] = np.rint(before[len(before) - size :] * ramp[:size][::-1])
        size = min(len(ramp), len(after))
        after[:size] *= ramp[:size]
        samples = np.concatenate([samples[:cut], np.rint(after).astype(np.int16)])
        pieces += [before, np.zeros((more, 2), np.int16)]
        done = cut
    return np.concatenate([*pieces, samples[done:]]), added


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
    from scipy.signal import resample_poly

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
