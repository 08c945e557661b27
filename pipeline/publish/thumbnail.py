"""The thumbnail as YouTube takes it."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import BuildError

THUMBNAIL_SIZE = (1280, 720)
THUMBNAIL_BYTES = 2_000_000


def write(picture: Path, out: Path) -> None:
    """The PNG as a JPEG, as good as fits."""
    from PIL import Image

    with Image.open(picture) as image:
        if image.size != THUMBNAIL_SIZE:
            raise BuildError(f"the thumbnail is {image.size[0]}x{image.size[1]}; it must be 1280x720.")
        flat = image.convert("RGB")
    for quality in (95, 90, 80, 70, 50):
        flat.save(out, "JPEG", quality=quality, subsampling=0)
        if out.stat().st_size < THUMBNAIL_BYTES:
            return
    raise BuildError(f"the thumbnail does not fit into {THUMBNAIL_BYTES // 1_000_000} MB.")
