"""Is an MP4 ready for upload? Read from its boxes (ISO/IEC 14496-12), so that the muxer does not vouch for itself."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

KEY_FRAME_INTERVAL = 0.5  # seconds, at most
LENGTH_TOLERANCE = 0.1  # seconds between the ends of picture and sound

_CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"udta"}
_VIDEO_ENTRY, _AUDIO_ENTRY = 78, 28  # bytes of a sample entry before its own boxes


@dataclass
class Track:
    """What the boxes say about one track; times in seconds."""

    kind: str = ""
    codec: str = ""
    scale: int = 1
    duration: float = 0.0
    sample_durations: list[tuple[int, int]] = field(default_factory=list)  # (count, duration in 1/scale s)
    offsets: list[tuple[int, int]] = field(default_factory=list)  # (count, composition offset in 1/scale s)
    key_frames: list[int] | None = None  # sample numbers from 1; None: every sample is one
    boxes: dict[str, bytes] = field(default_factory=dict)  # colr, avcC, esds
    channels: int = 0
    rate: int = 0

    def times(self) -> list[float]:
        """When each sample is shown."""
        decode, now = [], 0
        for count, duration in self.sample_durations:
            decode += [now + index * duration for index in range(count)]
            now += count * duration
        shifts = [shift for count, shift in self.offsets for _ in range(count)] or [0] * len(decode)
        return [(time + shift) / self.scale for time, shift in zip(decode, shifts, strict=True)]


@dataclass
class Movie:
    """The order of the outer boxes, every box name inside moov, and the tracks."""

    order: list[str]
    inside: set[str]
    tracks: list[Track]

    def track(self, kind: str) -> Track | None:
        """The first track of a kind: 'vide' or 'soun'."""
        return next((track for track in self.tracks if track.kind == kind), None)


def inspect(path: Path) -> list[str]:
    """Sentences on what stands in the way of an upload; [] if nothing does."""
    try:
        movie = read(path)
    except (OSError, ValueError, struct.error) as error:
        return [f"{path.name} is not a readable MP4: {error}."]
    problems = []
    if "mdat" not in movie.order or movie.order.index("moov") > movie.order.index("mdat"):
        problems.append("the index (moov) comes after the pictures (mdat).")
    if "elst" in movie.inside or "edts" in movie.inside:
        problems.append("there is an edit list.")
    video, audio = movie.track("vide"), movie.track("soun")
    problems += _video_problems(video) if video else ["there is no picture."]
    problems += _audio_problems(audio) if audio else ["there is no sound."]
    if video and audio and abs(video.duration - audio.duration) > LENGTH_TOLERANCE:
        problems.append(f"the picture lasts {video.duration:.3f} s and the sound {audio.duration:.3f} s.")
    return [f"{path.name}: {problem}" for problem in problems]


def read(path: Path) -> Movie:
    """The facts of an MP4's boxes; ValueError if it has no moov."""
    order: list[str] = []
    moov = b""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        position = 0
        while position + 8 <= size:
            file.seek(position)
            length, name = struct.unpack(">I4s", file.read(8))
            header = 8
            if length == 1:
                length, header = struct.unpack(">Q", file.read(8))[0], 16
            length = length or size - position
            if length < header:
                raise ValueError(f"a box at byte {position} is broken")
            order.append(name.decode("latin-1"))
            if name == b"moov":
                moov = file.read(length - header)
            position += length
    if not moov:
        raise ValueError("it has no moov box")
    inside: set[str] = set()
    tracks: list[Track] = []
    for name, body in _walk(moov):
        inside.add(name.decode("latin-1"))
        if name == b"trak":
            tracks.append(_track(body))
    return Movie(order, inside, tracks)


