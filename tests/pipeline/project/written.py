"""A script as somebody writes it, and what it looks up."""

from dataclasses import dataclass, field
from pathlib import Path

from pipeline.project import script_parser, scripts

SCRIPT = """# Six maps <!-- a note -->

<!-- a comment
over two lines -->
## six_maps

[open] Here are {sampling.groups} groups
of {sampling.group_size} answers.
[map] Each rule [draw] draws its own map. [end]

[lazy] if run.falls: It [fall] ends at {run#end:.2f}.
else: This [odd] time it escapes, {run#share:.0%} of it.

[gone] if not run.falls: Never said.

[rest] pause 1.5

## second

[open] Rewards are {world.rewards[1]}.
"""


VALUES = {"sampling.groups": 8, "sampling.group_size": 16, "world.rewards": [1.0, 0.25]}


@dataclass
class Trace:
    numbers: dict[str, float] = field(default_factory=lambda: {"end": 0.456, "share": 0.58})
    claims: dict[str, bool] = field(default_factory=lambda: {"falls": True})


def parse(tmp_path: Path, text: str) -> scripts.Chapter:
    path = tmp_path / "ch00.md"
    path.write_text(text, encoding="utf-8")
    return script_parser.parse(path)


def clip(tmp_path: Path, body: str) -> scripts.ClipScript:
    return parse(tmp_path, "# T\n## c\n" + body).clips[0]
