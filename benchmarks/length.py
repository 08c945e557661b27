"""Peak memory of building a film of 4 clips and one of 16 of the same length: it must not grow with the film.

    python benchmarks/length.py [--quality draft] [--clips 4 16] [--workers 2]

The clips are copies of `six_hikers`. All of a build counts: experiment, voice, drawing, sound, joining and publishing.
Memory is read as in workers.py (PSS, Linux only).
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.keys import REDUCED  # noqa: E402
from benchmarks.workers import Memory  # noqa: E402
from pipeline.build.build import Build  # noqa: E402
from pipeline.build.jobs import Options  # noqa: E402
from pipeline.build.lock import alone  # noqa: E402
from pipeline.project import project as projects  # noqa: E402
from pipeline.project.qualities import QUALITIES  # noqa: E402
from pipeline.workers.progress import Progress  # noqa: E402

CHAPTER = "ch00_cold_open"
CLASS, CLIP = "SixHikers", "six_hikers"


def main() -> None:
    """Print a line for each length, and how much more the longer one takes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quality", default="draft", choices=QUALITIES)
    parser.add_argument("--clips", type=int, nargs="+", default=[4, 16])
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    peaks = []
    for count in options.clips:
        with tempfile.TemporaryDirectory(prefix="length-") as folder:
            project = projects.load(copies(Path(folder), count), REDUCED)
            shown = Progress(io.StringIO())
            with (
                Memory() as most,
                alone(project.build, shown),
                Build(project, Options(QUALITIES[options.quality], options.workers), shown) as build,
            ):
                build.lecture()
            film = project.dist / "lecture.mp4"
            print(f"{count:3} clips  {film.stat().st_size / 1e6:6.1f} MB film   at most {most}", flush=True)
        peaks.append(most.megabytes)
    print(f"{max(options.clips)} clips take {peaks[-1] / peaks[0]:.2f} times the memory of {min(options.clips)}")


def copies(root: Path, count: int) -> Path:
    """A project of so many chapters, each with a copy of one clip."""
    for name in ("objectives", "traces", "pipeline"):
        (root / name).symlink_to(ROOT / name)
    (root / "scenes/chapters").mkdir(parents=True)
    (root / "assets/narration").mkdir(parents=True)
    for path in (ROOT / "scenes").iterdir():
        if path.name != "chapters":
            (root / "scenes" / path.name).symlink_to(path)
    (root / "scenes/chapters/__init__.py").symlink_to(ROOT / "scenes/chapters/__init__.py")
    scene = (ROOT / f"scenes/chapters/{CHAPTER}/{CLIP}.py").read_text()
    script = (ROOT / f"assets/narration/{CHAPTER}.md").read_text()
    told = next(part for part in script.split("\n## ") if part.startswith(f"{CLIP}\n")).removeprefix(CLIP)
    names = [f"ch{number:02}_copy" for number in range(20, 20 + count)]
    for number, name in enumerate(names):
        folder = root / f"scenes/chapters/{name}"
        folder.mkdir()
        (folder / "__init__.py").write_text(f'"""A copy of {CLIP}."""\n')
        (folder / f"{CLIP}{number}.py").write_text(scene.replace(CLASS, f"{CLASS}{number}"))
        (root / f"assets/narration/{name}.md").write_text(f"# A copy\n\n## {CLIP}{number}{told}")
    film = (ROOT / "lecture.toml").read_text()
    chapters = "chapters = [" + ", ".join(f'"{name}"' for name in names) + "]"
    (root / "lecture.toml").write_text(re.sub(r"(?ms)^chapters = \[.*?^\]", chapters, film))
    (root / "hyperparameters.toml").symlink_to(ROOT / "hyperparameters.toml")
    return root


if __name__ == "__main__":
    main()
