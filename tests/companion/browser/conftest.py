"""One server, one exported page and one headless Chromium for all browser tests."""

import contextlib
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.pipeline import tiny

ROOT = Path(__file__).parents[3]
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
SERVE = "import sys, pathlib; from companion.app import serve; serve(pathlib.Path(sys.argv[1]), '127.0.0.1', 0, False)"


def need_chromium() -> None:
    """Skips where there is none."""
    if not (CHROMIUM and DRIVER):
        pytest.skip("needs Chromium and its driver: apt-get install chromium chromium-driver")


@pytest.fixture(scope="session")
def page() -> Iterator[str]:
    """The address of a page that is served for these tests."""
    with served("render.py", "open", "--port", "0", "--no-browser") as address:
        yield address


@contextlib.contextmanager
def served(*words: str) -> Iterator[str]:
    """The address of a page that this program serves, until the block ends."""
    need_chromium()
    with subprocess.Popen([sys.executable, *words], cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        address = next(line.split()[0] for line in server.stdout if line.startswith("http"))
        yield address
        server.send_signal(signal.SIGINT)
        assert server.wait(30) == 0, "Ctrl-C ends the page cleanly"


class Small(NamedTuple):
    """The page of a tiny project."""

    address: str
    root: Path


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    """The page of a tiny project of which nothing is made yet."""
    root = tiny.create(tmp_path_factory.mktemp("film") / "project")
    shutil.copy(ROOT / "render.py", root / "render.py")
    for package in ("pipeline", "traces"):
        (root / package).symlink_to(ROOT / package)
    with served("-c", SERVE, str(root)) as address:
        yield Small(address, root)


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an exported page."""
    from companion.static.page import files

    folder = tmp_path_factory.mktemp("exported")
    for name, text in files(ROOT).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A Chromium 1440 pixels wide."""
    need_chromium()
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--window-size=1440,1000",
    ):
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    driver.set_script_timeout(30)
    yield driver
    driver.quit()
