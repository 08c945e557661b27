"""Pictures to a GIF with the 256 colours that suit all of them.

The colours are known only after the last picture, so the pictures wait in a lossless file beside the GIF, not in
memory.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import av
from av.filter import Graph
from av.video.format import VideoFormat

from pipeline.media.encode import Pixels, frame_of

RGBA, BGRA = VideoFormat("rgba"), VideoFormat("bgra")


class Gif:
    """Writes one GIF that repeats for ever, like `encode.Encoder` in its use; a `held` picture costs nothing."""

    def __init__(self, path: Path, width: int, height: int, fps: int, settings: dict[str, Any]) -> None:
        self.frames = 0
        self._dither = f"dither={settings['dither']}"
        self._path, self._size, self._tick = path, (height, width), Fraction(1, fps)
        self._waiting = path.with_suffix(".mkv")
        self._file = av.open(str(self._waiting), "w", format="matroska")
        self._stream = self._add(self._file, "ffv1", "bgr0")
        self._graph = Graph()
        self._pictures = self._graph.add_buffer(width=width, height=height, format=RGBA, time_base=self._tick)
        chooser = self._graph.add("palettegen", f"max_colors={settings['colours']}:reserve_transparent=0")
        self._palette = self._graph.add("buffersink")
        self._pictures.link_to(chooser)
        chooser.link_to(self._palette)
        self._graph.configure()

    def add(self, picture: Pixels, held: bool = False) -> None:
        """Appends a picture [height, width, 4] in RGBA; alpha is ignored."""
        if not held or not self.frames:
            frame = frame_of(picture, self._size)
            frame.pts, frame.time_base = self.frames, self._tick
            self._pictures.push(frame)
            kept = frame.reformat(format="bgr0")
            kept.pts, kept.time_base = self.frames, self._tick
            self._file.mux(self._stream.encode(kept))
        self.frames += 1

    def close(self) -> None:
        """Chooses the colours and writes the GIF."""
        self._file.mux(self._stream.encode(None))
        self._file.close()
        self._pictures.push(None)
        self._write(self._palette.pull())

    def __enter__(self) -> Gif:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self.close()
            else:
                self._file.close()
        finally:
            self._waiting.unlink(missing_ok=True)

    def _add(self, file: Any, codec: str, pixels: str) -> Any:
        stream = file.add_stream(codec, rate=1 / self._tick)
        context = stream.codec_context
        context.height, context.width = self._size
        context.pix_fmt, context.time_base, context.thread_count = pixels, self._tick, 1
        return stream

    def _write(self, palette: Any) -> None:
        height, width = self._size
        graph = Graph()
        pictures = graph.add_buffer(width=width, height=height, format=BGRA, time_base=self._tick)
        colours = graph.add_buffer(
            width=palette.width, height=palette.height, format=palette.format, time_base=self._tick
        )
        mapper, sink = graph.add("paletteuse", self._dither), graph.add("buffersink")
        pictures.link_to(mapper, 0, 0)
        colours.link_to(mapper, 0, 1)
        mapper.link_to(sink)
        graph.configure()
        palette.pts, palette.time_base = 0, self._tick
        colours.push(palette)
        colours.push(None)
        with av.open(str(self._waiting)) as waiting, av.open(str(self._path), "w", format="gif") as file:
            stream = self._add(file, "gif", "pal8")
            for picture in self._pictures_of(waiting):
                pictures.push(picture)
                for ready in _ready(sink):
                    file.mux(stream.encode(ready))
            file.mux(stream.encode(None))

    def _pictures_of(self, waiting: Any) -> Iterator[Any]:
        """The pictures that wait, at their times; the last one again at the end, so that it lasts; then None."""
        picture = None
        for frame in waiting.decode(video=0):
            picture = frame.reformat(format="bgra")
            picture.pts, picture.time_base = round(frame.time / self._tick), self._tick
            yield picture
        if picture is not None and picture.pts < self.frames - 1:
            picture.pts = self.frames - 1
            yield picture
        yield None


def _ready(sink: Any) -> Iterator[Any]:
    """What a filter graph has ready."""
    with contextlib.suppress(av.BlockingIOError, av.EOFError):
        while True:
            yield sink.pull()
