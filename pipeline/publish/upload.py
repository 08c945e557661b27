"""What a video site takes beside a film for one language: its sound as a track, captions, title, description.

The sound is copied out of the film, so that it lasts exactly as long and fits every other language's picture.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from pipeline.media.mux import CONTAINER
from pipeline.publish.film import Film, home

FILES = ("audio.m4a", "captions.srt", "captions.vtt", "title.txt", "description.txt")


def fill(stage: Path, film: Film, dist: Path) -> None:
    """Writes the package of a film that was published into an empty folder."""
    folder = home(film.name, dist)
    sound_of(folder / f"{film.stem}.mp4", stage / "audio.m4a", film.lecture.language)
    for suffix in (".srt", ".vtt"):
        shutil.copyfile(folder / f"{film.stem}{suffix}", stage / f"captions{suffix}")
    shutil.copyfile(folder / "description.txt", stage / "description.txt")
    (stage / "title.txt").write_text(film.lecture.title + "\n", encoding="utf-8", newline="\n")


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
