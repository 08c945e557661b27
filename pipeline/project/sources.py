"""What the project's Python files say, read with `ast` and never by importing them: torch and manim stay unloaded.

Facts are remembered by a file's size and time of change. The digest of a module leaves out comments, layout,
docstrings and what runs only by `python -m`: an edit that cannot change a result does not change the digest.
"""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import UserError
from pipeline.files import read_json, remember_json, settled, stamp

FORMAT = f"5 python {sys.version_info.major}.{sys.version_info.minor}"
"""Form of the remembered facts; `ast` differs between versions of Python."""
SHAPE = {"stamp": (int, int), "source": {"digest": str, "doc": str, "imports": [dict], "literals": dict}}
"""Of what is remembered about a module."""

MODULE_NAMES = ("NAME", "KEYS")
CLASS_NAMES = ("traces", "hyperparameters", "sizes")


@dataclass(frozen=True)
class Import:
    """`from {"." * level}{module} import {names}`, or `import {module}` when `names` is empty."""

    module: str
    names: list[str]
    level: int


@dataclass(frozen=True)
class Class:
    """A class at the top of a module. `digest` covers the module without the other clips that it does not mention."""

    name: str
    line: int
    bases: list[str]
    doc: str
    literals: dict[str, Any]
    computed: list[str]
    """Names of CLASS_NAMES that are set, but not to a literal."""
    fields: list[dict[str, Any]]
    """Annotated fields: name, annotation, and the call on the right with its literal arguments, if there is one."""
    digest: str


@dataclass(frozen=True)
class Source:
    """The facts of one module."""

    digest: str
    doc: str
    imports: list[Import]
    literals: dict[str, Any]
    computed: list[str]
    classes: list[Class] = field(default_factory=list)

    @staticmethod
    def from_json(value: dict[str, Any]) -> Source:
        """The inverse of `dataclasses.asdict`."""
        imports = [Import(**entry) for entry in value["imports"]]
        classes = [Class(**entry) for entry in value["classes"]]
        return Source(**{**value, "imports": imports, "classes": classes})


class Sources:
    """The modules below a project's root, by relative path ("scenes/engine/stage.py")."""

    def __init__(self, root: Path, cache: Path) -> None:
        self.root = root
        self._cache = cache
        stored = read_json(cache, {"format": str, "modules": {str: SHAPE}}) or {}
        self._known: dict[str, Any] = stored["modules"] if stored.get("format") == FORMAT else {}
        self._read: dict[str, Source] = {}
        self._there: dict[str, bool] = {}
        self.targets: dict[str, tuple[str, ...]] = {}
        """What each module imports itself, by path, as far as it was asked for."""
        self.skipped: dict[str, None] = {}
        """Files and folders that `folder` met and that Python cannot import by their names, in order."""
        self._changed = False

    def exists(self, path: str) -> bool:
        """Whether there is such a module."""
        if path not in self._there:
            self._there[path] = path in self._read or (self.root / path).is_file()
        return self._there[path]

    def folder(self, folder: str) -> list[str]:
        """Relative paths of the modules in a folder and below, sorted; what cannot be imported is skipped.

        Editors, file managers and notebooks leave copies: those with a dot in front are no part of the project, those
        with any other name that is no identifier are remembered in `skipped`.
        """
        found = []
        for path in sorted(file.relative_to(self.root) for file in (self.root / folder).rglob("*.py")):
            names = path.with_suffix("").parts
            if any(name.startswith(".") for name in names):
                continue
            strange = next((index for index, name in enumerate(names) if not name.isidentifier()), None)
            if strange is None:
                found.append(path.as_posix())
            else:
                self.skipped[Path(*path.parts[: strange + 1]).as_posix()] = None
        return sorted(found)

    def read(self, path: str) -> Source:
        """The facts of a module; a UserError where it is not valid Python."""
        if path in self._read:
            return self._read[path]
        file = self.root / path
        mark = stamp(file)
        entry = self._known.get(path)
        if mark is not None and entry is not None and tuple(entry["stamp"]) == mark:
            source = Source.from_json(entry["source"])
        else:
            try:
                source = scan(file.read_bytes(), path)
            except OSError as error:
                raise UserError(f"{path} cannot be read ({error.strerror}).") from error
            if mark is not None and settled(mark):
                self._known[path] = {"stamp": mark, "source": asdict(source)}
                self._changed = True
        self._read[path] = source
        return source

    def save(self) -> None:
        """Remembers what was learnt about modules that still exist."""
        if self._changed:
            kept = {path: entry for path, entry in self._known.items() if (self.root / path).is_file()}
            remember_json(self._cache, {"format": FORMAT, "modules": kept})
            self._changed = False


