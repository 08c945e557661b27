"""`render.py film` as a user meets it: other films of the clips of a tiny project."""

import json
import re
import shutil
from pathlib import Path

import av
import pytest
from PIL import Image

from pipeline.media.mp4 import inspect
from tests.pipeline import tiny
from tests.test_command_line import HEAVY, dist, equip, render, sentence

pytestmark = pytest.mark.slow

FILMS = """
[films.tour]
title = "A short tour"
summary = "For people in a hurry."
parts = ["bridge", "the_fall", "second_step"]
thumbnail = "second_step"

[films.chapters]
each = true

[films.shorts]
each = true
parts = ["first_step"]
titles = { first_step = "Up it goes" }
size = "270x480"
"""
BESIDE = ("description.txt", "index.html", "manifest.json", "thumbnail.jpg")
NAMES = ["tour", "chapters/ch00_rise", "chapters/ch01_fall", "shorts/first_step"]


def with_films(root: Path) -> Path:
    """A tiny project that tells other films, too, one of them with a clip that the lecture does not have."""
    equip(tiny.create(root))
    text = (root / "lecture.toml").read_text()
    (root / "lecture.toml").write_text(text + FILMS)
    first = "scenes/chapters/ch00_rise/first_step.py"
    tiny.change(root, first, 'traces = ("up",)', 'traces = ("up",)\n    sizes = ("1080x1920",)')
    tiny.write(
        root,
        "scenes/chapters/bridges/bridge.py",
        '''
        from scenes.engine.stage import Stage


        class Bridge(Stage):
            """From here to there."""
        ''',
    )
    tiny.write(root, "assets/narration/bridges.md", "# Bridges\n\n## bridge\n\n[open] What goes up comes down.\n")
    return root


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = with_films(tmp_path_factory.mktemp("films") / "project")
    result = render(root, "film", "--all")
    assert result.returncode == 0, result.stderr
    return root


@pytest.fixture
def made(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "project", symlinks=True))


def clips(root: Path) -> set[str]:
    return {path.name for path in (root / "build/clips").glob("*.mp4")}


def test_every_film_is_ready_for_upload_in_a_folder_of_its_own(finished: Path) -> None:
    for name in NAMES:
        folder = finished / "dist/films" / name
        stem = folder.name
        assert sorted(path.name for path in folder.iterdir()) == sorted(
            [*(f"{stem}{end}" for end in (".mp4", ".srt", ".vtt")), *BESIDE]
        )
        assert inspect(folder / f"{stem}.mp4") == []
    assert not (finished / "dist/lecture.mp4").exists()


def test_a_film_has_its_own_title_order_chapters_and_captions(finished: Path) -> None:
    folder = finished / "dist/films/tour"
    manifest = json.loads((folder / "manifest.json").read_text())
    assert [clip["name"] for clip in manifest["clips"]] == ["bridge", "the_fall", "second_step"]
    assert [chapter["title"] for chapter in manifest["chapters"]] == ["Coming down", "Going up"]
    assert (folder / "description.txt").read_text() == "A short tour\n\nFor people in a hurry.\n"
    assert "What goes up comes down." in (folder / "tour.srt").read_text()
    with av.open(str(folder / "tour.mp4")) as film:
        assert film.metadata["title"] == "A short tour"
        assert film.duration == pytest.approx(1e6 * manifest["duration"], abs=1e4)


def test_a_chapter_as_a_film_has_its_number_in_the_title_and_its_clips_as_chapters(finished: Path) -> None:
    manifest = json.loads((finished / "dist/films/chapters/ch00_rise/manifest.json").read_text())
    assert manifest["title"] == "Going up | A tiny lecture, 1 of 2"
    assert [chapter["title"] for chapter in manifest["chapters"]] == ["First step", "Second step"]


def test_an_upright_film_is_drawn_in_its_own_size(finished: Path) -> None:
    folder = finished / "dist/films/shorts/first_step"
    with av.open(str(folder / "first_step.mp4")) as film:
        assert (film.streams.video[0].width, film.streams.video[0].height) == (270, 480)
        assert film.metadata["title"] == "Up it goes"
    with Image.open(folder / "thumbnail.jpg") as image:
        assert image.size == (720, 1280)


