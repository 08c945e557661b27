"""A machine made of small fake programs, so that set-up can be tested without changing this one."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("bash", "cat", "chmod", "cksum", "dirname", "env", "mkdir", "mktemp", "mv", "rm", "sleep", "tail", "touch")

# Answers what the scripts ask a Python, makes venvs of copies of itself, and writes down what pip is told.
PYTHON = """
case "$*" in
    *tomllib*|*"- "*|-) echo torch==2.13.0 ;;
    *'%d.%d.%d'*) echo "{version}" ;;
    *'%d.%d'*) version={version}; echo "${{version%.*}}" ;;
    *base_prefix*) echo {from_package} ;;
    *'ensurepip, os'*) [ -e "$MACHINE/has/venv" ] && [ -e "$MACHINE/has/python-headers" ] ;;
    *Python.h*) [ -e "$MACHINE/has/python-headers" ] ;;
    *ensurepip*) [ -e "$MACHINE/has/venv" ] ;;
    '-m venv '*)
        mkdir -p "$3/bin"
        cat "$0" >"$3/bin/python"
        chmod +x "$3/bin/python"
        echo venv {version} >>"$MACHINE/calls" ;;
    '-m pip --version') ;;
    '-m pip install '*) echo "pip $*" >>"$MACHINE/calls"; [ ! -e "$MACHINE/pip" ] || . "$MACHINE/pip" ;;
    *import*manim*) ;;
    *) echo "the fake Python was asked: $*" >&2; exit 99 ;;
esac
"""

# Writes down its arguments; after `install` everything is there, unless the machine is told otherwise.
MANAGER = """
echo "{name} $*" >>"$MACHINE/calls"
case "$1" in
    update) [ ! -e "$MACHINE/no-update" ] ;;
    *)
        [ ! -e "$MACHINE/no-install" ] || exit 1
        [ -e "$MACHINE/idle" ] || touch "$MACHINE"/has/{{compiler,cairo,pango,python-headers,venv}} ;;
esac
"""


@dataclass
class Machine:
    """Programs in `bin`, the things it has in `has`, and in `calls` what was asked of package managers and pip."""

    root: Path

    def program(self, name: str, script: str) -> None:
        """Put a program on the machine's PATH."""
        path = self.root / "bin" / name
        path.write_text(f"#!/bin/bash\n{script}\n")
        path.chmod(0o755)

    def python(self, name: str = "python3", version: str = "3.11.2", from_package: bool = True) -> str:
        """Put a fake Python on the PATH."""
        self.program(name, PYTHON.format(version=version, from_package=int(from_package)))
        return name

    def manager(self, name: str) -> None:
        """Put a fake package manager on the PATH."""
        self.program(name, MANAGER.format(name=name))

    def user(self, number: int) -> None:
        """Set who runs the scripts: 0 is root."""
        self.program("id", f"echo {number}")

    def lose(self, *things: str) -> None:
        """Take things away: compiler, pkg-config, cairo, pango, python-headers, venv."""
        for thing in things:
            path = self.root / ("bin" if thing == "pkg-config" else "has") / thing
            path.unlink()

    def tell(self, name: str, text: str = "") -> None:
        """Leave a note for the fake programs."""
        (self.root / name).write_text(text)

    @property
    def calls(self) -> list[str]:
        """What package managers and pip were asked so far, one line a call."""
        path = self.root / "calls"
        return path.read_text().splitlines() if path.exists() else []

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run one of the project's scripts on this machine."""
        environment = {"PATH": str(self.root / "bin"), "MACHINE": str(self.root), "HOME": str(self.root)} | variables
        return subprocess.run(
            command,
            cwd=self.root / "project",
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A Linux machine with apt-get and root, where nothing is missing, and a copy of the project."""
    for folder in ("bin", "has", "a project/scripts"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "project").symlink_to(tmp_path / "a project")
    for name in ("setup", "system-packages", "voice-model.txt"):
        shutil.copy(ROOT / "scripts" / name, tmp_path / "project/scripts" / name)
    for name in ("pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path / "project" / name)
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool) or "")

    machine = Machine(tmp_path)
    for thing in ("compiler", "cairo", "pango", "python-headers", "venv"):
        machine.tell(f"has/{thing}")
    machine.program("uname", "echo Linux")
    machine.program("cc", '[ -e "$MACHINE/has/compiler" ]')
    machine.program("pkg-config", 'thing=${2%cairo}; thing=${thing%ft2}; [ -e "$MACHINE/has/${thing:-cairo}" ]')
    machine.user(0)
    machine.python()
    machine.manager("apt-get")
    return machine
