"""The page as files: index.html, which holds its data, the same data as JSON, a style sheet, and the scripts."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any

from companion import look
from companion.explore import form, maps
from companion.static.data import data

WEB = Path(__file__).parents[1] / "web"
JS = Path(__file__).parent / "js"
STYLES = (WEB / "page.css", WEB / "explore.css", JS / "static.css")
ORDER = ("random", "text", "settings", "advantages", "estimators", "losses", "picture", "group", "world", "steps")
SCRIPTS = (*(JS / f"{name}.js" for name in (*ORDER, "training", "maps", "static")), WEB / "maps.js", WEB / "explore.js")
"""In the order in which the page reads them: each stands on those before it."""
TITLE = "Objective Atlas: one group and six maps"
LEFT_OUT = (
    "The push on every token: answers here are one token long, so gamma, lambda and averages over tokens change nothing.",
    "Your own run, and the film: both need the program.",
    "Rendering a clip of these settings: copy them as hyperparameters.toml and run render.py.",
    "Drawing a batch again until it is full, as DAPO can: batches are as they fall, which is how the film sets it.",
    "Sliders for what acts only in a training loop, such as an entropy bonus: a link that sets one is told so.",
)
"""What the live page has and this one has not."""


def files(root: Path) -> dict[str, str]:
    """Name -> text of every file of the folder."""
    known = json.dumps(data(root), ensure_ascii=False, separators=(",", ":"))
    names = [_name(path) for path in SCRIPTS]
    made = {"index.html": _html(known, names, maps.base(root)), "data.json": known + "\n"}
    made["style.css"] = look.variables() + "\n" + "".join(path.read_text(encoding="utf-8") for path in STYLES)
    return made | {name: path.read_text(encoding="utf-8") for name, path in zip(names, SCRIPTS, strict=True)}


def _name(path: Path) -> str:
    """Where a script stands in the folder."""
    return f"js/{path.name}" if path.parent == JS else f"js/page/{path.name}"


def _html(known: str, scripts: list[str], film: dict[str, Any]) -> str:
    tags = "\n".join(f'<script defer src="{name}"></script>' for name in scripts)
    left_out = "\n".join(f"<li>{escape(one)}</li>" for one in LEFT_OUT)
    inert = known.replace("<", "\\u003c")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="render.py open --export">
<title>{TITLE}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="style.css">
<script type="application/json" id="data">{inert}</script>
{tags}
</head>
<body>
<div class="atlas">
<header class="head"><a class="skip" href="#content">Skip to the content</a><p class="mark"><a href="index.html">Objective <em>Atlas</em></a></p></header>
<main id="content" class="content" tabindex="-1">
<noscript><p class="sorry">The numbers are computed by JavaScript, in this browser; it is switched off.</p></noscript>
{form.whole({}, film, alone=True)}
<section aria-labelledby="h-left"><h2 id="h-left">What this page is, and what it leaves out</h2>
<p>Every number is computed here, in your browser, from the same formulas as in the project's <code>objectives</code>; its tests hold the two
against each other on a thousand random states, to 1e-9. Maps and walks use the film's own random numbers. Nothing is fetched, and nothing is sent.
The address holds the state after <code>#</code>, as the live page's does after <code>?</code>; it reads both, and <code>#show=group</code> or
<code>#show=maps</code> shows one part alone, for a slide.</p>
<p>Left out, compared with <code>render.py open</code>:</p>
<ul class="left">
{left_out}
</ul></section>
</main>
</div>
</body>
</html>
"""