def test_a_thumbnail_is_the_last_picture_of_the_clip_that_is_named(finished: Path) -> None:
    with Image.open(finished / "dist/films/tour/thumbnail.jpg") as image:
        assert image.size == (1280, 720)
        assert image.convert("L").getpixel((4, 60)) == pytest.approx(80, abs=8)  # the bar of second_step
    with Image.open(finished / "dist/films/chapters/ch01_fall/thumbnail.jpg") as image:
        assert image.convert("L").getpixel((24, 700)) == pytest.approx(255, abs=8)


def test_a_second_run_answers_at_once_and_the_lecture_draws_nothing_again(made: Path) -> None:
    before, drawn = dist(made), clips(made)
    again = render(made, "film", "--all", python=("-X", "importtime"))
    assert again.returncode == 0
    assert again.stdout.startswith("dist/films/tour/tour.mp4 is up to date (draft, ")
    assert len(again.stdout.splitlines()) == len(NAMES)
    loaded = {name.partition(".")[0] for name in re.findall(r"\|\s*([\w.]+)$", again.stderr, re.MULTILINE)}
    assert loaded & HEAVY == set()
    assert dist(made) == before
    lecture = render(made, "lecture")
    assert lecture.returncode == 0, lecture.stderr
    assert clips(made) == drawn
    assert {path: data for path, data in dist(made).items() if "/films/" in path} == before


def test_an_edit_is_told_by_status_and_makes_only_the_films_that_have_the_clip(made: Path) -> None:
    fresh = render(made, "status").stdout
    assert "film" not in fresh
    tiny.change(made, "assets/narration/ch01_fall.md", "Down it is.", "Down it goes.")
    status = json.loads(render(made, "status", "--json").stdout)
    stale = {entry["name"] for entry in status["entries"] if entry["kind"] == "film"}
    assert stale == {"tour", "chapters/ch01_fall"}
    result = render(made, "film", "--all")
    assert result.returncode == 0
    assert {Path(line).parent.as_posix() for line in result.stdout.splitlines() if "up to date" not in line} == {
        f"dist/films/{name}" for name in stale
    }
    assert "Down it goes." in (made / "dist/films/tour/tour.srt").read_text()
    assert not [e for e in json.loads(render(made, "status", "--json").stdout)["entries"] if e["kind"] == "film"]


def test_a_damaged_file_is_made_again(made: Path) -> None:
    path = made / "dist/films/tour/tour.vtt"
    good = path.read_text()
    path.write_text("nothing")
    assert render(made, "film", "tour").returncode == 0
    assert path.read_text() == good


def test_a_clip_that_fails_stops_only_the_films_that_have_it(made: Path) -> None:
    tour = (made / "dist/films/tour/tour.mp4").read_bytes()
    tiny.change(
        made,
        "scenes/chapters/bridges/bridge.py",
        '"""From here to there."""',
        "sizes = ()\n\n    def paint(self, t):\n        raise ValueError",
    )
    tiny.change(made, "assets/narration/ch00_rise.md", "It gets high", "It is high")
    result = render(made, "film", "--all")
    assert result.returncode == 1
    assert "The film tour is not made: a clip of it failed." in result.stderr
    assert (made / "dist/films/tour/tour.mp4").read_bytes() == tour
    assert "It is high" in (made / "dist/films/chapters/ch00_rise/ch00_rise.srt").read_text()


def test_list_names_the_films_and_clean_keeps_what_they_use(made: Path) -> None:
    listed = json.loads(render(made, "list", "--json").stdout)["films"]
    assert [film["name"] for film in listed] == NAMES
    assert listed[0] == {
        "name": "tour",
        "title": "A short tour",
        "size": None,
        "duration": listed[0]["duration"],
        "made": "draft",
        "stale": False,
        "clips": ["bridge", "the_fall", "second_step"],
    }
    assert "Films beside the lecture" in render(made, "list").stdout
    drawn = clips(made)
    assert render(made, "clean").returncode == 0
    assert clips(made) == drawn
    assert render(made, "clean", "--all").returncode == 0
    assert not (made / "dist").exists()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("film", "tuor"), 'Error: there is no film "tuor"; did you mean "tour"?'),
        (("film",), "Error: name the films, or say --all; [films] in lecture.toml has tour, chapters, shorts."),
        (("film", "lecture"), "Error: the lecture is made by render.py lecture; render.py film makes the films b"),
    ],
)
def test_wrong_use_is_one_sentence(finished: Path, words: tuple[str, ...], expected: str) -> None:
    assert sentence(finished, *words).startswith(expected)
