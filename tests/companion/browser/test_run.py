"""The tab of your own run, as a hand uses it."""

import json
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
DATA = Path(__file__).parents[1] / "run" / "data"
PARQUET = DATA / "trl/completions/completions_00012.parquet"


def wait(browser: Any, script: str, seconds: float = 60.0) -> Any:
    """What a script returns, as soon as that is something."""
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(browser, seconds, 0.1).until(lambda driver: driver.execute_script(script))


def told(browser: Any) -> str:
    text: str = browser.execute_script("return document.querySelector('#told').innerText")
    return text


def open_with(browser: Any, page: str, query: str = "") -> None:
    browser.get(f"{page}run{query}")
    wait(browser, "return document.querySelector('#told') && window.did_handshake !== false")


def test_a_link_with_a_path_shows_its_findings_and_curves(page: str, browser: Any) -> None:
    open_with(browser, page, f"?path={DATA / 'strange'}")
    assert wait(browser, "return document.querySelectorAll('.panels svg').length") == 6
    text = told(browser)
    assert "22% of its start" in text
    assert "infinite at step 40" in text
    assert "not offered as a learning curve" in text
    links = browser.execute_script("return [...document.querySelectorAll('#told a')].map(a => a.getAttribute('href'))")
    assert "/film?chapter=ch12_where_does_the_signal_go" in links


def test_a_file_that_is_dropped_is_shown_under_all_rules_to_the_last_digit(page: str, browser: Any) -> None:
    from companion.run.batch import batch_of
    from companion.run.page import signed
    from companion.run.pushes import pushed
    from companion.run.readers import files

    open_with(browser, page)
    field = wait(browser, "return document.querySelector('input[type=file]')")
    field.send_keys(str(PARQUET))
    row = "return [...document.querySelectorAll('.rows tbody tr:nth-child(5) td')].map(cell => cell.innerText)"
    cells = wait(browser, row)
    seen = pushed(batch_of([files.read(PARQUET)]))
    pushes = [signed(float(push.answers[4])) for push in seen.rules.values()]
    assert cells[4:16] == pushes
    assert len(browser.execute_script("return [...document.querySelectorAll('.wide svg')]")) == 2


def test_a_wrong_path_gets_a_sentence_and_the_enter_key_shows(page: str, browser: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    open_with(browser, page)
    field = wait(browser, "return document.querySelector('input[aria-label^=Path]')")
    field.send_keys("/nowhere/at/all.csv", Keys.ENTER)
    assert "there is no such file or folder" in wait(
        browser, "return document.querySelector('[role=alert]')?.innerText"
    )


def test_a_large_batch_scrolls_with_few_rows_in_the_page(page: str, browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "large.jsonl"
    rows = ({"prompt": str(k // 8), "reward": k % 2, "length": 5, "completion": f"answer {k}"} for k in range(200_000))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    open_with(browser, page, f"?path={path}")
    wait(browser, "return document.querySelector('.rows tbody tr')", 120)
    browser.execute_script("document.querySelector('.rows').scrollTop = 30 * 150000")
    last = "return document.querySelector('.rows tbody').innerText.includes('answer 150003')"
    assert wait(browser, last)
    assert browser.execute_script("return document.querySelectorAll('.rows tbody tr').length") < 100


def test_nothing_is_wider_than_a_phone(page: str, browser: Any) -> None:
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    )
    try:
        open_with(browser, page, f"?path={DATA / 'trl'}")
        wait(browser, "return document.querySelector('.rows tbody tr')")
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 390
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
