"""One picture out of a finished film, as a JPEG: what is seen at an instant, without drawing it again."""

from __future__ import annotations

import io
from pathlib import Path

import av
from PIL import Image

QUALITY = 88


def jpeg(path: Path, seconds: float, width: int) -> bytes:
    """The picture that is seen at this second, so many pixels wide.

    Raises:
        ValueError: the film cannot be read, or has no picture.
    """
    try:
        with av.open(str(path)) as film:
            stream = film.streams.video[0]
            film.seek(round(max(0.0, seconds) * av.time_base))
            seen = None
            for frame in film.decode(stream):
                if seen is not None and frame.time is not None and frame.time > seconds + 1e-6:
                    break
                seen = frame
    except (OSError, IndexError, av.FFmpegError) as error:
        raise ValueError(f"{path.name} cannot be read") from error
    if seen is None:
        raise ValueError(f"{path.name} has no picture")
    small = seen.reformat(width=width, height=round(seen.height * width / seen.width), format="rgb24")
    picture = Image.fromarray(small.to_ndarray())
    made = io.BytesIO()
    picture.save(made, format="JPEG", quality=QUALITY)
    return made.getvalue()
