"""`render.py open --export`: one folder, whole or not at all, and nothing of anybody else's is touched."""

import json
import os
import re
from pathlib import Path

import pytest

import companion.static.page as page
from tests.pipeline.program import ROOT, render


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """This project, with a build/ of its own."""
    folder = tmp_path / "project"
    folder.mkdir()
    for path in ROOT.iterdir():
        if path.name not in ("build", "dist") and not path.name.startswith("."):
            (folder / path.name).symlink_to(path)
    return folder


@pytest.fixture
def quick(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, and a page of two small files."""
    monkeypatch.setattr(page, "files", lambda root: {"index.html": "<!doctype html>", "js/one.js": "// one"})
    return root


def test_the_folder_holds_html_json_and_scripts_of_the_film_as_it_stands(root: Path, tmp_path: Path) -> None:
    text = (ROOT / "hyperparameters.toml").read_text()
    (root / "hyperparameters.toml").unlink()
    text = text.replace("beta = 0.04 ", "beta = 0.4 ").replace("side = 8.8", "side = 4.4")
    (root / "hyperparameters.toml").write_text(text)
    talk = tmp_path / "talk"
    said = render(root, "open", "--export", str(talk))
    assert (said.code, said.out, said.err) == (0, f"{talk / 'index.html'}\n", "")
    known = json.loads((talk / "data.json").read_text())
    assert (known["maps"]["film"]["grpo.beta"], known["maps"]["window"]["side"]) == (0.4, 4.4)
    page_text = (talk / "index.html").read_text()
    assert json.loads(page_text.partition('id="data">')[2].partition("</script>")[0]) == known
    assert {path.suffix for path in talk.rglob("*.*")} == {".html", ".json", ".css", ".js"}
    for source in re.findall('(?:src|href)="([^#"]+)"', page_text):
        assert source == "data:," or (talk / source).is_file(), source


def test_it_is_written_again_over_itself_and_into_an_empty_folder(quick: Path, tmp_path: Path) -> None:
    (tmp_path / "talk").mkdir()
    for _ in range(2):
        assert render(quick, "open", "--export", str(tmp_path / "talk")).code == 0
    assert (tmp_path / "talk/js/one.js").read_text() == "// one"


def test_clean_forgets_it_and_leaves_it_where_it_is(quick: Path, tmp_path: Path) -> None:
    talk = tmp_path / "talk"
    assert render(quick, "open", "--export", str(talk)).code == 0
    assert render(quick, "clean", "--all").code == 0
    assert not (quick / "build").exists()
    assert (talk / "index.html").is_file()
    said = render(quick, "open", "--export", str(talk))
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "name a new folder" in said.err


def refused(root: Path, folder: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """What is said of a folder before anything is computed."""

    def work(_: Path) -> dict[str, str]:
        raise AssertionError("this comes after the refusal")

    monkeypatch.setattr(page, "files", work)
    said = render(root, "open", "--export", folder)
    assert (said.code, said.out) == (2, "")
    assert said.err.count("\n") == 1
    return said.err


def test_what_holds_anything_else_is_refused(quick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = tmp_path / "talk"
    assert render(quick, "open", "--export", str(talk)).code == 0
    (talk / "notes.txt").write_text("mine")
    assert "this folder holds notes.txt, which is not as this command wrote it" in refused(
        quick, str(talk), monkeypatch
    )
    assert (talk / "notes.txt").read_text() == "mine"
    (talk / "notes.txt").unlink()
    (talk / "index.html").write_text("my own words")
    assert "holds index.html" in refused(quick, str(talk), monkeypatch)
    assert "holds " in refused(quick, str(ROOT / "companion"), monkeypatch)


def test_what_cannot_be_a_folder_is_refused(quick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path)
    assert "this is a file; a folder is needed." in refused(quick, str(tmp_path / "file"), monkeypatch)
    assert "file is no folder." in refused(quick, str(tmp_path / "file" / "talk"), monkeypatch)
    assert "this is a symbolic link" in refused(quick, str(tmp_path / "link"), monkeypatch)
    assert "File name too long." in refused(quick, str(tmp_path / ("x" * 300)), monkeypatch)
    for nothing in ("", " ", "a\0b"):
        assert "this names no folder." in refused(quick, nothing, monkeypatch)
    if os.geteuid():
        (tmp_path / "closed").mkdir(mode=0o500)
        assert "Permission denied." in refused(quick, str(tmp_path / "closed" / "talk"), monkeypatch)
