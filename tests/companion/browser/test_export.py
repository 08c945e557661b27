"""The exported page as a hand uses it: from a file, in a frame, by keyboard, on a phone, its state in the address."""

import http.server
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from companion import look
from companion.explore.group import Group, table
from companion.static.page import LEFT_OUT
from objectives import OBJECTIVES
from tests.companion.browser.waiting import until

pytestmark = pytest.mark.slow
SHORT = "sampling.iterations=4"
"""Walks of a few batches, which cost less."""
PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
WALKED = "return [...document.querySelectorAll('.panel figcaption')].every(x => /^batch \\d+/.test(x.textContent))"
LINK = f"{SHORT}&rule=dapo&old=0.5,0.5&new=0.6,0.4&ref=0.5,0.5&r=1,0&v=0.5&clip_high=0.1"
LINK += "&grpo.beta=0.3&three_answers.start=0.2,0.3,0.5"


def go(browser: Any, address: str) -> None:
    """Opens an address anew, even where only what follows # differs."""
    browser.get("about:blank")
    browser.get(address)
    until(lambda: browser.execute_script("return document.documentElement.dataset.ready && atlas.latency.length > 0"))


@pytest.fixture
def opened(exported: Path, browser: Any) -> Any:
    """The page from a file of this machine."""
    browser.get_log("browser")
    go(browser, f"{(exported / 'index.html').as_uri()}#{SHORT}")
    return browser


def text(browser: Any, key: str) -> str:
    return str(browser.execute_script(f"return document.querySelector('[data-out=\"{key}\"]').textContent"))


def state(browser: Any) -> dict[str, str]:
    """What follows # in the address."""
    return {key: values[0] for key, values in parse_qs(urlsplit(browser.current_url).fragment).items()}


def type_in(browser: Any, query: str, index: int, value: str) -> None:
    browser.execute_script(
        "const x = document.querySelectorAll(arguments[0])[arguments[1]]; x.value = arguments[2];"
        "x.dispatchEvent(new Event('input', {bubbles: true}));",
        query,
        index,
        value,
    )


def test_every_rule_shows_its_numbers_to_the_last_digit_and_the_state_stands_after_the_mark(opened: Any) -> None:
    for rule in OBJECTIVES:
        opened.execute_script(f"document.querySelector('input[name=rule][value={rule}]').click()")
        type_in(opened, "[data-row=new]", 2, "0.19")
        until(lambda rule=rule: state(opened).get("rule") == rule and state(opened)["new"].split(",")[2] == "0.19")
        made = table(Group.read(state(opened)))
        assert text(opened, "sum.objective") == f"{made.sums['objective']:z.4f}"
        hue = opened.execute_script("return getComputedStyle(document.querySelector('.s-objective dd')).color")
        assert hue == "rgb({}, {}, {})".format(*bytes.fromhex(look.colour_of(rule)[1:])), rule
        for name, column in made.columns.items():
            assert [text(opened, f"{name}.{i}") for i in range(len(column))] == [f"{x:z.4f}" for x in column], name
    assert [entry for entry in opened.get_log("browser") if entry["level"] == "SEVERE"] == []


@pytest.mark.parametrize("mark", "?#")
def test_a_link_opens_its_state_whichever_page_it_comes_from(exported: Path, browser: Any, mark: str) -> None:
    go(browser, f"{(exported / 'index.html').as_uri()}{mark}{LINK}")
    assert text(browser, "bounded.0") == "1.1000"
    values = "return [...document.querySelectorAll(arguments[0])].map(x => x.value)"
    assert browser.execute_script(values, "[data-knob=clip_high]") == ["0.1"]
    assert browser.execute_script(values, "[data-map='grpo.beta'], [data-start]") == ["0.3", "0.2", "0.3"]
    type_in(browser, "[data-one=v]", 0, "0.25")
    until(lambda: state(browser).get("v") == "0.25")
    assert {key: state(browser)[key] for key in ("rule", "clip_high", "grpo.beta", "three_answers.start")} == {
        "rule": "dapo",
        "clip_high": "0.1",
        "grpo.beta": "0.3",
        "three_answers.start": "0.2,0.3,0.5",
    }
    type_in(browser, "[data-row=old]", 0, "0")
    assert "probability" in until(
        lambda: browser.execute_script("return document.querySelector('#trouble').textContent")
    )


def test_a_link_that_cannot_be_read_opens_the_page_as_it_is(exported: Path, browser: Any) -> None:
    go(browser, f"{(exported / 'index.html').as_uri()}#{SHORT}&rule=<script>&old=1&new=,,&t.len=3")
    assert browser.execute_script("return document.querySelector('input[name=rule]:checked').value") == "grpo"
    assert text(browser, "advantage.0") == "1.0000"


