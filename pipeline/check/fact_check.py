"""Holds the narration to the numbers: nothing may be said that an edit of hyperparameters.toml could make false.

Two rules, for every sentence of a script:

1. A number is looked up. Digits stand in a placeholder; words such as "twelve" or "half" count as numbers too, except
   in `IDIOMS` and `FIXED`. "One" counts where it says how much ("sums to one.", "one answer each", "only one"), not
   where it could be "a" or "it" ("the lazy one").
2. An outcome has a claim. A sentence with an outcome word (`VERBS`, `STATES`) that speaks of a rule, a walk or anything
   else that is computed (`SUBJECTS`) stands behind `if experiment.claim:`. Questions assert nothing.

A sentence that no edit can touch says so with a comment after it: `A ring is a fence. <!-- by definition -->`. A number
of a paper stands in double quotes, with the source after the sentence: `<!-- source: Schulman et al. 2017 -->`; the
source must be one of lecture.toml's. `render.py check` lists both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import UserError
from pipeline.files import read_text
from pipeline.project import placeholders, script_parser, scripts
from pipeline.project.placeholders import Facts
from pipeline.project.scripts import ClipScript, LineScript


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that are numbers.
UNITS_OF_TEN = "twenty thirty forty fifty sixty seventy eighty ninety"
TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
NUMBER_WORDS = _words(
    f"zero two three four five six seven eight nine {TEENS} {UNITS_OF_TEN} hundred hundreds thousand thousands million "
    "millions billion billions dozen dozens half halves quarter quarters thirds twice double triple percent"
)
# Words around "one" that make it a number: "sums to one.", "one answer each", "only one".
BEFORE_A_VALUE = _words("to at is of than by equals from minus plus means")
ONLY = _words("only just exactly")
EACH = _words("each apiece")
# Number words that state no quantity.
IDIOMS = (
    r"one (?:\w+ )?at a time",
    r"one (?:\w+ )?after (?:the other|another)",
    r"one by one",
    r"half a \w+ in",
    r"half ?-?way",
)
# Counts that the code fixes and no hyperparameter can change; a test holds them to the code.
FIXED = {
    "six": ("rules", "hikers", "maps", "formulas", "of them"),
    "three": ("answers", "odds"),
}
ALLOWED = re.compile(
    r"\b(?:" + "|".join([*IDIOMS, "all six", *(f"{n} (?:{'|'.join(what)})" for n, what in FIXED.items())]) + r")\b"
)

# Who can have an outcome.
SUBJECTS = _words(
    "reinforce baseline baselines trpo ppo grpo dapo rloo gspo cispo vapo rule rules policy policies critic critics "
    "walk walks walker path paths hiker hikers run runs seed seeds map maps cat robot model models forecast forecasts "
    "handful handfuls arrow arrows reward rewards odds answer answers summit shelf mountain slope group groups ratio "
    "ratios one six it they he she this these each all both others rest advantage advantages variance noise value "
    "values probability probabilities token tokens ground curve curves line lines gap error step steps"
)
# What an outcome is told with, in every form.
VERBS = (
    "fall falls fell fallen; slide slides slid; end ends ended; reach reaches reached; win wins won; lose loses lost; "
    "climb climbs climbed; beat beats beaten; grow grows grew grown; shrink shrinks shrank shrunk; "
    "stay stays stayed; turn turns turned; stop stops stopped; leave leaves; lead leads led; rise rises rose risen; "
    "drop drops dropped; sink sinks sank; gain gains gained; converge converges converged; "
    "collapse collapses collapsed; settle settles settled; escape escapes escaped; arrive arrives arrived; "
    "pass passes passed; overtake overtakes overtook; diverge diverges diverged; drift drifts drifted; "
    "stall stalls stalled; lag lags lagged; become becomes became; move moves moved; close closes closed; "
    "survive survives survived; fail fails failed; outweigh outweighs; hide hides hid; miss misses missed; "
    "wander wanders wandered; scatter scatters scattered; vanish vanishes vanished; double doubles doubled; "
    "halve halves halved; improve improves improved; explode explodes exploded; go goes went; lie lies"
)
PLAIN = frozenset(verb.split()[0] for verb in VERBS.split(";"))  # a command, unless a subject precedes
INFLECTED = frozenset(form for verb in VERBS.split(";") for form in verb.split()[1:])
STATES = _words(
    "rare common likely likelier likeliest unlikely brighter brightest darker darkest higher highest lower lowest "
    "faster fastest slower slowest longer longest shorter shortest wider nearer nearest farther further closer closest "
    "straighter straightest larger largest smaller smallest most least better worse worst steeper noisier quieter "
    "calmer"
)
ADVERBS = _words("all also always both each just never now only soon still then too")

_QUOTED = re.compile(r"[\"“][^\"”]*[\"”]")
_DIGITS = re.compile(r"(?<![A-Za-z\d])\d[\d.,]*%?")
_WORD = re.compile(r"[A-Za-z]+|#|[^\sA-Za-z#]")
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_SENTENCE = re.compile(r"\S.*?(?:[.!?][\"”]?(?=\s|$)|$)(?:\s*\x01\d+\x02)*", re.DOTALL)
_MARK = re.compile(r"\x01(\d+)\x02")


@dataclass(frozen=True)
class Sentence:
    """A sentence as written, its cues and comments taken out."""

    where: str
    """"ch14a_six_maps.md:12"."""
    line: str
    """"six_maps.open"."""
    text: str
    guarded: bool
    by_definition: bool = False
    source: str = ""


@dataclass(frozen=True)
class Finding:
    """Something that is said and not held to a number, or the other way round."""

    where: str
    line: str
    fault: str
    sentence: str

    def __str__(self) -> str:
        return f'{self.where}, {self.line}: {self.fault}: "{self.sentence}"'


def read(path: Path) -> list[Sentence]:
    """Every sentence of a script, in both branches of its conditions."""
    comments: list[str] = []

    def keep(match: re.Match[str]) -> str:
        comments.append(match[1].strip())
        return "\n" * match[0].count("\n") + f"\x01{len(comments) - 1}\x02"

    lines = _COMMENT.sub(keep, read_text(path)).splitlines()
    found = []
    for clip in script_parser.parse(path).clips:
        for script in clip.lines:
            for number, text in _sentences(script, lines):
                notes = [comments[int(index)] for index in _MARK.findall(text)]
                sentence = Sentence(
                    where=f"{path.name}:{number}",
                    line=f"{clip.name}.{script.cue}",
                    text=" ".join(scripts.without_cues(_MARK.sub("", text)).split()),
                    guarded=script.condition is not None,
                )
                if sentence.text and not scripts.is_pause(sentence.text):
                    source = next((note[7:].strip() for note in notes if note.startswith("source:")), "")
                    found.append(replace(sentence, by_definition="by definition" in notes, source=source))
    return found


def findings(sentences: Iterable[Sentence], sources: Sequence[str]) -> list[Finding]:
    """What breaks the two rules; `sources` are the titles of lecture.toml's [[publish.sources]]."""
    found = []
    for sentence in sentences:
        faults = [*_numbers(sentence, sources), *_outcomes(sentence)]
        if sentence.by_definition and not faults:
            faults = ["it is marked as true by definition, but states no number and no outcome"]
        elif sentence.by_definition:
            faults = []
        found += [Finding(sentence.where, sentence.line, fault, sentence.text) for fault in faults]
    return found


