"""The thumbnail as YouTube takes it, and the last picture of a clip."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import BuildError

if TYPE_CHECKING:
    from PIL.Image import Image

THUMBNAIL_SIZE = (1280, 720)
THUMBNAIL_BYTES = 2_000_000


def write(picture: Path, out: Path) -> None:
    """The PNG, or the last picture of a clip, as a JPEG, as good as fits."""
    from PIL import Image

    if picture.suffix == ".mp4":
        flat = fitted(last_picture(picture))
    else:
        with Image.open(picture) as image:
            if image.size != THUMBNAIL_SIZE:
                raise BuildError(f"the thumbnail is {image.size[0]}x{image.size[1]}; it must be 1280x720.")
            flat = image.convert("RGB")
    for quality in (95, 90, 80, 70, 50):
        flat.save(out, "JPEG", quality=quality, subsampling=0)
        if out.stat().st_size < THUMBNAIL_BYTES:
            return
    raise BuildError(f"the thumbnail does not fit into {THUMBNAIL_BYTES // 1_000_000} MB.")


def fitted(image: Image) -> Image:
    """The picture in the thumbnail's size; an upright one in that size turned."""
    size = THUMBNAIL_SIZE if image.width >= image.height else THUMBNAIL_SIZE[::-1]
    return image.resize(size)


def last_picture(clip: Path) -> Image:
    """The finished picture of a clip: its last one."""
    import av

    with av.open(str(clip)) as source:
        stream = source.streams.video[0]
        assert stream.duration is not None, "an MP4 says how long it is"
        source.seek(stream.duration, stream=stream, backward=True)
        *_, frame = source.decode(stream)
        image: Image = frame.to_image()  # type: ignore[no-untyped-call]
        return image
