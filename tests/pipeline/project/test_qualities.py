"""Single clips in other formats: decoded again, they show and let through what was drawn."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from pipeline.errors import UserError
from pipeline.media.encode import Encoder, straight
from pipeline.media.gif import Gif
from pipeline.project import qualities
from pipeline.project.qualities import QUALITIES, encoder, shaped

WIDTH, HEIGHT = 128, 96
FRAMES = 20

Pixels = npt.NDArray[np.uint8]


def pictures() -> Iterator[Pixels]:
    """On nothing, a red disc that moves and a blue bar of half opacity, colours multiplied with alpha."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    for frame in range(FRAMES):
        picture = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
        picture[(x - 30 - 3 * frame) ** 2 + (y - 30) ** 2 < 20**2] = (220, 40, 30, 255)
        picture[70:90] = (20, 50, 100, 128)
        yield picture


def write(path: Path, transparent: bool = False) -> Path:
    quality = shaped(QUALITIES["draft"], path.suffix[1:], transparent, (WIDTH, HEIGHT))
    kind = Gif if path.suffix == ".gif" else Encoder
    with kind(path, WIDTH, HEIGHT, quality.fps, encoder(quality)) as film:
        for picture in pictures():
            film.add(picture)
    return path


def decode(path: Path) -> tuple[Any, list[Pixels]]:
    """The video stream and its pictures in RGBA; VP9 through the decoder that reads alpha."""
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        if path.suffix == ".webm":
            decoder = av.CodecContext.create("libvpx-vp9", "r")
            frames = [frame for packet in film.demux(stream) for frame in decoder.decode(packet)]
        else:
            frames = list(film.decode(stream))
        return stream, [frame.to_ndarray(format="rgba") for frame in frames]


@pytest.mark.parametrize("form", qualities.TRANSPARENT)
def test_transparent_films_hold_straight_colours_and_alpha(tmp_path: Path, form: str) -> None:
    _, found = decode(write(tmp_path / f"a.{form}", transparent=True))
    assert len(found) == FRAMES
    for frame, picture in enumerate(found):
        red = picture[30, 30 + 3 * frame].astype(int)
        assert np.abs(red - (220, 40, 30, 255)).max() <= 6
        veil = picture[80, 64].astype(int)
        assert np.abs(veil - (40, 100, 199, 128)).max() <= 6, "twice as bright as drawn: alpha is taken out"
        assert picture[55, 5, 3] <= 1


def test_players_are_told_that_a_webm_has_alpha(tmp_path: Path) -> None:
    alpha_mode = b"\x53\xc0\x81\x01"  # the track's element AlphaMode with the value 1
    assert alpha_mode in write(tmp_path / "a.webm", transparent=True).read_bytes()
    assert alpha_mode not in write(tmp_path / "b.webm").read_bytes()


@pytest.mark.parametrize(
    ("form", "codec", "pixels"), [("webm", "vp9", "yuv420p"), ("mov", "prores", "yuv422p10le"), ("gif", "gif", "bgra")]
)
def test_films_with_a_background_have_no_alpha(tmp_path: Path, form: str, codec: str, pixels: str) -> None:
    stream, found = decode(write(tmp_path / f"a.{form}"))
    assert (stream.codec_context.name, stream.codec_context.pix_fmt) == (codec, pixels)
    assert len(found) == FRAMES
    for frame, picture in enumerate(found):
        assert picture[..., 3].min() == 255
        assert np.abs(picture[30, 30 + 3 * frame].astype(int) - (220, 40, 30, 255)).max() <= 8
        assert np.abs(picture[80, 64].astype(int) - (20, 50, 100, 255)).max() <= 8


@pytest.mark.parametrize("form", ["webm", "mov", "gif"])
def test_equal_pictures_give_equal_bytes(tmp_path: Path, form: str) -> None:
    one, other = write(tmp_path / f"a.{form}"), write(tmp_path / f"b.{form}")
    assert one.read_bytes() == other.read_bytes()


def test_a_gif_chooses_its_colours_from_all_pictures(tmp_path: Path) -> None:
    """A quarter of 256 colours would not do for a ramp in each of two pictures; a fixed palette is off by up to 25."""
    quality = shaped(QUALITIES["draft"], "gif", False, (WIDTH, HEIGHT))
    ramp = np.linspace(0, 255, WIDTH).astype(np.uint8)
    shown = []
    for channel in (0, 1):
        picture = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
        picture[:, :, 3] = 255
        picture[:, :, channel] = ramp
        shown.append(picture)
    with Gif(tmp_path / "a.gif", WIDTH, HEIGHT, quality.fps, encoder(quality)) as film:
        for picture in shown:
            film.add(picture)
    _, found = decode(tmp_path / "a.gif")
    for picture, drawn in zip(found, shown, strict=True):
        assert np.abs(picture.astype(int) - drawn).mean() < 2.0


