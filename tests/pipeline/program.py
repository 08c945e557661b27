"""render.py in this process, on any project: its exit code and what it prints, as the terminal shows it."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import signal
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple
from unittest import mock

from pipeline.commands import clips, make, pictures, reports, voice
from pipeline.errors import BuildError

ROOT = Path(__file__).parents[2]
STOPPED = "here the work would begin"


class Said(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str


def _program() -> ModuleType:
    spec = importlib.util.spec_from_file_location("render_in_process", ROOT / "render.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PROGRAM: Any = _program()


def render(root: Path, *words: str, encoding: str = "utf-8") -> Said:
    """Runs a command on the project in `root`, for a terminal of this encoding; what would draw or speak stops with
    `STOPPED` in place of its work.
    """

    @contextlib.contextmanager
    def stopped(*_: object, **__: object) -> Any:
        raise BuildError(STOPPED)
        yield

    out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="\n") for _ in range(2))
    with contextlib.ExitStack() as stack:
        for module in (clips, make, pictures, reports, voice):
            stack.enter_context(mock.patch.object(module, "building", stopped))
        stack.enter_context(mock.patch.object(PROGRAM, "ROOT", root))
        stack.enter_context(mock.patch.object(sys, "argv", ["render.py", *words]))
        stack.enter_context(mock.patch.object(signal, "signal"))
        stack.enter_context(contextlib.redirect_stdout(out))
        stack.enter_context(contextlib.redirect_stderr(err))
        code = PROGRAM.main()
    told = [stream.buffer.getvalue().decode(encoding, "replace") for stream in (out, err) if not stream.flush()]
    return Said(code, *told)
