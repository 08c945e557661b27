"""Pictures and sound to upload-ready MP4s: a clip gets its sound encoded once, and a film is a copy of its clips.

All clips are encoded with the same settings, begin with a key frame, last whole frames and whole packets of sound, and
are silent where they meet. So nothing is encoded again when clips are joined, and times stay exact.

The AAC encoder puts a packet of its own before the sound, and without an edit list nothing would tell a player to
pass over it; so it is left out, and the sound is on time. What a decoder would need it for are the first 21 ms, which
are silent.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.errors import BuildError
from pipeline.media.mp4 import inspect
from pipeline.media.timing import SAMPLE_RATE

if TYPE_CHECKING:
    from pipeline.media.sound import Samples

__all__ = ["CONTAINER", "Chapter", "Tags", "add_sound", "inspect", "join", "sound_alone"]

PACKET = 1024  # samples of an AAC packet
# At this bit rate the fast search comes nearer to the original than the default, noise need not be made up, and the
# search for what both channels share costs more time than all the rest.
AAC = {"aac_coder": "fast", "aac_pns": "0", "aac_ms": "0"}
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


def add_sound(picture: Path, samples: Samples, out: Path, tags: Tags, bitrate: int) -> None:
    """Write a clip: the pictures of a silent MP4 as they are, and samples (48 kHz, stereo) as AAC-LC.

    Raises BuildError unless both last equally long, whole packets.
    """
    import av

    with av.open(str(picture)) as source:
        stream = source.streams.video[0]
        length, heard = _length(stream), Fraction(len(samples), SAMPLE_RATE)
        if length != heard or len(samples) % PACKET:
            raise BuildError(
                f"the clip {picture.name} shows {float(length):.3f} s, but its sound lasts {float(heard):.3f} s; "
                f"draw it again."
            )
        with av.open(str(out), "w", format="mp4", options=CONTAINER) as target:
            video = target.add_stream_from_template(stream)
            audio = target.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
            audio.codec_context.bit_rate = 1000 * bitrate
            audio.codec_context.options = AAC
            _tag(target, tags, length)
            packets = [_copies(source, {stream.index: video}, Fraction(0)), _sound_packets(samples, audio)]
            for packet in heapq.merge(*packets, key=lambda packet: packet.dts * packet.time_base):
                target.mux(packet)


def sound_alone(samples: Samples, out: Path, title: str, language: str, bitrate: int) -> None:
    """Write samples (48 kHz, stereo, whole packets) as an M4A of exactly their length, with the film's settings."""
    import av

    with av.open(str(out), "w", format="ipod", options=CONTAINER) as target:
        audio = target.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
        audio.codec_context.bit_rate = 1000 * bitrate
        audio.codec_context.options = AAC
        target.metadata.update({"title": title})
        audio.metadata["language"] = language
        for packet in _sound_packets(samples, audio):
            target.mux(packet)


def join(clips: Sequence[Path], out: Path, tags: Tags) -> None:
    """Write the film of clips that `add_sound` made; BuildError if one has other settings than the first."""
    import av

    with ExitStack() as stack:
        sources = [stack.enter_context(av.open(str(path))) for path in clips]
        template = [sources[0].streams.video[0], sources[0].streams.audio[0]]
        for path, source in zip(clips, sources, strict=True):
            streams = [source.streams.video[0], source.streams.audio[0]]
            if list(map(_settings, streams)) != list(map(_settings, template)):
                raise BuildError(f"the clip {path.name} has other settings than the first; draw it again.")
        target = stack.enter_context(av.open(str(out), "w", format="mp4", options=CONTAINER))
        copies = [target.add_stream_from_template(stream) for stream in template]
        lengths = [_length(source.streams.video[0]) for source in sources]
        _tag(target, tags, sum(lengths, Fraction(0)))
        start = Fraction(0)
        for source, length in zip(sources, lengths, strict=True):
            to = {source.streams.video[0].index: copies[0], source.streams.audio[0].index: copies[1]}
            for packet in _copies(source, to, start):
                target.mux(packet)
            start += length


def _copies(source: Any, to: Mapping[int, Any], start: Fraction) -> Iterator[Any]:
    """A file's packets in their order, moved to where the clip begins; `to` gives a new stream for an index."""
    for packet in source.demux([source.streams[index] for index in to]):
        if packet.dts is None:  # the empty packet at the end of a stream
            continue
        shift = start / packet.time_base
        assert shift.denominator == 1, "clips last whole frames and whole packets of sound"
        packet.pts += int(shift)
        packet.dts += int(shift)
        packet.stream = to[packet.stream.index]
        yield packet


def _sound_packets(samples: Samples, audio: Any) -> Iterator[Any]:
    """The sound as AAC, without the encoder's own packet before it."""
    import av
    import numpy as np

    def encoded() -> Iterator[Any]:
        for start in range(0, len(samples), PACKET):
            block = np.ascontiguousarray(samples[start : start + PACKET].reshape(1, -1))
            frame = av.AudioFrame.from_ndarray(block, "s16", "stereo")
            frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, start, Fraction(1, SAMPLE_RATE)
            yield from audio.encode(frame)
        yield from audio.encode(None)

    return (packet for packet in encoded() if packet.pts >= 0)


def _tag(target: Any, tags: Tags, length: Fraction) -> None:
    target.metadata.update({"title": tags.title, "comment": tags.comment})
    if not tags.chapters:
        return
    ends = [chapter.start for chapter in tags.chapters[1:]] + [float(length)]
    chapters = [
        {
            "id": index,
            "start": round(chapter.start * 1000),
            "end": round(end * 1000),
            "time_base": Fraction(1, 1000),
            "metadata": {"title": chapter.title},
        }
        for index, (chapter, end) in enumerate(zip(tags.chapters, ends, strict=True))
    ]
    target.set_chapters(chapters)


def _length(video: Any) -> Fraction:
    return Fraction(video.frames) / Fraction(video.average_rate)


def _settings(stream: Any) -> tuple[Any, ...]:
    """What must be equal so that packets can follow each other."""
    context = stream.codec_context
    size = (context.width, context.height, stream.average_rate) if stream.type == "video" else (context.sample_rate,)
    return *size, stream.time_base, bytes(context.extradata or b"")
