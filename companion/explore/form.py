"""The controls of the explorer as HTML, filled from a query string. The script reads them; nothing here computes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from html import escape
from typing import Any

from companion import look
from companion.explore import conventions, maps, tokens
from companion.explore.group import Group
from objectives import OBJECTIVES, SIX

GIVEN = {"r": "reward", "old": "π old", "new": "π new", "ref": "π ref"}
MADE = {
    "advantage": "advantage A",
    "ratio": "ratio ρ",
    "bounded": "clipped ρ",
    "unclipped": "ρ A",
    "clipped": "clip(ρ) A",
    "surrogate": "what counts",
    "kl": "KL",
    "push": "push",
}
SUMS = {"policy": "mean", "kl": "KL", "beta_kl": "β KL", "value": "critic's error", "objective": "objective"}

CLIP = """<p class="row"><button data-do="clip">render this as a clip</button><span id="clip" role="status"></span></p>
<div id="film"></div>"""


def whole(query: Mapping[str, str], film: Mapping[str, Any], alone: bool = False) -> str:
    """All three parts; a query string that says nothing readable gives the page as it opens.

    A page that stands `alone`, without a server, has no part for tokens, and makes no clip.
    """
    try:
        group = Group.read(query)
    except (ValueError, TypeError):
        query = {}
        group = Group.read(query)
    parts = [_group(group), _maps(query, film, "" if alone else CLIP), "" if alone else _tokens(query)]
    return f'<div id="explore">{"".join(parts)}</div>'


def _group(group: Group) -> str:
    rules = "".join(_radio("rule", name, look.label_of(name), name == group.rule, name) for name in OBJECTIVES)
    sources = "".join(_radio("lib", name, text, name == group.source) for name, text in conventions.SOURCES.items())
    heads = "".join(f'<th scope="col">{text}</th>' for text in GIVEN.values())
    heads += "".join(f'<th scope="col" class="made m-{name}">{text}</th>' for name, text in MADE.items())
    columns = {"r": group.rewards, "old": group.old, "new": group.new, "ref": group.ref}
    rows = "".join(_row(i, {name: column[i] for name, column in columns.items()}) for i in range(len(group.old)))
    sums = "".join(f'<div class="s-{k}"><dt>{text}</dt><dd data-out="sum.{k}">·</dd></div>' for k, text in SUMS.items())
    return f"""<section aria-labelledby="h-group"><h1 id="h-group">One group, twelve rules</h1>
<p class="lead">Some answers to one prompt. Type over any number, or drag it sideways. The term that decides is lit; a hatched row no longer pushes.</p>
<fieldset class="chips rules"><legend>Rule</legend>{rules}</fieldset>
<fieldset class="chips"><legend>Numbers as in</legend>{sources}</fieldset>
<p id="trouble" class="sorry" role="status"></p>
<div class="bench"><div class="wide" tabindex="0" role="region" aria-label="The group's table">
<table id="group"><thead><tr><th scope="col">answer</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>
<p class="row"><button data-do="add">add an answer</button><button data-do="drop">remove the last</button>
<button data-do="reset">start again</button><label class="inline">critic's forecast <input type="number" data-one="v" value="{group.value:g}" step="0.1"></label></p></div>
<div class="two"><figure><div id="picture"></div><figcaption id="told"></figcaption></figure>
<div><dl class="sums" aria-live="polite">{sums}</dl><div id="knobs">{knobs(group)}</div></div></div>
<p class="row"><button data-do="link">copy the link</button><button data-do="toml">copy as hyperparameters.toml</button><span id="said" role="status"></span></p></section>"""


def _row(index: int, numbers: Mapping[str, float]) -> str:
    cells = "".join(
        f'<td><input type="number" class="drag" data-row="{name}" value="{number:g}" step="{0.1 if name == "r" else 0.01}"'
        f' aria-label="{GIVEN[name]} of answer {index + 1}"></td>'
        for name, number in numbers.items()
    )
    cells += "".join(f'<td class="made m-{name}" data-out="{name}.{index}">·</td>' for name in MADE)
    return f'<tr><th scope="row">{index + 1}</th>{cells}</tr>'


def knobs(group: Group) -> str:
    """A control for each setting of the rule that a group can feel: sliders first, the others behind a fold."""
    first: list[str] = []
    rest: list[str] = []
    base = conventions.settings(group.rule, group.source)
    for field in dataclasses.fields(group.params):
        if field.name in conventions.UNSEEN:
            continue
        made = _knob(field, getattr(group.params, field.name), getattr(base, field.name))
        (first if field.name in conventions.FIRST else rest).append(made)
    more = f"<details><summary>{len(rest)} more settings</summary>{''.join(rest)}</details>" if rest else ""
    return "".join(first) + more


def _knob(field: dataclasses.Field[Any], value: Any, base: Any) -> str:
    m, name = field.metadata, field.name
    head = f'data-knob="{name}" data-base="{conventions.written(base)}" id="k-{name}"'
    if m["choices"] or isinstance(value, bool):
        words = m["choices"] or ("true", "false")
        options = "".join(
            f"<option{' selected' if word == conventions.written(value) else ''}>{word}</option>" for word in words
        )
        control = f"<select {head}>{options}</select>"
    else:
        reach = max(conventions.REACH.get(name, 0.0), float(value))
        slider = ""
        if name in conventions.REACH:
            slider = f'<input type="range" min="0" max="{reach:g}" step="0.01" value="{value:g}" data-for="k-{name}" aria-label="{name}, slider">'
        control = f'{slider}<input type="number" {head} value="{conventions.written(value)}" step="any">'
    return f'<div class="knob"><label for="k-{name}">{name}</label>{control}<small>{escape(m["doc"])}</small></div>'


def _maps(query: Mapping[str, str], film: Mapping[str, Any], clip: str) -> str:
    sliders = ""
    for index, knob in enumerate(maps.KNOBS):
        base = film[knob.keys[0]]
        value = query.get(knob.keys[0], f"{base:g}")
        sliders += (
            f'<div class="knob"><label for="m-{index}">{knob.label}</label><input type="range" id="m-{index}" min="{knob.low:g}" '
            f'max="{knob.high:g}" step="{knob.step:g}" value="{escape(value)}" data-map="{" ".join(knob.keys)}" data-base="{base:g}">'
            f"<output>{escape(value)}</output></div>"
        )
    start = query.get("three_answers.start", ",".join(f"{x:g}" for x in film["three_answers.start"]))
    a, b = [*start.split(","), "0.1", "0.1"][:2]
    for name, value in (("A", a), ("B", b)):
        sliders += (
            f'<div class="knob"><label for="s-{name}">start: chance of {name}</label><input type="range" id="s-{name}" min="0.0005" '
            f'max="0.99" step="0.0005" value="{escape(value)}" data-start="{name}"><output>{escape(value)}</output></div>'
        )
    panels = "".join(_panel(name) for name in SIX)
    others = "".join(f'<option value="{name}">{look.label_of(name)}</option>' for name in OBJECTIVES if name not in SIX)
    base_start = ",".join(f"{x:g}" for x in film["three_answers.start"])
    return f"""<section aria-labelledby="h-maps"><h2 id="h-maps">Six maps of one mountain</h2>