def test_a_gif_rests_as_long_as_the_clip_and_repeats(tmp_path: Path) -> None:
    quality = shaped(QUALITIES["draft"], "gif", False, (WIDTH, HEIGHT))
    with Gif(tmp_path / "a.gif", WIDTH, HEIGHT, quality.fps, encoder(quality)) as film:
        for frame, picture in enumerate(pictures()):
            film.add(picture, held=frame > 1)
    with Image.open(tmp_path / "a.gif") as image:
        assert image.info["loop"] == 0
        lengths = []
        for frame in range(image.n_frames):
            image.seek(frame)
            lengths.append(image.info["duration"])
    assert sum(lengths) == pytest.approx(1000 * FRAMES / qualities.GIF_FPS, abs=10)
    assert len(lengths) <= 3
    assert list(tmp_path.iterdir()) == [tmp_path / "a.gif"]


def test_alpha_is_taken_out_of_every_colour_that_cairo_can_paint() -> None:
    alpha, colour = np.meshgrid(np.arange(256), np.arange(256), indexing="ij")
    drawn = np.round(colour * alpha / 255)
    picture = np.stack([drawn, drawn, drawn, alpha], axis=-1).astype(np.uint8)
    found = straight(picture).astype(float)
    assert (found[..., 3] == alpha).all()
    assert (found[255, :, 0] == np.arange(256)).all()
    shown = found[..., 0] * alpha / 255
    assert np.abs(shown - drawn)[alpha > 0].max() <= 0.5
    assert (found[0] == 0).all()


def test_other_formats_leave_the_keys_of_the_film_alone() -> None:
    assert set(qualities.settings(QUALITIES["full"])) == {"name", "width", "height", "fps", "preset", "crf", "encoder"}
    keys = {
        str(qualities.settings(shaped(QUALITIES["full"], form, transparent, size)))
        for form in qualities.FORMATS
        for transparent in (False, True)
        for size in (None, (1080, 1920))
        if not transparent or form in qualities.TRANSPARENT
    }
    assert len(keys) == 12


@pytest.mark.parametrize(
    ("form", "transparent", "sentence"),
    [
        ("wbm", False, 'there is no format "wbm"; did you mean "webm"?'),
        ("mp4", True, "mp4 cannot hold a transparent clip; take --format webm or --format mov."),
        ("gif", True, "gif cannot hold a transparent clip; take --format webm or --format mov."),
    ],
)
def test_what_a_format_cannot_do_is_a_sentence(form: str, transparent: bool, sentence: str) -> None:
    with pytest.raises(UserError) as error:
        shaped(QUALITIES["draft"], form, transparent, None)
    assert str(error.value) == sentence


@pytest.mark.parametrize("form", qualities.FORMATS)
def test_the_suffix_of_a_file_chooses_the_format(form: str) -> None:
    for name in (f"talk.{form}", f"a.b/talk.v2.{form.upper()}"):
        assert qualities.of_file(Path(name)) == qualities.of_file(Path(name), form) == form


@pytest.mark.parametrize("name", ["talk", "talk.pptx", "talk.mp4.part", ".mp4", "talk.png", "talk."])
def test_a_suffix_of_no_format_is_a_sentence(name: str) -> None:
    with pytest.raises(UserError) as error:
        qualities.of_file(Path(name))
    assert str(error.value) == f"-o {name}: the name of a clip ends in .mp4, .webm, .mov or .gif."


@pytest.mark.parametrize("text", ["1080", "1080x", "x1920", "1080:1920", "-2x4", "0x4", "1081x1920", "２x２", "²x²"])
def test_a_size_that_is_none_is_a_sentence(text: str) -> None:
    with pytest.raises(UserError, match=f"--size {text}: "):
        qualities.size(text)
    assert qualities.size("1080x1920") == (1080, 1920)


@pytest.mark.parametrize("text", ["16386x9216", "9" * 5000 + "x2", "99999999998x99999999998", "2x2"])
def test_a_size_beyond_every_encoder_is_a_sentence(text: str) -> None:
    with pytest.raises(UserError, match=r"width and height must be (even|from 64 to 16384)"):
        qualities.size(text)


def test_a_shape_holds_to_the_nearest_even_pixel() -> None:
    for size in ((854, 480), (1366, 768), (1920, 1080), (640, 360), (426, 240)):
        assert qualities.has_shape(size, (16, 9)), size
    for size in ((1080, 1080), (1366, 760), (1920, 1084), (1080, 1920)):
        assert not qualities.has_shape(size, (16, 9)), size
    assert qualities.has_shape((720, 1280), (1080, 1920))
