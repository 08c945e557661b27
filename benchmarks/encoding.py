"""Size, likeness and CPU of encoder settings, beside medium crf 18: how the preset of the qualities was chosen.

    python benchmarks/encoding.py [--seconds 4] [--clip twenty_steps]

Draws a stretch of a clip at 1920x1080@60 once, encodes it with each setting, and compares every tenth picture of the
result with what was drawn: SSIM of the luma (Wang et al. 2004, windows of 8 x 8), mean and worst.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import av  # noqa: E402
import manim  # noqa: E402
import numpy as np  # noqa: E402
from scipy.ndimage import uniform_filter  # noqa: E402

from benchmarks.drawing import ours  # noqa: E402
from pipeline.media.encode import Encoder  # noqa: E402
from pipeline.project.qualities import QUALITIES, encoder  # noqa: E402

SETTINGS = (("medium", 18), ("fast", 18), ("faster", 18), ("veryfast", 18), ("veryfast", 16), ("superfast", 16))
LUMA = np.array([0.2126, 0.7152, 0.0722])


def main() -> None:
    """Print one line a setting."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--clip", default="twenty_steps")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        manim.config.media_dir = folder
        stage = ours(Path(folder), options.clip)
        start = stage.time("go") if "go" in stage.inputs.cues else stage.duration / 3
        pictures = [picture.copy() for picture, _ in stage.frames(60, start, start + options.seconds)]
        print(f"{len(pictures)} pictures of {options.clip}, 1920x1080@60")
        print("preset     crf    kB/s   CPU ms/frame   SSIM mean    worst")
        for preset, crf in SETTINGS:
            path = Path(folder, f"{preset}{crf}.mp4")
            settings = encoder(QUALITIES["full"])
            settings["options"] = {**settings["options"], "preset": preset, "crf": str(crf)}
            before = time.process_time()
            with Encoder(path, 1920, 1080, 60, settings) as film:
                for picture in pictures:
                    film.add(picture)
            spent = 1000 * (time.process_time() - before) / len(pictures)
            likeness = compare(path, pictures)
            rate = path.stat().st_size / 1000 / options.seconds
            print(f"{preset:9} {crf:4} {rate:8.0f} {spent:10.1f} {likeness.mean():14.5f} {likeness.min():8.5f}")


def compare(path: Path, pictures: list[np.ndarray]) -> np.ndarray:
    """SSIM of every tenth picture."""
    out = []
    with av.open(str(path)) as film:
        for k, frame in enumerate(film.decode(video=0)):
            if k % 10 == 0:
                out.append(ssim(frame.to_ndarray(format="rgb24") @ LUMA, pictures[k][..., :3] @ LUMA))
    return np.array(out)


def ssim(one: np.ndarray, two: np.ndarray) -> float:
    """Structural similarity of two grey pictures in 0..255."""
    low, high = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    m1, m2 = uniform_filter(one, 8), uniform_filter(two, 8)
    v1, v2 = uniform_filter(one**2, 8) - m1**2, uniform_filter(two**2, 8) - m2**2
    both = uniform_filter(one * two, 8) - m1 * m2
    return float((((2 * m1 * m2 + low) * (2 * both + high)) / ((m1**2 + m2**2 + low) * (v1 + v2 + high))).mean())


if __name__ == "__main__":
    main()
