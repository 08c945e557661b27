"""What a video site takes beside a film for one language: its sound as a track, captions, title, description.

The sound is copied out of the film, so that it lasts exactly as long and fits every other language's picture.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import BuildError
from pipeline.media import loudness
from pipeline.media.mux import CONTAINER, sound_alone
from pipeline.publish import captions, youtube_chapters
from pipeline.publish.film import Film, home

if TYPE_CHECKING:
    from pipeline.media.sound import Samples

FILES = ("audio.m4a", "captions.srt", "captions.vtt", "title.txt", "description.txt")
UNTOLD = "untranslated.txt"
"""Lists the clips that a translation does not tell."""


def fill(stage: Path, film: Film, dist: Path) -> None:
    """Writes the package of a film that was published into an empty folder."""
    folder = home(film.name, dist)
    sound_of(folder / f"{film.stem}.mp4", stage / "audio.m4a", film.lecture.language)
    for suffix in (".srt", ".vtt"):
        shutil.copyfile(folder / f"{film.stem}{suffix}", stage / f"captions{suffix}")
    shutil.copyfile(folder / "description.txt", stage / "description.txt")
    (stage / "title.txt").write_text(film.lecture.title + "\n", encoding="utf-8", newline="\n")


def translated(stage: Path, film: Film, samples: Samples, untold: Sequence[str]) -> list[str]:
    """Writes the package of a film in another language; what is hard to read in it. BuildError if captions cannot be.

    `samples` last as long as the film; a clip that is not told is silent, and a chapter without a title not listed.
    """
    shown = captions.make([(start, clip.timing) for start, clip in zip(film.starts, film.clips, strict=True)])
    if problems := captions.check(shown):
        raise BuildError(problems[0])
    target = film.lecture.sound
    gain = loudness.find_gain(
        lambda gain: loudness.measure([loudness.apply(samples, gain, target.true_peak)]),
        target.loudness,
        target.true_peak,
    )
    loud = loudness.apply(samples, gain, target.true_peak)
    sound_alone(loud, stage / "audio.m4a", film.lecture.title, film.lecture.language, target.bitrate)
    listed = youtube_chapters.listed([chapter for chapter in film.chapters if chapter.title], film.duration)
    if listed and listed[0].start:
        listed = []
    texts = {
        "captions.srt": captions.srt(shown),
        "captions.vtt": captions.vtt(shown),
        "title.txt": film.lecture.title + "\n",
        "description.txt": youtube_chapters.description(film.lecture, listed, film.duration),
    }
    if untold:
        texts[UNTOLD] = "".join(f"{name}\n" for name in untold)
    for name, text in texts.items():
        (stage / name).write_text(text, encoding="utf-8", newline="\n")
    return captions.too_fast(shown)


def sound_of(film: Path, out: Path, language: str) -> None:
    """The sound of a film, packet for packet."""
    import av

    with av.open(str(film)) as source, av.open(str(out), "w", format="ipod", options=CONTAINER) as target:
        stream = source.streams.audio[0]
        copy = target.add_stream_from_template(stream)
        target.metadata.update({"title": source.metadata.get("title", "")})
        copy.metadata["language"] = language
        for packet in source.demux(stream):
            if packet.dts is not None:
                packet.stream = copy
                target.mux(packet)
