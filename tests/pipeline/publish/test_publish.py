"""dist/ from three small clips: what is in it, what is left alone, and what a failure leaves."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from pipeline.errors import BuildError
from pipeline.media import loudness, sound
from pipeline.media.encode import Encoder
from pipeline.media.mux import inspect
from pipeline.project import qualities
from pipeline.project.lecture_toml import Lecture, Publish, Source, Voice
from pipeline.project.scripts import Line
from pipeline.publish import captions, export, publish
from pipeline.publish.film import Clip as ReadyClip
from pipeline.publish.film import Film
from pipeline.publish.published import altered, is_current
from pipeline.speech import speak
from pipeline.speech.engines import Voices

pytestmark = pytest.mark.slow

SPEAKER = Voice(engine="espeak", lead=0.3, gap=0.3, tail=0.4)
TEXTS = {
    "hikers": ("Cold open", "Six hikers stand on one mountain, and throw the same dice."),
    "maps": ("Six maps", "Each rule draws a map of its own."),
    "steps": ("Six maps", "A map is only good for one step, so draw another."),
    "sources": ("Closing", "All of this was computed, and you can change it."),
}
NAMES = ["description.txt", "index.html", "lecture.mp4", "lecture.srt", "lecture.vtt", "manifest.json", "thumbnail.jpg"]


def clip(folder: Path, name: str, text: str, speaker: Voice = SPEAKER, pause: float = 6.0) -> ReadyClip:
    lines = (Line(f"{name}.open", text, (("open", 0),)), Line(f"{name}.rest", "", (("rest", 0),), pause))
    timing = speak.speak(lines, Voices.of(folder, speaker), folder / "voice", name)
    picture = folder / f"{name}.{timing.duration}.mp4"
    settings = qualities.encoder(qualities.Quality("tiny", 64, 48, 15, "veryfast", 20))
    with Encoder(picture, 64, 48, 15, settings) as encoder:
        for index in range(round(timing.duration * 15)):
            encoder.add(np.full((48, 64, 3), 90, np.uint8), held=index > 0)
    facts = {"traces": {"six_objectives": "123"}, "hyperparameters": {"grpo.beta": 0.04}}
    key = f"key of {picture.name}"
    return ReadyClip(name, TEXTS[name][0], key, picture, folder / "voice" / f"{name}.wav", timing, facts)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Film:
    folder = tmp_path_factory.mktemp("made")
    thumbnail = folder / "thumbnail.png"
    Image.linear_gradient("L").resize((1280, 720)).save(thumbnail)
    lecture = Lecture("Six rules", ("a",), "A film.", publish=Publish((Source("A paper", "https://arxiv.org/abs/1"),)))
    clips = tuple(clip(folder, name, text) for name, (_, text) in TEXTS.items())
    return Film(lecture, "draft", clips, "abc", thumbnail, "thumbnail's key")


@pytest.fixture(scope="module")
def published(made: Film, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with dist/ and build/ that no test changes."""
    root = tmp_path_factory.mktemp("root")
    publish.publish(made, root / "dist", root / "build")
    return root


@pytest.fixture
def root(published: Path, tmp_path: Path) -> Path:
    """A copy of that folder, for a test that changes it."""
    shutil.copytree(published, tmp_path / "root")  # keeps the files' times
    return tmp_path / "root"


def contents(dist: Path) -> dict[str, tuple[int, bytes]]:
    paths = sorted(path for path in dist.rglob("*") if path.is_file())
    return {path.relative_to(dist).as_posix(): (path.stat().st_mtime_ns, path.read_bytes()) for path in paths}


def test_everything_is_there_and_nothing_else(published: Path) -> None:
    clips = [f"clips/{name}.mp4" for name in sorted(TEXTS)]
    assert list(contents(published / "dist")) == [*clips, *NAMES]
    assert not list((published / "build").glob("publish-*")), "the folder of the making is gone"


