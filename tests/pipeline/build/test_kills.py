"""`benchmarks/kills.py`: fifty builds that are killed, fail or find harm leave nothing lost, stale or broken."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

KILLS = 50


@pytest.mark.slow
def test_of_fifty_kills_nothing_is_lost_stale_or_broken(tmp_path: Path) -> None:
    command = [sys.executable, "benchmarks/kills.py", "--kills", str(KILLS), "--seed", "7", "--kept", str(tmp_path)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=3600)
    assert result.stdout.splitlines()[-1] == "lost, stale, broken: 0, 0, 0", result.stdout + result.stderr
    assert result.returncode == 0
