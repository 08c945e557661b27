"""A project of a few lines with the shape of the real one: two experiments, two chapters, three clips."""

import io
import shutil
from pathlib import Path
from textwrap import dedent
from typing import Any

from pipeline.build.build import Build
from pipeline.build.jobs import Options
from pipeline.build.lock import alone
from pipeline.build.status import Survey
from pipeline.build.store import Store
from pipeline.build.work import Result
from pipeline.project import project
from pipeline.project.qualities import QUALITIES
from pipeline.workers.progress import Progress

FILES = {
    "lecture.toml": """
        title = "A tiny lecture"
        chapters = ["ch00_rise", "ch01_fall"]
        [voice]
        engine = "silent"
        lead = 0.2
        gap = 0.2
        tail = 0.2
    """,
    "hyperparameters.toml": """
        [rise]
        slope = 0.5 # chosen for the picture
        steps = 4

        [fall]
        slope = 0.25
    """,
    "objectives/__init__.py": '"""Mathematics."""',
    "objectives/hyperparameters.py": """
        from dataclasses import field

        def hyper(default, **options):
            return field(default=default, metadata=options)
    """,
    "objectives/rise.py": '''
        """Something that rises."""
        from dataclasses import dataclass

        from objectives.hyperparameters import hyper

        NAME = "rise"


        @dataclass(frozen=True)
        class Params:
            """What can be changed."""

            slope: float = hyper(0.5, low=0.0, high=1.0, low_open=True, unit="", source="chosen", doc="how steep")
            steps: int = hyper(4, low=1, high=100, source="chosen", doc="how long")
            mode: str = hyper("straight", choices=("straight", "curved"), source="chosen", doc="which shape")
            stops: list[float] = hyper((0.25, 0.75), low=0.0, high=1.0, source="chosen", doc="where to rest")
            loud: bool = hyper(False, source="chosen", doc="whether it is loud")


        def line(slope, steps):
            return [slope * step for step in range(steps)]
    ''',
    "objectives/fall.py": """
        from dataclasses import dataclass

        from objectives.hyperparameters import hyper

        NAME = "fall"


        @dataclass(frozen=True)
        class Params:
            slope: float = hyper(0.25, low=0.0, high=1.0, source="chosen", doc="how steep")
    """,
    "objectives/experiments/__init__.py": """
        from typing import NamedTuple


        class Array(NamedTuple):
            dims: str
            unit: str
            doc: str
    """,
    "objectives/experiments/up.py": """
        import numpy as np

        from objectives.experiments import Array
        from objectives.rise import line

        NAME = "up"
        KEYS = ("rise.slope", "rise.steps")
        SCHEMA = {"height": Array("step", "", "how high")}


        def run(h):
            return {"height": np.array(line(h["rise.slope"], h["rise.steps"]), dtype=np.float64)}


        NUMBERS = {"top": ("the highest point", lambda arrays: float(arrays["height"].max()))}
        CLAIMS = {"gets_high": ("It gets above one.", lambda arrays: bool(arrays["height"].max() > 1.0))}
    """,
    "objectives/experiments/down.py": """
        import numpy as np

        from objectives.experiments import Array

        NAME = "down"
        KEYS = ("fall.*",)
        SCHEMA = {"height": Array("step", "", "how high")}


        def run(h):
            return {"height": 1.0 - h["fall.slope"] * np.arange(3.0)}
    """,
    "scenes/__init__.py": "",
    "scenes/engine/stage.py": '''
        """The drawing interface, with flat pictures: a bar as high as the mean of the trace."""
        from dataclasses import dataclass, field

        import numpy as np

        from scenes import colours


        class SceneError(Exception):
            pass


        @dataclass
        class Inputs:
            traces: dict = field(default_factory=dict)
            hyperparameters: dict = field(default_factory=dict)
            cues: dict = field(default_factory=dict)
            duration: float = 1.0


        class Still:
            traces = ()
            hyperparameters = ()

            def __init__(self, inputs, width, height, transparent):
                self.inputs, self.width, self.height, self.transparent = inputs, width, height, transparent

            @classmethod
            def make(cls, inputs, width, height, transparent=False):
                return cls(inputs, width, height, transparent)

            def picture(self, t=0.0):
                return self.paint(t)[:, :, : 4 if self.transparent else 3].copy()

            def paint(self, t):
                picture = np.full((self.height, self.width, 4), 0 if self.transparent else 255, dtype=np.uint8)
                for index, trace in enumerate(self.inputs.traces.values()):
                    level = int(self.height * float(trace["height"].mean()) / 2)
                    picture[:level, index * 10 : index * 10 + 8] = (colours.BAR,) * 3 + (255,)
                picture[:4, : int(self.width * t / self.inputs.duration)] = (0, 0, 0, 255)
                return picture


        class Stage(Still):
            @property
            def duration(self):
                return self.inputs.duration

            def beats(self):
                return [("start", 0.0), *self.inputs.cues.items(), ("end", self.duration)]

            def frames(self, fps, start=0.0, end=None):
                for frame in range(round(self.duration * fps)):
                    yield self.paint(frame / fps), False
    ''',
    "scenes/engine/lint.py": '''
        """Objects to a bar that fills half of the picture."""
        from collections import namedtuple

        Fault = namedtuple("Fault", "kind time sentence boxes")


        def faults(stage):
            high = [name for name, trace in stage.inputs.traces.items() if trace["height"].max() > 2]
            return [Fault("high", 0.2, f"{name} is too high.", ((0.0, 0.0, 100.0, 1080.0),)) for name in high]
    ''',
    "scenes/engine/pacing.py": '''
        """Objects to nothing, and sees one word at the start."""


        def faults(stage):
            return []


        def labels(stage):
            return [(0.0, "a bar")]
    ''',
    "scenes/colours.py": "BAR = 80  # a dark grey\n",
    "scenes/chapters/ch00_rise/pace.py": "SPEED = 1.0\n",
    "scenes/chapters/ch00_rise/first_step.py": '''
        """A clip."""
        from scenes.chapters.ch00_rise import pace
        from scenes.engine.stage import Stage


        class FirstStep(Stage):
            """The first step up."""

            traces = ("up",)
            hyperparameters = ("rise.slope",)
    ''',
    "scenes/chapters/ch00_rise/second_step.py": '''
        from scenes.chapters.ch00_rise.pace import SPEED
        from scenes.engine.stage import Stage


        class SecondStep(Stage):
            """The second step up."""

            traces = ("up", "down")
    ''',
    "scenes/chapters/ch01_fall/the_fall.py": '''
        from scenes.engine.stage import Stage


        class TheFall(Stage):
            """Down."""

            traces = ("down",)
    ''',
    "scenes/thumbnail.py": '''
        from scenes.engine.stage import Still


        class Thumbnail(Still):
            """The picture that one clicks."""

            traces = ("up",)
    ''',
    "assets/narration/ch00_rise.md": """
        # Going up

        ## first_step

        [open] A step of {rise.slope}.

        ## second_step

        [open] if up.gets_high: It gets high, to {up#top:.1f}.
        else: It stays low.
    """,
    "assets/narration/ch01_fall.md": """
        # Coming down

        ## the_fall

        [open] Down it is.

        [rest] pause 0.4
    """,
}