def test_the_film_and_every_clip_are_ready_for_upload(published: Path, made: Film) -> None:
    for path in (published / "dist").rglob("*.mp4"):
        assert inspect(path) == []
    with av.open(str(published / "dist" / "lecture.mp4")) as container:
        assert container.duration / av.time_base == pytest.approx(made.duration, abs=0.1)
        assert container.metadata["title"] == "Six rules"
        assert "abc" in container.metadata["comment"]
        titles = [chapter["metadata"]["title"] for chapter in container.chapters()]
    assert titles == ["Cold open", "Six maps", "Closing"]


def test_the_film_is_as_loud_as_it_should_be(published: Path) -> None:
    level = loudness.measure([sound.read(published / "dist" / "lecture.mp4")])
    assert level.loudness == pytest.approx(-14.0, abs=0.5)
    assert level.true_peak <= -1.0
    assert json.loads((published / "dist" / "manifest.json").read_text())["sound"] == {
        "loudness": pytest.approx(level.loudness, abs=0.06),
        "true_peak": pytest.approx(level.true_peak, abs=0.06),
    }


def test_a_clip_alone_sounds_as_in_the_film(published: Path, made: Film) -> None:
    whole = sound.read(published / "dist" / "lecture.mp4")
    begin = 0
    for part in made.clips:
        alone = sound.read(published / "dist" / "clips" / f"{part.name}.mp4")
        assert (whole[begin + 1024 : begin + len(alone)] == alone[1024:]).all()
        begin += len(alone)
    assert begin == len(whole)


def test_captions_stand_where_the_clips_are(published: Path, made: Film) -> None:
    text = (published / "dist" / "lecture.srt").read_text(encoding="utf-8")
    shown = captions.make([(start, part.timing) for start, part in zip(made.starts, made.clips, strict=True)])
    assert text == captions.srt(shown)
    assert (published / "dist" / "lecture.vtt").read_text(encoding="utf-8") == captions.vtt(shown)
    first_of_last = round(1000 * (made.starts[-1] + SPEAKER.lead))
    assert any(caption.start == first_of_last for caption in shown)


def test_description_thumbnail_and_manifest(published: Path, made: Film) -> None:
    dist = published / "dist"
    text = (dist / "description.txt").read_text(encoding="utf-8")
    assert text.startswith("Six rules\n\nA film.\n\nChapters\n0:00 Cold open\n0:")
    assert "\n\nSources\nA paper\nhttps://arxiv.org/abs/1\n" in text
    assert (dist / "thumbnail.jpg").stat().st_size < 2_000_000
    with Image.open(dist / "thumbnail.jpg") as image:
        assert (image.format, image.size) == ("JPEG", (1280, 720))
    manifest = json.loads((dist / "manifest.json").read_text(encoding="utf-8"))
    assert [entry["name"] for entry in manifest["clips"]] == list(TEXTS)
    assert manifest["clips"][1] == {
        "name": "maps",
        "chapter": "Six maps",
        "file": "clips/maps.mp4",
        "start": made.starts[1],
        "duration": pytest.approx(made.clips[1].timing.duration, abs=0.001),
        "digest": made.clips[1].key,
        "voice": made.clips[1].timing.digest,
        "traces": {"six_objectives": "123"},
        "hyperparameters": {"grpo.beta": 0.04},
    }


def test_a_second_run_changes_nothing(root: Path, made: Film) -> None:
    before = contents(root / "dist")
    assert is_current(made, root / "dist", root / "build")
    assert publish.publish(made, root / "dist", root / "build") == publish.Published()
    assert contents(root / "dist") == before


