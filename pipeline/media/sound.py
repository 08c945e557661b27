"""Sound as samples, 48 kHz, stereo, 16 bit: read from any file, laid at its times, written as WAV."""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.media.timing import SAMPLE_RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.int16]  # [n, 2]


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
    segment(samples).export(str(path), format="wav").close()


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


def lay(pieces: Sequence[tuple[float, Samples]], duration: float) -> Samples:
    """Pieces laid at their starts (seconds) on silence of exactly this duration."""
    base = segment(silence(math.ceil(duration)))  # pydub counts whole milliseconds
    for start, samples in pieces:
        base = base.overlay(segment(samples), position=round(start * 1000))
    return array(base)[: round(duration * SAMPLE_RATE)]


def segment(samples: Samples) -> Any:
    """Samples as pydub has them."""
    return _pydub().AudioSegment(
        data=samples.tobytes(), sample_width=2, frame_rate=SAMPLE_RATE, channels=samples.shape[1]
    )


def array(segment: Any) -> Samples:
    """What pydub has as samples."""
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