def scan(text: bytes, path: str) -> Source:
    """Reads the facts of one module from its text; `path` is for the error sentence."""
    try:
        tree = ast.parse(text, filename=path)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        where = f"{path}, line {line}" if line else path
        raise UserError(f"{where}: this is not valid Python ({getattr(error, 'msg', error)}).") from error
    tree.body = [statement for statement in tree.body if not _is_main(statement)]
    doc = _first_line(tree)
    docs = {node.name: _first_line(node) for node in tree.body if isinstance(node, ast.ClassDef)}
    imports = list(_imports(tree.body))
    _strip(tree)
    literals, computed = _literals(tree.body, MODULE_NAMES)
    classes = [_class(tree, node, docs[node.name]) for node in tree.body if isinstance(node, ast.ClassDef)]
    return Source(_digest(tree.body), doc, imports, literals, computed, classes)


def _class(tree: ast.Module, node: ast.ClassDef, doc: str) -> Class:
    literals, computed = _literals(node.body, CLASS_NAMES)
    bases = [name for name in map(_last_name, node.bases) if name]
    return Class(
        name=node.name,
        line=node.lineno,
        bases=bases,
        doc=doc,
        literals=literals,
        computed=computed,
        fields=[_field(statement) for statement in node.body if isinstance(statement, ast.AnnAssign)],
        digest=_digest(_without_other_clips(tree, node)),
    )


def _without_other_clips(tree: ast.Module, node: ast.ClassDef) -> list[ast.stmt]:
    """The module's statements without the classes of equal bases that nothing kept mentions by name."""
    bases = [ast.dump(base) for base in node.bases]
    others = {
        other.name: other
        for other in tree.body
        if isinstance(other, ast.ClassDef) and other is not node and [ast.dump(base) for base in other.bases] == bases
    }
    kept = [statement for statement in tree.body if statement not in others.values()]
    waiting = list(kept)
    while waiting:
        for part in ast.walk(waiting.pop()):
            if isinstance(part, ast.Name) and part.id in others:
                mentioned = others.pop(part.id)
                kept.append(mentioned)
                waiting.append(mentioned)
    return [statement for statement in tree.body if statement in kept]


def _field(statement: ast.AnnAssign) -> dict[str, Any]:
    fact: dict[str, Any] = {
        "name": ast.unparse(statement.target),
        "annotation": ast.unparse(statement.annotation),
        "line": statement.lineno,
        "call": "",
    }
    if isinstance(statement.value, ast.Call):
        fact["call"] = _last_name(statement.value.func)
        try:
            fact["arguments"] = [ast.literal_eval(argument) for argument in statement.value.args]
            fact["options"] = {word.arg: ast.literal_eval(word.value) for word in statement.value.keywords if word.arg}
        except ValueError:
            fact["call"] = "computed"
    return fact


def _literals(body: Iterable[ast.stmt], wanted: tuple[str, ...]) -> tuple[dict[str, Any], list[str]]:
    """Values of the wanted names that are set to literals, and the wanted names that are set to anything else."""
    found: dict[str, Any] = {}
    computed = []
    for statement in body:
        value: ast.expr | None = None
        targets: list[ast.expr] = []
        if isinstance(statement, ast.Assign):
            value, targets = statement.value, statement.targets
        elif isinstance(statement, ast.AnnAssign):
            value, targets = statement.value, [statement.target]
        for target in targets:
            if isinstance(target, ast.Name) and target.id in wanted and value is not None:
                try:
                    literal = ast.literal_eval(value)
                except ValueError:
                    computed.append(target.id)
                else:
                    found[target.id] = list(literal) if isinstance(literal, tuple) else literal
    return found, computed


def _imports(body: Iterable[ast.AST]) -> Iterator[Import]:
    """Every import that can run, at any depth; those under `if TYPE_CHECKING:` never do."""
    for node in body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, [], 0)
        elif isinstance(node, ast.ImportFrom):
            yield Import(node.module or "", [alias.name for alias in node.names], node.level)
        elif isinstance(node, ast.If) and _last_name(node.test) == "TYPE_CHECKING":
            yield from _imports(node.orelse)
        else:
            if isinstance(node, ast.Call) and _last_name(node.func) in ("import_module", "__import__") and node.args:
                name = node.args[0]
                if isinstance(name, ast.Constant) and isinstance(name.value, str):
                    yield Import(name.value, [], 0)
            yield from _imports(ast.iter_child_nodes(node))


def _last_name(node: ast.expr) -> str:
    """`Stage` for both `Stage` and `stage.Stage`; empty for anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _first_line(node: ast.Module | ast.ClassDef) -> str:
    return (ast.get_docstring(node) or "").partition("\n")[0]


def _strip(tree: ast.AST) -> None:
    """Removes statements that are only a string: docstrings, and notes under fields."""
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            statements = getattr(node, name, None)
            if isinstance(statements, list):
                setattr(node, name, [statement for statement in statements if not _is_note(statement)])


def _is_note(statement: ast.AST) -> bool:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _is_main(statement: ast.stmt) -> bool:
    """Whether it is `if __name__ == "__main__":`, which importing a module never runs."""
    test = statement.test if isinstance(statement, ast.If) else None
    return isinstance(test, ast.Compare) and _last_name(test.left) == "__name__"


def _digest(body: list[ast.stmt]) -> str:
    total = hashlib.sha256()
    for statement in body:
        total.update(ast.dump(statement).encode() + b"\n")
    return total.hexdigest()
