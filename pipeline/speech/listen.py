"""Plays a sound on this machine's loudspeaker."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

PLAYERS = (
    ("paplay",),
    ("aplay", "-q"),
    ("afplay",),
    ("play", "-q"),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "error"),
)


def play(path: Path) -> bool:
    """Whether a program was found that could play a WAV."""
    for command in PLAYERS:
        if shutil.which(command[0]) and subprocess.run([*command, str(path)], check=False).returncode == 0:
            return True
    return False
