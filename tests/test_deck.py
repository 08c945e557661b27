"""`render.py deck` and `render.py upload` as a user meets them, on a tiny project."""

import http.client
import json
import shutil
import threading
import zipfile
from importlib.util import find_spec
from pathlib import Path

import av
import pytest

from pipeline.errors import UserError
from pipeline.media import mp4
from pipeline.publish import deck, serve
from tests.pipeline import tiny
from tests.test_command_line import dist, equip, render, sentence

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = equip(tiny.create(tmp_path_factory.mktemp("deck") / "project"))
    result = render(root, "upload")
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1] == "dist/upload/en"
    result = render(root, "deck", "the_fall", "first_step", "--name", "talk")
    assert (result.returncode, result.stdout) == (0, "dist/decks/talk/index.html\n"), result.stderr
    return root


@pytest.fixture
def made(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "project", symlinks=True))


def test_a_deck_is_one_folder_that_fetches_nothing(finished: Path) -> None:
    folder = finished / "dist/decks/talk"
    page = (folder / "index.html").read_text()
    wanted = {*(f"clips/{name}.mp4" for name in ("the_fall", "first_step"))}
    wanted |= {f"posters/{name}.jpg" for name in ("the_fall", "first_step")}
    wanted |= {f"reveal/{name}" for name in ("reveal.js", "reveal.css", "reset.css", "notes.js")}
    assert {name for name in wanted if f'"{name}"' in page} == wanted
    assert all((folder / name).is_file() for name in (*wanted, "reveal/LICENSE"))
    assert "http" not in page
    assert page.index("clips/the_fall.mp4") < page.index("clips/first_step.mp4")
    assert '<aside class="notes"><p>Down it is.</p></aside>' in page
    assert mp4.inspect(folder / "clips/the_fall.mp4") == []


def test_a_deck_is_made_again_only_when_a_clip_of_it_changes(made: Path) -> None:
    command = ("deck", "the_fall", "first_step", "--name", "talk")
    before = dist(made)
    again = render(made, *command)
    assert (again.stdout, again.stderr) == ("dist/decks/talk/index.html\n", "")
    tiny.change(made, "assets/narration/ch00_rise.md", "It gets high", "It is high")
    assert render(made, *command).stderr == ""
    assert dist(made) == before
    tiny.change(made, "assets/narration/ch01_fall.md", "Down it is.", "Down it goes.")
    assert render(made, *command).returncode == 0
    assert "<p>Down it goes.</p>" in (made / "dist/decks/talk/index.html").read_text()
    assert dist(made)[f"{made}/dist/lecture.mp4"] == before[f"{made}/dist/lecture.mp4"]
    (made / "dist/decks/talk/reveal/reveal.js").unlink()
    assert render(made, *command).returncode == 0
    assert (made / "dist/decks/talk/reveal/reveal.js").is_file()


def test_clean_all_removes_decks_and_packages(made: Path) -> None:
    assert render(made, "clean", "--all").returncode == 0
    assert not (made / "dist").exists()


def test_a_player_gets_the_bytes_that_it_asks_for(finished: Path) -> None:
    folder = finished / "dist/decks/talk"
    whole = (folder / "clips/the_fall.mp4").read_bytes()
    with serve.server(folder, 0) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        line = http.client.HTTPConnection(serve.HOST, running.server_port)
        found = []
        for asked in ("", "bytes=0-99", "bytes=100-", "bytes=-7", f"bytes={len(whole)}-"):
            line.request("GET", "/clips/the_fall.mp4", headers={"Range": asked} if asked else {})
            answer = line.getresponse()
            found.append((answer.status, answer.read(), answer.headers["Content-Range"]))
        with pytest.raises(UserError, match=f"--port {running.server_port}: "):
            serve.server(folder, running.server_port)
        running.shutdown()
        thread.join()
        line.close()
    end = len(whole)
    assert found == [
        (200, whole, None),
        (206, whole[:100], f"bytes 0-99/{end}"),
        (206, whole[100:], f"bytes 100-{end - 1}/{end}"),
        (206, whole[-7:], f"bytes {end - 7}-{end - 1}/{end}"),
        (416, b"", f"bytes */{end}"),
    ]


@pytest.mark.skipif(not find_spec("pptx"), reason="python-pptx is not installed")
def test_slides_hold_the_films_the_pictures_and_the_notes(made: Path) -> None:
    from pptx import Presentation

    command = ("deck", "--chapter", "ch01_fall", "--format", "pptx")
    assert render(made, *command).stdout == "dist/decks/ch01_fall/ch01_fall.pptx\n"
    path = made / "dist/decks/ch01_fall/ch01_fall.pptx"
    (slide,) = Presentation(str(path)).slides
    assert slide.notes_slide.notes_text_frame.text == "Down it is."
    with zipfile.ZipFile(path) as file:
        assert any(name.endswith(".mp4") for name in file.namelist())
        assert b'Extension="mp4" ContentType="video/mp4"' in file.read("[Content_Types].xml")
    first = path.read_bytes()
    path.unlink()
    assert render(made, *command).returncode == 0
    assert path.read_bytes() == first


def test_without_python_pptx_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pptx", None)
    with pytest.raises(UserError, match=r"python-pptx, which is not installed; run `\.venv/bin/pip install .*\[pptx\]"):
        deck.check("pptx")
    deck.check("reveal")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("deck",), "Error: name clips, or a chapter with --chapter."),
        (("deck", "the_fal"), 'Error: there is no clip "the_fal"; did you mean "the_fall"?'),
        (("deck", "--chapter", "ch01"), 'Error: there is no chapter "ch01"; did you mean "ch01_fall"?'),
        (("deck", "the_fall", "--format", "ppt"), 'Error: there is no format "ppt" for a deck; did you mean "pptx"?'),
        (("deck", "the_fall", "--name", "../x"), 'Error: --name "../x": a deck is called by letters, digits, - and _.'),
        (("upload", "tour"), 'Error: there is no film "tour"'),
    ],
)
def test_wrong_use_is_one_sentence(finished: Path, words: tuple[str, ...], expected: str) -> None:
    assert sentence(finished, *words).startswith(expected)


def test_the_package_has_the_sound_of_the_film_and_what_is_written_beside_it(finished: Path) -> None:
    folder = finished / "dist/upload/en"
    assert sorted(path.name for path in folder.iterdir()) == [
        *("audio.m4a", "captions.srt", "captions.vtt", "description.txt", "title.txt")
    ]
    assert (folder / "captions.srt").read_bytes() == (finished / "dist/lecture.srt").read_bytes()
    assert (folder / "title.txt").read_text() == "A tiny lecture\n"
    duration = json.loads((finished / "dist/manifest.json").read_text())["duration"]
    (sound,) = mp4.read(folder / "audio.m4a").tracks
    assert sound.duration == pytest.approx(duration, abs=1e-3)
    with av.open(str(folder / "audio.m4a")) as audio, av.open(str(finished / "dist/lecture.mp4")) as film:
        packets = [[bytes(p) for p in each.demux(each.streams.audio[0]) if p.dts is not None] for each in (audio, film)]
    assert packets[0] == packets[1]


def test_a_package_is_made_with_its_film_and_not_twice(made: Path) -> None:
    before = dist(made)
    again = render(made, "upload")
    assert again.stdout.splitlines()[-1] == "dist/upload/en"
    assert dist(made) == before
    tiny.change(made, "lecture.toml", "A tiny lecture", "A small lecture")
    assert render(made, "upload").returncode == 0
    assert (made / "dist/upload/en/title.txt").read_text() == "A small lecture\n"
