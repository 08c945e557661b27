"""What a formula's terms and the words of a clip must look like: one thing, one colour, one word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scenes import theme
from scenes.engine.lettering import said
from scenes.engine.lint import readable
from scenes.engine.stage import Stage

TERM = re.compile(r"\{\{\s*(.*?)\s*:\s*([a-z]+)(?:-[\w-]+)?\s*\}\}")
# What a term of a formula is, by the letters in it; the first that fits counts: clip(rho) is the clip.
LETTERS = {
    "chance": r"^pi\(o\)$",
    "clip": r"clip|epsilon|macron\(rho\)",
    "kl": r"KL|k[123]|beta|delta(?!_)|\bF\b",
    "advantage": r"hat\(A\)|^delta_|^#word\[advantage\]$",
    "mean": r"sum_|\b(?:mu|sigma)(?:_|\b)|upright\(\"(?:mean|standard deviation)\"\)",
    "ratio": r"\brho|\(pi_.*\) / \(pi_",
    "logp": r"log pi|\bpi(?:\b|_)",
    "value": r"\b[Vb]\b|\bV_|^#word\[expected\]$",
    "reward": r"\br\b|\br_|^#word\[reward\]$",
}
# Letters that must not stand in a formula without a label: they would lose their colour.
COLOURED = {name: LETTERS[name] for name in ("clip", "kl", "advantage", "ratio")}
# What words in the colour of a symbol may speak of. Reward and mean have the colours of plain words.
SPEAKS_OF = {
    "value": r"value|forecast|critic|expect|advantage|worth|so far|^V\b|difference error",
    "advantage": r"value|forecast|critic|expect|advantage|worth|so far|^V\b|^hat\(A\)",
    "logp": r"odds|chance|change|direction|likelier|probability|log prob|ratio|turn|promise",
    "ratio": r"odds|likelier|probability|ratio|turn|promise",
    "clip": r"clip|fence|post",
    "kl": r"KL|leash|reference|ring|trust region|Fisher",
}
# Words that stand alone for a symbol, and so wear its colour or none.
NAMES = {
    "advantage": "advantage",
    "forecast": "value",
    "critic": "value",
    "ratio": "ratio",
    "clip": "clip",
    "fence": "clip",
    "leash": "kl",
    "KL": "kl",
}
NEUTRAL = {theme.TEXT, theme.MUTED, theme.CASING, theme.CANVAS}
RULES = {look.colour: look.label for look in theme.OBJECTIVES.values()}
LABELS = {label: colour for colour, label in RULES.items()}
# The word that the film uses for a thing, and words for the same thing that it does not use.
ONE_WORD = {
    "fence": "barrier boundary border",
    "leash": "tether rope lead-line",
    "mountain": "landscape terrain hill",
    "map": "chart atlas",
    "policy": "agent actor",
    "reward": "payoff utility",
    "chance": "likelihood likelihoods",
    "handful": "minibatch",
    "forecast": "prognosis prediction",
}


@dataclass(frozen=True)
class Written:
    """Words or a formula on stage, with its colour."""

    source: str
    colour: str

    @property
    def words(self) -> str:
        """As it is read."""
        return readable(self.source)


def written(stage: Stage) -> Iterator[Written]:
    """Everything that is written in a clip."""
    for actor in stage.timeline.actors:
        told = said(actor.mobject)
        source = told.words if told else ""
        leaves = actor.mobject.family_members_with_points()
        if source and leaves:
            yield Written(source, leaves[0].get_fill_color().to_hex()[:7].upper())


def symbols(colour: str) -> set[str]:
    """The symbols that have this colour."""
    return {name for name, own in theme.SYMBOLS.items() if own.upper() == colour and own not in NEUTRAL}


def meaning(body: str) -> str:
    """The symbol that a term is, by its letters."""
    return next((name for name, letters in LETTERS.items() if re.search(letters, body)), "")


def fits(body: str, label: str) -> bool:
    """Whether a term may have this label. A number may stand for anything, and a label without a colour for any letters
    that have none of their own.
    """
    if re.fullmatch(r"[\d.]+", body):
        return True
    return meaning(body) == label or (label not in theme.SYMBOLS and meaning(body) not in COLOURED)


def faults_of(source: str) -> list[str]:
    """Terms of a formula with a label that is not theirs, and letters that need one and have none."""
    found = [f"{body} is labelled {label}" for body, label in TERM.findall(source) if not fits(body, label)]
    bare = TERM.sub(" ", source)
    bare = re.sub(r"#word\[[^\]]*\]", " ", bare)
    return found + [f"{name} has no label" for name, letters in COLOURED.items() if re.search(letters, bare)]


def strange(entry: Written) -> bool:
    """Whether words wear the colour of a symbol of which they do not speak."""
    own = symbols(entry.colour)
    if not own or "{{" in entry.source or not re.search(r"[A-Za-z]{2}", entry.words):
        return False
    return not any(re.search(SPEAKS_OF[name], entry.words, re.IGNORECASE) for name in own)


def miscoloured(entry: Written) -> bool:
    """Whether words that name a symbol or a rule wear the colour of something else."""
    if entry.words in LABELS and entry.colour not in {*NEUTRAL, LABELS[entry.words].upper()}:
        return True
    symbol = NAMES.get(entry.words)
    return bool(symbol) and entry.colour not in {*NEUTRAL, *RULES, theme.SYMBOLS[symbol].upper()}


def other_words(text: str) -> list[str]:
    """Words for what the film calls by another one."""
    others = [other for words in ONE_WORD.values() for other in words.split()]
    return [other for other in others if re.search(rf"\b{other}s?\b", text, re.IGNORECASE)]
