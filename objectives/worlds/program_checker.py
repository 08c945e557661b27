"""A rule-based checker: it compiles a small program, runs it on tests within a budget, and looks at its tags.

Nothing here is learned and nothing is pretended: the code goes through Python's own `compile` and runs. It runs with a
few harmless built-in functions and no others, so that it finds no file, no network and no clock, and every line that it
executes is counted. Sums, products, powers and shifts are looked at before they are made, for one alone could fill the
memory or take for ever. That keeps the toy programs of this project honest and short; it is not a sandbox for programs
of strangers. (DeepSeek-R1 2501.12948 section 2.2.2: a compiler's feedback on predefined test cases, and a format reward
for thinking between its tags.)
"""

from __future__ import annotations

import ast
import operator
import re
import sys
from collections.abc import Callable, Sequence
from types import CodeType, FrameType
from typing import Any, NamedTuple

FILE = "<answer>"
VERDICTS = ("right", "wrong", "failed", "out of steps", "not allowed", "does not compile")
"""What can become of a program, from best to worst."""
RIGHT, WRONG, FAILED, OUT_OF_STEPS, NOT_ALLOWED, NO_PROGRAM = VERDICTS
FORBIDDEN = (ast.Import, ast.ImportFrom, ast.Try, ast.With, ast.ClassDef, ast.Global, ast.AsyncFunctionDef)
"""Statements that reach outside, or that could swallow the end of the budget."""
LONGEST_LINE = 100
"""Operations of Python's machine per line of the budget: `while True: pass` stays in one line for ever."""
LARGEST = 10_000
"""Items of the longest list or text, and bits of the largest whole number, that a program may make."""
GROWERS: tuple[str, ...] = ("format", "format_map", "ljust", "rjust", "center", "zfill", "expandtabs")
GROWERS += ("extend", "join", "replace", "translate")
"""Methods that make something long of something short."""
HARMLESS = (abs, all, any, bool, enumerate, int, len, list, max, min, reversed, sorted, str, sum, tuple, zip)


GROWING: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Mult: operator.mul,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.Mod: operator.mod,
}
"""Operations whose result may be much larger than what they are made of."""


class OutOfSteps(BaseException):
    """The budget is used up. No Exception, so that nothing catches it by accident."""


class Outcome(NamedTuple):
    """What became of a program.

    `verdict` is one of VERDICTS, `why` the error in Python's words or "", `results` says right or wrong for each test
    (False for those that were not reached or did not finish) and `steps` counts the lines that each test executed.
    """

    verdict: str
    why: str
    results: list[bool]
    steps: list[int]


def tagged(answer: str) -> bool:
    """Whether an answer is one <think>...</think> with something in it and then one <answer>...</answer>."""
    return bool(
        re.fullmatch(r"\s*<think>\s*\S((?!</?think>).)*</think>\s*<answer>((?!</?answer>).)*</answer>\s*", answer, re.S)
    )


def program(answer: str) -> str:
    """The program in an answer: what stands between the tags <answer>, or after <think>, or all of it."""
    inside = re.search(r"<answer>(.*?)</answer>", answer, re.S)
    return (inside.group(1) if inside else re.sub(r"<think>.*?</think>", "", answer, flags=re.S)).strip("\n")


