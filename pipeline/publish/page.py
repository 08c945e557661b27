"""index.html: a page beside a film that plays it with chapters, captions and a transcript, from a disk or a server.

One file with all that it needs but the film and its thumbnail; nothing is fetched from anywhere.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from pipeline.files import stamp
from pipeline.publish import youtube_chapters
from pipeline.publish.captions import Caption
from pipeline.publish.film import Clip, Film

WEB = Path(__file__).parent / "web"
PARTS = ("page.css", "page.js")
_DATA = '<script type="application/json" id="film">'
_BESIDE = re.compile(r'\b(src|href|poster)="([\w./-]+)"')


@functools.cache
def digest() -> str:
    """Of what every page is made of besides its film."""
    return hashlib.sha256(b"\0".join((WEB / name).read_bytes() for name in PARTS)).hexdigest()


def html(film: Film, captions: Sequence[Caption]) -> str:
    """The whole page."""
    lecture, title = film.lecture, escape(film.lecture.title)
    style, script = ((WEB / name).read_text(encoding="utf-8") for name in PARTS)
    poster = ' poster="thumbnail.jpg"' if film.thumbnail else ""
    data = {
        "language": lecture.language,
        "duration": film.duration,
        "captions": [[caption.start / 1000, caption.end / 1000, "\n".join(caption.lines)] for caption in captions],
        "clips": dict(zip((clip.name for clip in film.clips), film.starts, strict=True)),
    }
    known = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    clips = "".join(_clip(film, clip, start) for clip, start in zip(film.clips, film.starts, strict=True))
    return f"""<!doctype html>
<html lang="{escape(lecture.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="{escape(" ".join(lecture.summary.split()))}">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>
{style}</style>
</head>
<body>
<a class="skip" href="#search">To the transcript</a>
<header><h1>{title}</h1><p>{escape(" ".join(lecture.summary.split()))}</p></header>
<main>
<div class="film">
<section class="watch" aria-label="The film">
<div class="player"><video controls playsinline preload="metadata"{poster} src="{film.stem}.mp4" aria-label="{title}">
<a href="{film.stem}.mp4">Download the film</a></video></div>
<ul class="chapters" aria-label="Chapters">
{_chapters(film)}</ul>
<p class="quiet">{_keys()}</p>
<p>{_files(film)}</p>
</section>
<section aria-label="Transcript">
<h2>Transcript</h2>
<div class="find" role="search">
<input id="search" type="search" placeholder="Search what is said" aria-label="Search what is said">
<label><input id="follow" type="checkbox" checked> Follow the film</label>
<output id="found" aria-live="polite"></output>
</div>
{clips}</section>
</div>
</main>
{_DATA}{known}</script>
<script>
{script}</script>
</body>
</html>
"""


@dataclass(frozen=True)
class Embedded:
    """What another page needs in order to play a film: `body` and `data` of its page, for the same style and script."""

    body: str
    data: str
    version: int


def embedded(path: Path, base: str) -> Embedded | None:
    """The player and transcript of a page that `html` has made, the files beside it under the address `base`.

    None where there is no such page. The version differs from that of any other page written there.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    body = text.partition("<main>")[2].partition("</main>")[0]
    data = text.partition(_DATA)[2].partition("</script>")[0]
    mark = stamp(path)
    if not body or not data or mark is None:
        return None
    return Embedded(_BESIDE.sub(rf'\1="{base}\2?{mark[1]}"', body), data, mark[1])


def style(within: str) -> str:
    """The style of the page, for what stands inside a selector."""
    return f"{within} {{\n{(WEB / PARTS[0]).read_text(encoding='utf-8')}}}\n"


def embed(source: str, alt: str) -> str:
    """What shows a clip on another page."""
    return f'<video controls preload="metadata" src="{escape(source)}" aria-label="{escape(alt)}"></video>'


def _clock(film: Film, seconds: float) -> str:
    return f"<time>{youtube_chapters.clock(seconds, film.duration >= 3600)}</time>"


def _chapters(film: Film) -> str:
    return "".join(
        f'<li><button type="button" data-at="{chapter.start:g}">{_clock(film, chapter.start)}'
        f"<span>{escape(chapter.title)}</span></button></li>\n"
        for chapter in film.chapters
    )


def _clip(film: Film, clip: Clip, start: float) -> str:
    """A clip with the lines that are said in it, each a button that goes there."""
    lines = "".join(
        f'<button type="button" data-start="{start + line.start:.3f}" data-end="{start + line.end:.3f}">'
        f"{escape(line.text)}</button>\n"
        for line in clip.timing.lines
        if line.text
    )
    alt = str(clip.facts.get("description", "")) or clip.title
    end = start + clip.timing.duration
    source = f"clips/{clip.name}.mp4" if film.is_lecture else f"{film.stem}.mp4#t={start:.3f},{end:.3f}"
    download = f'<p><a href="{source}" download>Download {clip.name}.mp4</a></p>\n' if film.is_lecture else ""
    return f"""<article class="clip" id="{clip.name}" aria-label="{escape(clip.title)}">
<div class="head">{_clock(film, start)}<h3>{escape(clip.title)}</h3></div>
<div class="lines">
{lines}</div>
<details><summary>Use this clip</summary>
<p>{escape(alt)}</p>
{download}<code>{escape(embed(source, alt))}</code>
<button type="button" class="copy">Copy</button>
</details>
</article>
"""


def _keys() -> str:
    keys = {"k": "play", "j l": "10 s back, on", "p n": "chapters", "c": "captions", "f": "whole screen", "/": "search"}
    return ", ".join(f"{' '.join(f'<kbd>{key}</kbd>' for key in each.split())} {what}" for each, what in keys.items())


def _files(film: Film) -> str:
    names = {f"{film.stem}.mp4": "the film", f"{film.stem}.srt": "captions (SRT)", f"{film.stem}.vtt": "captions (VTT)"}
    return "Download " + ", ".join(f'<a href="{name}" download>{what}</a>' for name, what in names.items()) + "."
