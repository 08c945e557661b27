"""Pictures to a silent film, above all an upload-ready MP4, through the libraries that PyAV carries.

No ffmpeg program is needed. A clip without background has pictures whose colours are premultiplied with alpha, as Cairo
paints them; films hold straight alpha.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from pipeline.errors import BuildError

Pixels = npt.NDArray[np.uint8]


class Encoder:
    """Writes one file in the format of its suffix; use it in a `with` block and `add` pictures in order.

    `settings` is what `formats.encoder` gives, for MP4, WebM and MOV. A `held` picture is equal to the one before: its
    converted form is used again, which saves two thirds of its cost. One thread, so that many clips can be encoded side
    by side and equal pictures give equal bytes.
    """

    def __init__(self, path: Path, width: int, height: int, fps: int, settings: dict[str, Any]) -> None:
        if width % 2 or height % 2:
            raise BuildError(f"a picture of {width}x{height} cannot be encoded: width and height must be even.")
        self.frames = 0
        self._size = (height, width)
        self._pixels = settings["pixels"]
        self._alpha = self._pixels.startswith("yuva")
        self._container = av.open(str(path), "w", format=path.suffix[1:], options=settings["container"])
        stream = self._container.add_stream(settings["codec"], rate=fps)
        context = stream.codec_context
        assert isinstance(context, VideoCodecContext)
        context.width, context.height, context.pix_fmt = width, height, self._pixels
        context.time_base = Fraction(1, fps)
        context.gop_size, context.max_b_frames = settings["interval"], 2 if settings["codec"] == "libx264" else 0
        context.thread_count = 1
        context.color_range, context.colorspace = ColorRange.MPEG, Colorspace.ITU709
        context.color_primaries, context.color_trc = 1, 1
        context.options = dict(settings["options"])
        self._stream = stream
        self._context = context
        self._reformatter = VideoReformatter()
        self._converted: VideoFrame | None = None

    def add(self, picture: Pixels, held: bool = False) -> None:
        """Appends a picture [height, width, 4 or 3] in RGB(A); alpha is ignored where the film has none."""
        if self._converted is None or not held:
            self._converted = self._convert(picture)
        self._converted.pts = self.frames
        self._converted.time_base = self._context.time_base
        self._container.mux(self._stream.encode(self._converted))
        self.frames += 1

    def close(self) -> None:
        """Flushes the encoder and writes the index."""
        self._container.mux(self._stream.encode(None))
        self._container.close()

    def __enter__(self) -> Encoder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        else:
            self._container.close()

    def _convert(self, picture: Pixels) -> VideoFrame:
        return self._reformatter.reformat(
            frame_of(straight(picture) if self._alpha else picture, self._size),
            format=self._pixels,
            src_colorspace=Colorspace.ITU709,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
        )


def frame_of(picture: Pixels, size: tuple[int, int]) -> VideoFrame:
    """A picture as PyAV wants it; a BuildError if it is not uint8 [height, width, 3 or 4] of this size."""
    height, width, depth = picture.shape
    if (height, width) != size or picture.dtype != np.uint8 or depth not in (3, 4):
        expected = f"uint8 [{size[0]}, {size[1]}, 3 or 4]"
        raise BuildError(f"a picture is {picture.dtype} {list(picture.shape)}, but the clip needs {expected}.")
    return VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgba" if depth == 4 else "rgb24")


def straight(picture: Pixels) -> Pixels:
    """A picture [height, width, 4] whose colours are no longer multiplied with alpha; where nothing is, it is black."""
    alpha = picture[..., 3]
    partly = (alpha > 0) & (alpha < 255)
    out = picture.copy()
    veil = alpha[partly][:, None].astype(np.uint16)
    colours = picture[partly][:, :3].astype(np.uint16)
    out[partly, :3] = np.minimum((colours * 255 + veil // 2) // veil, 255)
    return out
