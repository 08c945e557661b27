"""Files and command lines that nobody would write: an exit code of 0, 1 or 2, a sentence, and dist/ as it was.

    FUZZ_FILES=10000 FUZZ_LINES=2000 FUZZ_SEED=1 .venv/bin/python -m pytest -n 0 -s tests/pipeline/test_fuzz.py

Every case has a seed of its own, which the failure names; FUZZ_SEED adds to it.
"""

import contextlib
import os
import random
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from pipeline.build.status import Survey
from pipeline.build.store import Store
from pipeline.errors import BuildError, UserError
from pipeline.files import stamp
from pipeline.media.timing import TimedLine, Timing, Word
from pipeline.project import project as projects
from pipeline.publish import captions, foretold
from pipeline.speech import silent
from tests.pipeline import tiny
from tests.pipeline.program import render

FILES, LINES = int(os.environ.get("FUZZ_FILES", "120")), int(os.environ.get("FUZZ_LINES", "80"))
SEED = int(os.environ.get("FUZZ_SEED", "0"))

TARGETS = (*(name for name in tiny.FILES if name.endswith((".toml", ".md"))), "assets/narration/glossary.toml")
GLOSSARY = 'chapters = ["ch00_rise"]\n[terms.step]\ndefined = "first_step.open"\nforms = ["step", "steps"]\n'
NUMBERS = ("0", "-1", "1e400", "-1e-400", "nan", "inf", "0x7f", "1" * 30, "9" * 330, "9" * 5000, "1_000", "0,5", "1,5")
NUMBERS += ("1.5", "3", "1e7", ".5", "00", "²", "٣", "1e", "+1", "1979-05-27", "07:32:00", "true", "-0.0", "5e-324")
WORDS = (
    '"',
    "'",
    '"""',
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "=",
    ".",
    ",",
    "#",
    "\\",
    "\n",
    "\r",
    "\t",
    "\0",
    "<!--",
    "-->",
)
WORDS += (
    "[" * 1000,
    "{a=" * 300,
    "pause 1e7",
    "pause -1",
    "if up.gets_high:",
    "else:",
    "if not up.x:",
    "[open]",
    "[rest]",
)
WORDS += (
    "{rise.slope}",
    "{up#top:.1f}",
    "{up#top:9999999}",
    "{rise.steps|a|b}",
    "{rise.stops[9]}",
    "{up.x}",
    "{z}",
    "{}",
)
WORDS += (
    "\ufeff",
    "\u200b",
    "\u2028",
    "\u202e",
    "\U0001f680",
    "\x1b[31m",
    "漢字" * 30,
    "a" * 3000,
    "é",
    "\ufffd",
    "%s",
    "$HOME",
)
WORDS += (
    "## second_step",
    "# Title",
    "### x",
    "- one",
    "1. one",
    "> one",
    "*",
    "**",
    "0:00 Start",
    "<b>",
    "[voice.say]",
)
WORDS += (
    "[voice]",
    "[rise]",
    "[publish]",
    "[[publish.sources]]",
    'engine = "command"',
    'command = "say \'{out}"',
    "mix = 1",
)
OPTIONS = ("--set", "-q", "--voice", "--workers", "-o", "--format", "--size", "--at", "--every", "--over", "--cluster")
OPTIONS += (
    "--json",
    "--transparent",
    "--poster",
    "--one-length",
    "--update",
    "--play",
    "--words",
    "--help",
    "--all",
    "--x",
)
COMMANDS = (
    "lecture",
    "clip",
    "sweep",
    "list",
    "status",
    "still",
    "sheet",
    "check",
    "speech",
    "record",
    "clean",
    "x",
    "",
)
VALUES = (
    "first_step",
    "the_fall",
    "thumbnail",
    "draft",
    "preview",
    "uhd",
    "silent",
    "espeak",
    "command",
    "kokoro",
    "mp4",
)
VALUES += (
    "gif",
    "webm",
    "mov",
    "talk.mp4",
    "dist/lecture.mp4",
    "hyperparameters.toml",
    "/dev/null",
    ".",
    "..",
    "/",
    "a/\0",
)
VALUES += (
    "\udcff",
    "x" * 400,
    "tcp://127.0.0.1:1",
    "854x480",
    "16000x9000",
    "1080x1920",
    "0x0",
    "x",
    "-",
    "--",
    "-o",
    "=",
    "@",
)
KEYS = (
    "rise.slope",
    "rise.steps",
    "rise.mode",
    "rise.stops",
    "rise.loud",
    "fall.slope",
    "fall.*",
    "rise",
    ".",
    "a.b",
    "",
)


