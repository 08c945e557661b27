"""Programs that write a WAV: flite, festival, piper, or any command. They speak sentence by sentence, so that words
can be no further off than within a sentence.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import BuildError, UserError
from pipeline.media import sound, timing, trimming
from pipeline.project.lecture_toml import Voice
from pipeline.speech.spoken import Heard, Spoken, Times, letters, sentence_ends, share

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PRESETS = {
    "festival": "text2wave -o {out}",
    "flite": "flite -o {out} -t {text}",
    "piper": "piper --model {model} --output_file {out}",
}
MODEL_OPTIONS = {"festival": "-eval (voice_{model})", "flite": "-voice {model}"}

_SENTENCE_GAP = 0.3  # seconds between sentences that were spoken one by one
_TIME_LIMIT = 180  # seconds for a program to speak a sentence
_FASTEST = 60.0  # letters a second: nobody speaks so fast, so something is missing


def speak(name: str, text: str, heard: Heard, voice: Voice) -> Spoken:
    """A line by the program of the settings; its name is told when the program fails."""
    import numpy as np

    words = text.split()
    pieces: list[NDArray[np.int16]] = []
    times: Times = []
    now, first = 0.0, 0
    for last in sentence_ends(words):
        said = " ".join(words[first : last + 1])
        samples, _ = trimming.trim(_heard(_run(heard.part(first, last), name, voice), said, name, voice))
        length = len(samples) / timing.SAMPLE_RATE
        times += share(said, now, now + length)
        pieces += [samples, sound.silence(_SENTENCE_GAP)]
        now += length + _SENTENCE_GAP
        first = last + 1
    return Spoken(np.concatenate(pieces[:-1]), times)


def command(voice: Voice) -> list[str]:
    """The program and its arguments, with {text} and {out} still to be filled in."""
    if voice.engine == "piper" and not voice.model:
        raise UserError("voice.engine is 'piper', so voice.model must name its model, such as 'en_US-lessac-medium'.")
    template = shlex.split(voice.command if voice.engine == "command" else PRESETS[voice.engine])
    if voice.model and voice.engine in MODEL_OPTIONS:
        option, value = MODEL_OPTIONS[voice.engine].split(" ")
        template[1:1] = [option, value]
    return [part.replace("{model}", voice.model) for part in template]


def _heard(samples: NDArray[np.int16], text: str, name: str, voice: Voice) -> NDArray[np.int16]:
    """The samples, unless they cannot be this text: no sound at all, or far too short."""
    program, told = command(voice)[0], f'the line {name} could not be spoken by {command(voice)[0]}: for "{text}" it'
    spoken = any(character.isalnum() for character in text)
    if spoken and not samples.any():
        raise BuildError(f"{told} wrote a WAV without sound; run {program} by hand to see why.")
    seconds = len(trimming.trim(samples)[0]) / timing.SAMPLE_RATE
    if spoken and letters(text) > _FASTEST * seconds:
        raise BuildError(f"{told} wrote only {seconds:.2f} s of sound; run {program} by hand to see why.")
    return samples


def _run(text: str, name: str, voice: Voice) -> NDArray[np.int16]:
    template = command(voice)
    if shutil.which(template[0]) is None:
        raise UserError(
            f'voice.engine is "{voice.engine}", but the program "{template[0]}" is not installed; '
            f'install it, or set voice.engine = "espeak".'
        )
    told = f"the line {name} could not be spoken by {template[0]}"
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "line.wav")
        filled = [part.replace("{out}", str(out)).replace("{text}", text) for part in template]
        stdin = None if any("{text}" in part for part in template) else text.encode()
        try:
            failed, said = _call(filled, stdin, Path(folder))
        except (OSError, ValueError, subprocess.TimeoutExpired) as error:
            raise BuildError(f"{told}: {error}.") from None
        if failed or not out.is_file():
            reason = said.decode(errors="replace").strip().splitlines()[-1:] or ["no WAV came"]
            raise BuildError(f"{told}: {reason[0]}.")
        try:
            return sound.read(out)
        except (OSError, ValueError) as error:
            raise BuildError(f"{told}: {error}.") from None


def _call(words: list[str], stdin: bytes | None, folder: Path) -> tuple[bool, bytes]:
    """Runs a program to its end, and ends all that it has started: whether it failed, and what it said.

    Through files and not through pipes, which a child that it left behind would hold open.
    """
    told, heard = folder / "told", folder / "heard"
    told.write_bytes(stdin or b"")
    with told.open("rb") as source, heard.open("wb") as sink:
        program = subprocess.Popen(words, stdin=source, stdout=sink, stderr=sink, start_new_session=True)
        try:
            failed = bool(program.wait(_TIME_LIMIT))
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(program.pid, signal.SIGKILL)
            program.wait()
    return failed, heard.read_bytes()