<p class="lead">Every rule sees the same sampled answers. Bright ground is where its surrogate is high; hatched ground is where its clip silences most answers. Thin lines: the true expected reward. Click into a map to start there, or move the last two sliders.</p>
<div class="row play"><button data-do="play" aria-pressed="false">play</button><label class="inline grow">batch <input type="range" id="scrub" min="0" max="60" value="60"><output id="at">60</output></label>
<label class="inline"><input type="checkbox" id="ghosts" checked> seeds</label><label class="inline"><input type="checkbox" id="strides"> equal strides</label>
<label class="inline">also <select id="seventh" aria-label="a seventh rule"><option value="">no other rule</option>{others}</select></label></div>
<div class="panels" id="panels" data-start-base="{base_start}">{panels}</div>
<div class="sliders">{sliders}</div>
{clip}</section>"""


def _panel(name: str) -> str:
    return (
        f'<figure class="panel" data-rule="{name}" style="--hue:{look.colour_of(name)}"><h3>{look.label_of(name)}</h3>'
        f'<div class="map"><canvas width="440" height="440" role="img" aria-label="Map of {look.label_of(name)}"></canvas></div>'
        f"<figcaption>·</figcaption></figure>"
    )


def _tokens(query: Mapping[str, str]) -> str:
    try:
        answers = tokens.Answers.read(query)
    except ValueError:
        answers = tokens.Answers.read({})
    rows = ""
    for i, (length, right, ratio) in enumerate(zip(answers.lengths, answers.right, answers.ratios, strict=True)):
        who = f"of answer {i + 1}"
        rows += (
            f'<tr><th scope="row">{i + 1}</th><td><input type="range" min="1" max="{tokens.LONGEST}" value="{length}" data-tok="len" aria-label="length {who}">'
            f'<output>{length}</output></td><td><input type="checkbox" data-tok="ok"{" checked" if right else ""} aria-label="correctness {who}"></td>'
            f'<td><input type="range" min="0.4" max="2" step="0.05" value="{ratio:g}" data-tok="rho" aria-label="ratio {who}"><output>{ratio:g}</output></td></tr>'
        )
    averages = "".join(_radio("t.avg", key, text, key == answers.average) for key, text in tokens.AVERAGES.items())
    blocks = "".join(
        f'<figure class="block" data-tokens="{name}"><h3 style="color:{look.colour_of(name)}">{look.label_of(name)}</h3><div class="tokens"></div><figcaption></figcaption></figure>'
        for name in OBJECTIVES
    )
    return f"""<section aria-labelledby="h-tokens"><h2 id="h-tokens">The push on every token</h2>
<p class="lead">Each row is an answer, each box a token. Filled boxes are pushed up, outlined ones down, hatched ones are silenced by the clip. The stronger the colour, the harder the push.</p>
<fieldset class="chips"><legend>Averaged</legend>{averages}</fieldset>
<table class="asked"><thead><tr><th scope="col">answer</th><th scope="col">length</th><th scope="col">correct</th><th scope="col">ratio</th></tr></thead><tbody>{rows}</tbody></table>
<div class="blocks">{blocks}</div></section>"""


def _radio(name: str, value: str, text: str, chosen: bool, hue: str = "") -> str:
    colour = f' style="--hue:{look.colour_of(hue)}"' if hue else ""
    return f'<label{colour}><input type="radio" name="{name}" value="{value}"{" checked" if chosen else ""}><span>{text}</span></label>'