@pytest.mark.parametrize("name", ["lecture.mp4", "lecture.srt", "clips/maps.mp4"])
def test_what_somebody_removed_or_changed_is_made_again(root: Path, made: Film, name: str) -> None:
    before = contents(root / "dist")
    (root / "dist" / name).unlink()
    assert not is_current(made, root / "dist", root / "build")
    assert publish.publish(made, root / "dist", root / "build").files == (root / "dist" / name,)
    (root / "dist" / name).write_bytes(b"mine")
    assert publish.publish(made, root / "dist", root / "build").files == (root / "dist" / name,)
    assert {file: data for file, (_, data) in contents(root / "dist").items()} == {
        file: data for file, (_, data) in before.items()
    }


@pytest.mark.parametrize("damage", ["dist removed", "film overwritten"])
def test_a_single_clip_vouches_for_no_file_but_its_own(root: Path, made: Film, damage: str) -> None:
    dist = root / "dist"
    before = contents(dist)
    if damage == "dist removed":
        shutil.rmtree(dist)
    else:
        (dist / "lecture.mp4").write_bytes(b"junk")
    publish.publish_clips(made, ["sources"], dist, root / "build")
    assert not is_current(made, dist, root / "build")
    told = altered(dist, root / "build")
    if damage == "dist removed":
        lost = [name for name in before if name != "clips/sources.mp4"]
        assert told == [f"dist/{name} is missing." for name in lost]
    else:
        assert told == ["dist/lecture.mp4 is not the file that was published."]
    publish.publish(made, dist, root / "build")
    assert altered(dist, root / "build") == []
    assert {name: data for name, (_, data) in contents(dist).items()} == {n: data for n, (_, data) in before.items()}


def test_without_its_record_a_film_that_stands_is_recorded_whole(root: Path, made: Film) -> None:
    shutil.rmtree(root / "build")
    publish.publish(made, root / "dist", root / "build")
    (root / "dist/lecture.mp4").unlink()
    assert not is_current(made, root / "dist", root / "build")


def test_what_left_the_film_and_was_changed_stays_and_makes_nothing_stale(root: Path, made: Film) -> None:
    (root / "dist/clips/maps.mp4").write_bytes(b"mine")
    shorter = replace(made, clips=(*made.clips[:1], *made.clips[2:]), thumbnail=None, thumbnail_key="")
    publish.publish(shorter, root / "dist", root / "build")
    assert (root / "dist/clips/maps.mp4").read_bytes() == b"mine"
    assert not (root / "dist/thumbnail.jpg").exists()
    assert is_current(shorter, root / "dist", root / "build")


def test_a_changed_clip_is_the_only_one_muxed_again(root: Path, made: Film, tmp_path: Path) -> None:
    before = contents(root / "dist")
    longer = clip(tmp_path, "maps", TEXTS["maps"][1], pause=8.0)
    film = replace(made, clips=(made.clips[0], longer, *made.clips[2:]))
    assert not is_current(film, root / "dist", root / "build")
    changed = {
        path.relative_to(root / "dist").as_posix()
        for path in publish.publish(film, root / "dist", root / "build").files
    }
    assert "clips/maps.mp4" in changed
    assert not changed & {"clips/hikers.mp4", "clips/steps.mp4", "clips/sources.mp4", "thumbnail.jpg"}
    after = contents(root / "dist")
    assert {name for name in after if after[name] != before[name]} == changed


def test_a_clip_that_left_the_film_leaves_dist(root: Path, made: Film) -> None:
    (root / "dist" / "clips" / "mine.mp4").write_bytes(b"mine")
    publish.publish(replace(made, clips=(*made.clips[:1], *made.clips[2:])), root / "dist", root / "build")
    left = sorted(path.name for path in (root / "dist" / "clips").iterdir())
    assert left == ["hikers.mp4", "mine.mp4", "sources.mp4", "steps.mp4"]


def test_a_clip_that_does_not_fit_leaves_dist_as_it_was(root: Path, made: Film, tmp_path: Path) -> None:
    before = contents(root / "dist")
    broken = replace(made.clips[1], picture=made.clips[0].picture, key="other")
    with pytest.raises(BuildError, match=r"but its sound lasts"):
        publish.publish(replace(made, clips=(made.clips[0], broken, *made.clips[2:])), root / "dist", root / "build")
    assert contents(root / "dist") == before
    assert is_current(made, root / "dist", root / "build")
    assert not list((root / "build").glob("publish-*"))


