"""How fast the companion page answers, in a real Chromium: from moving a slider to the painted picture, median of 25.

.venv/bin/python benchmarks/page.py
"""

from __future__ import annotations

import shutil
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
ROUNDS = 25
LIMIT = 150.0
SETTLED = """return window.atlas && [...document.querySelectorAll('.panel figcaption')]
    .every(x => x.textContent.startsWith('batch'))"""
CASES = {
    "a number of the group": ("[data-row=new]", lambda i: 0.1 + i / 1000, "group"),
    "a ratio of the tokens": ("[data-tok=rho]", lambda i: 0.5 + 0.05 * i, "tokens"),
    "KL weight of GRPO, map of 81 x 81": ("[data-map='grpo.beta']", lambda i: 0.1 + i / 100, "map 81"),
    "clip of DAPO, map of 81 x 81": ("[data-map='dapo.clip_high']", lambda i: 0.3 + i / 100, "map 81"),
}


def measure(browser: Any, query: str, value: float, kind: str) -> float:
    """Milliseconds from the input to the frame that shows it."""
    before = browser.execute_script("return atlas.latency.length")
    browser.execute_script(
        "const x = document.querySelector(arguments[0]); x.value = arguments[1];"
        "x.dispatchEvent(new Event('input', {bubbles: true}));",
        query,
        value,
    )
    end = time.monotonic() + 30
    while time.monotonic() < end:
        found = [
            x[1] for x in browser.execute_script("return atlas.latency.slice(arguments[0])", before) if x[0] == kind
        ]
        if found:
            return float(found[-1])
        time.sleep(0.02)
    raise SystemExit(f"{query} did not answer")


def main() -> None:
    """Print a line for each case."""
    from selenium import webdriver

    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver):
        print("page: needs Chromium and its driver: apt-get install chromium chromium-driver")
        return
    command = [sys.executable, "render.py", "open", "--port", "0", "--no-browser"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        address = next(line.split()[0] for line in server.stdout if line.startswith("http"))
        options = webdriver.ChromeOptions()
        options.binary_location = chromium
        for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
            options.add_argument(flag)
        browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
        try:
            browser.get(f"{address}explore")
            end = time.monotonic() + 120
            while time.monotonic() < end and not browser.execute_script(SETTLED):
                time.sleep(0.5)
            for name, (query, value, kind) in CASES.items():
                times = [measure(browser, query, value(i), kind) for i in range(ROUNDS)]
                middle = statistics.median(times)
                print(f"page: {name}: {middle:.0f} ms (slowest {max(times):.0f}){' TOO SLOW' * (middle > LIMIT)}")
        finally:
            browser.quit()
            server.send_signal(signal.SIGINT)


if __name__ == "__main__":
    main()