def _walk(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Every box in a moov, depth first."""
    for name, body in _boxes(data):
        yield name, body
        if name in _CONTAINERS:
            yield from _walk(body)


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = 0
    while position + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, position)
        if length < 8:
            return
        yield name, data[position + 8 : position + length]
        position += length


def _track(data: bytes) -> Track:
    track = Track()
    for name, body in _walk(data):
        if name == b"hdlr" and not track.kind:
            track.kind = body[8:12].decode("latin-1")
        elif name == b"mdhd":
            long = body[0] == 1
            track.scale, length = struct.unpack_from(">IQ" if long else ">II", body, 20 if long else 12)
            track.duration = length / track.scale
        elif name == b"stts":
            track.sample_durations = _pairs(body, ">II")
        elif name == b"ctts":
            track.offsets = _pairs(body, ">Ii" if body[0] == 1 else ">II")
        elif name == b"stss":
            (count,) = struct.unpack_from(">I", body, 4)
            track.key_frames = list(struct.unpack_from(f">{count}I", body, 8))
        elif name == b"stsd":
            _sample_entry(track, body[8:])
    return track


def _sample_entry(track: Track, data: bytes) -> None:
    for name, body in _boxes(data):
        track.codec = name.decode("latin-1")
        if track.kind == "soun":
            track.channels, _, _, _, rate = struct.unpack_from(">HHHHI", body, 16)
            track.rate = rate >> 16
        start = _VIDEO_ENTRY if track.kind == "vide" else _AUDIO_ENTRY
        track.boxes = {inner.decode("latin-1"): content for inner, content in _boxes(body[start:])}
        return


def _pairs(body: bytes, form: str) -> list[tuple[int, int]]:
    (count,) = struct.unpack_from(">I", body, 4)
    return [struct.unpack_from(form, body, 8 + 8 * index) for index in range(count)]


def _video_problems(video: Track) -> list[str]:
    problems = []
    record = video.boxes.get("avcC", b"")
    if video.codec != "avc1" or len(record) < 8:
        return [f"the picture is {video.codec or 'unknown'}, not H.264."]
    if record[1] != 100:
        problems.append(f"the H.264 profile is {record[1]}, not 100 (High).")
    problems += _sequence_problems(record)
    if video.boxes.get("colr") != b"nclx" + struct.pack(">HHHB", 1, 1, 1, 0):
        problems.append("the colours are not tagged bt709 in limited range.")
    if len({duration for _, duration in video.sample_durations}) != 1:
        problems.append("the frame rate is not constant.")
    times = video.times()
    if not times or min(times) != 0:
        problems.append("the first picture is not at 0 s.")
    elif video.key_frames is not None:
        keys = [times[number - 1] for number in video.key_frames] + [max(times)]
        widest = max(after - before for before, after in itertools.pairwise(keys))
        if keys[0] != 0 or widest > KEY_FRAME_INTERVAL + 1e-6:
            problems.append(f"key frames stand up to {widest:.3f} s apart; at most {KEY_FRAME_INTERVAL} s is allowed.")
    return problems


def _sequence_problems(record: bytes) -> list[str]:
    """Chroma and scan type, from the first sequence parameter set."""
    (length,) = struct.unpack_from(">H", record, 6)
    bits = _Bits(record[8 : 8 + length].replace(b"\0\0\3", b"\0\0")[4:])
    bits.golomb()  # seq_parameter_set_id
    problems = []
    if bits.golomb() != 1:
        problems.append("the picture is not yuv420p.")
    if bits.golomb() or bits.golomb():
        problems.append("the picture has more than 8 bits.")
    bits.take(1)
    if bits.take(1):
        return [*problems, "the picture has its own scaling lists."]
    bits.golomb()  # log2_max_frame_num
    order = bits.golomb()
    if order == 0:
        bits.golomb()
    elif order == 1:
        return [*problems, "the order of pictures is coded in an unusual way."]
    bits.golomb()  # max_num_ref_frames
    bits.take(1)
    bits.golomb()  # width
    bits.golomb()  # height
    if not bits.take(1):
        problems.append("the picture is not progressive.")
    return problems


class _Bits:
    """Bits of a parameter set, from the highest down."""

    def __init__(self, data: bytes) -> None:
        self._bits = "".join(f"{byte:08b}" for byte in data)
        self._position = 0

    def take(self, count: int) -> int:
        self._position += count
        return int(self._bits[self._position - count : self._position], 2)

    def golomb(self) -> int:
        """An unsigned Exp-Golomb number."""
        zeros = self._bits.index("1", self._position) - self._position
        self._position += zeros
        return self.take(zeros + 1) - 1


def _audio_problems(audio: Track) -> list[str]:
    config = _decoder_config(audio.boxes.get("esds", b""))
    if audio.codec != "mp4a" or not config:
        return [f"the sound is {audio.codec or 'unknown'}, not AAC."]
    problems = []
    if config[0] >> 3 != 2:  # audio object type
        problems.append("the sound is not AAC-LC.")
    if audio.rate != 48_000 or audio.channels != 2:
        problems.append(f"the sound has {audio.rate} Hz and {audio.channels} channels, not 48000 Hz stereo.")
    if not audio.sample_durations or min(audio.times()) != 0:
        problems.append("the sound does not begin at 0 s.")
    return problems


def _decoder_config(esds: bytes) -> bytes:
    """AAC's own header inside the nested descriptors of an esds box; b"" if it is not AAC."""
    position = 4
    inner = {3: 3, 4: 13}  # bytes of an elementary stream's and a decoder's own fields, before what they contain
    while position + 2 <= len(esds):
        tag = esds[position]
        position += 1
        length = 0
        while esds[position] & 0x80:
            length = length << 7 | esds[position] & 0x7F
            position += 1
        length = length << 7 | esds[position]
        position += 1
        if tag == 4 and esds[position] != 0x40:  # object type: MPEG-4 audio
            return b""
        if tag == 5:
            return esds[position : position + length]
        position += inner.get(tag, length)
    return b""
