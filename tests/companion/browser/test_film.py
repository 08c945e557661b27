"""The tab of the film, as a hand uses it, on a tiny project."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pipeline.build.lock import alone
from pipeline.build.reasons import explain
from pipeline.workers.progress import Progress
from tests.companion.browser import waiting
from tests.pipeline import program, tiny

pytestmark = pytest.mark.slow
SETTINGS = "hyperparameters.toml"
ORIGINAL = tiny.FILES[SETTINGS]
until = partial(waiting.until, seconds=60.0)
"""A build takes its time."""


class Film:
    """The tab in the browser."""

    def __init__(self, small: Any, browser: Any) -> None:
        self.address, self.root, self.browser = small.address, small.root, browser

    def open(self, query: str = "") -> "Film":
        self.browser.get("about:blank")
        self.browser.get(f"{self.address}film{query}")
        until(lambda: self.js("return document.documentElement.dataset.ready === 'film'"))
        return self

    def js(self, script: str, *given: Any) -> Any:
        return self.browser.execute_script(script, *given)

    def text(self, query: str) -> str:
        return str(self.js("return document.querySelector(arguments[0]).textContent", query))

    def type(self, key: str, value: str) -> None:
        """Puts a value into a setting as the keyboard does."""
        self.js(
            "const x = document.querySelector(`[data-key='${arguments[0]}']`); x.value = arguments[1];"
            "x.dispatchEvent(new Event('input', {bubbles: true}));",
            key,
            value,
        )

    def press(self, query: str) -> None:
        self.js("document.querySelector(arguments[0]).click()", query)

    def click(self, query: str, number: int = 0) -> None:
        """A click of the mouse; a browser plays sound only after one."""
        found = self.browser.find_elements("css selector", query)[number]
        self.js("arguments[0].scrollIntoView({block: 'center'})", found)
        found.click()

    def file(self) -> str:
        return str((self.root / SETTINGS).read_text(encoding="utf-8"))


@pytest.fixture
def film(small: Any, browser: Any) -> Iterator[Film]:
    """The tab of a project whose film is made, with the settings that it began with."""
    tiny.write(small.root, SETTINGS, ORIGINAL)
    if not (small.root / "dist" / "index.html").is_file():
        tiny.build(small.root)
    yield Film(small, browser)
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_a_project_of_which_nothing_is_made_says_so_and_makes_it_with_progress(small: Any, browser: Any) -> None:
    tiny.write(small.root, SETTINGS, ORIGINAL)
    for folder in ("dist/index.html", "build/last/lecture.json", "build/published.json"):
        (small.root / folder).unlink(missing_ok=True)
    film = Film(small, browser).open()
    assert "not made yet: press “Make the film”" in film.text("#head")
    assert "There is no film in dist/ yet." in film.text("#player")
    film.js(
        "window.shares = []; new MutationObserver(() => shares.push(+document.querySelector('#making progress').value))"
        ".observe(document.querySelector('#share'), {childList: true})"
    )
    film.press("[data-do=make]")
    until(lambda: film.text("#ended"))
    assert film.text("#ended").startswith("Done. "), film.text("#ended")
    shares = film.js("return window.shares")
    assert any(0 < share < 1 for share in shares), shares
    assert shares[-1] == 1.0
    assert film.text("#head") == "Everything is up to date (draft)."
    film.click("#chapter-ch01_fall > summary")
    film.click("[data-do=play][data-clip=the_fall]")
    start = json.loads((small.root / "dist/manifest.json").read_text())["clips"][2]["start"]
    until(lambda: film.js("return document.querySelector('#player video').currentTime") > start + 0.2)
    assert film.text("#now") == "Coming down: The fall"


def test_what_is_stale_and_why_is_what_status_says(film: Film) -> None:
    tiny.change(film.root, SETTINGS, "slope = 0.5 ", "slope = 0.625 ")
    told = json.loads(program.render(film.root, "status", "--json", "-q", "draft").out)
    expected = {
        (entry["kind"], entry["name"]): (entry["stale"], [explain(reason) for reason in entry["reasons"]])
        for entry in told["entries"]
    }
    film.open()
    shown = film.js(
        "return [...document.querySelectorAll('.entry')].map(x => [x.dataset.kind, x.dataset.name,"
        " x.dataset.stale === 'true', [...x.querySelectorAll('li')].map(li => li.textContent)])"
    )
    assert {(kind, name): (stale, reasons) for kind, name, stale, reasons in shown} == expected
    assert len(shown) == len(expected)
    assert expected["trace", "up"] == (True, ["rise.slope 0.5 -> 0.625"])
    count = sum(stale for stale, _ in expected.values())
    assert film.text("#head").startswith(f"{count} of {len(expected)} results are stale")


def test_a_link_to_a_chapter_opens_it_and_stands_at_its_beginning(film: Film) -> None:
    film.open("?chapter=ch01_fall")
    opened = film.js("return [...document.querySelectorAll('.fold[open]')].map(x => x.dataset.chapter)")
    assert opened == ["ch01_fall"]
    start = json.loads((film.root / "dist/manifest.json").read_text())["chapters"][1]["start"]
    until(lambda: film.js("return document.querySelector('#player video').currentTime") >= start)
    assert film.text("#now") == "Coming down: The fall"
    film.open("?chapter=ch01_fal")
    assert film.text("#trouble") == 'there is no chapter "ch01_fal"; did you mean "ch01_fall"?'


def test_the_transcript_follows_the_film_and_a_click_in_it_goes_there(film: Film) -> None:
    film.open()
    lines = film.js("return [...document.querySelectorAll('[data-start]')].map(x => x.textContent.trim())")
    assert lines == ["A step of 0.5.", "It gets high, to 1.5.", "Down it is."]
    film.click("[data-start]", 1)
    current = "return document.querySelector('[data-start][aria-current]')?.textContent.trim()"
    until(lambda: film.js(current) == "It gets high, to 1.5.")
    until(lambda: film.js(current) == "Down it is.")
    assert film.js("return document.querySelector('#player video').textTracks[0].cues.length") == 3


def test_a_bad_value_is_refused_in_one_sentence_and_the_file_stays(film: Film) -> None:
    before = film.file()
    film.open()
    film.type("rise.slope", "7")
    sentence = "rise.slope is 7.0, but it must be more than 0 and at most 1."
    until(lambda: film.text("[id='e-rise.slope']") == sentence)
    assert film.js("return document.querySelector(\"[data-key='rise.slope']\").getAttribute('aria-invalid')") == "true"
    film.press("[data-do=save-make]")
    until(lambda: film.text("#refused") == f"Not saved: {sentence}")
    assert film.file() == before
    assert film.js("return fetch('/film/make.json').then(x => x.json()).then(x => x.running)") is False


def test_a_saved_edit_keeps_the_comments_and_names_the_clips_that_it_touches(film: Film) -> None:
    film.open()
    film.type("rise.slope", "0.75")
    film.type("rise.mode", "curved")
    assert film.text("#unsaved") == "Not saved yet: rise.slope, rise.mode."
    film.press("[data-do=undo]")
    assert film.text("#unsaved") == "Nothing is changed."
    film.type("rise.slope", "0.75")
    film.press("[data-do=save]")
    until(lambda: film.text("#saved").startswith("Saved"))
    expected = "Saved rise.slope 0.5 → 0.75. 3 clips read it: first_step, second_step, thumbnail."
    assert film.text("#saved") == expected
    assert "slope = 0.75 # chosen for the picture" in film.file()
    assert "rise.slope 0.5 -> 0.75" in film.text("[data-kind=trace][data-name=up]")
    film.js("document.querySelector('[data-of=\"fall.slope\"]').open = true")
    until(lambda: film.text('[data-of="fall.slope"] p') == "2 clips read it: second_step, the_fall.")


def test_a_clip_waits_for_the_lock_that_watch_holds_can_be_stopped_and_is_made_alone(film: Film) -> None:
    tiny.change(film.root, SETTINGS, "slope = 0.25", "slope = 0.375")
    film.open()
    with alone(film.root / "build", Progress()):
        film.press("[data-clip=the_fall][data-do=clip]")
        until(lambda: "another build is running in this folder; waiting" in film.text("#line"))
        film.press("[data-do=stop]")
        until(lambda: film.text("#ended"))
    assert film.text("#ended").startswith("Stopped. What is finished is kept")
    film.press("[data-clip=the_fall][data-do=clip]")
    until(lambda: film.text("#ended").startswith("Done. "))
    until(lambda: film.js("return document.querySelector('#shown-the_fall video')?.readyState"))
    until(lambda: film.js("return document.querySelector('#shown-the_fall track').track.cues?.length") == 1)


def test_every_beat_of_a_clip_is_shown_with_what_is_said(film: Film) -> None:
    film.open("?chapter=ch01_fall")
    film.press("[data-clip=the_fall][data-do=beats]")
    until(lambda: film.js("return document.querySelectorAll('.stills img').length"))
    told = film.js("return [...document.querySelectorAll('.stills figcaption b')].map(x => x.textContent.trim())")
    assert told == ["start", "open", "rest", "end"]
    film.js("document.querySelectorAll('.stills img').forEach(x => x.loading = 'eager')")
    until(lambda: film.js("return [...document.querySelectorAll('.stills img')].every(x => x.naturalWidth === 640)"))
    assert "Down it is." in film.text(".stills figure:nth-child(2) figcaption")


def test_the_keyboard_alone_opens_a_chapter_plays_a_clip_and_saves_a_setting(film: Film) -> None:
    from selenium.webdriver.common.keys import Keys

    film.open()

    def to(query: str) -> Any:
        """Goes on with the tab key until the focus is there."""
        for _ in range(60):
            film.browser.switch_to.active_element.send_keys(Keys.TAB)
            if film.js("return document.activeElement.matches(arguments[0])", query):
                return film.browser.switch_to.active_element
        raise AssertionError(f"the tab key does not lead to {query}")

    to("#chapter-ch01_fall > summary").send_keys(Keys.ENTER)
    to("[data-clip=the_fall][data-do=play]").send_keys(Keys.ENTER)
    until(lambda: film.js("return !document.querySelector('#player video').paused"))
    to("#table-fall > summary").send_keys(Keys.ENTER)
    field = to("[data-key='fall.slope']")
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys("0.5")
    to("[data-do=save]").send_keys(Keys.ENTER)
    until(lambda: film.text("#saved").startswith("Saved fall.slope 0.25 → 0.5."))
    assert "slope = 0.5" in film.file().partition("[fall]")[2]


def test_a_phone_scrolls_one_way_only_and_everything_is_large_enough(film: Film) -> None:
    size = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    film.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    film.open("?chapter=ch00_rise")
    film.js("document.querySelectorAll('details').forEach(x => x.open = true)")
    film.press("[data-clip=first_step][data-do=beats]")
    until(lambda: film.js("return document.querySelectorAll('.stills img').length"))
    assert film.js("return document.documentElement.scrollWidth") <= 390
    low = "return [...document.querySelectorAll('#film-tab button')].filter(b => b.offsetHeight && b.offsetHeight < 24)"
    assert film.js(f"{low}.map(b => b.textContent)") == []


@pytest.mark.parametrize("path", ["film/beats.json?clip=../../x", "film/clip.vtt?clip=/etc/passwd", "film/beats.json"])
def test_a_clip_is_asked_for_by_a_name_and_not_by_a_path(small: Any, path: str) -> None:
    with urllib.request.urlopen(f"{small.address}{path}") as answer:
        assert json.load(answer) == {"error": "there is no such clip."}


@pytest.mark.parametrize("path", ["film/make", "film/save", "film/stop"])
def test_another_sites_page_can_have_nothing_made_or_saved(film: Film, path: str) -> None:
    before = film.file()
    body = json.dumps({"quality": "draft", "values": {"rise.slope": "0.9"}, "was": {}}).encode()
    heads = {"Content-Type": "application/json", "Origin": "http://elsewhere.example"}
    asked = urllib.request.Request(f"{film.address}{path}", body, heads)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(asked)
    refused.value.close()
    assert refused.value.code == 403
    assert film.file() == before


def test_nothing_comes_from_another_host_and_a_broken_file_is_a_sentence(film: Film) -> None:
    film.open()
    names = film.js("return performance.getEntriesByType('resource').map(x => x.name)")
    assert [name for name in names if not name.startswith((film.address, "data:"))] == []
    Path(film.root / SETTINGS).write_text("[rise]\nslope = \n", encoding="utf-8")
    film.open()
    assert film.text("#trouble").startswith(f"{SETTINGS}, line 2, column 9: this is not valid TOML")
    assert "Traceback" not in film.text("body")
