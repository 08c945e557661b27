"""Narration scripts: chapters of clips of lines, with cues for the pictures and numbers that are looked up.

    # Six maps, one mountain                                    chapter title

    ## six_maps                                                 clip

    [open] Here are {sampling.groups} groups of answers.        a line; its name is six_maps.open
    [map] Each rule [draw] draws its own map.                   `draw` falls on the word "draws"

    [lazy] if six_objectives.falls_into_corner: It ends at {six_objectives#reinforce_j_end:.2f}.
    else: This time it escapes.

    [rest] pause 1.5

A line begins with a cue in brackets and ends where the next one begins or at a blank line. `{table.key}` is a
hyperparameter, `{experiment#number}` a number of a trace; both take a Python format (`{x.y:.0%}`), and `{x.y[0]}`
is an item of a list. `{x.y|group|groups}` is the first of the two where the number is 1, else the second, so that a
sentence stays one: `{x.y} {x.y|group|groups}`. `*words*` are said with more weight by a voice that can. HTML comments
are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from pipeline.errors import UserError, did_you_mean

TITLE_LIMIT = 49

_CUE = re.compile(r"\[([a-z][a-z0-9_]*)\]")
_LINE_START = re.compile(r"^\[([a-z][a-z0-9_]*)\]\s*")
_CONDITION = re.compile(r"^if\s+(not\s+)?([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)\s*:\s*", re.DOTALL)
_CONDITION_INSIDE = re.compile(r"\bif\s+(not\s+)?[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\s*:")
_PAUSE = re.compile(r"^pause\s+(\d+(?:\.\d+)?)$")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_CHOICE = re.compile(r"^([^|:]+)\|([^|]*)\|([^|]*)$")  # a number, the word for one, the word for any other
_NAME = re.compile(r"^([a-z][a-z0-9_]*)([.#])([a-z][a-z0-9_.]*)(?:\[(\d+)\])?(?::([^|]*))?$")
_POWER = re.compile(r"^-?\d+(\.\d+)?e[-+]\d+$")  # 1e-06 is no way to say a number
_STRESS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]*[^\s*])\*(?![\w*])")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


class Facts(Protocol):
    """What a script reads of a trace."""

    @property
    def numbers(self) -> Mapping[str, float]:
        """Named numbers."""

    @property
    def claims(self) -> Mapping[str, bool]:
        """Named statements and whether they hold."""


@dataclass(frozen=True)
class Condition:
    """Speak the first text if the claim holds (or does not hold, if `negated`), else the second."""

    experiment: str
    claim: str
    negated: bool


@dataclass(frozen=True)
class LineScript:
    """A line as written: one text, or two and a condition."""

    cue: str
    where: str
    text: str
    otherwise: str = ""
    condition: Condition | None = None

    @property
    def cues(self) -> tuple[str, ...]:
        """Every cue that the line defines, the first one first, whichever branch is spoken."""
        return tuple(dict.fromkeys([self.cue, *_CUE.findall(self.text), *_CUE.findall(self.otherwise)]))


@dataclass(frozen=True)
class ClipScript:
    """A clip's lines as written."""

    name: str
    lines: tuple[LineScript, ...]
    where: str = ""

    @property
    def cues(self) -> tuple[str, ...]:
        """Every cue of the clip in order of writing."""
        return tuple(cue for line in self.lines for cue in line.cues)


@dataclass(frozen=True)
class Chapter:
    """A chapter's title and clips in order."""

    title: str
    clips: tuple[ClipScript, ...]


@dataclass(frozen=True)
class Line:
    """A line ready to be spoken: `cues` are pairs (name, index of the word it falls on).

    When `text` is "" the line is `pause` seconds of silence. `stressed` are the numbers of words with more weight.
    """

    name: str
    text: str
    cues: tuple[tuple[str, int], ...]
    pause: float = 0.0
    stressed: tuple[int, ...] = ()


def parse(path: Path) -> Chapter:
    """Read a chapter's script; a mistake is a `UserError` with file and line."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UserError(f"the narration {path.name} is missing.") from None
    except UnicodeDecodeError:
        raise UserError(f"{path.name} is not UTF-8 text.") from None
    text = _COMMENT.sub(lambda comment: "\n" * comment.group().count("\n"), text)
    return _Parser(path.name).run(text)


def begins_line(text: str) -> bool:
    """Whether a line of a script is the first of a line of narration."""
    return bool(_LINE_START.match(text))


def is_pause(text: str) -> bool:
    """Whether a text is a silence and no words."""
    return bool(_PAUSE.match(text))


def without_cues(text: str) -> str:
    """A text as it is heard."""
    return _STRESS.sub(r"\1", _CUE.sub("", text))


def placeholders(text: str) -> int:
    """How many numbers of a text are looked up."""
    return sum("|" not in inside for inside in _PLACEHOLDER.findall(text))


def without_placeholders(text: str, mark: str = "#") -> str:
    """A text with a mark in the place of every number that is looked up, and the plural where it decides a word."""

    def plain(match: re.Match[str]) -> str:
        choice = _CHOICE.match(match[1])
        return choice[3] if choice else mark

    return _PLACEHOLDER.sub(plain, text)


def needs(script: ClipScript) -> tuple[set[str], set[str]]:
    """The hyperparameters ("table.key") and the experiments that a clip's script reads, in either branch."""
    hyperparameters: set[str] = set()
    experiments: set[str] = set()
    for line in script.lines:
        if line.condition:
            experiments.add(line.condition.experiment)
        for inside in _PLACEHOLDER.findall(line.text + line.otherwise):
            left, mark, right, _, _ = _split(inside, line.where)
            if mark == ".":
                hyperparameters.add(f"{left}.{right}")
            else:
                experiments.add(left)
    return hyperparameters, experiments