def write(root: Path, name: str, text: str) -> None:
    """Writes a file of the tiny project, without the indentation of its text."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")


def change(root: Path, name: str, old: str, new: str) -> None:
    """Replaces the one place where `old` stands in a file."""
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def create(root: Path) -> Path:
    """Writes the whole tiny project."""
    for name, text in FILES.items():
        write(root, name, text)
    return root


def copy(root: Path, to: Path) -> Path:
    """A copy with the same times of change."""
    return Path(shutil.copytree(root, to))


def build(root: Path, quality: str = "draft", workers: int = 2, cluster: str = "", **options: Any) -> Result:
    """Builds the film, and raises what the command line would print."""
    shown = Progress(io.StringIO())
    opened = project.load(root, **options)
    with (
        alone(opened.build, shown),
        Build(opened, Options(QUALITIES[quality], workers, cluster=cluster), shown) as made,
    ):
        return made.lecture()


def stale(root: Path, quality: str = "draft", **options: Any) -> dict[str, list[dict[str, Any]]]:
    """What is stale, as "kind name", and the reasons."""
    opened = project.load(root, **options)
    items = Survey(opened, Store(opened.build)).all(QUALITIES[quality])
    return {f"{item.kind} {item.name}": list(item.reasons) for item in items if item.reasons}