def test_captions_that_cannot_be_read_leave_dist_as_it_was(root: Path, made: Film, tmp_path: Path) -> None:
    before = contents(root / "dist")
    text = "Nobody at all can read this as fast as it is spoken here, for it is spoken very fast, and on it goes."
    hurried = clip(tmp_path, "maps", text, replace(SPEAKER, rate=450))
    with pytest.raises(BuildError, match=r"the line maps\.open is spoken too fast"):
        publish.publish(replace(made, clips=(made.clips[0], hurried, *made.clips[2:])), root / "dist", root / "build")
    assert contents(root / "dist") == before


def test_a_thumbnail_of_another_size_is_refused(root: Path, made: Film, tmp_path: Path) -> None:
    Image.new("RGB", (640, 360)).save(tmp_path / "small.png")
    film = replace(made, thumbnail=tmp_path / "small.png", thumbnail_key="small")
    with pytest.raises(BuildError, match="the thumbnail is 640x360; it must be 1280x720"):
        publish.publish(film, root / "dist", root / "build")


def test_a_silent_film_is_published_too(made: Film, tmp_path: Path) -> None:
    silent = replace(SPEAKER, engine="silent")
    clips = tuple(clip(tmp_path, name, TEXTS[name][1], silent) for name in ("hikers", "maps"))
    published = publish.publish(replace(made, clips=clips), tmp_path / "dist", tmp_path / "build")
    assert any("lists no chapters" in note for note in published.notes)
    assert json.loads((tmp_path / "dist" / "manifest.json").read_text())["sound"] is None
    assert inspect(tmp_path / "dist" / "lecture.mp4") == []
    assert not sound.read(tmp_path / "dist" / "lecture.mp4").any()


def test_single_clips_are_published_alone_at_the_loudness_of_the_film(root: Path, made: Film) -> None:
    before = contents(root / "dist")
    (root / "dist" / "clips" / "maps.mp4").unlink()
    one = replace(made, clips=made.clips[1:2])
    assert publish.publish_clips(one, ["maps"], root / "dist", root / "build").files == (root / "dist/clips/maps.mp4",)
    assert contents(root / "dist")["clips/maps.mp4"][1] == before["clips/maps.mp4"][1]
    assert publish.publish_clips(one, ["maps"], root / "dist", root / "build").files == ()
    assert is_current(made, root / "dist", root / "build")


def test_a_clip_written_elsewhere_is_as_loud_as_in_the_film(root: Path, made: Film, tmp_path: Path) -> None:
    target = tmp_path / "talk.mp4"
    assert export.clips(replace(made, clips=made.clips[:1]), {"hikers": target}, root / "build") == [target]
    assert target.read_bytes() == (root / "dist/clips/hikers.mp4").read_bytes()


def test_another_version_of_a_clip_makes_the_film_stale_until_it_is_published_again(
    root: Path, made: Film, tmp_path: Path
) -> None:
    other = replace(made, clips=(clip(tmp_path, "maps", TEXTS["maps"][1], pause=7.0),))
    publish.publish_clips(other, ["maps"], root / "dist", root / "build")
    assert not is_current(made, root / "dist", root / "build")
    publish.publish(made, root / "dist", root / "build")
    assert is_current(made, root / "dist", root / "build")


def test_the_first_single_clip_is_as_loud_as_a_film_would_be(made: Film, tmp_path: Path) -> None:
    publish.publish_clips(replace(made, clips=made.clips[:1]), ["hikers"], tmp_path / "dist", tmp_path / "build")
    level = loudness.measure([sound.read(tmp_path / "dist" / "clips" / "hikers.mp4")])
    assert level.loudness == pytest.approx(-14.0, abs=0.5)
    assert level.true_peak <= -1.0
