"""Words to phonemes in Kokoro's alphabet: espeak-ng reads them in their sentence; punctuation stays the text's own.

espeak-ng gives its phonemes (IPA) after the event of their word, so each belongs to a word of the captions. Where it
says two words as one ("for the"), the phonemes are shared by what each word has alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.errors import UserError
from pipeline.speech import espeak, model
from pipeline.speech import espeak_process as process
from pipeline.speech.spoken import Heard

ENGLISH, SPANISH = "en-us", "es"
_LANGUAGES = {"a": ENGLISH, "e": SPANISH}
_READER = {"rate": 175, "pitch": 50, "range": 50, "phonemes": True}
_SIGNS = {  # espeak-ng's phonemes, without marks of stress, to Kokoro's
    **{"aɪ": "I", "aʊ": "W", "eɪ": "A", "oʊ": "O", "ɔɪ": "Y", "dʒ": "ʤ", "tʃ": "ʧ", "əl": "ᵊl", "n̩": "ᵊn"},
    **{"ɜː": "ɜɹ", "ɜːɹ": "ɜɹ", "ɚ": "əɹ", "oːɹ": "ɔɹ", "aɪɚ": "Iəɹ", "aɪə": "Iə"},
    **{"ɾ": "T", "r": "ɹ", "g": "ɡ", "ɐ": "ə", "ʔ": "t", "x": "k", "ç": "k", "ɬ": "l"},
}
_SPANISH_SIGNS = {"aɪ": "I", "aʊ": "W", "eɪ": "A", "ɔɪ": "Y", "dʒ": "ʤ", "tʃ": "ʧ", "ts": "ʦ", "g": "ɡ"}
_STRESS = "ˈˌ"
_VOWELS = "AIOWYaeiouæɑɐɔəɚɛɜɪʊʌᵊᵻ"
_OPENING, _CLOSING = "(“", ";:,.!?—…)”"
_OTHER_MARKS = {"–": "—", "-": "—", "[": "(", "]": ")", "„": "“", "«": "“", "»": "”"}
_GIVEN = re.compile(r"^(?P<before>(?:[^\W_]+[-–])*[^\w/]*)/(?P<signs>[^/\s]+)/(?P<after>\S*)$")


@dataclass(frozen=True)
class Said:
    """A word of the captions as it is said: punctuation before it, its phonemes ("" for none), punctuation after."""

    before: str
    signs: str
    after: str


def given(word: str) -> str:
    """The phonemes of a word that is written as phonemes, "/dˈæpO/", or an empty text."""
    found = _GIVEN.match(word)
    return found["signs"] if found else ""


def unknown(signs: str) -> str:
    """The characters that Kokoro's alphabet does not have."""
    return "".join(sign for sign in dict.fromkeys(signs) if sign not in model.symbols())


def language(speaker: str) -> str:
    """The language of a voice as espeak-ng calls it: the first letter of "ef_dora" says that it is Spanish."""
    return _LANGUAGES.get(speaker[:1], ENGLISH)


def words(heard: Heard, written: Sequence[str], stressed: Collection[int] = (), language: str = ENGLISH) -> list[Said]:
    """How the words of a line are said; `stressed` are the numbers of those that are said with more weight.

    The words of the captions stand in for those that are given in phonemes while espeak-ng reads the sentence.
    """
    pieces = [heard.text[begin:end] for begin, end in heard.spans]
    read = [plain if given(piece) else piece for piece, plain in zip(pieces, written, strict=True)]
    found = _shared(read, _read(" ".join(read), language), language)
    said = [_said(piece, plain, signs, language) for piece, plain, signs in zip(pieces, read, found, strict=True)]
    return [replace(word, signs=_weighty(word.signs)) if k in stressed else word for k, word in enumerate(said)]


def _weighty(signs: str) -> str:
    """Phonemes with their main stress doubled, which Kokoro speaks slower; "of" has none and gets one."""
    if "ˈ" not in signs:
        vowel = re.search(rf"[ˌ]?[{_VOWELS}]", signs)
        if not vowel:
            return signs
        signs = signs[: vowel.start()] + "ˈ" + signs[vowel.start() :].removeprefix("ˌ")
    return signs.replace("ˈ", "ˈˈ", 1)


def _said(piece: str, read: str, signs: str, language: str) -> Said:
    before, after = _marks(read)
    if given(piece):
        return Said(before, _with_given(piece, language), after)
    if read.lower().strip("“\"'(") == "a" and signs.replace("ɹ", "") == "ə":  # "for a real": an r of its neighbours
        signs = "ɐ"
    return Said(before, re.sub("ɹ+", "ɹ", _with_s(read, signs)), after)


def _with_given(piece: str, language: str) -> str:
    """Phonemes of a word that has some between slashes, with what stands before and after them: "/ʤˌiˌAˈi/-like"."""
    own = _GIVEN.match(piece)
    if not own:
        return _alone(piece, language) if re.search(r"[^\W_]", piece) else ""
    odd = unknown(own["signs"])
    if odd:
        raise UserError(f'voice.say: "{own["signs"]}" has "{odd[0]}", which is no phoneme of Kokoro.')
    ending = re.match(r"['’]?s(?![^\W_])", own["after"])
    signs = own["signs"] + _ending(own["signs"], "s" if ending else "")
    after = own["after"][ending.end() if ending else 0 :]
    return _with_given(own["before"], language) + signs + _with_given(after, language)


