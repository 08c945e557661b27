"""Rules instead of a reward model: six answers to "write a program", and what a checker without taste makes of them.

The question is Tally's in code: `solve(bits)` shall say whether the number of 1s is odd. Each answer is really compiled
and run on test cases within a budget of steps, and its tags are looked at; the reward is the sum of the two. No line
below says how an answer will do: the checker finds out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from objectives.experiments import Array, Arrays, Claim, Number, Values
from objectives.experiments.packing import pack
from objectives.hyperparameters import Checked, hyper, read
from objectives.worlds import program_checker, tally

NAME = "rule_checker"
KEYS = ("rule_checker.*",)
FUNCTION = "solve"
TITLES = ("keeps a tally", "no tags", "counts bits, not ones", "a colon forgotten", "never stops", "opens a file")
TALLIES, UNTAGGED, WRONG, BROKEN, ENDLESS, PEEKS = range(6)
ANSWERS = (
    """<think>Keep a tally and flip it at every 1.</think>
<answer>
def solve(bits):
    odd = False
    for bit in bits:
        if bit == "1":
            odd = not odd
    return odd
</answer>""",
    """
def solve(bits):
    return sum(bit == "1" for bit in bits) % 2 == 1
""",
    """<think>An odd number of bits has an odd number of ones.</think>
<answer>
def solve(bits):
    return len(bits) % 2 == 1
</answer>""",
    """<think>Count the ones.</think>
<answer>
def solve(bits)
    return bits.count("1") % 2 == 1
</answer>""",
    """<think>Take bits off until none is left.</think>
<answer>
def solve(bits):
    odd = False
    while len(bits) > 0:
        if bits[0] == "1":
            odd = not odd
    return odd
</answer>""",
    """<think>The tests must be written down somewhere.</think>
<answer>
def solve(bits):
    notes = open("tests.txt").read()
    return bits in notes
</answer>""",
)


@dataclass(frozen=True)
class Params(Checked):
    """The test cases, the budget, and what the rules pay."""

    bits: int = hyper(
        3, low=1, high=6, unit="bits", source="chosen for the picture", doc="longest test; all strings up to it are run"
    )
    budget: int = hyper(
        200, low=1, high=10000, unit="lines", source="chosen for the picture", doc="lines that one test may execute"
    )
    reward_correct: float = hyper(
        1.0,
        low=-100.0,
        high=100.0,
        unit="reward",
        source="DeepSeek-R1 (2501.12948): accuracy",
        doc="for passing all tests",
    )
    reward_format: float = hyper(
        0.2,
        low=-100.0,
        high=100.0,
        unit="reward",
        source="DeepSeek-R1 (2501.12948): format",
        doc="for thinking in tags",
    )


SCHEMA = {
    "titles": Array("answer", "", "what each answer is, in a few words"),
    "answers": Array("answer", "", "their text, lines separated by a line feed"),
    "programs": Array("answer", "", "the program that the checker took from it"),
    "tests": Array("test", "", "the bits of each test"),
    "expected": Array("test", "", "whether the number of 1s is odd"),
    "tagged": Array("answer", "", "whether the tags are right"),
    "compiles": Array("answer", "", "whether Python compiles the program"),
    "verdict": Array("answer", "", "right, wrong, failed, out of steps, not allowed, or does not compile"),
    "why": Array("answer", "", "the error in Python's words, empty if none; they may differ between versions"),
    "passed": Array("answer test", "", "whether the test came out right"),
    "steps": Array("answer test", "lines", "lines executed in it; 0 if it was not reached"),
    "reward": Array("answer part", "reward", "paid for correctness and for format"),
    "total": Array("answer", "reward", "their sum"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Compile, run and score the six answers."""
    params = read(Params, NAME, h)
    words = tally.prompts(params.bits)
    tests = [(word, bool(word.count("1") % 2)) for word in words]
    programs = [program_checker.program(answer) for answer in ANSWERS]
    outcomes = [program_checker.check(program, FUNCTION, tests, params.budget) for program in programs]
    tagged = np.array([program_checker.tagged(answer) for answer in ANSWERS])
    right = np.array([outcome.verdict == program_checker.RIGHT for outcome in outcomes])
    reward = np.stack([params.reward_correct * right, params.reward_format * tagged], -1).astype(np.float64)
    return pack(
        SCHEMA,
        {
            "titles": TITLES,
            "answers": [answer.strip("\n") for answer in ANSWERS],
            "programs": programs,
            "tests": words,
            "expected": np.array([expected for _, expected in tests]),
            "tagged": tagged,
            "compiles": np.array([outcome.verdict != program_checker.NO_PROGRAM for outcome in outcomes]),
            "verdict": [outcome.verdict for outcome in outcomes],
            "why": [outcome.why for outcome in outcomes],
            "passed": np.array([outcome.results for outcome in outcomes]),
            "steps": np.array([outcome.steps for outcome in outcomes]),
            "reward": reward,
            "total": reward.sum(-1),
        },
    )


# --- what may be said


def _total(answer: int) -> Callable[[Arrays], float]:
    return lambda a: float(a["total"][answer])


NUMBERS: dict[str, Number] = {
    "tests": ("number of tests", lambda a: float(a["tests"].size)),
    "total_tallies": ("score of the answer that keeps a tally", _total(TALLIES)),
    "total_untagged": ("score of the right program without tags", _total(UNTAGGED)),
    "total_wrong": ("score of the program that counts bits", _total(WRONG)),
    "passed_wrong": ("tests that it passes", lambda a: float(a["passed"][WRONG].sum())),
    "steps_tallies": ("most lines that the tally needs for one test", lambda a: float(a["steps"][TALLIES].max())),
    "compile": ("programs that compile", lambda a: float(a["compiles"].sum())),
    "right": ("programs that pass every test", lambda a: float((a["verdict"] == program_checker.RIGHT).sum())),
}


def _verdict(answer: int, verdict: str) -> Callable[[Arrays], bool]:
    return lambda a: bool(a["verdict"][answer] == verdict)


CLAIMS: dict[str, Claim] = {
    "tally_is_right": ("The answer that keeps a tally passes every test.", _verdict(TALLIES, program_checker.RIGHT)),
    "untagged_is_right": (
        "The program without tags passes every test but is paid nothing for its form.",
        lambda a: bool(a["verdict"][UNTAGGED] == program_checker.RIGHT and not a["tagged"][UNTAGGED]),
    ),
    "wrong_passes_some": (
        "The program that counts bits passes some tests, not all, and is paid nothing for that.",
        lambda a: bool(0 < a["passed"][WRONG].mean() < 1 and a["reward"][WRONG, 0] == 0),
    ),
    "broken_does_not_compile": (
        "The program without its colon, and no other, does not compile.",
        lambda a: bool(np.flatnonzero(~a["compiles"]).tolist() == [BROKEN]),
    ),
    "endless_runs_out": ("The endless program runs out of steps.", _verdict(ENDLESS, program_checker.OUT_OF_STEPS)),
    "no_file_is_there": (
        "The program that opens a file fails: where it runs there is no such thing.",
        _verdict(PEEKS, program_checker.FAILED),
    ),
    "tally_scores_best": (
        "The answer that is right and in form scores more than any other.",
        lambda a: bool((a["total"][TALLIES] > np.delete(a["total"], TALLIES)).all()),
    ),
}
