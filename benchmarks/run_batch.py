"""How long a batch of 200,000 answers takes to be read and shown to the twelve rules, and in how much memory.

    .venv/bin/python benchmarks/run_batch.py [ROWS]

Each format is read in a process of its own, and seconds are those of its one thread: others may share the machine.
The ratio is to reading the bare rows with the format's own library.
"""

from __future__ import annotations

import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MOST_SECONDS, MOST_BYTES = 5.0, 1_000_000_000


def make(path: Path, rows: int) -> None:
    """Writes answers of some 60 words, 8 a prompt."""
    words = "so then hence because of what was said before and after it " * 5
    names = ["prompt", "completion", "reward", "length"]
    table = [[f"What is {k // 8}?", words + str(k), float(k % 8 < k // 8 % 9), 60 + k % 50] for k in range(rows)]
    if path.suffix == ".csv":
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([names, *table])
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(dict(zip(names, row, strict=True))) + "\n" for row in table))
    else:
        import pyarrow
        import pyarrow.parquet

        columns = dict(zip(names, map(list, zip(*table, strict=True)), strict=True))
        pyarrow.parquet.write_table(pyarrow.table(columns), path)


def bare(path: Path) -> None:
    """The rows as the format's own library gives them."""
    if path.suffix == ".csv":
        with path.open(newline="") as file:
            for _ in csv.reader(file):
                pass
    elif path.suffix == ".jsonl":
        with path.open() as file:
            for line in file:
                json.loads(line)
    else:
        import pyarrow.parquet

        pyarrow.parquet.read_table(path).to_pylist()


def measure(path: Path) -> None:
    """Prints seconds of reading, of the rules and of the bare rows, and the most memory, in bytes."""
    sys.path.insert(0, str(ROOT))
    import torch

    from companion.run.batch import batch_of
    from companion.run.pushes import pushed
    from companion.run.readers import files

    torch.set_num_threads(1)
    start = time.process_time()
    batch = batch_of([files.read(path)])
    read = time.process_time()
    pushed(batch)
    shown = time.process_time()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    bare(path)
    print(json.dumps([read - start, shown - read, time.process_time() - shown, most]))


def main() -> int:
    """Measures all three formats; 1 if one is beyond its bounds."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for suffix in (".csv", ".jsonl", ".parquet"):
            path = Path(folder, f"batch{suffix}")
            make(path, rows)
            command = [sys.executable, __file__, "--measure", str(path)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            read, shown, plain, most = json.loads(done.stdout)
            failed += read > MOST_SECONDS or most > MOST_BYTES
            print(
                f"{suffix[1:]:<8} {rows} answers read in {read:.2f} s ({read / plain:.1f} times the bare rows), rules "
                f"{shown:.2f} s, {most / 1e6:.0f} MB"
            )
    return int(failed > 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(Path(sys.argv[2]))
    else:
        sys.exit(main())
