"""Reads a chapter's script, as scripts.py says it is written; a mistake is a sentence with file and line."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from pipeline.errors import UserError
from pipeline.files import read_text
from pipeline.project.placeholders import PLACEHOLDER, split
from pipeline.project.scripts import CUE, LINE_START, Chapter, ClipScript, Condition, LineScript, pause

TITLE_LIMIT = 49
LONGEST_PAUSE = 60.0  # seconds
_CONDITION = re.compile(r"^if\s+(not\s+)?([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)\s*:\s*", re.DOTALL)
_CONDITION_INSIDE = re.compile(r"\bif\s+(not\s+)?[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\s*:")
_LISTED = re.compile(r"^(?:[-*+>]|\d{1,2}[.)])\s")
_LIKE_A_PAUSE = re.compile(r"^pause(?:$|\s+\S+$|\s+[-+.,]?\d)", re.IGNORECASE)
_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")  # control, format, half of a pair, line and paragraph separators
_FINE = "\t\u200c\u200d"  # a tab, and the joiners of some scripts
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def parse(path: Path) -> Chapter:
    """Read a chapter's script; a mistake is a `UserError` with file and line."""
    try:
        text = read_text(path)
    except FileNotFoundError:
        raise UserError(f"the narration {path.name} is missing.") from None
    except UnicodeDecodeError:
        raise UserError(f"{path.name} is not UTF-8 text.") from None
    return _parsed(path.name, text)


@lru_cache(maxsize=128)
def _parsed(file: str, text: str) -> Chapter:
    """A script as it was read before in this process, for the values of a sweep say, is not parsed again."""
    text = _COMMENT.sub(lambda comment: "\n" * comment.group().count("\n"), text)
    _check_signs(file, text)
    return _Parser(file).run(text)


def _check_signs(file: str, text: str) -> None:
    """Refuses what no voice should read aloud: half a comment, and characters that cannot be seen."""
    for number, line in enumerate(text.split("\n"), start=1):
        if "<!--" in line or "-->" in line:
            what = "is not closed" if "<!--" in line else "ends here that began nowhere, or inside another"
            raise UserError(f"{file}:{number}: a comment {what}; it is written '<!-- ... -->'.")
        if strange := next((sign for sign in line if unicodedata.category(sign) in _UNSEEN and sign not in _FINE), ""):
            raise UserError(f"{file}:{number}: the character U+{ord(strange):04X} cannot be seen or said; remove it.")


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
            if line.startswith("#") or not line or LINE_START.match(line):
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
            if not LINE_START.match(line):
                raise UserError(f"{self.where_now}: a line of narration begins with its cue, as in '[open] Here is'.")
            self.block_where = self.where_now
        elif _LISTED.match(line):
            raise UserError(f"{self.where_now}: a list or a quotation cannot be said; write sentences.")
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
    start = LINE_START.match(block[0])
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
        silence = pause(text)
        if silence is None and _LIKE_A_PAUSE.match(text):
            raise UserError(f"{script.where}: '{text}' is no pause; write the seconds with a point, as in 'pause 1.5'.")
        if silence is not None and silence > LONGEST_PAUSE:
            raise UserError(f"{script.where}: '{text}' is too long; a pause has at most {LONGEST_PAUSE:g} seconds.")
        bare = PLACEHOLDER.sub("", text)
        if "{" in bare or "}" in bare:
            raise UserError(
                f"{script.where}: a brace has no partner; a placeholder is {{table.key}} or {{experiment#number}}."
            )
        for inside in PLACEHOLDER.findall(text):
            split(inside, script.where)
        cues = [script.cue, *CUE.findall(text)]
        for cue in cues:
            if cues.count(cue) > 1:
                raise UserError(f"{script.where}: the cue [{cue}] stands twice in one line.")
    if not CUE.sub("", script.text).strip():
        raise UserError(
            f"{script.where}: the line [{script.cue}] is empty; for silence write '[{script.cue}] pause 1.5'."
        )
