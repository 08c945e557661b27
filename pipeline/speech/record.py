"""Recording the film's lines: each is shown alone and taken from a microphone, or a script says what to record."""

from __future__ import annotations

import shutil
import subprocess
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path

from pipeline.errors import UserError
from pipeline.project.scripts import Line
from pipeline.speech.recordings import SCRIPT, Recordings, noise

RECORDERS = {  # a program that records 48 kHz mono until it is stopped; how to ask whether there is a microphone
    "arecord": ("arecord -q -f S16_LE -r 48000 -c 1 {out}", "arecord -l"),
    "parecord": ("parecord --file-format=wav --rate=48000 --channels=1 {out}", "pactl list short sources"),
    "rec": ("rec -q -r 48000 -c 1 -b 16 {out}", ""),
}
_WIDTH = 60  # characters: what the eye takes in without moving


def recorder() -> list[str]:
    """The command that records from this machine's microphone into {out}, or [] where there is none."""
    for program, (command, question) in RECORDERS.items():
        if shutil.which(program) is None:
            continue
        if question and shutil.which(question.split()[0]):
            answer = subprocess.run(question.split(), capture_output=True, text=True, check=False)
            if answer.returncode or not answer.stdout.strip():
                continue
        return command.split()
    return []


def script(lines: Sequence[Line], folder: Path) -> Path:
    """Writes what is still to be recorded, with the name that each file must have."""
    path = folder / SCRIPT
    folder.mkdir(parents=True, exist_ok=True)
    blocks = [
        f"{line.name}.wav\n{textwrap.fill(line.text, _WIDTH, initial_indent='    ', subsequent_indent='    ')}"
        for line in lines
    ]
    head = (
        "Record each text below as a file of its own under the name above it, in this folder. WAV, FLAC, M4A, MP3 and\n"
        "whatever else a phone or a computer writes will do; only the part before the last dot must be the same."
    )
    path.write_text("\n\n".join([head, *blocks]) + "\n", encoding="utf-8")
    return path


def session(
    lines: Sequence[Line], folder: Path, command: Sequence[str], ask: Callable[[str], str], show: Callable[[str], None]
) -> list[Path]:
    """Shows line after line and records those that are wanted; returns the files.

    `ask` puts a question and returns the answer: Enter begins and ends a recording, s skips a line, q ends.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    for number, line in enumerate(lines, start=1):
        show(
            f"\n{number} of {len(lines)}   {line.name}\n\n{textwrap.indent(textwrap.fill(line.text, _WIDTH), '    ')}\n"
        )
        while True:
            answer = ask("Enter to record, s to skip, q to end: ").strip().lower()
            if answer:
                break
            path = _take(folder / f"{line.name}.wav", command, ask)
            warning = noise(path)
            if warning:
                show(warning)
            if ask("Enter to keep it, r to record it again: ").strip().lower() != "r":
                made.append(path)
                break
            path.unlink()
        if answer == "q":
            break
    return made


def to_record(lines: Sequence[Line], folder: Path) -> list[Line]:
    """The lines that have no recording yet."""
    known = Recordings.of(folder)
    return [line for line in lines if line.text and not known.find(line.name)]


def _take(path: Path, command: Sequence[str], ask: Callable[[str], str]) -> Path:
    process = subprocess.Popen([part.replace("{out}", str(path)) for part in command], stdin=subprocess.DEVNULL)
    try:
        ask("recording; Enter to stop ")
    finally:
        process.terminate()
        process.wait(timeout=10)
    if not path.is_file() or not path.stat().st_size:
        raise UserError(f"{command[0]} recorded nothing; is the microphone connected and allowed?")
    return path