def mutated(data: bytes, dice: random.Random) -> bytes:
    """A text with a few mistakes in it."""
    text = data.decode("utf-8")
    for _ in range(dice.randint(1, 3)):
        start = dice.randrange(len(text) + 1)
        end = min(len(text), start + dice.choice((0, 1, 1, 3, 8, 40, 200)))
        lines = text.splitlines(keepends=True) or [""]
        kind = dice.randrange(8)
        if kind == 0:
            text = text[:start] + text[end:]
        elif kind == 1:
            text = text[:start] + text[start:end] * dice.choice((2, 2, 2, 50)) + text[end:]
        elif kind == 2:
            text = text[:start] + dice.choice(WORDS) + text[end:]
        elif kind == 3:
            text = text[:start] + dice.choice(NUMBERS) + text[start:]
        elif kind == 4:
            dice.shuffle(lines)
            text = "".join(lines)
        elif kind == 5:
            spot = dice.randrange(len(lines))
            text = "".join([*lines[:spot], lines[dice.randrange(len(lines))], *lines[spot:]])
        elif kind == 6:
            digits = [spot for spot, sign in enumerate(text) if sign.isdigit()] or [0]
            spot = dice.choice(digits)
            text = text[:spot] + dice.choice(NUMBERS) + text[spot + 1 :]
        else:
            return text.encode("utf-8", "surrogatepass")[: dice.randrange(len(text) + 1)] + bytes(
                dice.randrange(256) for _ in range(dice.choice((0, 1, 4)))
            )
    return text.encode("utf-8", "surrogatepass")


def line(dice: random.Random) -> list[str]:
    """A command line of words that are known, of numbers, and of neither."""

    def word() -> str:
        kind = dice.randrange(5)
        if kind == 0:
            return dice.choice(NUMBERS)
        if kind == 1:
            values = [dice.choice((*NUMBERS, *VALUES, "[0.1, 0.2]", '"curved"', "true")) for _ in range(3)]
            joined = dice.choice((values[0], ":".join(values), ",".join(values), "0.1:0.4:3", "0.1,0.2"))
            return f"{dice.choice(KEYS)}={joined}"
        return dice.choice(WORDS) if kind == 2 else dice.choice(VALUES)

    words = [dice.choice(COMMANDS)] * dice.choice((0, 1, 1, 1, 1)) + [word() for _ in range(dice.randrange(3))]
    for _ in range(dice.randrange(4)):
        words += [dice.choice(OPTIONS), *(word() for _ in range(dice.choice((0, 1, 1, 1))))]
    return [word for word in words if "watch" not in word]


def published(root: Path) -> dict[Path, object]:
    return {path: stamp(path) for path in (root / "dist").rglob("*")}


def survives(root: Path, name: str, *words: str) -> str:
    """What is wrong with how a command ends, or an empty text."""
    try:
        said = render(root, *words)
        if words == ("check",):
            goes_on(root)
    except BaseException:
        return f"{name}: {traceback.format_exc(limit=-3)}"
    wrong = said.code not in (0, 1, 2) or "Traceback" in said.err or (said.code == 2 and not said.err.strip())
    return f"{name}: {said}" if wrong or len(said.err) > 5000 else ""


def goes_on(root: Path) -> None:
    """What `lecture` does before the first picture, as far as it is quick: captions of what is said in silence."""
    with contextlib.suppress(UserError, BuildError):
        project = projects.load(root)
        foretold.faults(project)
        survey = Survey(project, Store(project.build))
        survey.voices.check()
        ready = {name for name, entry in project.experiments.items() if not survey.trace(entry).stale}
        told = [line for clip in project.clips if ready.issuperset(clip.spoken_traces) for line in survey.lines(clip)]
        timed: list[TimedLine] = []
        for line in (line for line in told if line.text):
            spoken = silent.speak(line.text)
            words = [Word(word, *times) for word, times in zip(line.text.split(), spoken.times, strict=True)]
            timed.append(TimedLine(line.name, 0.0, words[-1].end, line.text, tuple(words)))
        made = [(0.0, Timing(line.name, line.end, {}, (line,), "")) for line in timed]
        assert captions.check(captions.make(made[:1])) == []


def outcomes(count: int, case: Callable[[random.Random], str]) -> Counter[str]:
    """What went wrong, by how often; each case has a seed of its own."""
    found = (case(random.Random(1_000_003 * SEED + number)) for number in range(count))
    return Counter(fault for fault in found if fault)


def test_whatever_a_file_holds_the_answer_is_a_sentence_and_dist_is_as_it_was(made: Path) -> None:
    (made / TARGETS[-1]).write_text(GLOSSARY, encoding="utf-8")
    before, whole = published(made), {name: (made / name).read_bytes() for name in TARGETS}

    def case(dice: random.Random) -> str:
        name = dice.choice(TARGETS)
        try:
            (made / name).write_bytes(mutated(whole[name], dice))
            return survives(made, name, dice.choice(("status", "list", "lecture", "check")))
        finally:
            (made / name).write_bytes(whole[name])

    faults = outcomes(FILES, case)
    assert not faults, "\n\n".join(f"{count} x {fault}" for fault, count in faults.most_common(8))
    assert published(made) == before


def test_whatever_is_typed_the_answer_is_a_sentence_and_dist_is_as_it_was(made: Path) -> None:
    before = published(made)

    def case(dice: random.Random) -> str:
        words = line(dice)
        if words[:1] == ["clean"] and "--help" not in words:
            words.append("and more")  # it would do what it says
        return survives(made, f"{words}", *words)

    faults = outcomes(LINES, case)
    assert not faults, "\n\n".join(f"{count} x {fault}" for fault, count in faults.most_common(8))
    assert published(made) == before
