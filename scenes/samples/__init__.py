"""Sample data for every part: a function `NAME(stage)` puts scenes/parts/NAME.py on stage, alone.

Used by `python -m scenes.parts.NAME` and by the golden stills of the tests; the film never imports it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable

from scenes.samples import charts, maps, tables, words
from scenes.stage import Stage

SAMPLES: dict[str, Callable[[Stage], None]] = {
    name: function
    for module in (charts, maps, tables, words)
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if function.__module__ == module.__name__ and not name.startswith("_")
}
