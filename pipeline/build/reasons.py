"""Why a result is stale, as data and in words.

A reason is a dictionary with `kind` and what belongs to it:

    new                            it was never made
    hyperparameter  key old new    a value that it reads was changed
    trace           name           a trace that it reads is stale or came out differently
    narration       line           the text, the voice or the times of a line changed (`setting old new` for the voice)
    source          file           a module that it reaches was changed
    version         tool old new   it was made with another version of a tool
    quality         old new        it was made in another size or with other encoder settings
    clip            name           the film: this clip is stale or was made anew
    settings                       the film: its title, sound, sources or order changed
    missing output                 it was made, but its file is gone or was changed by somebody else
    failed before   sentence       the last try to make exactly this failed
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.publish import published
from pipeline.publish.film import Film

Reason = dict[str, Any]


def film_inputs(film: Film) -> dict[str, Any]:
    """What the film depends on, in a form that can be compared in words."""
    return {
        "key": published.key(film),
        "quality": film.quality,
        "clips": {clip.name: clip.key for clip in film.clips},
        "voices": {clip.name: clip.timing.digest for clip in film.clips},
    }


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Reason]:
    """Why a result made from `old` does not serve for `new`."""
    found: list[Reason] = []
    for key, before, after in _changes(old, new, "hyperparameters"):
        found.append({"kind": "hyperparameter", "key": key, "old": before, "new": after})
    found += [{"kind": "trace", "name": name} for name, _, _ in _changes(old, new, "traces")]
    found += [{"kind": "narration", "line": name} for name, _, _ in _changes(old, new, "lines")]
    for setting, before, after in [*_changes(old, new, "voice"), *_changes(old, new, "say")]:
        found.append({"kind": "narration", "setting": setting, "old": before, "new": after})
    if any(old.get(part) != new.get(part) for part in ("cues", "duration")):
        found.append({"kind": "narration"})
    found += [{"kind": "source", "file": file} for file, _, _ in _changes(old, new, "modules")]
    if old.get("class") != new.get("class"):
        found.append({"kind": "source", "file": new.get("class")})
    for tool, before, after in _changes(old, new, "versions"):
        found.append({"kind": "version", "tool": tool, "old": before, "new": after})
    before, after = old.get("quality"), new.get("quality")
    if before != after:
        found.append({"kind": "quality", "old": (before or {}).get("name"), "new": (after or {}).get("name")})
    return found


def explain(reason: Reason) -> str:
    """A reason in words."""
    kind = reason["kind"]
    if kind == "hyperparameter":
        return f"{reason['key']} {_shown(reason['old'])} -> {_shown(reason['new'])}"
    if kind == "narration" and "setting" in reason:
        return f"voice {reason['setting']} {_shown(reason['old'])} -> {_shown(reason['new'])}"
    if kind == "version":
        return f"{reason['tool']} {_shown(reason['old'])} -> {_shown(reason['new'])}"
    if kind == "quality":
        return f"quality {reason['old']} -> {reason['new']}" if reason["old"] != reason["new"] else "encoder settings"
    if kind == "failed before":
        return f"failed before: {reason['sentence']}"
    detail = next((str(reason[part]) for part in ("name", "file", "line") if reason.get(part)), "")
    return f"{kind} {detail}".rstrip()


def idle(
    old: Mapping[str, Any], new: Mapping[str, Any], before: Mapping[str, str], why: Mapping[str, str]
) -> dict[str, str]:
    """The edited hyperparameters of a trace that came out as it was, and why if that is known.

    Those of the edit before, whose values still stand, are among them.
    """
    changes = _changes(old, new, "hyperparameters")
    edited = {key for key, was, now in changes if was is not None and now is not None}
    kept = {key: reason for key, reason in before.items() if key not in edited}
    return kept | {key: why.get(key, "") for key in sorted(edited)}


def changes_nothing(trace: str, keys: Mapping[str, str]) -> list[str]:
    """A sentence for each hyperparameter that was edited for nothing."""
    return [f"{key} changes nothing in {trace}{': ' if why else ''}{why}" for key, why in keys.items()]


def film_differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Reason]:
    """Why a film made from `old` is not that of `new`."""
    if old["quality"] != new["quality"]:
        return [{"kind": "quality", "old": old["quality"], "new": new["quality"]}]
    found: list[Reason] = [{"kind": "clip", "name": name} for name, _, _ in _changes(old, new, "clips")]
    found += [{"kind": "narration", "name": name} for name, _, _ in _changes(old, new, "voices")]
    if not found:
        found.append({"kind": "settings" if old["key"] != new["key"] else "missing output"})
    return found


def _changes(old: Mapping[str, Any], new: Mapping[str, Any], part: str) -> list[tuple[str, Any, Any]]:
    before, after = old.get(part) or {}, new.get(part) or {}
    names = sorted({*before, *after})
    return [(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)]


def _shown(value: Any) -> str:
    return "nothing" if value is None else f"{value}"
