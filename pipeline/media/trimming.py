"""What is done to a raw voice: the silence around it, the noise of its room, the length of its pauses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.media.timing import SAMPLE_RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.media.sound import Samples


_QUIET = 0.003  # of full scale: below it a line has not begun, or has ended
_FRAME = 0.01  # seconds: how finely a recording is looked at
_RUMBLE = 70.0  # Hz: below it no voice has anything to say
_BEFORE, _AFTER = 0.02, 0.12  # seconds kept around the audible part


def trim(samples: Samples) -> tuple[Samples, float]:
    """The audible part with a breath around it, and how many seconds were cut off before it."""
    import numpy as np

    loud = np.flatnonzero(np.abs(samples.astype(np.int32)).max(axis=1) > _QUIET * 32768)
    if not loud.size:
        return samples, 0.0
    begin = max(0, int(loud[0]) - round(_BEFORE * SAMPLE_RATE))
    end = min(len(samples), int(loud[-1]) + round(_AFTER * SAMPLE_RATE))
    return samples[begin:end], begin / SAMPLE_RATE


def trim_noise(samples: Samples) -> tuple[Samples, float]:
    """As `trim`, for a recording in a room that is never quite silent."""
    import numpy as np

    levels, (floor, speech) = _levels(samples)
    bound = max(floor + 4, min(floor + max(6.0, 0.3 * (speech - floor)), speech - 20))
    loud = np.convolve(levels > bound, np.ones(5), "same") >= 3  # a click is no word
    heard = np.flatnonzero(loud & (levels > bound))
    if not heard.size:
        return samples, 0.0
    size = round(_FRAME * SAMPLE_RATE)
    begin = max(0, int(heard[0]) * size - round(_BEFORE * SAMPLE_RATE))
    end = min(len(samples), (int(heard[-1]) + 1) * size + round(_AFTER * SAMPLE_RATE))
    return samples[begin:end], begin / SAMPLE_RATE


def clearness(samples: Samples) -> float:
    """How far speech stands above the noise of its room (dB)."""
    floor, speech = _levels(samples)[1]
    return speech - floor


def _levels(samples: Samples) -> tuple[NDArray[np.float64], tuple[float, float]]:
    """The level of each hundredth of a second (dBFS), and those of the room and of the speech."""
    import numpy as np

    size = round(_FRAME * SAMPLE_RATE)
    whole = samples[: max(1, len(samples) // size) * size].astype(np.float64) / 32768
    frames = whole.reshape(-1, size * samples.shape[1]) if len(samples) >= size else whole.reshape(1, -1)
    levels = 20 * np.log10(np.maximum(np.sqrt((frames**2).mean(axis=1)), 1e-5))
    return levels, (float(np.percentile(levels, 5)), float(np.percentile(levels, 95)))


def without_rumble(samples: Samples) -> Samples:
    """A voice without what is too deep for one: hum, steps, wind (a Butterworth high-pass, 12 dB an octave)."""
    import numpy as np
    from scipy.signal import butter, sosfilt  # type: ignore[import-untyped]

    if not len(samples):
        return samples
    sections = butter(2, _RUMBLE, "highpass", fs=SAMPLE_RATE, output="sos")
    mono = len(samples) and (samples[:, 0] == samples[:, 1]).all()
    wave = sosfilt(sections, samples[:, : 1 if mono else 2].astype(np.float64), axis=0)
    rounded: Samples = np.clip(np.rint(wave), -32768, 32767).astype(np.int16)
    return np.repeat(rounded, 2, axis=1) if mono else rounded


def stretch_pauses(
    samples: Samples, pauses: Sequence[tuple[float, float]], seconds: float
) -> tuple[Samples, list[float]]:
    """Sound whose pauses (begin, end) last so long at least; and what was put into each of them (seconds).

    It is put in where the pause is quietest, with fades, so that nothing clicks.
    """
    import numpy as np

    pieces: list[Samples] = []
    added: list[float] = []
    done = 0
    ramp = np.linspace(0.0, 1.0, round(0.005 * SAMPLE_RATE))[:, None]
    for begin, end in pauses:
        more = max(0, round((seconds - (end - begin)) * SAMPLE_RATE))
        added.append(more / SAMPLE_RATE)
        if not more:
            continue
        first = max(done, round(begin * SAMPLE_RATE))
        inside = np.abs(samples[first : max(first + 1, round(end * SAMPLE_RATE)), 0].astype(np.float64))
        quiet = np.convolve(np.pad(inside, 240, "edge"), np.ones(481) / 481, "valid")
        places = np.flatnonzero(quiet <= quiet.min() + 1)
        cut = first + int(places[len(places) // 2])
        before, after = samples[done:cut].copy(), samples[cut:].astype(np.float64)
        size = min(len(ramp), len(before))
        before[len(before) - size :] = np.rint(before[len(before) - size :] * ramp[:size][::-1])
        size = min(len(ramp), len(after))
        after[:size] *= ramp[:size]
        samples = np.concatenate([samples[:cut], np.rint(after).astype(np.int16)])
        pieces += [before, np.zeros((more, 2), np.int16)]
        done = cut
    return np.concatenate([*pieces, samples[done:]]), added
