"""CPU per frame of `twenty_steps` at 1920x1080@60, beside the same picture drawn the tutorial way by plain Manim.

    python benchmarks/drawing.py [--seconds 3] [--profile]

Both draw the same stretch of the walk from the same trace, and both encode with x264 at preset medium, crf 23, which
is Manim's own setting.
The tutorial way: `always_redraw` for everything that changes, `TracedPath` for trails, groups, an `ImageMobject` a map.
"""

from __future__ import annotations

import argparse
import cProfile
import importlib
import pstats
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import manim  # noqa: E402
import numpy as np  # noqa: E402

from pipeline.build.build import Build  # noqa: E402
from pipeline.build.jobs import Options  # noqa: E402
from pipeline.media.encode import Encoder  # noqa: E402
from pipeline.project import project as projects  # noqa: E402
from pipeline.project.qualities import QUALITIES, encoder  # noqa: E402
from pipeline.workers.progress import Progress  # noqa: E402
from scenes import theme  # noqa: E402
from scenes.engine.lettering import text  # noqa: E402
from scenes.engine.stage import Inputs, Stage  # noqa: E402
from scenes.parts.map_panel import LEVELS, along, shade  # noqa: E402
from scenes.parts.six_panels import MAP, cells  # noqa: E402
from scenes.parts.triangle import Triangle  # noqa: E402
from traces.store import Trace, load  # noqa: E402

WIDTH, HEIGHT, FPS = 1920, 1080, 60
PRESET, CRF = "medium", 23
STEPS = 20


