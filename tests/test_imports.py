"""Who may import what, read from the source of every module, imports inside functions and by name included."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FIRST_PARTY = {"companion", "objectives", "pipeline", "scenes", "traces"}
SPEAKING = {"pydub", "espeakng_loader", "onnxruntime", "pocketsphinx"}
TABLES = {"pyarrow"}
HEARING = {"faster_whisper", "pocketsphinx"}  # `make hear` installs them
MEDIA = {"av", "PIL", "rich", "scipy"}
SERVER = {"nicegui", "fastapi", "starlette", "uvicorn"}
PEERS = {"trl", "verl", "openrlhf", "stable_baselines3", "sb3_contrib", "spinup", "oat", "transformers"}  # `make peers`
ONE_MODULE = {"pipeline/workers/compute.py": {"objectives"}, "pipeline/workers/draw.py": {"scenes", "manim"}}
ONE_MODULE["pipeline/commands/open.py"] = {"companion"}
ONE_MODULE["pipeline/workers/cluster.py"] = {"distributed"}
ONE_MODULE["pipeline/commands/run.py"] = {"companion"}
ONE_MODULE["scenes/preview.py"] = {"tests"}  # the sample data of the parts
ONE_MODULE["benchmarks/kills.py"] = {"tests"}  # the project that is killed

# package: tools it may import besides the standard library, and first-party packages besides itself
ALLOWED: dict[str, tuple[set[str], set[str]]] = {
    "objectives": ({"numpy", "torch"}, set()),
    "traces": ({"numpy"}, set()),
    "scenes": ({"numpy", "manim", "contourpy", "cairo", "typst"}, {"traces"}),
    "pipeline": ({"numpy", "pptx", *SPEAKING, *MEDIA}, {"traces"}),
    "companion": (
        {"numpy", "torch", "contourpy", "scipy", "typst", *SERVER, *TABLES},
        {"objectives", "pipeline", "scenes", "traces"},
    ),
    "benchmarks": (  # nothing stands on them
        {"numpy", "torch", "manim", "selenium", *MEDIA, *PEERS, *HEARING, *TABLES},
        FIRST_PARTY,
    ),
}
NETWORK = {"socket", "ssl", "urllib", "http", "ftplib", "smtplib", "xmlrpc", "asyncio"}
SERVING = {"pipeline/publish/serve.py": {"http"}, "companion/app.py": {"socket"}}  # to the browsers of this machine
SERVING |= {path: {"urllib"} for path in ("companion/links.py", "companion/guard.py")}  # takes addresses apart
FILES = {"pathlib", "shutil", "tempfile", "glob", "io", "zipfile"}
FILE_FREE = {"objectives"}


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Dotted names of everything that a module imports; a relative name is spelt out."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
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
    forbidden -= SERVING.get(name.as_posix(), set())
    assert heads & forbidden == set()


CHAPTERS = [path for path in MODULES if path.is_relative_to(ROOT / "scenes/chapters") and path.name != "__init__.py"]
SHARED = {"scenes", "scenes.theme", "scenes.engine", "scenes.parts"}


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_chapter_imports_the_engine_shared_parts_and_itself(path: Path) -> None:
    home = f"scenes.chapters.{path.parent.name}"
    reached = {module for module in imports(path) if module.startswith("scenes")}
    strangers = {
        module
        for module in reached
        if not module.startswith((f"{home}.", *(f"{name}." for name in SHARED - {"scenes"})))
    }
    assert strangers - SHARED == set()


# Folders of a package from the bottom up: a file may import from its own folder and from those before it. Files that
# stand in no folder come first ("") unless they are named.
FLOORS = {
    "objectives": ["", "estimators", "losses", "worlds", "training", "surfaces", "experiments"],
    "pipeline": ["", "project", "media", "speech", "workers", "publish", "build", "check", "commands"],
    "scenes": ["theme.py", "engine", "parts", "chapters", "your_run", "thumbnail.py", "preview.py"],
}


def target(module: str) -> Path | None:
    """The file of ours that an imported name means: `objectives.losses.ppo.loss` is objectives/losses/ppo.py."""
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        stem = ROOT.joinpath(*parts[:length])
        for path in (stem.with_suffix(".py"), stem / "__init__.py"):
            if path.is_file():
                return path
    return None


def arrows(paths: list[Path]) -> dict[Path, set[Path]]:
    """For each file the files of ours that it imports, those inside functions and for types alone included."""
    return {path: {to for module in imports(path) if (to := target(module)) and to != path} for path in paths}


def test_no_circle_of_files() -> None:
    graph, done, trail = arrows(MODULES), set[Path](), list[Path]()

    def walk(path: Path) -> None:
        if path in trail:
            circle = [str(step.relative_to(ROOT)) for step in [*trail[trail.index(path) :], path]]
            pytest.fail(" -> ".join(circle))
        if path not in done:
            trail.append(path)
            for to in graph.get(path, ()):
                walk(to)
            trail.pop()
            done.add(path)

    for path in MODULES:
        walk(path)


def floor(path: Path) -> int:
    """On which floor of its package a file stands."""
    package, *rest = path.relative_to(ROOT).parts
    name = rest[0] if rest[0] in FLOORS[package] else ""
    return FLOORS[package].index(name) if len(rest) > 1 or name else 0


@pytest.mark.parametrize("package", FLOORS)
def test_no_arrow_back_between_folders(package: str) -> None:
    inside = [
        path for path in MODULES if path.is_relative_to(ROOT / package) and path != ROOT / package / "__init__.py"
    ]
    back = [
        f"{path.relative_to(ROOT)} -> {to.relative_to(ROOT)}"
        for path, ends in arrows(inside).items()
        for to in ends
        if to in inside and floor(to) > floor(path)
    ]
    assert back == []


def test_every_folder_has_a_floor() -> None:
    for package, floors in FLOORS.items():
        folders = {path.parent.name for path in (ROOT / package).glob("*/*.py")}
        assert folders <= set(floors), package


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
