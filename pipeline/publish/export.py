"""Single clips for talks, with their sound: WebM with Opus, MOV with PCM, GIF without."""

from __future__ import annotations

import hashlib
import heapq
import os
import re
import shutil
import stat
import struct
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import UserError
from pipeline.files import read_json, whole, write_json
from pipeline.media.mux import Tags
from pipeline.media.timing import SAMPLE_RATE
from pipeline.publish import publish
from pipeline.publish.film import Film
from pipeline.publish.gain import gain_of
from pipeline.publish.published import belongs

if TYPE_CHECKING:
    from pipeline.media.sound import Samples
    from pipeline.project.project import Project

RECORD = "exported.json"
CODECS = {".webm": "libopus", ".mov": "pcm_s16le"}
LONGEST = 100
"""Characters of the marks in a file's name, which leaves room for a clip's name in 255 bytes."""
PICTURES = (".gif", ".mov", ".mp4", ".png", ".webm")
"""What `-o` can write."""
OWN = (
    "assets",
    "benchmarks",
    "build",
    "companion",
    "docs",
    "objectives",
    "pipeline",
    "scenes",
    "scripts",
    "tests",
    "traces",
)
"""The project's folders, in which `-o` replaces nothing but stills in build/pictures/."""
OPUS_BITRATE = 160_000
BLOCK = 960  # samples: 20 ms, what Opus takes at a time
ALPHA = "alpha_mode"  # by which WebM says that a track has alpha; not copied with a stream's other settings


def marked(marks: Sequence[str]) -> str:
    """What the name of a file says about how it differs from the film: "@ppo.clip_high=0.3@full".

    Of [A-Za-z0-9._=@+-] only, and of `LONGEST` characters at most. Other marks never give the same name: where a
    sign is lost, or the marks are too long, a digest of them stands in its place; the file itself holds them all.
    """
    plain = [re.sub("[\"'\\s]", "", mark) for mark in marks]
    text = "".join(f"@{mark}" for mark in plain).translate({ord(","): "+", ord(":"): "-"})
    told = re.sub(r"[^A-Za-z0-9._=@+-]", "", text)
    short = hashlib.sha256("@".join(plain).encode()).hexdigest()[:8]
    if len(told) > LONGEST:
        return f"@{len(marks)}-marks-{short}"
    return told if told == text else f"{told}@{short}"


def exported(project: Project, files: Sequence[Path]) -> None:
    """Remembers files in dist/clips/ that belong to no film, so that `clean --all` knows them for ours."""
    record = project.build / RECORD
    known = read_json(record, [str])
    names = {path.relative_to(project.dist).as_posix() for path in files if path.is_relative_to(project.dist)}
    if not names:
        return
    write_json(record, sorted(names.union(known or [])))


def check_output(path: Path, project: Project) -> None:
    """Raises a UserError unless `-o` can write there: a new name, or a regular file that is not the project's own."""
    try:
        fault = _fault(path, project)
    except OSError as error:
        fault = f"{error.strerror}."
    if fault:
        raise UserError(f"-o {path}: {fault}")


def _fault(path: Path, project: Project) -> str:
    if path.is_symlink():
        return "this is a symbolic link; name the file itself."
    if path.is_dir():
        return "this is a folder; name a file in it."
    if path.exists() and not path.is_file():
        return "this is no regular file."
    if _own(path, project):
        return "this is a file of the project; take another name."
    if path.exists() and not path.stat().st_mode & stat.S_IWUSR:
        return "this file is write-protected."
    folder = next(each for each in path.absolute().parents if each.exists() or each.is_symlink())
    if not folder.is_dir():
        return f"{folder} is no folder."
    longest = os.pathconf(folder, "PC_NAME_MAX")
    if any(len(os.fsencode(part)) > longest for part in path.parts):
        return f"a name can have {longest} bytes at most."
    with tempfile.TemporaryFile(dir=folder):
        return ""


def _own(path: Path, project: Project) -> bool:
    real, dist, root = path.resolve(), project.dist.resolve(), project.root.resolve()
    if real.is_relative_to(dist):
        return belongs(real.relative_to(dist).as_posix(), [clip.name for clip in project.clips], project.build)
    if not (real.exists() and real.is_relative_to(root)):
        return False
    folders = real.relative_to(root).parts[:-1]
    kept = bool(folders) and (folders[0] in OWN or folders[0].startswith(".")) and folders != ("build", "pictures")
    return kept or real.suffix.lower() not in PICTURES


def clips(film: Film, targets: Mapping[str, Path], build: Path, marks: Sequence[str] = ()) -> list[Path]:
    """Writes each clip to its target, in the format of its picture, as loud as in the last published film.

    The file says by which `marks` it differs from the film.
    """
    gain = gain_of(film, build)
    made = []
    for clip in film.clips:
        form, target = clip.picture.suffix, targets[clip.name]
        with whole(target) as path:
            if form == ".gif":
                shutil.copyfile(clip.picture, path)
                annotate(path, publish.tags(clip, marks).comment)
            elif form == ".mp4":
                publish.write_clip(film, clip, gain, path, marks)
            else:
                add_sound(clip.picture, publish.mastered(film, clip, gain), path, publish.tags(clip, marks))
        made.append(target)
    return made


def annotate(path: Path, text: str) -> None:
    """Puts a comment into a GIF or a PNG, whole or not at all."""
    data, comment = path.read_bytes(), text.encode()
    if path.suffix == ".gif":
        parts = [comment[start : start + 255] for start in range(0, len(comment), 255)]
        block = b"\x21\xfe" + b"".join(bytes([len(part)]) + part for part in parts) + b"\0"
        head = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)  # after the header and the colours for all
    else:
        chunk = b"iTXtComment\0\0\0\0\0" + comment
        block = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        head = 33  # after the signature and the header
    with whole(path) as temporary:
        temporary.write_bytes(data[:head] + block + data[head:])


def add_sound(picture: Path, samples: Samples, out: Path, tags: Tags) -> None:
    """Writes the pictures of a silent WebM or MOV as they are, and samples (48 kHz, stereo) in what suits it."""
    import av

    options = {"fflags": "+bitexact"}
    with av.open(str(picture)) as source, av.open(str(out), "w", format=out.suffix[1:], options=options) as target:
        stream = source.streams.video[0]
        video = target.add_stream_from_template(stream)
        if ALPHA in stream.metadata:
            video.metadata[ALPHA] = stream.metadata[ALPHA]
        audio = target.add_stream(CODECS[out.suffix], rate=SAMPLE_RATE, layout="stereo")
        if out.suffix == ".webm":
            audio.codec_context.bit_rate = OPUS_BITRATE
        target.metadata.update({"title": tags.title, "comment": tags.comment})
        packets = [_shown(source, stream, video), _heard(samples, audio)]
        for packet in heapq.merge(*packets, key=lambda packet: packet.dts * packet.time_base):
            target.mux(packet)


def _shown(source: Any, stream: Any, video: Any) -> Iterator[Any]:
    for packet in source.demux(stream):
        if packet.dts is not None:
            packet.stream = video
            yield packet


def _heard(samples: Samples, audio: Any) -> Iterator[Any]:
    import av
    import numpy as np

    for start in range(0, len(samples), BLOCK):
        block = np.ascontiguousarray(samples[start : start + BLOCK].reshape(1, -1))
        frame = av.AudioFrame.from_ndarray(block, "s16", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, start, Fraction(1, SAMPLE_RATE)
        yield from audio.encode(frame)
    yield from audio.encode(None)
