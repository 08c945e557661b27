"""One utterance of espeak-ng, in a process of its own: `python espeak_process.py < request > answer`.

espeak-ng carries state from one utterance into the next, and initialising it again does not clear that, so the same
text gave other samples on its second turn. A fresh process per utterance gives equal bytes for equal text.

The request is JSON: library, data, voice, rate, pitch, range, text, and `phonemes` if the answer is to hold them. The
answer is a line of JSON (rate, events as [type, character, length, milliseconds, IPA of a phoneme]) followed by 16-bit
mono samples. Only the standard library is imported, and
nothing of this project, so that a process starts in 30 ms.
"""

from __future__ import annotations

import ctypes
import json
import sys
from typing import Any

WORD, SENTENCE, END, PHONEME = 1, 2, 5, 7  # espeak_EVENT_TYPE
_SYNCHRONOUS = 2
_PHONEMES, _IPA = 1, 2  # options of espeak_Initialize
_RATE, _PITCH, _RANGE = 1, 3, 4  # espeak_PARAMETER
_CHARACTERS, _UTF8 = 1, 1


class _Id(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    )


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


def speak(request: dict[str, Any]) -> tuple[int, list[tuple[int, int, int, int, str]], bytes]:
    """Sampling rate, events and samples of one text; RuntimeError if espeak-ng refuses."""
    library = ctypes.CDLL(request["library"])
    options = _PHONEMES | _IPA if request.get("phonemes") else 0
    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, request["data"].encode(), options)
    if rate <= 0:
        raise RuntimeError(f"espeak-ng cannot read its data in {request['data']}")
    samples: list[bytes] = []
    events: list[tuple[int, int, int, int, str]] = []

    def receive(wave: Any, count: int, event: Any) -> int:
        if wave and count:
            samples.append(ctypes.string_at(wave, 2 * count))
        index = 0
        while event[index].type:
            now = event[index]
            sign = now.id.string.decode(errors="replace") if now.type == PHONEME else ""
            events.append((now.type, now.text_position - 1, now.length, now.audio_position, sign))
            index += 1
        return 0

    callback = _CALLBACK(receive)
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(request["voice"].encode()) != 0:
        raise RuntimeError(f'espeak-ng has no voice "{request["voice"]}"')
    for parameter, name in ((_RATE, "rate"), (_PITCH, "pitch"), (_RANGE, "range")):
        library.espeak_SetParameter(parameter, request[name], 0)
    text = request["text"].encode()
    if library.espeak_Synth(text, len(text) + 1, 0, _CHARACTERS, 0, _UTF8, None, None) != 0:
        raise RuntimeError("espeak-ng could not speak the text")
    library.espeak_Synchronize()
    return rate, events, b"".join(samples)


def main() -> int:
    """Answer one request; 1 and a sentence on standard error if that fails."""
    try:
        rate, events, samples = speak(json.loads(sys.stdin.buffer.read()))
    except (OSError, RuntimeError) as error:
        sys.stderr.write(str(error))
        return 1
    sys.stdout.buffer.write(json.dumps({"rate": rate, "events": events}).encode() + b"\n" + samples)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
