"""Only what is missing is installed, by whichever package manager is there, and never behind the user's back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.scripts.conftest import Machine

SCRIPT = ("scripts/system-packages", "python3")
APT = {
    "compiler": "gcc libc6-dev",
    "pkg-config": "pkg-config libcairo2-dev libpango1.0-dev",  # nobody else knows about headers
    "cairo": "libcairo2-dev",
    "pango": "libpango1.0-dev",
    "python-headers": "python3.11-dev",
    "venv": "python3.11-venv",
}


def installs_pkg_config(machine: Machine, manager: str) -> None:
    """Let the fake manager bring a pkg-config, as the real one would."""
    path = machine.root / "bin" / manager
    bring = f'[ "$1" = update ] || cat "{machine.root}/kept" >"{machine.root}/bin/pkg-config"'
    mode = f'chmod +x "{machine.root}/bin/pkg-config"'
    path.write_text(f"{path.read_text()}\n{bring}\n{mode}\n")


def test_nothing_missing_asks_nobody_and_says_nothing(machine: Machine) -> None:
    done = machine.run(*SCRIPT)
    assert (done.returncode, done.stdout, done.stderr, machine.calls) == (0, "", "", [])


@pytest.mark.parametrize("thing", APT)
def test_one_missing_thing_brings_its_packages_and_no_others(machine: Machine, thing: str) -> None:
    machine.tell("kept", (machine.root / "bin/pkg-config").read_text())
    installs_pkg_config(machine, "apt-get")
    machine.lose(thing)
    done = machine.run(*SCRIPT)
    assert done.returncode == 0, done.stderr
    assert machine.calls == ["apt-get update", f"apt-get install -y --no-install-recommends {APT[thing]}"]


@pytest.mark.parametrize(
    ("manager", "system", "call"),
    [
        ("dnf", "Linux", "dnf install -y --setopt=install_weak_deps=False cairo-devel pango-devel"),
        ("pacman", "Linux", "pacman -S --needed --noconfirm cairo pango"),
        ("brew", "Darwin", "brew install cairo pango"),
    ],
)
def test_every_package_manager_gets_its_own_names(machine: Machine, manager: str, system: str, call: str) -> None:
    (machine.root / "bin/apt-get").unlink()
    machine.manager(manager)
    machine.program("uname", f"echo {system}")
    machine.lose("cairo", "pango")
    assert machine.run(*SCRIPT).returncode == 0
    assert machine.calls == [call]


def test_without_root_or_sudo_the_one_command_is_printed(machine: Machine) -> None:
    machine.user(1000)
    machine.lose("pango", "venv")
    done = machine.run(*SCRIPT)
    assert (done.returncode, machine.calls) == (1, [])
    assert done.stderr.splitlines()[-1].strip() == (
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends libpango1.0-dev python3.11-venv"
    )


def test_sudo_that_wants_a_password_without_a_terminal_is_not_waited_for(machine: Machine) -> None:
    machine.user(1000)
    machine.program("sudo", 'echo "sudo $*" >>"$MACHINE/calls"; exit 1')
    machine.lose("cairo")
    done = machine.run(*SCRIPT)
    assert (done.returncode, machine.calls) == (1, ["sudo -n true"])
    assert "sudo apt-get install -y --no-install-recommends libcairo2-dev" in done.stderr


def test_sudo_without_a_password_is_used(machine: Machine) -> None:
    machine.user(1000)
    machine.program("sudo", 'echo "sudo $*" >>"$MACHINE/calls"; [ "$1" = -n ] || "$@"')
    machine.lose("cairo")
    assert machine.run(*SCRIPT).returncode == 0
    assert machine.calls[-2:] == [
        "sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends libcairo2-dev",
        "apt-get install -y --no-install-recommends libcairo2-dev",
    ]


def test_package_lists_that_cannot_be_refreshed_do_not_stop_it(machine: Machine) -> None:
    machine.tell("no-update")
    machine.lose("cairo")
    done = machine.run(*SCRIPT)
    assert done.returncode == 0
    assert "could not be refreshed" in done.stdout


def test_a_failing_install_stops_with_the_names(machine: Machine) -> None:
    machine.tell("no-install")
    machine.lose("cairo")
    done = machine.run(*SCRIPT)
    assert done.returncode == 1
    assert "apt-get could not install: libcairo2-dev" in done.stderr


def test_an_install_that_changes_nothing_is_noticed(machine: Machine) -> None:
    machine.tell("idle")
    machine.lose("cairo")
    done = machine.run(*SCRIPT)
    assert done.returncode == 1
    assert "Still missing after installing libcairo2-dev: cairo." in done.stderr


@pytest.mark.parametrize("thing", ["python-headers", "venv"])
def test_a_python_from_elsewhere_is_not_mended_with_system_packages(machine: Machine, thing: str) -> None:
    machine.python(from_package=False)
    machine.lose(thing)
    done = machine.run(*SCRIPT)
    assert (done.returncode, machine.calls) == (1, [])
    assert "PYTHON=/path/to/python3" in done.stderr


def test_without_a_package_manager_the_missing_things_are_named(machine: Machine) -> None:
    (machine.root / "bin/apt-get").unlink()
    machine.lose("compiler", "pango")
    done = machine.run(*SCRIPT)
    assert done.returncode == 1
    assert "Missing: compiler pango." in done.stderr


def test_on_a_mac_the_compiler_comes_from_apple(machine: Machine) -> None:
    machine.program("uname", "echo Darwin")
    machine.manager("brew")
    machine.lose("compiler")
    done = machine.run(*SCRIPT)
    assert (done.returncode, machine.calls) == (1, [])
    assert "xcode-select --install" in done.stderr