def resolve(script: ClipScript, hyperparameters: Mapping[str, Any], traces: Mapping[str, Facts]) -> tuple[Line, ...]:
    """Choose branches by their claims and put the numbers in; `hyperparameters` is keyed "table.key"."""
    return tuple(_resolve_line(script.name, line, hyperparameters, traces) for line in script.lines)


@dataclass
class _Parser:
    """Lines of text to chapters; keeps the line number for error messages."""

    file: str
    title: str = ""
    clips: list[ClipScript] = field(default_factory=list)
    lines: list[LineScript] = field(default_factory=list)
    name: str = ""
    where: str = ""
    block: list[str] = field(default_factory=list)
    block_where: str = ""

    def run(self, text: str) -> Chapter:
        for number, raw in enumerate(text.splitlines(), start=1):
            line, self.where_now = raw.strip(), f"{self.file}:{number}"
            if line.startswith("#") or not line or _LINE_START.match(line):
                self.end_line()
            if line.startswith("## "):
                self.begin_clip(line[3:].strip())
            elif line.startswith("# "):
                self.begin_chapter(line[2:].strip())
            elif line.startswith("#"):
                raise UserError(f"{self.where_now}: a heading is '# Title' for the chapter or '## name' for a clip.")
            elif line:
                self.add(line)
        self.end_line()
        self.end_clip()
        if not self.title:
            raise UserError(f"{self.file}: the chapter has no title; its first line is '# Title'.")
        if not self.clips:
            raise UserError(f"{self.file}: the chapter has no clip; a clip begins with '## name'.")
        return Chapter(self.title, tuple(self.clips))

    def begin_chapter(self, title: str) -> None:
        if self.title:
            raise UserError(f"{self.where_now}: a second chapter title; one file is one chapter.")
        if len(title) > TITLE_LIMIT:
            raise UserError(
                f"{self.where_now}: the title has {len(title)} characters; at most {TITLE_LIMIT} are allowed."
            )
        self.title = title

    def begin_clip(self, name: str) -> None:
        self.end_clip()
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise UserError(f'{self.where_now}: "{name}" is no clip name; use small letters, digits and underscores.')
        if any(clip.name == name for clip in self.clips):
            raise UserError(f'{self.where_now}: the clip "{name}" is written twice.')
        self.name, self.where = name, self.where_now

    def add(self, line: str) -> None:
        if not self.name:
            raise UserError(f"{self.where_now}: text before the first clip; a clip begins with '## name'.")
        if not self.block:
            if not _LINE_START.match(line):
                raise UserError(f"{self.where_now}: a line of narration begins with its cue, as in '[open] Here is'.")
            self.block_where = self.where_now
        self.block.append(line)

    def end_line(self) -> None:
        if not self.block:
            return
        script = _line_script(self.block, self.block_where)
        taken = {cue for line in self.lines for cue in line.cues}
        for cue in script.cues:
            if cue in taken:
                raise UserError(f'{self.block_where}: the cue [{cue}] is already used in the clip "{self.name}".')
        self.lines.append(script)
        self.block = []

    def end_clip(self) -> None:
        if self.name and not self.lines:
            raise UserError(f'{self.where}: the clip "{self.name}" has no line; for silence write "[open] pause 5".')
        if self.name:
            self.clips.append(ClipScript(self.name, tuple(self.lines), self.where))
        self.name, self.lines = "", []


def _line_script(block: list[str], where: str) -> LineScript:
    start = _LINE_START.match(block[0])
    assert start  # _Parser.add lets nothing else in
    branches: list[list[str]] = [[block[0][start.end() :]]]
    for line in block[1:]:
        if line.startswith("else:"):
            branches.append([line.removeprefix("else:")])
        else:
            branches[-1].append(line)
    texts = [" ".join(branch).strip() for branch in branches]
    condition = _CONDITION.match(texts[0])
    for text in (texts[0][condition.end() :] if condition else texts[0], *texts[1:]):
        if _CONDITION_INSIDE.search(text):
            raise UserError(
                f"{where}: a condition stands inside a line; begin a line of its own, '[cue] if ...', with it."
            )
    if len(texts) > 2 or (len(texts) == 2 and not condition):
        raise UserError(f"{where}: 'else:' needs one 'if experiment.claim:' before it.")
    if re.match(r"^if\s+\S+\s*:", texts[0]) and not condition:
        raise UserError(f"{where}: a condition is 'if experiment.claim:' or 'if not experiment.claim:'.")
    script = LineScript(start[1], where, texts[0])
    if condition:
        claim = Condition(condition[2], condition[3], bool(condition[1]))
        script = LineScript(start[1], where, texts[0][condition.end() :], "".join(texts[1:]), claim)
    _check_text(script)
    return script