def exempt(sentences: Iterable[Sentence]) -> list[str]:
    """The sentences that are taken at their word, for `check` to list."""
    told = []
    for sentence in sentences:
        if sentence.by_definition or sentence.source:
            why = f"from {sentence.source}" if sentence.source else "by definition"
            told.append(f'{sentence.where}, {sentence.line}: {why}: "{sentence.text}"')
    return told


def unready(clip: ClipScript, hyperparameters: Mapping[str, object], traces: Mapping[str, Facts]) -> Iterator[Finding]:
    """The branches, silent now, that could not be spoken: a number in them has no such name or no such format."""
    for line in clip.lines:
        if line.condition:
            other = replace(line, condition=replace(line.condition, negated=not line.condition.negated))
            try:
                scripts.resolve(replace(clip, lines=(other,)), hyperparameters, traces)
            except UserError as error:
                fault = "the branch that is silent now cannot be spoken"
                yield Finding(line.where, f"{clip.name}.{line.cue}", fault, str(error))


def _sentences(script: LineScript, lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The sentences of one line of narration with the numbers of the lines of text on which they begin."""
    first = int(script.where.rpartition(":")[2])
    block: list[str] = []
    for line in lines[first - 1 :]:
        bare = _MARK.sub("", line).strip()
        if block and (not bare or bare.startswith("#") or scripts.begins_line(bare)):
            break
        block.append(line)
    if script.condition:
        block[0] = re.sub(r"^(\s*\[\w+\]\s*)if\s[^:]*:", r"\1", block[0])
    start = 0
    while start < len(block):  # a sentence ends with its branch
        stop = next((k for k in range(start + 1, len(block)) if block[k].strip().startswith("else:")), len(block))
        branch = "\n".join(block[start:stop])
        branch = re.sub(r"^\s*else:", lambda match: " " * len(match[0]), branch)
        for match in _SENTENCE.finditer(branch):
            yield first + start + branch.count("\n", 0, match.start()), match[0]
        start = stop


def _numbers(sentence: Sentence, sources: Sequence[str]) -> Iterator[str]:
    text = placeholders.without(sentence.text)
    if sentence.source:
        if any(_named(sentence.source, title) for title in sources):
            text = _QUOTED.sub(" ", text)
        else:
            yield f'its source "{sentence.source}" is not in lecture.toml, [[publish.sources]]'
    for digits in _DIGITS.findall(text):
        yield f"the number {digits.rstrip('.,')} is not looked up"
    words = _WORD.findall(ALLOWED.sub(" ", text.lower()))
    for k, word in enumerate(words):
        if word in NUMBER_WORDS or (word == "one" and _counts(words, k)):
            yield f'the number "{word}" is not looked up'


def _counts(words: Sequence[str], k: int) -> bool:
    """Whether the word "one" at place k says how much."""
    before, after = words[k - 1] if k else "", words[k + 1 : k + 3]
    alone = not after or not after[0].isalpha()
    return before in ONLY or (alone and before in BEFORE_A_VALUE) or any(word in EACH for word in after[1:])


def _outcomes(sentence: Sentence) -> Iterator[str]:
    if sentence.guarded or sentence.text.endswith("?"):
        return
    words = _WORD.findall(placeholders.without(sentence.text).lower())
    told = [word for k, word in enumerate(words) if word in INFLECTED | STATES or _is_told(words, k)]
    if told and any(word in SUBJECTS for word in words):
        yield f'an outcome ("{told[0]}") without a claim'


def _is_told(words: Sequence[str], k: int) -> bool:
    """Whether the word at place k is a verb in its plain form with a subject before it."""
    before = next((word for word in reversed(words[:k]) if word not in ADVERBS), "")
    return words[k] in PLAIN and before in SUBJECTS


def _named(source: str, title: str) -> bool:
    """Whether the first name and the year of a source stand in a title."""
    name, year = re.search(r"[A-Za-z]+", source), re.search(r"\b(?:19|20)\d\d\b", source)
    return bool(name and year and name[0] in title and year[0] in title)
