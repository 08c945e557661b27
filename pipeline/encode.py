"""Pictures to an upload-ready, silent MP4, through the libraries that PyAV carries: no ffmpeg program is needed."""

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
    """Writes one MP4; use it in a `with` block and `add` pictures in order.

    `settings` is what `formats.encoder` gives. A `held` picture is equal to the one before: its converted form is
    used again, which saves two thirds of its cost. One thread, so that many clips can be encoded side by side and
    equal pictures give equal bytes.
    """

    def __init__(self, path: Path, width: int, height: int, fps: int, settings: dict[str, Any]) -> None:
        if width % 2 or height % 2:
            raise BuildError(f"a picture of {width}x{height} cannot be encoded: width and height must be even.")
        self.frames = 0
        self._size = (height, width)
        self._pixels = settings["pixels"]
        self._container = av.open(str(path), "w", format="mp4", options=settings["container"])
        stream = self._container.add_stream(settings["codec"], rate=fps)
        context = stream.codec_context
        assert isinstance(context, VideoCodecContext)
        context.width, context.height, context.pix_fmt = width, height, self._pixels
        context.time_base = Fraction(1, fps)
        context.gop_size, context.max_b_frames, context.thread_count = settings["interval"], 2, 1
        context.color_range, context.colorspace = ColorRange.MPEG, Colorspace.ITU709
        context.color_primaries, context.color_trc = 1, 1
        context.options = dict(settings["options"])
        self._stream = stream
        self._context = context
        self._reformatter = VideoReformatter()
        self._converted: VideoFrame | None = None

    def add(self, picture: Pixels, held: bool = False) -> None:
        """Appends a picture [height, width, 4 or 3] in RGB(A); alpha is ignored."""
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
        height, width, depth = picture.shape
        if (height, width) != self._size or picture.dtype != np.uint8 or depth not in (3, 4):
            expected = f"uint8 [{self._size[0]}, {self._size[1]}, 3 or 4]"
            raise BuildError(f"a picture is {picture.dtype} {list(picture.shape)}, but the clip needs {expected}.")
        frame = VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgba" if depth == 4 else "rgb24")
        return self._reformatter.reformat(
            frame,
            format=self._pixels,
            src_colorspace=Colorspace.ITU709,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
        )
