"""Sizes and encoder settings of clips: plain values, so that keys can hold them without loading a codec."""

from __future__ import annotations

import functools
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.errors import UserError, did_you_mean


@dataclass(frozen=True)
class Quality:
    """A size, a frame rate, how hard the H.264 encoder works for it, and the format of single clips."""

    name: str
    width: int
    height: int
    fps: int
    preset: str
    crf: int
    form: str = "mp4"
    transparent: bool = False

    @property
    def suffix(self) -> str:
        """Of a clip's file."""
        return f".{self.form}"


QUALITIES = {
    quality.name: quality
    for quality in (
        Quality("draft", 854, 480, 15, "veryfast", 22),
        Quality("preview", 1280, 720, 30, "veryfast", 20),
        Quality("full", 1920, 1080, 60, "veryfast", 16),
        Quality("uhd", 3840, 2160, 60, "veryfast", 16),
    )
}

MACROBLOCK = 16
COLUMNS_AT_ONCE = 8
"""The fast paths of x264's macroblock tree read memory that nobody wrote when a row has another number of macroblocks
than a multiple of this: equal pictures then give different bytes from run to run (854x480: 2 of 10). Without the tree,
such sizes cost about a fifth more bytes and are the same every time."""

FORMATS = ("mp4", "webm", "mov", "gif")
SMALLEST, LARGEST = 64, 16384
"""Pixels of a side; no encoder of ours takes more."""
TRANSPARENT = ("webm", "mov")
GIF_FPS = 15
"""GIF counts hundredths of a second, and browsers slow down what is faster than 50 pictures a second."""
GIF_COLOURS = 256
GIF_DITHER = "bayer:bayer_scale=4:diff_mode=rectangle"
"""A fixed pattern: what stands still does not flicker."""
VP9_CRF = {"draft": 34, "preview": 32, "full": 26, "uhd": 26}


def quality(name: str) -> Quality:
    """The quality of that name, or a UserError with the nearest one."""
    if name not in QUALITIES:
        raise UserError(f'there is no quality "{name}"{did_you_mean(name, QUALITIES)}')
    return QUALITIES[name]


def of_file(path: Path, form: str = "") -> str:
    """The format that a file's suffix names; a UserError if it names none, or another than `form`."""
    named = path.suffix.lower()[1:]
    if named not in FORMATS:
        raise UserError(f"-o {path}: the name of a clip ends in .{', .'.join(FORMATS[:-1])} or .{FORMATS[-1]}.")
    if form and form != named:
        raise UserError(f"-o {path}: --format {form} writes no .{named}; leave one of the two out.")
    return named


def shaped(quality: Quality, form: str, transparent: bool, size: tuple[int, int] | None) -> Quality:
    """The quality for single clips in another format, without background, or in another size; its name says so."""
    if form not in FORMATS:
        raise UserError(f'there is no format "{form}"{did_you_mean(form, FORMATS)}')
    if transparent and form not in TRANSPARENT:
        raise UserError(f"{form} cannot hold a transparent clip; take --format webm or --format mov.")
    words = [quality.name, *([form] if form != "mp4" else []), *(["transparent"] if transparent else [])]
    if size:
        words.append(f"{size[0]}x{size[1]}")
        quality = replace(quality, width=size[0], height=size[1])
    fps = GIF_FPS if form == "gif" else quality.fps
    return replace(quality, name=" ".join(words), fps=fps, form=form, transparent=transparent)


def size(text: str) -> tuple[int, int]:
    """Width and height of "1080x1920"."""
    width, x, height = text.partition("x")
    sides = [int(side[:9]) if re.fullmatch("[0-9]+", side) else 0 for side in (width, height)]
    if not (x and all(sides)):
        raise UserError(f'--size {text}: a size is written WIDTHxHEIGHT, such as "1080x1920".')
    if sides[0] % 2 or sides[1] % 2:
        raise UserError(f"--size {text}: width and height must be even.")
    if min(sides) < SMALLEST or max(sides) > LARGEST:
        raise UserError(f"--size {text}: width and height must be from {SMALLEST} to {LARGEST}.")
    return sides[0], sides[1]


def has_shape(size: tuple[int, int], shape: tuple[int, int]) -> bool:
    """Whether a size has the shape of another, to the nearest even pixel: 854x480 and 1366x768 are 16:9."""
    (width, height), (across, up) = size, shape
    return _even(width * up / across) == height or _even(height * across / up) == width


def _even(length: float) -> int:
    return 2 * round(length / 2)


def encoder(quality: Quality) -> dict[str, Any]:
    """Everything that decides the bytes of a clip besides its pictures. Goes into the keys of clips."""
    return {"mp4": _h264, "webm": _vp9, "mov": _prores, "gif": _gif}[quality.form](quality)


def _h264(quality: Quality) -> dict[str, Any]:
    """What upload wants.

    High profile, yuv420p, bt709 in tv range, closed groups of half a second, 2 B-frames, index first, no edit list.
    """
    interval = max(1, quality.fps // 2)
    x264 = f"keyint={interval}:min-keyint={interval}:scenecut=0:open-gop=0:bframes=2:b-adapt=0:ref=3:threads=1"
    if -(-quality.width // MACROBLOCK) % COLUMNS_AT_ONCE:
        x264 += ":mbtree=0"
    return {
        "codec": "libx264",
        "options": {
            "profile": "high",
            "preset": quality.preset,
            "crf": str(quality.crf),
            "x264-params": f"{x264}:colorprim=bt709:transfer=bt709:colormatrix=bt709:range=tv",
        },
        "pixels": "yuv420p",
        "interval": interval,
        "container": {"movflags": "+faststart+negative_cts_offsets", "use_editlist": "0"},
    }


def _vp9(quality: Quality) -> dict[str, Any]:
    """What browsers play, with alpha where there is no background."""
    crf = VP9_CRF[quality.name.partition(" ")[0]]
    options = {"crf": str(crf), "b": "0", "deadline": "good", "cpu-used": "4"}
    if quality.transparent:
        options["auto-alt-ref"] = "0"  # alpha and hidden pictures do not go together
    return {
        "codec": "libvpx-vp9",
        "options": options,
        "pixels": "yuva420p" if quality.transparent else "yuv420p",
        "interval": 2 * quality.fps,
        "container": {"fflags": "+bitexact"},  # no random numbers in its track ids
    }


def _prores(quality: Quality) -> dict[str, Any]:
    """What programs for cutting films take: every picture by itself, in 10 bits; 4444 with alpha, else 422 HQ."""
    return {
        "codec": "prores_ks",
        "options": {"profile": "4444" if quality.transparent else "hq", "vendor": "apl0"},
        "pixels": "yuva444p10le" if quality.transparent else "yuv422p10le",
        "interval": 1,
        "container": {},
    }


def _gif(quality: Quality) -> dict[str, Any]:
    return {"codec": "gif", "colours": GIF_COLOURS, "dither": GIF_DITHER}


@functools.cache
def settings(quality: Quality) -> dict[str, Any]:
    """Size and encoder of a clip as JSON; a key tells transparent from not, and the encoder the format."""
    told = {name: value for name, value in asdict(quality).items() if name != "form" and value is not False}
    return {**told, "encoder": encoder(quality)}