def main() -> None:
    """Draw both ways and print the ratio."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=3.0, help="how much of the walk is drawn")
    parser.add_argument("--profile", action="store_true", help="show where our time goes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        manim.config.media_dir = folder
        stage = ours(Path(folder))
        trace = stage.inputs.traces["six_objectives"]
        start, over = stage.time("go"), stage.walking()
        profile = cProfile.Profile() if options.profile else None
        mine = draw_ours(stage, start, options.seconds, Path(folder, "ours.mp4"), profile)
        theirs = draw_tutorial(trace, over, options.seconds, folder)
    print(f"frames {round(options.seconds * FPS)} each, {WIDTH}x{HEIGHT}@{FPS}, x264 {PRESET} crf {CRF}")
    print(f"ours          {1000 * mine:7.1f} ms of CPU a frame")
    print(f"tutorial way  {1000 * theirs:7.1f} ms of CPU a frame")
    print(f"ratio         {theirs / mine:7.1f}")
    if profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(12)


def ours(folder: Path, name: str = "twenty_steps") -> Stage:
    """A clip with its real trace and cues."""
    for entry in ("objectives", "scenes", "assets", "traces", "pipeline", "lecture.toml", "hyperparameters.toml"):
        (folder / entry).symlink_to(ROOT / entry)
    project = projects.load(folder)
    clip = project.find(name)
    with Build(project, Options(QUALITIES["full"]), Progress()) as run:
        run.prepare([clip])
        payload = run.still_job(clip, (WIDTH, HEIGHT), Path("unused.png")).payload
    scene: type[Stage] = getattr(importlib.import_module(clip.module), clip.class_name)
    traces = {name: load(Path(path)) for name, path in payload["traces"].items()}
    return scene.make(Inputs(traces, payload["hyperparameters"], payload["cues"], payload["duration"]))


def draw_ours(stage: Stage, start: float, seconds: float, out: Path, profile: cProfile.Profile | None) -> float:
    """Seconds of CPU a frame, drawing and encoding."""
    settings = encoder(QUALITIES["full"])
    settings["options"] = {**settings["options"], "preset": PRESET, "crf": str(CRF)}
    before = time.process_time()
    if profile:
        profile.enable()
    with Encoder(out, WIDTH, HEIGHT, FPS, settings) as film:
        for picture, held in stage.frames(FPS, start, start + seconds):
            film.add(picture, held)
    if profile:
        profile.disable()
    return (time.process_time() - before) / film.frames


class Tutorial(manim.Scene):
    """The same walk as tutorials would draw it."""

    trace: Trace
    over: float
    seconds: float

    def construct(self) -> None:
        """Six panels, then one play."""
        clock = manim.ValueTracker(0.0)
        self.add(text("Sample, draw, step. *And draw again.*", theme.LEFT, theme.TOP + 46, theme.STATEMENT))
        numbers = [
            text(f"{n} of {STEPS}", theme.RIGHT, theme.TOP + 46, 30, theme.MUTED, "right") for n in range(STEPS + 1)
        ]
        self.add(manim.always_redraw(lambda: numbers[int(clock.get_value() * STEPS)].copy()))
        for k, cell in enumerate(cells(self.trace)):
            self.panel(k, cell, clock)
        share = self.seconds / self.over
        self.play(clock.animate(rate_func=manim.linear).set_value(share), run_time=self.seconds)

    def panel(self, k: int, cell: object, clock: manim.ValueTracker) -> None:
        """Surface, contours, trail, hiker, triangle and bars of one rule."""
        plane, look = cell.plane, cell.look  # type: ignore[attr-defined]
        theta, probs = self.trace["theta"][0, k, : STEPS + 1], self.trace["probs"][0, k, : STEPS + 1]
        marker, name = cell.heading()  # type: ignore[attr-defined]
        pixels = (255 * 0.35 * theme.ramp(shade(self.trace["surface"][k]))[::-1]).astype(np.uint8)
        image = manim.ImageMobject(pixels).set(width=theme.length(MAP)).move_to([*plane.centre(*self.middle(plane)), 0])
        self.add(image, name, manim.Dot(marker.get_center(), color=look.colour), cell.short())  # type: ignore[attr-defined]
        ink = plane.contour(self.trace["grid_u"], self.trace["grid_v"], self.trace["true_j"], LEVELS)
        ends = (*ink.starts[1:], len(ink.points))
        lines = [
            manim.DashedVMobject(
                manim.VMobject().set_points_as_corners(ink.points[a:b]), num_dashes=60, color=theme.TEXT
            )
            for a, b in zip(ink.starts, ends, strict=True)
        ]
        self.add(manim.VGroup(*lines).set_stroke(width=1.5))

        def here() -> np.ndarray:
            return np.append(plane.centre(*along(theta, clock.get_value() * STEPS)), 0.0)

        def odds() -> np.ndarray:
            return np.asarray(along(probs, clock.get_value() * STEPS))

        hiker = manim.always_redraw(lambda: manim.Dot(here(), radius=0.09, color=look.colour))
        self.add(manim.TracedPath(hiker.get_center, stroke_color=look.colour, stroke_width=4), hiker)
        x, width = cell.column  # type: ignore[attr-defined]
        triangle = Triangle(x + 10, plane.y + 26, width - 20)
        corners = [np.append(theme.point(*corner)[:2], 0.0) for corner in triangle.corners]
        self.add(manim.Polygon(*corners, color=theme.AXIS, stroke_width=2), *triangle.names)
        spot = manim.always_redraw(lambda: manim.Dot(triangle.points(odds())[0], radius=0.06, color=look.colour))
        self.add(manim.TracedPath(spot.get_center, stroke_color=look.colour, stroke_width=3), spot)
        base = plane.y + MAP - 32

        def bars() -> manim.VGroup:
            group = manim.VGroup()
            for a, p in enumerate(odds()):
                bar = manim.Rectangle(width=0.3, height=max(0.01, 0.6 * float(p)), color=look.colour, fill_opacity=1)
                group.add(bar.move_to(theme.point(x + 30 + 60 * a, base), aligned_edge=manim.DOWN))
            return group

        self.add(manim.always_redraw(bars))

    @staticmethod
    def middle(plane: object) -> tuple[float, float]:
        """The middle of a plane's ranges."""
        return sum(plane.u) / 2, sum(plane.v) / 2  # type: ignore[attr-defined]


def draw_tutorial(trace: Trace, over: float, seconds: float, folder: str) -> float:
    """Seconds of CPU a frame, drawing and encoding, without the building of the scene."""
    Tutorial.trace, Tutorial.over, Tutorial.seconds = trace, over, seconds
    settings = {
        "pixel_width": WIDTH,
        "pixel_height": HEIGHT,
        "frame_rate": FPS,
        "media_dir": folder,
        "disable_caching": True,
        "verbosity": "ERROR",
        "progress_bar": "none",
        "background_color": theme.CANVAS,
        "output_file": "tutorial",
    }
    spent: list[float] = []
    with manim.tempconfig(settings):
        scene = Tutorial()
        play = scene.play

        def timed(*args: object, **options: object) -> None:
            before = time.process_time()
            play(*args, **options)
            spent.append(time.process_time() - before)

        scene.play = timed  # type: ignore[method-assign]
        scene.render()
    return sum(spent) / round(seconds * FPS)


if __name__ == "__main__":
    main()