def check(code: str, name: str, tests: Sequence[tuple[Any, Any]], budget: int) -> Outcome:
    """Compile `code`, and call its function `name` on the input of each test (input, expected output).

    Each test may execute `budget` lines. The first test that does not finish ends the check.
    """
    none = [False] * len(tests), [0] * len(tests)
    try:
        tree = ast.parse(code, FILE)
        wrong = _forbidden(tree)
        compiled = compile(ast.fix_missing_locations(_Guarded().visit(tree)), FILE, "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Outcome(NO_PROGRAM, f"{type(error).__name__}: {error}", *none)
    if wrong:
        return Outcome(NOT_ALLOWED, wrong, *none)
    results, steps = none
    for number, (given, expected) in enumerate(tests):
        counter = _Counter(budget)
        try:
            said = counter.watch(compiled, name, given)
        except OutOfSteps:
            steps[number] = counter.steps
            return Outcome(OUT_OF_STEPS, f"more than {budget} steps", results, steps)
        except Exception as error:  # whatever a program can do wrong
            steps[number] = counter.steps
            return Outcome(FAILED, f"{type(error).__name__}: {error}", results, steps)
        results[number], steps[number] = bool(said == expected), counter.steps
    return Outcome(RIGHT if all(results) else WRONG, "", results, steps)


def _forbidden(tree: ast.AST) -> str:
    """What a program uses that it may not, or ""."""
    for node in ast.walk(tree):
        if isinstance(node, FORBIDDEN):
            return f"{type(node).__name__.lower()} in line {node.lineno}"
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            return f"a width in line {node.lineno}"
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and isinstance(node.slice, ast.Slice):
            return f"a slice that is written in line {node.lineno}"
        if isinstance(node, ast.AugAssign) and any(
            isinstance(x, (ast.Call, ast.NamedExpr)) for x in ast.walk(node.target)
        ):
            return f"a call in the target of line {node.lineno}"
        name = next((str(getattr(node, key)) for key in ("attr", "id", "arg", "name") if getattr(node, key, None)), "")
        if name.startswith("_") or (name in GROWERS and isinstance(node, ast.Attribute)):
            return f"the name {name}"
    return ""


class _Guarded(ast.NodeTransformer):
    """Has the operations that could grow without bound made by `grown`, which programs cannot name."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        return self._call(node, node.left, node.op, node.right) if type(node.op) in GROWING else node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        if type(node.op) not in GROWING:
            return node
        left = ast.parse(ast.unparse(node.target), mode="eval").body
        return ast.copy_location(ast.Assign([node.target], self._call(node, left, node.op, node.value, True)), node)

    def _call(
        self, node: ast.AST, left: ast.expr, op: ast.operator, right: ast.expr, in_place: bool = False
    ) -> ast.Call:
        words = [ast.Constant(type(op).__name__), left, right, ast.Constant(in_place)]
        return ast.copy_location(ast.Call(ast.Name("_grown", ast.Load()), words, []), node)


def grown(kind: str, left: Any, right: Any, in_place: bool = False) -> Any:
    """`left` kind `right`, unless the result would be larger than LARGEST. Raises OutOfSteps instead."""
    if _extent(kind, left, right) > LARGEST:
        raise OutOfSteps
    if in_place and isinstance(left, list):
        left[:] = left + list(right) if kind == "Add" else left * right
        return left
    return GROWING[getattr(ast, kind)](left, right)


def _extent(kind: str, left: Any, right: Any) -> int:
    """At most so many items or bits come of an operation; 0 where it cannot grow."""
    whole = isinstance(left, int) and isinstance(right, int)
    sizes = [x.bit_length() if isinstance(x, int) else len(x) if hasattr(x, "__len__") else 0 for x in (left, right)]
    if kind == "Mod":  # with a text, it is a format and may hold a width
        return LARGEST + 1 if isinstance(left, (str, bytes)) else 0
    if kind in ("Pow", "LShift"):
        return 0 if not whole else sizes[0] * right if kind == "Pow" else sizes[0] + right
    if kind == "Mult" and not whole:
        times = [x for x in (left, right) if isinstance(x, int)]
        return max(sizes[isinstance(left, int)] * times[0], 0) if times else 0
    return sum(sizes)


class _Counter:
    """Counts the lines that the program executes, and stops it when there are too many."""

    def __init__(self, budget: int) -> None:
        self.budget, self.steps, self.operations = budget, 0, 0

    def watch(self, compiled: CodeType, name: str, given: Any) -> Any:
        """Run the program afresh and call its function."""
        space: dict[str, Any] = {
            "__builtins__": {f.__name__: f for f in HARMLESS} | {"range": self.range, "_grown": grown}
        }
        before = sys.gettrace()
        sys.settrace(self._enter)
        try:
            exec(compiled, space)
            return space[name](given)
        finally:
            sys.settrace(before)

    def range(self, *limits: int) -> range:
        """As `range`, but a range that no budget could pay for ends the program at once."""
        numbers = range(*limits)
        if len(numbers) > self.budget:
            raise OutOfSteps
        return numbers

    def _enter(self, frame: FrameType, event: str, _argument: Any) -> Any:
        if frame.f_code.co_filename != FILE:
            return None
        frame.f_trace_opcodes = True
        return self._line

    def _line(self, frame: FrameType, event: str, _argument: Any) -> Any:
        self.steps += event == "line"
        self.operations += event == "opcode"
        if self.steps > self.budget or self.operations > self.budget * LONGEST_LINE:
            raise OutOfSteps
        return self._line
