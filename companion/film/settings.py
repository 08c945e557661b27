"""Edits of hyperparameters.toml from a form: refused in a sentence before anything is written, else saved."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from companion.film import touches
from pipeline.errors import UserError, did_you_mean
from pipeline.project import hyperparameters_edit, hyperparameters_toml, parameters, toml_text
from pipeline.project import project as projects
from pipeline.project.parameters import Parameter, Value
from pipeline.project.project import Project
from pipeline.workers import compute
from pipeline.workers.pool import Workers

LONGEST = 2000
"""Characters of a value in the form."""


@dataclass(frozen=True)
class Saved:
    """What was written, and the clips that read it."""

    changes: dict[str, tuple[str, str]]
    clips: list[str]

    @property
    def sentence(self) -> str:
        """What the page says of it."""
        if not self.changes:
            return "Nothing was changed: these values stand in hyperparameters.toml."
        told = ", ".join(f"{key} {old} → {new}" for key, (old, new) in self.changes.items())
        which = touches.sentence(self.clips).replace(" it", " them") if len(self.changes) > 1 else ""
        return f"Saved {told}. {which or touches.sentence(self.clips)}"


def accepted(parameter: Parameter, text: str) -> Value:
    """The value that is written in a field, or a UserError with what is allowed."""
    if len(text) > LONGEST:
        raise UserError(f"{parameter.name}: a value has at most {LONGEST} characters.")
    text = text.strip()
    if not text and parameter.kind != "str":
        raise UserError(
            f"{parameter.name}: write a value; the default is {hyperparameters_edit.literal(parameter.default)}."
        )
    raw = parameter.kind == "str" and not parameter.many
    return parameter.accept(text if raw else toml_text.value(text), "Not saved")


def save(root: Path, texts: Mapping[str, str], was: Mapping[str, str]) -> Saved:
    """Checks all values, alone and with each other, and then writes them; `was` is what the form was filled with.

    Raises:
        UserError: a value cannot be, or the file was changed since the form was filled.
    """
    project = projects.load(root)
    schema, present = project.schema, project.hyperparameters
    values: dict[str, Value] = {}
    for key, text in texts.items():
        if key not in schema:
            raise UserError(f'there is no hyperparameter "{key}"{did_you_mean(key, schema)}')
        value = accepted(schema[key], text)
        old = field(schema[key], present[key])
        if key in was and was[key] != old and value != present[key]:
            raise UserError(f"Not saved: {key} is {old} in hyperparameters.toml by now; reload the page to see it.")
        if value != present[key]:
            values[key] = value
    if not values:
        return Saved({}, [])
    refuse(project, {**present, **values}, list(values))
    hyperparameters_edit.save(root, schema, values)
    changes = {key: (field(schema[key], present[key]), field(schema[key], value)) for key, value in values.items()}
    return Saved(changes, touches.of(touches.touched(project), list(values)))


def refuse_edited(project: Project) -> None:
    """A UserError where what stands in hyperparameters.toml cannot be; what is as given need not be looked at."""
    edited = [key for key, value in project.hyperparameters.items() if value != project.schema[key].default]
    if edited:
        refuse(project, project.hyperparameters, edited, "")


def refuse(project: Project, values: Mapping[str, Value], keys: Sequence[str], before: str = "Not saved: ") -> None:
    """A UserError where the tables of these keys cannot be as a whole: some values must agree with each other.

    The modules of objectives/ say so themselves, in a worker that has the project's own.
    """
    tables = {key.partition(".")[0] for key in keys}
    given = {key: value for key, value in values.items() if key.partition(".")[0] in tables}
    job = {
        "root": str(project.root),
        "log": os.devnull,
        "hyperparameters": hyperparameters_toml.plain(given),
        "tables": parameters.owners(project.schema, tables),
    }
    workers = Workers(1)
    try:
        answer = workers.submit(compute.tables, job).result()
    finally:
        workers.kill()
    if not answer["ok"]:
        raise UserError(f"{before}{answer['sentence']}")


def field(parameter: Parameter, value: Value) -> str:
    """A value as it stands in the form: a single text without its quotes, anything else as TOML writes it."""
    return str(value) if parameter.kind == "str" and not parameter.many else hyperparameters_edit.literal(value)