def test_maps_walk_a_slider_moves_them_and_a_seventh_rule_and_equal_strides_can_be_had(opened: Any) -> None:
    until(lambda: opened.execute_script(WALKED))
    caption = "return document.querySelector('.panel[data-rule=grpo] figcaption').textContent"
    before = opened.execute_script(caption)
    type_in(opened, "[data-map='grpo.beta']", 0, "1")
    until(lambda: opened.execute_script(WALKED) and opened.execute_script(caption) != before)
    opened.execute_script("document.querySelector('#strides').click()")
    type_in(opened, "#seventh", 0, "cispo")
    until(lambda: opened.execute_script("return document.querySelectorAll('.panel').length") == 7)
    until(lambda: opened.execute_script(WALKED))
    until(lambda: state(opened).get("also") == "cispo" and state(opened).get("strides") == "1")
    painted = """return [...document.querySelectorAll('.panel canvas')].map(canvas => {
        const seen = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        return new Set(seen).size; });"""
    assert min(opened.execute_script(painted)) > 50
    opened.execute_script("document.querySelector('.map').setPointerCapture = () => {};")
    opened.execute_script(
        "const m = document.querySelector('.map'), b = m.getBoundingClientRect();"
        "const at = {bubbles: true, clientX: b.left + b.width / 2, clientY: b.top + b.height / 2};"
        "m.dispatchEvent(new PointerEvent('pointerdown', at)); m.dispatchEvent(new PointerEvent('pointerup', at));"
    )
    until(lambda: "three_answers.start" in state(opened))


def test_the_keyboard_alone_reaches_every_control(opened: Any) -> None:
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.keys import Keys

    until(lambda: opened.execute_script(WALKED))
    press = ActionChains(opened, duration=0)
    where = "const x = document.activeElement; return x.id || x.name || x.dataset.do || x.dataset.row || x.className"
    seen = set()
    for _ in range(80):
        press.send_keys(Keys.TAB).perform()
        seen.add(opened.execute_script(where))
        if seen >= {"seventh"} and "s-B" in seen:
            break
    wanted = {"skip", "rule", "lib", "r", "new", "add", "link", "toml", "play", "scrub", "ghosts", "strides", "s-A"}
    assert wanted - seen == set()
    slider = opened.execute_script("const x = document.querySelector('#s-A'); x.focus(); return x")
    slider.send_keys(Keys.ARROW_RIGHT)
    until(lambda: "three_answers.start" in state(opened))
    opened.execute_script("document.querySelector('input[name=rule]:checked').focus()")
    press.send_keys(Keys.ARROW_RIGHT).perform()
    until(lambda: state(opened).get("rule") == "dapo")
    opened.execute_script("document.querySelector('[data-do=play]').focus()")
    press.send_keys(Keys.SPACE).perform()
    until(lambda: opened.execute_script("return 0 < +document.querySelector('#scrub').value"))
    press.send_keys(Keys.SPACE).perform()
    assert opened.execute_script("return document.querySelector('[data-do=play]').textContent") == "play"


def test_a_phone_scrolls_one_way_only_and_every_picture_has_words(opened: Any) -> None:
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    try:
        until(lambda: opened.execute_script(WALKED))
        assert opened.execute_script("return document.documentElement.scrollWidth") <= PHONE["width"]
    finally:
        opened.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    words = "return [...document.querySelectorAll('figure')].map(x => x.querySelector('figcaption').textContent.length)"
    assert min(opened.execute_script(words)) > 20


def test_it_says_what_it_leaves_out_and_asks_no_network(exported: Path, opened: Any) -> None:
    shown = opened.execute_script("return [...document.querySelectorAll('.left li')].map(x => x.textContent)")
    assert shown == list(LEFT_OUT)
    names = opened.execute_script("return performance.getEntriesByType('resource').map(x => x.name)")
    assert [name for name in names if not name.startswith((exported.as_uri(), "data:"))] == []
    assert opened.execute_script("return document.querySelectorAll('[data-do=clip], [data-tok]').length") == 0
    for path in exported.rglob("*.*"):
        assert "http" not in path.read_text(encoding="utf-8"), path


@pytest.fixture(scope="module")
def host(exported: Path) -> Iterator[str]:
    """Some web host: it serves files, and a slide with the page in a frame that has no rights but scripts."""
    slide = exported.parent / "slide.html"
    source = f"{exported.name}/index.html#show=maps&amp;grpo.beta=0.5&amp;{SHORT}"
    frame = f'<iframe sandbox="allow-scripts" width="960" height="540" src="{source}"></iframe>'
    slide.write_text(f'<link rel="icon" href="data:,">{frame}')
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=exported.parent)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_it_works_on_a_web_host_and_in_a_frame_of_a_slide(exported: Path, browser: Any, host: str) -> None:
    go(browser, f"{host}{exported.name}/?{SHORT}")
    until(lambda: browser.execute_script(WALKED))
    type_in(browser, "[data-one=v]", 0, "0.75")
    until(lambda: state(browser).get("v") == "0.75")
    browser.get(f"{host}slide.html")
    browser.get_log("browser")
    browser.switch_to.frame(0)
    try:
        until(lambda: browser.execute_script(WALKED))
        assert browser.execute_script("return document.querySelector(\"[data-map='grpo.beta']\").value") == "0.5"
        assert browser.execute_script("return document.querySelector('#group').offsetParent === null")
        lowest = "return Math.max(...[...document.querySelectorAll('.map')].map(x => x.getBoundingClientRect().bottom))"
        assert browser.execute_script(lowest) <= 540
        type_in(browser, "[data-map='grpo.beta']", 0, "0.7")
        until(lambda: browser.execute_script("return atlas.latency.some(x => x[0].startsWith('map'))"))
    finally:
        browser.switch_to.default_content()
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
