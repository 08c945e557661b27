"""Silent clips and their sound to one upload-ready MP4: pictures are copied frame by frame, sound is encoded once.

All clips are encoded with the same settings, so that joining them is a stream copy. The AAC encoder begins with 1024
samples of its own, and without an edit list nothing tells a player to pass over them; so the first 1024 samples of
sound, which are silence in every clip, are not encoded, and the rest plays at its time.
"""

from __future__ import annotations

import heapq
import wave
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.errors import BuildError
from pipeline.mp4 import inspect
from pipeline.sound import read
from pipeline.timing import SAMPLE_RATE

if TYPE_CHECKING:
    from pipeline.sound import Samples

__all__ = ["Chapter", "Tags", "inspect", "join"]

PRIMING = 1024  # samples that FFmpeg's AAC encoder puts before the sound
CONTAINER = {"movflags": "+faststart+negative_cts_offsets", "use_editlist": "0"}


class Chapter(NamedTuple):
    """A chapter in the container: its title and the second where it begins."""

    title: str
    start: float


@dataclass(frozen=True)
class Tags:
    """What a player shows: title, a comment, chapters."""

    title: str
    comment: str = ""
    chapters: Sequence[Chapter] = field(default_factory=tuple)


def join(pictures: Sequence[Path], sounds: Sequence[Path], out: Path, tags: Tags, bitrate: int) -> None:
    """Write the MP4 of clips in order, each with its sound: a WAV of 48 kHz, 16 bit, stereo, as long as its pictures.

    Raises BuildError when a clip was encoded with other settings than the first or its sound has another length.
    """
    import av

    with av.open(str(pictures[0])) as first, av.open(str(out), "w", format="mp4", options=CONTAINER) as container:
        template = first.streams.video[0]
        layout = _layout(template)
        video = container.add_stream_from_template(template)
        video.time_base = template.time_base
        audio = container.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
        audio.codec_context.bit_rate = 1000 * bitrate
        audio.codec_context.options = {"aac_coder": "fast"}  # at this bit rate as near to the original, and faster
        container.metadata.update({"title": tags.title, "comment": tags.comment})
        seconds = sum(map(_samples, sounds)) / SAMPLE_RATE
        if tags.chapters:
            container.set_chapters(_chapters(tags.chapters, seconds))
        streams = [_picture_packets(pictures, sounds, video, layout), _sound_packets(sounds, audio)]
        for packet in heapq.merge(*streams, key=lambda packet: packet.dts * packet.time_base):
            container.mux(packet)


def _picture_packets(
    pictures: Sequence[Path], sounds: Sequence[Path], video: Any, layout: tuple[Any, ...]
) -> Iterator[Any]:
    """The packets of all clips, each clip moved to where the one before ends."""
    import av

    offset = Fraction(0)
    for path, sound in zip(pictures, sounds, strict=True):
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            if _layout(stream) != layout:
                raise BuildError(f"the clip {path.name} was encoded with other settings than the first; draw it again.")
            length = Fraction(stream.frames) / _rate(stream)
            heard = Fraction(_samples(sound), SAMPLE_RATE)
            if abs(length - heard) > Fraction(1, SAMPLE_RATE):
                raise BuildError(
                    f"the clip {path.name} shows {float(length):.3f} s, but its sound {sound.name} lasts "
                    f"{float(heard):.3f} s; draw it again."
                )
            shift = round(offset / Fraction(video.time_base))
            for packet in container.demux(stream):
                if packet.pts is None or packet.dts is None:  # the empty packet at the end
                    continue
                packet.pts += shift
                packet.dts += shift
                packet.stream = video
                yield packet
            offset += length


def _sound_packets(sounds: Iterable[Path], audio: Any) -> Iterator[Any]:
    """The encoded sound, without its first `PRIMING` samples, so that what follows the encoder's own is on time."""
    import av
    import numpy as np

    time = PRIMING
    for block in _blocks(map(read, sounds), PRIMING, audio.codec_context.frame_size or 1024):
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block.reshape(1, -1)), "s16", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, time, Fraction(1, SAMPLE_RATE)
        time += len(block)
        yield from audio.encode(frame)
    yield from audio.encode(None)


def _blocks(sounds: Iterable[Samples], skip: int, size: int) -> Iterator[Samples]:
    """All samples after the first `skip`, in blocks of `size`, the last one shorter."""
    import numpy as np

    rest: Samples = np.zeros((0, 2), np.int16)
    for samples in sounds:
        begin = min(skip, len(samples))
        skip -= begin
        rest = np.concatenate([rest, samples[begin:]])
        full = len(rest) // size * size
        for start in range(0, full, size):
            yield rest[start : start + size]
        rest = rest[full:]
    if len(rest):
        yield rest


def _chapters(chapters: Sequence[Chapter], seconds: float) -> list[Any]:
    ends = [chapter.start for chapter in chapters[1:]] + [seconds]
    return [
        {
            "id": index,
            "start": round(chapter.start * 1000),
            "end": round(end * 1000),
            "time_base": Fraction(1, 1000),
            "metadata": {"title": chapter.title},
        }
        for index, (chapter, end) in enumerate(zip(chapters, ends, strict=True))
    ]


def _layout(stream: Any) -> tuple[Any, ...]:
    context = stream.codec_context
    return context.width, context.height, _rate(stream), stream.time_base, bytes(context.extradata or b"")


def _samples(sound: Path) -> int:
    with wave.open(str(sound), "rb") as file:
        return file.getnframes()


def _rate(stream: Any) -> Fraction:
    return Fraction(stream.average_rate)
