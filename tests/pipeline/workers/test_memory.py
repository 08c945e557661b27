"""How many clips are drawn at once: a worker a core, and no more than fit into the memory that is free."""

from pathlib import Path

import pytest

from pipeline.project.qualities import QUALITIES
from pipeline.workers import memory, scheduler

GIGA = 1 << 30


def machine(root: Path, groups: str, **files: str) -> Path:
    """A root folder with 16 GB available."""
    texts = {"proc/meminfo": f"MemTotal: 99 kB\nMemAvailable: {16 * GIGA // 1024} kB\n", "proc/self/cgroup": groups}
    for name, text in {**texts, **{path.replace("__", "/"): text for path, text in files.items()}}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_without_control_groups_it_is_what_the_machine_has(tmp_path: Path) -> None:
    assert memory.free(machine(tmp_path, "0::/\n")) == 16 * GIGA


def test_a_group_leaves_its_limit_less_what_is_used_and_cannot_be_given_up(tmp_path: Path) -> None:
    root = machine(tmp_path, "0::/jobs/film\n")
    for folder, limit in (("jobs", 5 * GIGA), ("jobs/film", "max")):
        group = root / "sys/fs/cgroup" / folder
        group.mkdir(parents=True)
        (group / "memory.max").write_text(f"{limit}\n")
        (group / "memory.current").write_text(f"{3 * GIGA}\n")
        (group / "memory.stat").write_text(f"active_file 5\ninactive_file {GIGA}\n")
    assert memory.free(root) == 3 * GIGA


def test_in_a_container_the_limit_stands_at_the_mount(tmp_path: Path) -> None:
    root = machine(tmp_path, "0::/\n")
    (root / "sys/fs/cgroup").mkdir(parents=True)
    (root / "sys/fs/cgroup/memory.max").write_text(f"{2 * GIGA}\n")
    assert memory.free(root) == 2 * GIGA


def test_groups_of_the_first_version_count_too(tmp_path: Path) -> None:
    root = machine(tmp_path, "5:devices:/\n4:cpu,memory:/docker/1\n0::/\n")
    group = root / "sys/fs/cgroup/memory"
    (group / "docker/1").mkdir(parents=True)
    (group / "memory.limit_in_bytes").write_text("9223372036854771712\n")
    (group / "docker/1/memory.limit_in_bytes").write_text(f"{4 * GIGA}\n")
    (group / "docker/1/memory.usage_in_bytes").write_text(f"{GIGA}\n")
    assert memory.free(root) == 3 * GIGA


def test_where_nothing_is_known_nothing_is_claimed(tmp_path: Path) -> None:
    assert memory.free(tmp_path) is None


@pytest.mark.parametrize(
    ("cores", "free", "quality", "expected"),
    [
        (8, 64 * GIGA, "full", 8),
        (8, None, "full", 8),
        (8, 4 * GIGA, "full", 4),
        (8, 4 * GIGA, "draft", 8),
        (8, 4 * GIGA, "uhd", 1),
        (2, 64 * GIGA, "uhd", 2),
        (8, 0, "draft", 1),
    ],
)
def test_workers_are_as_many_as_cores_and_memory_allow(
    monkeypatch: pytest.MonkeyPatch, cores: int, free: int | None, quality: str, expected: int
) -> None:
    monkeypatch.setattr(scheduler, "_cores", lambda: cores)
    monkeypatch.setattr(memory, "free", lambda: free)
    assert scheduler.default_workers(QUALITIES[quality]) == expected
