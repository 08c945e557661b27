"""Sounds to measure: a tone, and what has the peaks of speech."""

import numpy as np

from pipeline.media.timing import SAMPLE_RATE

SECOND = SAMPLE_RATE


def sine(seconds: float, level: float, frequency: float = 997.0, phase: float = 0.0, fade: int = 1) -> np.ndarray:
    """A stereo tone whose peak is `level` of full scale, with so many samples of fade at both ends."""
    time = np.arange(round(seconds * SECOND))
    ramp = np.minimum(1.0, np.minimum(time, time[::-1]) / fade)
    wave = level * 32767 * ramp * np.sin(2 * np.pi * frequency * time / SECOND + phase)
    return np.repeat(np.rint(wave)[:, None], 2, axis=1).astype(np.int16)


def speech(seconds: float, seed: int = 0) -> np.ndarray:
    """Bursts of noise with high peaks over a low average, as speech has."""
    rng = np.random.default_rng(seed)
    wave = rng.normal(0, 900, round(seconds * SECOND))
    wave[:: SECOND // 8] = 20000 * rng.choice([-1, 1], len(wave[:: SECOND // 8]))
    return np.repeat(np.clip(wave, -32768, 32767)[:, None], 2, axis=1).astype(np.int16)
