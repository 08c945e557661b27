"""hyperparameters.toml as a form: each table behind a fold, each key with its meaning, its range and who reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby

from companion.film.settings import field
from pipeline.project.parameters import KINDS, MANY, Parameter, Value
from pipeline.project.project import Project


def whole(project: Project, touched: Mapping[str, Sequence[str]]) -> str:
    """All tables, in the order of hyperparameters.toml where it has them."""
    first = {name: number for number, name in enumerate(project.hyperparameters)}
    keys = sorted(project.schema, key=lambda key: (project.schema[key].table, first[key]))
    tables = [(table, list(names)) for table, names in groupby(keys, lambda key: project.schema[key].table)]
    return "".join(_table(project, table, names, touched) for table, names in tables)


def allowed(parameter: Parameter) -> str:
    """What a value may be, in words."""
    if parameter.choices:
        return "One of " + ", ".join(parameter.choices[:-1]) + f" or {parameter.choices[-1]}"
    kind = (MANY.get(parameter.kind, "a list") if parameter.many else KINDS[parameter.kind]).capitalize()
    if not parameter.allowed:
        return kind
    return f"{kind}, {'each ' if parameter.many else ''}{parameter.allowed}"


def _table(project: Project, table: str, keys: Sequence[str], touched: Mapping[str, Sequence[str]]) -> str:
    changed = sum(project.hyperparameters[key] != project.schema[key].default for key in keys)
    told = f"{len(keys)} setting{'s' if keys[1:] else ''}" + (f", {changed} not as given" if changed else "")
    knobs = "".join(_knob(project.schema[key], project.hyperparameters[key], touched[key]) for key in keys)
    return (
        f'<details class="settings" id="table-{table}"><summary><span class="name">{table}</span>'
        f'<span class="quiet">{told}</span></summary><div class="knobs">{knobs}</div></details>'
    )


def _knob(parameter: Parameter, value: Value, clips: Sequence[str]) -> str:
    name, text = parameter.name, field(parameter, value)
    unit = f" [{parameter.unit}]" if parameter.unit else ""
    doc = f"{parameter.doc[:1].upper()}{parameter.doc[1:]}{unit}. {parameter.source[:1].upper()}{parameter.source[1:]}."
    usual = field(parameter, parameter.default)
    given = "" if value == parameter.default else f" Given: {escape(usual)}."
    return (
        f'<div class="knob" data-search="{escape(f"{name} {parameter.doc}".lower())}">'
        f'<label for="s-{name}">{name}</label>{_control(parameter, text)}'
        f'<p class="doc" id="d-{name}">{escape(doc)} <span class="quiet">{escape(allowed(parameter))}.{given}</span></p>'
        f'<p class="sorry" id="e-{name}" role="status"></p>{_readers(name, clips)}</div>'
    )


def _control(parameter: Parameter, text: str) -> str:
    name, shown = parameter.name, escape(text)
    about = f'id="s-{name}" data-key="{name}" data-base="{shown}" aria-describedby="d-{name} e-{name}"'
    words = parameter.choices if parameter.kind == "str" else ("true", "false") if parameter.kind == "bool" else ()
    if not words or parameter.many:
        mode = "text" if parameter.many or parameter.kind == "str" else "decimal"
        return f'<input {about} value="{shown}" inputmode="{mode}" autocomplete="off" spellcheck="false">'
    options = "".join(f"<option{' selected' if word == text else ''}>{escape(word)}</option>" for word in words)
    return f"<select {about}>{options}</select>"


def _readers(name: str, clips: Sequence[str]) -> str:
    if not clips:
        return '<p class="quiet readers">No clip reads it.</p>'
    count = f"{len(clips)} clip{'s' if clips[1:] else ''}"
    return f'<details class="readers" data-of="{name}"><summary>touches {count}</summary><p></p></details>'
