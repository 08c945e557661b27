"""The files that the encoder writes, looked at byte by byte and by decoding them again."""

import struct
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.errors import BuildError
from pipeline.media.encode import Encoder
from pipeline.project.qualities import QUALITIES, encoder
from tests.mp4_boxes import Box, read

WIDTH, HEIGHT = 64, 48
COLOURS = {"white": (255, 255, 255), "red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255), "black": (0, 0, 0)}


def write(path: Path, frames: int, fps: int = 30, quality: str = "preview", held: bool = False) -> Path:
    """A bar that moves to the right by one pixel each frame."""
    settings = encoder(QUALITIES[quality])
    picture = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    with Encoder(path, WIDTH, HEIGHT, fps, settings) as out:
        for frame in range(frames):
            picture[:] = (20, 20, 30, 255)
            if not held:
                picture[10:30, frame % WIDTH, :3] = 250
            out.add(picture, held=held and frame > 0)
    return path


@pytest.mark.parametrize("quality", QUALITIES)
def test_the_container_is_what_upload_wants(tmp_path: Path, quality: str) -> None:
    fps = QUALITIES[quality].fps
    file = read(write(tmp_path / "clip.mp4", 2 * fps + 1, fps, quality))
    kinds = [box.kind for box in file.children]
    assert kinds.index("moov") < kinds.index("mdat")
    assert file.all("elst") == []
    assert file.one("colr").payload == struct.pack(">4sHHHB", b"nclx", 1, 1, 1, 0)
    assert file.one("stts").table("II") == [(2 * fps + 1, file.one("stts").table("II")[0][1])]
    gaps = np.diff([number for (number,) in file.one("stss").table("I")])
    assert gaps.max() / fps <= 0.5
    avc = file.one("avcC").payload
    assert avc[1] == 100, "the profile is not High"


def presented(file: Box) -> list[int]:
    """Presentation times of the samples in decoding order, in units of one frame."""
    (count, delta), *rest = file.one("stts").table("II")
    assert not rest
    offsets = [offset for number, offset in file.one("ctts").table("Ii") for _ in range(number)]
    return [(index * delta + offset) // delta for index, offset in enumerate(offsets[:count])]


def test_the_first_frame_is_shown_at_zero_and_none_is_missing(tmp_path: Path) -> None:
    order = presented(read(write(tmp_path / "clip.mp4", 40)))
    assert sorted(order) == list(range(40))
    assert order != sorted(order), "there are no B-frames"


@pytest.mark.parametrize("name", COLOURS)
def test_colours_are_bt709_in_tv_range(tmp_path: Path, name: str) -> None:
    picture = np.full((HEIGHT, WIDTH, 4), 255, np.uint8)
    picture[:, :, :3] = COLOURS[name]
    with Encoder(tmp_path / "c.mp4", WIDTH, HEIGHT, 30, encoder(QUALITIES["full"])) as out:
        out.add(picture)
    with av.open(str(tmp_path / "c.mp4")) as container:
        planes = next(container.decode(video=0)).to_ndarray()
    red, green, blue = (channel / 255 for channel in COLOURS[name])
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    assert planes[HEIGHT // 2, WIDTH // 2] == pytest.approx(16 + 219 * luma, abs=1.5)
    chroma = planes[HEIGHT:].reshape(2, HEIGHT // 2, WIDTH // 2)
    assert chroma[0, 5, 5] == pytest.approx(128 + 224 * (blue - luma) / 1.8556, abs=1.5)
    assert chroma[1, 5, 5] == pytest.approx(128 + 224 * (red - luma) / 1.5748, abs=1.5)


def test_pictures_come_back_in_order(tmp_path: Path) -> None:
    with av.open(str(write(tmp_path / "clip.mp4", 20))) as container:
        for number, frame in enumerate(container.decode(video=0)):
            assert int(frame.to_ndarray(format="gray")[20].argmax()) == number


def test_equal_pictures_give_equal_bytes_whether_said_to_be_held_or_not(tmp_path: Path) -> None:
    settings = encoder(QUALITIES["draft"])
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 255, (HEIGHT, WIDTH, 4), dtype=np.uint8)
    for name, hold in (("a.mp4", False), ("b.mp4", True)):
        with Encoder(tmp_path / name, WIDTH, HEIGHT, 15, settings) as out:
            for frame in range(20):
                out.add(picture, held=hold and frame > 0)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


@pytest.mark.parametrize("quality", ["draft", "preview"])
def test_what_else_is_in_memory_changes_no_byte(tmp_path: Path, quality: str) -> None:
    size = QUALITIES[quality]
    made = set()
    for rubbish in (0, 1, 7, 64):
        kept = []
        with Encoder(tmp_path / "a.mp4", size.width, size.height, size.fps, encoder(size)) as out:
            for frame in range(24):
                picture = np.full((size.height, size.width, 4), 255, np.uint8)
                picture[:300, :8, :3] = 80
                picture[:4, : size.width * frame // 24, :3] = 0
                noise = np.random.default_rng(frame).integers(
                    0, 255, size.width * size.height * 3 // 2 + rubbish * frame
                )
                kept.append(noise.astype(np.uint8) if rubbish else noise[:1])
                out.add(picture)
                del kept[:-3]
        made.add((tmp_path / "a.mp4").read_bytes())
    assert len(made) == 1


def test_rgb_and_rgba_are_the_same_picture(tmp_path: Path) -> None:
    picture = np.random.default_rng(1).integers(0, 255, (HEIGHT, WIDTH, 4), dtype=np.uint8)
    for name, shown in (("a.mp4", picture), ("b.mp4", picture[:, :, :3])):
        with Encoder(tmp_path / name, WIDTH, HEIGHT, 15, encoder(QUALITIES["draft"])) as out:
            out.add(shown)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_odd_sizes_and_wrong_pictures_are_refused(tmp_path: Path) -> None:
    settings = encoder(QUALITIES["draft"])
    with pytest.raises(BuildError, match="853x480 cannot be encoded"):
        Encoder(tmp_path / "a.mp4", 853, 480, 15, settings)
    with (
        pytest.raises(BuildError, match=r"uint8 \[48, 32, 4\], but the clip needs uint8 \[48, 64, 3 or 4\]"),
        Encoder(tmp_path / "b.mp4", WIDTH, HEIGHT, 15, settings) as out,
    ):
        out.add(np.zeros((HEIGHT, 32, 4), np.uint8))
