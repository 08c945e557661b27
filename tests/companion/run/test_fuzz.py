"""Files that are damaged at random give a sentence, or what can be read of them, and never a traceback."""

import os
import random
import warnings
from pathlib import Path

import pytest

from companion.run.told import told
from pipeline.errors import UserError

DATA = Path(__file__).parent / "data"
pytest.importorskip("pyarrow", reason="parquet is read by pyarrow, of the extra [page]")
FILES = sorted(path for path in DATA.rglob("*") if path.is_file() and path.suffix != ".md")
TRIES = int(os.environ.get("FUZZ_FILES", "30"))
PIECES = (b"NaN", b"-Infinity", b"null", b'"', b"{", b"[", b",", b"\n", b"\x00", b"\xff", b"1e999", b"9" * 400, b"")


def damaged(content: bytes, dice: random.Random) -> bytes:
    """A file with some of its bytes changed, left out, put in or cut off."""
    for _ in range(dice.randint(1, 4)):
        at, length = dice.randrange(len(content) + 1), dice.randint(0, 12)
        content = content[:at] + dice.choice(PIECES) + content[at + length :]
        if dice.random() < 0.1:
            content = content[: dice.randrange(len(content) + 1)]
    return content


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(DATA).as_posix())
def test_a_damaged_file_is_read_or_refused_in_one_sentence(path: Path, tmp_path: Path) -> None:
    dice = random.Random(int(os.environ.get("FUZZ_SEED", "0")))
    refused: list[str] = []
    for _ in range(TRIES):
        copy = tmp_path / path.name
        copy.write_bytes(damaged(path.read_bytes(), dice))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                told([copy])
        except UserError as error:
            refused.append(str(error))
    assert [sentence for sentence in refused if "\n" in sentence] == []