def _check_text(script: LineScript) -> None:
    for text in (script.text, script.otherwise):
        bare = _PLACEHOLDER.sub("", text)
        if "{" in bare or "}" in bare:
            raise UserError(
                f"{script.where}: a brace has no partner; a placeholder is {{table.key}} or {{experiment#number}}."
            )
        for inside in _PLACEHOLDER.findall(text):
            _split(inside, script.where)
        cues = [script.cue, *_CUE.findall(text)]
        for cue in cues:
            if cues.count(cue) > 1:
                raise UserError(f"{script.where}: the cue [{cue}] stands twice in one line.")
    if not _CUE.sub("", script.text).strip():
        raise UserError(
            f"{script.where}: the line [{script.cue}] is empty; for silence write '[{script.cue}] pause 1.5'."
        )


def _split(inside: str, where: str) -> tuple[str, str, str, int | None, str]:
    """A placeholder's parts: table or experiment, "." or "#", key or number, list item, format."""
    choice = _CHOICE.match(inside)
    found = _NAME.match(choice[1] if choice else inside)
    if not found:
        raise UserError(
            f"{where}: {{{inside}}} is no placeholder; write {{table.key}}, {{experiment#number}} or "
            "{table.key|group|groups}."
        )
    left, mark, right, item, spec = found.groups()
    return left, mark, right, None if item is None else int(item), spec or ""


def _resolve_line(clip: str, line: LineScript, hyperparameters: Mapping[str, Any], traces: Mapping[str, Facts]) -> Line:
    text = line.text
    if line.condition:
        claims = _trace(line.condition.experiment, traces, line.where).claims
        holds = _look_up(line.condition.claim, claims, f"{line.condition.experiment} has no claim", line.where)
        text = line.otherwise if holds == line.condition.negated else line.text
    name = f"{clip}.{line.cue}"
    pause = _PAUSE.match(text)
    if pause:
        return Line(name, "", tuple((cue, 0) for cue in line.cues), float(pause[1]))

    def value(match: re.Match[str]) -> str:
        return _value(match[1], hyperparameters, traces, line.where)

    words: list[str] = []
    cues: dict[str, int] = {line.cue: 0}
    pieces = _CUE.split(text)
    for index, piece in enumerate(pieces):
        if index % 2:
            cues[piece] = len(words)
        else:
            words += _fill(piece, value).split()
    for cue in line.cues:  # cues of the branch that is not spoken
        cues.setdefault(cue, 0)
    plain, stressed = _stressed(" ".join(words))
    return Line(name, plain, tuple(cues.items()), stressed=stressed)


def _stressed(text: str) -> tuple[str, tuple[int, ...]]:
    """A text without its marks of stress, and the numbers of the words between them."""
    numbers: list[int] = []
    for match in _STRESS.finditer(text):
        first = text[: match.start()].count(" ")
        numbers += range(first, first + match[1].count(" ") + 1)
    return _STRESS.sub(r"\1", text), tuple(numbers)


def _fill(text: str, value: Callable[[re.Match[str]], str]) -> str:
    return _PLACEHOLDER.sub(value, text)


def _value(inside: str, hyperparameters: Mapping[str, Any], traces: Mapping[str, Facts], where: str) -> str:
    left, mark, right, item, spec = _split(inside, where)
    if mark == ".":
        found = _look_up(f"{left}.{right}", hyperparameters, "there is no hyperparameter", where)
    else:
        found = _look_up(right, _trace(left, traces, where).numbers, f"{left} has no number", where)
    if item is not None:
        if not isinstance(found, (list, tuple)) or item >= len(found):
            raise UserError(f"{where}: {{{inside}}} asks for item {item} of {found!r}.")
        found = found[item]
    if choice := _CHOICE.match(inside):
        return choice[2] if found == 1 else choice[3]
    try:
        shown = format(found, spec)
        return f"{Decimal(shown):f}" if _POWER.match(shown) else shown
    except (ValueError, TypeError):
        raise UserError(f"{where}: {{{inside}}} cannot show {found!r} in the format {spec!r}.") from None


def _trace(name: str, traces: Mapping[str, Facts], where: str) -> Facts:
    if name not in traces:
        raise UserError(f'{where}: there is no experiment "{name}"{did_you_mean(name, traces)}')
    return traces[name]


def _look_up(name: str, known: Mapping[str, Any], lack: str, where: str) -> Any:
    if name not in known:
        raise UserError(f'{where}: {lack} "{name}"{did_you_mean(name, known)}')
    return known[name]
