"""Speech in small files: Ogg Opus, 24 kb/s, mono, with words in its comments. Read, it is 48 kHz stereo, 16 bit.

Reading gives the same samples on every x86-64 processor: the decoder is FFmpeg's own, without its routines for single
kinds of processors, which round otherwise.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.files import whole

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BITRATE = 24_000
RATE = 48_000

_ANY_PROCESSOR, _THIS_PROCESSOR = 0, -1  # for av_force_cpu_flags
_ONE_AT_A_TIME = threading.Lock()


def write(path: Path, samples: NDArray[np.int16], rate: int, comments: Mapping[str, str]) -> None:
    """Mono samples [n] at 24 or 48 kHz, whole or not at all; equal samples and comments give equal bytes."""
    import av
    import numpy as np

    with whole(path) as temporary, av.open(str(temporary), "w", format="ogg", options={"fflags": "+bitexact"}) as file:
        stream: Any = file.add_stream("libopus", rate=rate, layout="mono")
        stream.codec_context.bit_rate = BITRATE
        stream.codec_context.options = {"frame_duration": "60"}
        stream.metadata.update(comments)
        file.metadata.update(comments)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.reshape(1, -1)), "s16", "mono")
        frame.sample_rate, frame.pts = rate, 0
        for packet in (*stream.encode(frame), *stream.encode(None)):
            file.mux(packet)


def read(path: Path) -> tuple[NDArray[np.int16], dict[str, str]]:
    """Samples [n, 2] and the comments, their names in small letters; OSError if the file is not what `write` made."""
    import av
    import numpy as np

    try:
        with _plain_decoder(), av.open(str(path)) as file:
            stream = file.streams.audio[0]
            pieces = [frame.to_ndarray() for frame in file.decode(stream)]
            comments = {**file.metadata, **stream.metadata}
    except (av.FFmpegError, IndexError) as error:
        raise OSError(f"{path.name} holds no speech that can be read ({error})") from None
    wave = np.concatenate(pieces, axis=1)[0] if pieces else np.zeros(0, np.float32)
    mono = np.rint(np.clip(wave * 32768.0, -32768, 32767)).astype(np.int16)
    return np.repeat(mono[:, None], 2, axis=1), {name.lower(): value for name, value in comments.items()}


@contextlib.contextmanager
def _plain_decoder() -> Iterator[None]:
    library = _libavutil()
    with _ONE_AT_A_TIME:
        if library:
            library.av_force_cpu_flags(_ANY_PROCESSOR)
        try:
            yield
        finally:
            if library:
                library.av_force_cpu_flags(_THIS_PROCESSOR)


@functools.cache
def _libavutil() -> Any:
    """The library inside the package av, or None where it was built otherwise."""
    import av

    package = Path(av.__file__).parent
    for path in (*package.parent.glob("av.libs/libavutil*"), *package.glob(".dylibs/libavutil*")):
        return ctypes.CDLL(str(path))
    return None
