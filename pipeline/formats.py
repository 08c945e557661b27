"""Sizes and encoder settings of clips: plain values, so that keys can hold them without loading a codec."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from pipeline.errors import UserError, did_you_mean


@dataclass(frozen=True)
class Quality:
    """A size, a frame rate, and how hard the H.264 encoder works for it."""

    name: str
    width: int
    height: int
    fps: int
    preset: str
    crf: int


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


def quality(name: str) -> Quality:
    """The quality of that name, or a UserError with the nearest one."""
    if name not in QUALITIES:
        raise UserError(f'there is no quality "{name}"{did_you_mean(name, QUALITIES)}')
    return QUALITIES[name]


def encoder(quality: Quality) -> dict[str, Any]:
    """Everything that decides the bytes of an MP4 besides its pictures. Goes into the keys of clips.

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


def settings(quality: Quality) -> dict[str, Any]:
    """Size and encoder of a clip as JSON."""
    return {**asdict(quality), "encoder": encoder(quality)}