def _alone(word: str, language: str) -> str:
    """The phonemes of a word outside its sentence."""
    return _with_s(word, " ".join(signs for _, signs in _read(word, language)))


def _with_s(word: str, signs: str) -> str:
    """Phonemes with the "s" that espeak-ng leaves out after capital letters, or says apart after a digit ("R1's")."""
    signs = re.sub(r" (?=[sz]$)", "", signs)
    if signs and re.search(r"[A-Z]['’]s\W*$", word) and signs[-1] not in "sz":
        signs += _ending(signs, "s")
    return signs


def _ending(signs: str, letters: str) -> str:
    """The sound of an "s" after phonemes: "GRPO's"."""
    if letters != "s":
        return ""
    if signs[-1] in "szʃʒʧʤ":
        return "ᵻz"
    return "s" if signs[-1] in "ptkfθ" else "z"


def _marks(word: str) -> tuple[str, str]:
    """The punctuation before and after a word in Kokoro's alphabet; one without letters is punctuation after."""
    inside = re.search(r"[^\W_](?:.*[^\W_])?", word)
    begin, end = inside.span() if inside else (0, 0)

    def kept(part: str, allowed: str, quote: str) -> str:
        marks = (quote if mark == '"' else _OTHER_MARKS.get(mark, mark) for mark in part)
        return "".join(mark for mark in marks if mark in allowed)

    return kept(word[:begin], _OPENING, "“"), kept(word[end:], _CLOSING, "”")


def _shared(read: Sequence[str], heard: Sequence[tuple[int, str]], language: str) -> list[str]:
    """The phonemes of each word, from pairs (first character in the text, phonemes) for each event of espeak-ng."""
    found = [""] * len(read)
    index, begin = -1, 0
    starts = []
    for word in read:
        starts.append(begin)
        begin += len(word) + 1
    for character, signs in heard:
        index = max(k for k, start in enumerate(starts) if start <= character) if character >= 0 else index
        found[index] = f"{found[index]} {signs}".strip()
    first = 0
    while first < len(read):
        last = first
        while last + 1 < len(read) and not found[last + 1] and re.search(r"[^\W_]", read[last + 1]):
            last += 1
        if last > first and found[first]:
            alone = [_alone(word, language) for word in read[first : last + 1]]
            found[first : last + 1] = _split(found[first], alone)
            for k in range(first + 1, last + 1):  # "for a": an r on either side is one r
                if found[k - 1].endswith("ɹ") and not alone[k - first].startswith("ɹ"):
                    found[k] = found[k].removeprefix("ɹ")
        first = last + 1
    return found


def _split(signs: str, alone: Sequence[str]) -> list[str]:
    """Phonemes cut so that each part is as near as can be to what its word has alone."""
    if len(alone) == 1:
        return [signs]
    cuts = range(1, len(signs) - len(alone) + 2)
    best = min(cuts, key=lambda cut: _far(signs[:cut], alone[0]) + _far(signs[cut:], "".join(alone[1:])), default=0)
    return [signs[:best].strip(), *_split(signs[best:].strip(), alone[1:])]


def _far(first: str, second: str) -> int:
    """Edit distance of two texts of phonemes; stress does not count."""
    one, two = ([sign for sign in text if sign not in _STRESS + " "] for text in (first, second))
    row = list(range(len(two) + 1))
    for i, a in enumerate(one, start=1):
        above, row[0] = row[0], i
        for j, b in enumerate(two, start=1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (a != b))
    return row[-1]


def _read(text: str, language: str) -> list[tuple[int, str]]:
    """Pairs (first character, phonemes in Kokoro's alphabet) for each event of a word."""
    found: list[tuple[int, str]] = []
    last = ""
    for kind, character, *_, sign in espeak.ask({"text": text, "voice": language, **_READER}, f'"{text}"')[0]["events"]:
        if kind == process.WORD:
            found.append((character, ""))
        elif kind == process.PHONEME and found and sign:
            before = found[-1][1]
            if last.endswith("iə") and sign[0] in "ɹl":  # "zero" and "really", but "gradient"
                before = before.removesuffix("ə")
            found[-1] = (found[-1][0], before + kokoro(sign, language))
        last = sign
    return [(character, signs) for character, signs in found if signs]


def kokoro(sign: str, language: str = ENGLISH) -> str:
    """A phoneme of espeak-ng in Kokoro's alphabet."""
    signs = _SIGNS if language == ENGLISH else _SPANISH_SIGNS
    stress = "".join(mark for mark in sign if mark in _STRESS)
    bare = sign.translate({ord(mark): None for mark in _STRESS})
    return stress + "".join(_known(signs.get(bare, bare.replace("ː", "")), signs))


def _known(bare: str, signs: Mapping[str, str]) -> Iterator[str]:
    for sign in bare:
        mapped = signs.get(sign, sign)
        yield from (part for part in mapped if part in model.symbols())
