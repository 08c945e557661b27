"""What the source text says, and which edits of it count."""

import os
from pathlib import Path

import pytest

from pipeline.errors import UserError
from pipeline.project.imports import reached
from pipeline.project.sources import Sources, scan

MODULE = '''
"""A module."""
from scenes.engine.stage import Stage

LIMIT = 3


class Base(Stage):
    """Not drawn, but drawn with."""
    level = 1


class First(Base):
    """The first clip."""
    traces = ("a", "b")
    hyperparameters = ("grpo.beta",)

    def build(self):
        # a note
        return LIMIT * 2


class Second(Base):
    traces = ("a",)

    def build(self):
        return 5


class Third(Base):
    def build(self):
        return Second.build(self)
'''


MAIN = """

if __name__ == "__main__":
    from scenes.preview import main

    main(__file__)
"""


def digests(text: str) -> dict[str, str]:
    source = scan(text.encode(), "m.py")
    return {"module": source.digest, **{entry.name: entry.digest for entry in source.classes}}


def changed(old: str, new: str) -> set[str]:
    """Which digests an edit of MODULE changes."""
    assert MODULE.count(old) == 1
    before, after = digests(MODULE), digests(MODULE.replace(old, new))
    return {name for name in before if before[name] != after[name]}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# a note", "# another note"),
        ('"""The first clip."""', '"""The very first clip, seen at last."""'),
        ('"""A module."""', ""),
        ("return LIMIT * 2", "return (\n            LIMIT * 2\n        )"),
        ("LIMIT = 3\n", "LIMIT = 3\n'''what it limits'''\n"),
    ],
)
def test_edits_that_cannot_change_a_picture_change_no_digest(old: str, new: str) -> None:
    assert changed(old, new) == set()


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("LIMIT = 3", "LIMIT = 4", {"module", "First", "Second", "Third"}),
        ("level = 1", "level = 2", {"module", "First", "Second", "Third"}),
        ("return LIMIT * 2", "return LIMIT * 3", {"module", "First"}),
        ("return 5", "return 6", {"module", "Second", "Third"}),
    ],
)
def test_an_edit_inside_a_clip_touches_that_clip_and_those_that_mention_it(old: str, new: str, names: set[str]) -> None:
    assert changed(old, new) - {"Base"} == names  # no other class has Base's bases


def test_declarations_are_read_and_computed_ones_are_told_apart() -> None:
    first = scan(MODULE.encode(), "m.py").classes[1]
    assert (first.name, first.bases, first.doc) == ("First", ["Base"], "The first clip.")
    assert first.literals == {"traces": ["a", "b"], "hyperparameters": ["grpo.beta"]}
    source = scan(b"NAME = 'x'\nKEYS = OTHER + ('grpo.beta',)\n", "m.py")
    assert (source.literals, source.computed) == ({"NAME": "x"}, ["KEYS"])


def test_text_that_is_no_python_is_a_sentence() -> None:
    with pytest.raises(UserError, match=r"scenes/x\.py, line 2: this is not valid Python"):
        scan(b"a = 1\nb = = 2\n", "scenes/x.py")


def write(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / (name.replace("__", "/").replace("/init", "/__init__") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def graph(root: Path, start: str) -> list[str]:
    return reached(Sources(root, root / "build/sources.json"), start)


def test_imports_are_followed_through_packages_functions_and_relative_names(tmp_path: Path) -> None:
    write(
        tmp_path,
        scenes__init="",
        scenes__clip="from scenes.parts import bars, SIZE\nimport numpy\nfrom traces.store import load\n",
        scenes__parts__init="SIZE = 3\n",
        scenes__parts__bars="def draw():\n    from . import grid\n    return grid\n",
        scenes__parts__grid="from ..theme import INK\nimport importlib\nimportlib.import_module('scenes.late')\n",
        scenes__parts__unused="",
        scenes__theme="from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import scenes.types\n",
        scenes__types="",
        scenes__late="from scenes.parts.grid import *\n",
        traces__init="",
        traces__store="",
        objectives__init="",
    )
    assert graph(tmp_path, "scenes/clip.py") == [
        "scenes/__init__.py",
        "scenes/clip.py",
        "scenes/late.py",
        "scenes/parts/__init__.py",
        "scenes/parts/bars.py",
        "scenes/parts/grid.py",
        "scenes/theme.py",
        "traces/__init__.py",
        "traces/store.py",
    ]


def test_a_star_reaches_every_module_of_the_package_but_not_below(tmp_path: Path) -> None:
    write(tmp_path, scenes__clip="from scenes.parts import *\n", scenes__parts__a="", scenes__parts__deep__b="")
    assert graph(tmp_path, "scenes/clip.py") == ["scenes/clip.py", "scenes/parts/a.py"]


def test_copies_that_programs_leave_are_not_read(tmp_path: Path) -> None:
    write(tmp_path, objectives__a="NAME = 'a'\n", objectives__worlds__b="NAME = 'b'\n")
    strays = (".ipynb_checkpoints/a-checkpoint.py", "._a.py", ".#a.py", "a copy.py", "a-2.py", "old worlds/c.py")
    for name in (*strays, "old worlds/d.py"):
        path = tmp_path / "objectives" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"\0\5\26\7Mac OS X")
    sources = Sources(tmp_path, tmp_path / "build/sources.json")
    for _ in range(2):
        assert sources.folder("objectives") == ["objectives/a.py", "objectives/worlds/b.py"]
    assert list(sources.skipped) == ["objectives/a copy.py", "objectives/a-2.py", "objectives/old worlds"]


def test_circles_end(tmp_path: Path) -> None:
    write(tmp_path, scenes__a="import scenes.b\n", scenes__b="import scenes.a\n")
    assert graph(tmp_path, "scenes/a.py") == ["scenes/a.py", "scenes/b.py"]


def test_facts_are_remembered_until_the_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, scenes__a="A = 1\n")
    cache = tmp_path / "sources.json"
    os.utime(tmp_path / "scenes/a.py", (1, 1))
    first = Sources(tmp_path, cache)
    before = first.read("scenes/a.py")
    first.save()
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.project.sources.scan", lambda text, path: pytest.fail("the file was read again"))
        assert Sources(tmp_path, cache).read("scenes/a.py") == before
    write(tmp_path, scenes__a="A = 2\n")
    assert Sources(tmp_path, cache).read("scenes/a.py").digest != before.digest


def test_a_file_that_has_just_changed_is_not_remembered(tmp_path: Path) -> None:
    write(tmp_path, scenes__a="A = 1\n")
    sources = Sources(tmp_path, tmp_path / "sources.json")
    sources.read("scenes/a.py")
    sources.save()
    assert not (tmp_path / "sources.json").exists()


def test_what_runs_only_as_a_program_counts_for_nothing() -> None:
    assert digests(MODULE + MAIN) == digests(MODULE)
    imported = [entry.module for entry in scan((MODULE + MAIN).encode(), "m.py").imports]
    assert imported == ["scenes.engine.stage"]
    assert digests(MODULE + "\n\nif LIMIT == 3:\n    LIMIT = 4\n")["module"] != digests(MODULE)["module"]
