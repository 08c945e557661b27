"""Clips as slides that play without a network: a folder with reveal.js, or a PPTX. The narration is in the notes."""

from __future__ import annotations

import shutil
import zipfile
from html import escape
from pathlib import Path

from pipeline.errors import UserError
from pipeline.publish import publish
from pipeline.publish.film import Clip, Film
from pipeline.publish.thumbnail import last_picture

FORMATS = ("reveal", "pptx")
REVEAL = Path(__file__).parent / "web/reveal"
VERSION = "reveal.js 5.2.1"
SIZE = (1920, 1080)
INCHES = (13.333, 7.5)  # of a slide of 16:9
SAME_TIME = (1980, 1, 1, 0, 0, 0)
STYLE = """\
html, body, .reveal { background: #0a0e15; color: #f0e9dc; font-family: Georgia, "Times New Roman", serif; }
.reveal .slides { text-align: left; }
.reveal section { height: 100%; }
.reveal section.title { padding: 0 96px; }
.reveal h1 { font-size: 96px; line-height: 1.15; margin: 380px 0 24px; }
.reveal p { font-size: 44px; color: #a0a6b2; margin: 0; }
.reveal video { width: 1920px; height: 1080px; display: block; background: #0a0e15; }
"""


def check(form: str) -> None:
    """A UserError where slides of this format cannot be written."""
    if form != "pptx":
        return
    try:
        import pptx  # noqa: F401
    except ImportError:
        raise UserError(
            "a PPTX is written with python-pptx, which is not installed; "
            'run `.venv/bin/pip install -c constraints.txt -e ".[pptx]"`.'
        ) from None


def fill(stage: Path, film: Film, gain: float, form: str, name: str) -> None:
    """Writes the slides of these clips into an empty folder."""
    for clip in film.clips:
        publish.write_clip(film, clip, gain, _new(stage / "clips" / f"{clip.name}.mp4"))
        last_picture(clip.picture).save(_new(stage / "posters" / f"{clip.name}.jpg"), "JPEG", quality=90)
    if form == "pptx":
        _pptx(stage, film, stage / f"{name}.pptx")
        for folder in ("clips", "posters"):
            shutil.rmtree(stage / folder)
        return
    shutil.copytree(REVEAL, stage / "reveal")
    (stage / "index.html").write_text(_html(film), encoding="utf-8", newline="\n")


def notes(clip: Clip) -> list[str]:
    """What is said in a clip, line by line."""
    return [line.text for line in clip.timing.lines if line.text]


def _new(path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    return path


def _html(film: Film) -> str:
    title = escape(film.lecture.title)
    slides = "".join(_slide(clip) for clip in film.clips)
    return f"""<!doctype html>
<html lang="{escape(film.lecture.language)}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="reveal/reset.css">
<link rel="stylesheet" href="reveal/reveal.css">
<style>
{STYLE}</style>
</head>
<body>
<div class="reveal"><div class="slides">
<section class="title"><h1>{title}</h1><p>{escape(film.clips[0].chapter)}</p></section>
{slides}</div></div>
<script src="reveal/reveal.js"></script>
<script src="reveal/notes.js"></script>
<script>
Reveal.initialize({{ width: {SIZE[0]}, height: {SIZE[1]}, margin: 0, hash: true, center: false, transition: "none",
  preloadIframes: false, plugins: [RevealNotes] }});
</script>
</body>
</html>
"""


def _slide(clip: Clip) -> str:
    alt = escape(str(clip.facts.get("description", "")) or clip.title)
    said = "".join(f"<p>{escape(line)}</p>" for line in notes(clip))
    return (
        f'<section id="{clip.name}" aria-label="{escape(clip.title)}">\n'
        f'<video data-autoplay controls playsinline preload="auto" src="clips/{clip.name}.mp4" '
        f'poster="posters/{clip.name}.jpg" aria-label="{alt}"></video>\n'
        f'<aside class="notes">{said}</aside>\n</section>\n'
    )


def _pptx(stage: Path, film: Film, out: Path) -> None:
    """One slide a clip, filled by it; the finished picture is what a printout shows."""
    from pptx import Presentation
    from pptx.util import Inches

    slides = Presentation()
    slides.slide_width, slides.slide_height = Inches(INCHES[0]), Inches(INCHES[1])
    slides.core_properties.title = film.lecture.title
    blank = slides.slide_layouts[6]
    for clip in film.clips:
        slide = slides.slides.add_slide(blank)
        movie = slide.shapes.add_movie(
            str(stage / "clips" / f"{clip.name}.mp4"),
            0,
            0,
            slides.slide_width,
            slides.slide_height,
            poster_frame_image=str(stage / "posters" / f"{clip.name}.jpg"),
            mime_type="video/mp4",
        )
        movie.name = str(clip.facts.get("description", "")) or clip.title
        slide.notes_slide.notes_text_frame.text = "\n".join(notes(clip))
    whole = out.with_suffix(".part")
    slides.save(str(whole))
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():  # with one time for all, so that equal slides are equal bytes
            kept = zipfile.ZipInfo(entry.filename, SAME_TIME)
            kept.compress_type = entry.compress_type
            target.writestr(kept, source.read(entry.filename))
    whole.unlink()
