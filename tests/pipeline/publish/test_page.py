"""index.html: what is in it, and how it plays in a browser, where Chromium and Playwright are installed.

`pip install playwright` and `apt-get install chromium` are enough; the tests that need them are skipped elsewhere.
"""

import json
import os
import re
import shutil
from html import unescape
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from pipeline.media.timing import TimedLine, Timing, Word
from pipeline.project.lecture_toml import Lecture
from pipeline.publish import captions, page
from pipeline.publish.film import Clip, Film

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
BROWSER = pytest.mark.skipif(
    not (CHROMIUM and find_spec("playwright") and "BROWSER" in os.environ),
    reason="runs with BROWSER=1, Chromium and Playwright",
)


def film(name: str = "lecture") -> Film:
    clips = []
    for number, (clip, text) in enumerate((("six_maps", "Is 1 < 2 & β > 0?"), ("the_end", "A map is good near here."))):
        words = tuple(Word(word, 0.5 + 0.3 * k, 0.8 + 0.3 * k) for k, word in enumerate(text.split()))
        lines = (TimedLine(f"{clip}.open", 0.5, 3.0, text, words), TimedLine(f"{clip}.rest", 3.0, 4.0, ""))
        facts = {"description": f"What {clip} shows."}
        timing = Timing(clip, 16.0, {}, lines, "")
        clips.append(Clip(clip, f"Chapter <{number}>", "key", Path("p.mp4"), Path("s.wav"), timing, facts))
    return Film(Lecture('Six "rules"', ("a",), "A film."), "draft", tuple(clips), "", name=name)


def html(name: str = "lecture") -> str:
    one = film(name)
    return page.html(one, captions.make([(at, clip.timing) for at, clip in zip(one.starts, one.clips, strict=True)]))


class Balanced(HTMLParser):
    """Counts what is open, and keeps names and attributes."""

    VOID = ("meta", "link", "input", "br")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        self.open += [] if tag in self.VOID else [tag]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_names_no_other_file_than_those_beside_it() -> None:
    reader = Balanced()
    reader.feed(html())
    assert reader.open == []
    named = {attributes.get(key) for _, attributes in reader.seen for key in ("src", "href", "poster")} - {None}
    files = {"lecture.mp4", "lecture.srt", "lecture.vtt", "clips/six_maps.mp4", "clips/the_end.mp4"}
    assert named == {*files, "#search", "data:,"}
    assert not re.search(r"https?:|@import|url\(|fetch\(", html())


def test_a_clip_has_its_lines_a_download_alt_text_and_code_to_embed() -> None:
    text = html()
    assert '<button type="button" data-start="16.500" data-end="19.000">A map is good near here.</button>' in text
    assert "Is 1 &lt; 2 &amp; β &gt; 0?</button>" in text
    assert "<p>What the_end shows.</p>" in text
    assert '<a href="clips/the_end.mp4" download>' in text
    code = '<video controls preload="metadata" src="clips/the_end.mp4" aria-label="What the_end shows."></video>'
    assert page.embed("clips/the_end.mp4", "What the_end shows.") == code
    assert "Chapter &lt;1&gt;" in text


def test_another_film_embeds_the_part_of_itself_that_a_clip_is() -> None:
    text = html("films/tour")
    assert "clips/" not in text
    assert "tour.mp4#t=16.000,32.000" in text


def test_another_page_takes_the_player_and_its_data_with_the_files_at_their_place(tmp_path: Path) -> None:
    path = tmp_path / "index.html"
    assert page.embedded(path, "/film/") is None
    path.write_text(html(), encoding="utf-8")
    taken = page.embedded(path, "/film/")
    assert taken is not None
    reader = Balanced()
    reader.feed(taken.body)
    assert reader.open == []
    named = {attributes.get(key) for _, attributes in reader.seen for key in ("src", "href", "poster")} - {None}
    names = ("lecture.mp4", "lecture.srt", "lecture.vtt", "clips/six_maps.mp4", "clips/the_end.mp4")
    assert named == {f"/film/{name}?{taken.version}" for name in names}
    assert json.loads(taken.data)["clips"] == {"six_maps": 0.0, "the_end": 16.0}
    assert page.embed("clips/the_end.mp4", "What the_end shows.") in unescape(taken.body)  # the code to copy stays
    path.write_text("<main></main>", encoding="utf-8")
    assert page.embedded(path, "/film/") is None


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A function that opens the page at a width, with a small film beside it."""
    import numpy as np
    from playwright.sync_api import sync_playwright

    from pipeline.media.encode import Encoder
    from pipeline.media.mux import Tags, add_sound
    from pipeline.project import qualities

    folder = tmp_path_factory.mktemp("page")
    silent = folder / "silent.mp4"
    with Encoder(silent, 64, 48, 15, qualities.encoder(qualities.Quality("tiny", 64, 48, 15, "veryfast", 20))) as made:
        for index in range(32 * 15):
            made.add(np.full((48, 64, 3), 90, np.uint8), held=index > 0)
    add_sound(silent, np.zeros((32 * 48000, 2), np.int16), folder / "lecture.mp4", Tags("film"), 64)
    (folder / "index.html").write_text(html(), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])

        def opened(width: int, mark: str = "") -> Any:
            view = browser.new_page(viewport={"width": width, "height": 800})
            view.goto(f"{(folder / 'index.html').as_uri()}{mark}")
            view.wait_for_function("document.querySelector('video').readyState > 0")
            return view

        yield opened
        browser.close()


@BROWSER
@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_window(shown: Any, width: int) -> None:
    view = shown(width)
    assert view.evaluate("document.documentElement.scrollWidth") <= width
    small = view.evaluate(
        "[...document.querySelectorAll('button')].filter(b => b.offsetHeight && b.offsetHeight < 24).length"
    )
    assert small == 0


@BROWSER
@pytest.mark.slow
def test_it_is_searched_and_played_by_the_keyboard_alone(shown: Any) -> None:
    view = shown(1280, "#the_end")
    assert view.evaluate("document.querySelector('video').currentTime") == pytest.approx(16, abs=0.1)
    assert view.evaluate("document.querySelector('video').textTracks[0].cues.length") == 2
    view.keyboard.press("/")
    view.keyboard.type("GOOD NEAR")
    assert view.inner_text("mark") == "good near"
    assert view.inner_text("#found") == "1 line with “GOOD NEAR”"
    assert [view.is_visible(f"#{clip}") for clip in ("six_maps", "the_end")] == [False, True]
    view.keyboard.press("Escape")
    assert view.is_visible("#six_maps")
    view.focus('[data-start="0.500"]')
    view.keyboard.press("Enter")
    view.wait_for_function("document.querySelector('[data-start=\"0.500\"]').ariaCurrent === 'true'")
    view.keyboard.press("k")
    view.keyboard.press("n")
    assert view.evaluate("document.querySelector('video').currentTime") == pytest.approx(16, abs=0.2)
