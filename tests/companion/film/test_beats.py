"""Stills of a clip: at the beats of its scene, out of the film that was drawn."""

import io
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from companion.film import beats
from pipeline.errors import UserError
from pipeline.media import frame
from pipeline.media.encode import Encoder
from pipeline.project import qualities


def film(path: Path) -> Path:
    """Two seconds: a dark one, then a bright one."""
    tiny = qualities.Quality("tiny", 64, 48, 15, "veryfast", 20)
    with Encoder(path, 64, 48, 15, qualities.encoder(tiny)) as made:
        for number in range(30):
            made.add(np.full((48, 64, 3), 40 if number < 15 else 220, np.uint8), held=number not in (0, 15))
    return path


def level(picture: bytes) -> float:
    return float(np.asarray(Image.open(io.BytesIO(picture))).mean())


def test_the_picture_is_the_one_that_is_seen_at_that_second(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4")
    seen = [level(frame.jpeg(path, at, 32)) for at in (0.0, 0.95, 1.0, 99.0)]
    assert seen == pytest.approx([40, 40, 220, 220], abs=6)
    assert Image.open(io.BytesIO(frame.jpeg(path, 0.0, 32))).size == (32, 24)


def test_the_beats_are_those_of_the_scene() -> None:
    from scenes.engine.stage import Stage

    cues = {"rest": 3.0, "open": 0.2, "late": 3.02}
    scene = SimpleNamespace(inputs=SimpleNamespace(cues=cues), duration=4.0)
    assert beats.beats(cues, 4.0) == Stage.beats(scene)  # type: ignore[arg-type]


@pytest.mark.parametrize("key", ["../../secret", "0123456789abcdef", ""])
def test_no_other_file_is_a_picture(tmp_path: Path, key: str) -> None:
    with pytest.raises(UserError, match="there is no such picture"):
        beats.picture(tmp_path, key, 0.0)
