"""Sample data for every part: a function `NAME(stage)` puts the part in NAME.py on stage, alone.

Used by `python -m scenes.preview NAME` and by the golden stills of the tests; the film never imports it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable

from scenes.engine.stage import Stage
from tests.scenes.samples import charts, maps, tables, words

SAMPLES: dict[str, Callable[[Stage], None]] = {
    name: function
    for module in (charts, maps, tables, words)
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if function.__module__ == module.__name__ and not name.startswith("_")
}
