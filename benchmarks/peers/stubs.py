"""Empty shells in place of what the libraries import but do not compute a loss with: ray, vllm, deepspeed, ..."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types
from typing import Any

SHELLS = {
    "aiohttp",
    "bitsandbytes",
    "cachetools",
    "codetiming",
    "deepspeed",
    "einops",
    "fastapi",
    "flash_attn",
    "gym",
    "hydra",
    "joblib",
    "jsonlines",
    "launchpad",
    "Levenshtein",
    "loralib",
    "mpi4py",
    "msgspec",
    "oat.utils.ipc",
    "openai",
    "optimum",
    "orjson",
    "peft",
    "PIL",
    "pybase64",
    "pylatexenc",
    "qwen_vl_utils",
    "ray",
    "tensorboard",
    "tensorflow",
    "torchdata",
    "torchmetrics",
    "torchvision",
    "transfer_queue",
    "tree",
    "tyro",
    "uvicorn",
    "vllm",
    "wandb",
}


class _Kind(type):
    """A class that has every attribute, and as a decorator leaves what it decorates as it is."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Kind(name, (_Shell,), {})

    def __call__(cls, *args: Any, **named: Any) -> Any:
        if len(args) == 1 and not named and isinstance(args[0], type | types.FunctionType):
            return args[0]
        return super().__call__()

    def __or__(cls, other: Any) -> Any:
        return cls

    __ror__ = __getitem__ = __or__


class _Shell(metaclass=_Kind):
    def __call__(self, *args: Any, **named: Any) -> Any:
        return args[0] if len(args) == 1 and not named else self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Shell()


class _Module(types.ModuleType):
    __path__: list[str] = []  # noqa: RUF012
    __version__ = "0"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(_Shell, name)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        shell = not SHELLS.isdisjoint((name, name.partition(".")[0]))
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if shell else None

    def create_module(self, spec: Any) -> types.ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass


def install() -> None:
    """Let the shells be imported. Transformers goes first: it asks which of them are really there."""
    importlib.import_module("transformers")
    sys.meta_path.insert(0, _Finder())
