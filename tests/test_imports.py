"""Who may import what, read from the source of every module, imports inside functions and by name included."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FIRST_PARTY = {"objectives", "pipeline", "scenes", "traces"}
SPEAKING = {"pydub", "espeakng_loader"}
MEDIA = {"av", "PIL", "rich", "scipy"}
PEERS = {"trl", "verl", "openrlhf", "stable_baselines3", "transformers"}  # `make peers` installs them
ONE_MODULE = {"pipeline/compute.py": {"objectives"}, "pipeline/worker.py": {"scenes", "manim"}}
ONE_MODULE["pipeline/cluster.py"] = {"distributed"}

# package: tools it may import besides the standard library, and first-party packages besides itself
ALLOWED: dict[str, tuple[set[str], set[str]]] = {
    "objectives": ({"numpy", "torch"}, set()),
    "traces": ({"numpy"}, set()),
    "scenes": ({"numpy", "manim", "contourpy", "cairo", "typst"}, {"traces"}),
    "pipeline": ({"numpy", *SPEAKING, *MEDIA}, {"traces"}),
    "benchmarks": ({"numpy", "torch", "manim", *MEDIA, *PEERS}, FIRST_PARTY),  # nothing stands on them
}
NETWORK = {"socket", "ssl", "urllib", "http", "ftplib", "smtplib", "xmlrpc", "asyncio"}
FILES = {"pathlib", "shutil", "tempfile", "glob", "io", "zipfile"}
FILE_FREE = {"objectives"}


def imports(path: Path) -> Iterator[str]:
    """Dotted names of everything that a module imports; a relative name is spelt out."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) + "." if node.level else ""
            module = (base + (node.module or "")).strip(".")
            yield from (f"{module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "import_module":
            name = node.args[0]
            if isinstance(name, ast.Constant):
                yield str(name.value)


MODULES = sorted(path for package in ALLOWED for path in (ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_what_its_package_may(path: Path) -> None:
    name = path.relative_to(ROOT)
    package = name.parts[0]
    tools, neighbours = ALLOWED[package]
    allowed = tools | neighbours | {package} | set(sys.stdlib_module_names)
    allowed |= ONE_MODULE.get(name.as_posix(), set())
    forbidden = NETWORK | (FILES if package in FILE_FREE else set())
    heads = {module.partition(".")[0] for module in imports(path)}
    assert heads - allowed == set()
    assert heads & forbidden == set()


CHAPTERS = [path for path in MODULES if path.parent.name == "scenes" and path.name.startswith("ch")]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_imports_no_other_chapter(path: Path) -> None:
    others = {f"scenes.{other.stem}" for other in CHAPTERS}
    reached = {".".join(module.split(".")[:2]) for module in imports(path)}
    assert reached & others == set()


def test_the_objectives_read_no_files_through_the_store_and_scenes_no_other_package() -> None:
    for path in MODULES:
        modules = set(imports(path))
        if path.is_relative_to(ROOT / "objectives"):
            assert not any(module.startswith("traces") for module in modules), path
        if path.is_relative_to(ROOT / "scenes"):
            assert not any(module.split(".")[0] in ("objectives", "pipeline") for module in modules), path


def test_the_command_line_starts_with_click_and_the_pipeline_alone() -> None:
    heads = {module.partition(".")[0] for module in imports(ROOT / "render.py")}
    assert heads - set(sys.stdlib_module_names) == {"click", "pipeline"}


def test_the_table_is_complete() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/*.py")} - {"tests"}
    assert packages == set(ALLOWED) == FIRST_PARTY | {"benchmarks"}
