"""The explorer in a real browser: what is typed, dragged and linked, and whether the numbers are those of the rules."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from companion.explore.group import Group, table
from tests.companion.browser.waiting import until

pytestmark = pytest.mark.slow


@pytest.fixture
def opened(page: str, browser: Any) -> Any:
    """The explorer as it opens."""
    browser.get(f"{page}explore")
    until(lambda: browser.execute_script("return document.documentElement.dataset.ready && atlas.latency.length > 0"))
    return browser


def text(browser: Any, key: str) -> str:
    return str(browser.execute_script(f"return document.querySelector('[data-out=\"{key}\"]').textContent"))


def type_in(browser: Any, query: str, index: int, value: str) -> None:
    """Puts a value into a field as the keyboard does."""
    browser.execute_script(
        "const x = document.querySelectorAll(arguments[0])[arguments[1]]; x.value = arguments[2];"
        "x.dispatchEvent(new Event('input', {bubbles: true}));",
        query,
        index,
        value,
    )


def state(browser: Any) -> dict[str, str]:
    """The query string, which holds the state."""
    return {key: values[0] for key, values in parse_qs(urlsplit(browser.current_url).query).items()}


def test_every_number_in_the_tables_is_that_of_the_rule(opened: Any) -> None:
    for rule in ("grpo", "cispo", "ppo"):
        opened.execute_script(f"document.querySelector('input[name=rule][value={rule}]').click()")
        type_in(opened, "[data-row=new]", 2, "0.19")
        until(lambda rule=rule: state(opened).get("rule") == rule and state(opened)["new"].split(",")[2] == "0.19")
        made = table(Group.read(state(opened)))
        until(lambda made=made: text(opened, "sum.objective") == f"{made.sums['objective']:z.4f}")
        for name, column in made.columns.items():
            assert [text(opened, f"{name}.{i}") for i in range(len(column))] == [f"{x:z.4f}" for x in column], name


def test_a_link_opens_the_state_and_a_wrong_number_is_a_sentence(page: str, opened: Any) -> None:
    opened.get(
        f"{page}explore?rule=dapo&old=0.5,0.5&new=0.6,0.4&ref=0.5,0.5&r=1,0&v=0.5&clip_high=0.1&t.len=3,5&t.ok=1,0&t.rho=1,1"
    )
    until(lambda: opened.execute_script("return window.atlas && atlas.latency.length > 1"))
    assert text(opened, "bounded.0") == "1.1000"
    assert opened.execute_script("return document.querySelectorAll('#group tbody tr').length") == 2
    type_in(opened, "[data-row=old]", 0, "0")
    until(lambda: "probability" in opened.execute_script("return document.querySelector('#trouble').textContent"))


def test_the_link_of_an_exported_page_opens_the_same_state(page: str, opened: Any) -> None:
    opened.get("about:blank")
    opened.get(f"{page}explore#rule=dapo&old=0.5,0.5&new=0.6,0.4&ref=0.5,0.5&r=1,0&clip_high=0.1")
    until(lambda: state(opened).get("clip_high") == "0.1")
    until(lambda: opened.execute_script("return window.atlas && atlas.latency.length > 0"))
    assert text(opened, "bounded.0") == "1.1000"


def test_a_slider_moves_a_map_and_standing_elsewhere_moves_the_start(opened: Any) -> None:
    until(lambda: opened.execute_script("return document.querySelectorAll('.panel').length") == 6)
    type_in(opened, "[data-map='grpo.beta']", 0, "0.5")
    until(lambda: opened.execute_script("return atlas.latency.some(x => x[0] === 'map 81')"))
    assert until(lambda: state(opened).get("grpo.beta")) == "0.5"
    opened.execute_script(
        "const m = document.querySelector('.map'), b = m.getBoundingClientRect();"
        "m.setPointerCapture = () => {};"
        "const at = {bubbles: true, clientX: b.left + b.width / 2, clientY: b.top + b.height / 2};"
        "m.dispatchEvent(new PointerEvent('pointerdown', at)); m.dispatchEvent(new PointerEvent('pointerup', at));"
    )
    until(lambda: "three_answers.start" in state(opened))


def test_the_keyboard_alone_changes_the_rule_and_a_phone_scrolls_one_way_only(opened: Any) -> None:
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    opened.find_element(By.CSS_SELECTOR, "input[name=rule]:checked").send_keys(Keys.ARROW_RIGHT)
    until(lambda: state(opened).get("rule") == "dapo")
    size = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    assert opened.execute_script("return document.documentElement.scrollWidth") <= 390
    opened.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_nothing_comes_from_another_host(page: str, opened: Any) -> None:
    names = opened.execute_script("return performance.getEntriesByType('resource').map(x => x.name)")
    assert [name for name in names if not name.startswith((page, "data:"))] == [], json.dumps(names)
