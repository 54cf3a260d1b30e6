"""synthlab: fully labeled synthetic datasets from one schema file."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# Where each public name lives. They load when they are first used, so that `import synthlab` and
# `synthlab --help` do not wait for NumPy and Arrow.
_HOME = {
    "load": ".dataset",
    "load_tables": ".dataset",
    "Table": ".tables",
    "TableReference": ".tables",
    "fit": ".fitting",
    "check": ".checking",
    "CheckResult": ".checking",
    "worker_labels": ".crowd",
    "worker_traits": ".crowd",
    "worker_confusions": ".crowd",
    "Dataset": ".dataset",
    "Schema": ".schema",
    "Generator": ".generator",
    "InputFile": ".generator",
    "InputFolder": ".generator",
    "OptionProblem": ".generator",
    "FitRequest": ".generator",
    "FileReference": ".generator",
    "Fitted": ".generator",
    "Rows": ".rows",
    "Stream": ".rows",
    "Draws": ".rows",
    "Features": ".features",
    "Feature": ".features",
    "Value": ".features",
    "Text": ".features",
    "ClassLabel": ".features",
    "GroupLabel": ".features",
    "Span": ".features",
    "Image": ".features",
    "Box": ".features",
    "OrientedBox": ".features",
    "Keypoints": ".features",
    "LabelMap": ".features",
    "Mask": ".features",
    "Records": ".features",
    "Writer": ".writers",
    "SynthlabError": ".errors",
    "UsageError": ".errors",
    "SchemaError": ".errors",
    "PluginError": ".errors",
    "FeatureError": ".errors",
    "InputError": ".errors",
    "BuildError": ".errors",
    "GateError": ".errors",
    "LockedError": ".errors",
    "StorageError": ".errors",
}

__all__ = ["__version__", *_HOME]

if TYPE_CHECKING:
    from .checking import CheckResult as CheckResult
    from .checking import check as check
    from .crowd import worker_confusions as worker_confusions
    from .crowd import worker_labels as worker_labels
    from .crowd import worker_traits as worker_traits
    from .dataset import Dataset as Dataset
    from .dataset import load as load
    from .dataset import load_tables as load_tables
    from .errors import BuildError as BuildError
    from .errors import FeatureError as FeatureError
    from .errors import GateError as GateError
    from .errors import InputError as InputError
    from .errors import LockedError as LockedError
    from .errors import PluginError as PluginError
    from .errors import SchemaError as SchemaError
    from .errors import StorageError as StorageError
    from .errors import SynthlabError as SynthlabError
    from .errors import UsageError as UsageError
    from .features import Box as Box
    from .features import ClassLabel as ClassLabel
    from .features import Feature as Feature
    from .features import Features as Features
    from .features import GroupLabel as GroupLabel
    from .features import Image as Image
    from .features import Keypoints as Keypoints
    from .features import LabelMap as LabelMap
    from .features import Mask as Mask
    from .features import OrientedBox as OrientedBox
    from .features import Records as Records
    from .features import Span as Span
    from .features import Text as Text
    from .features import Value as Value
    from .fitting import fit as fit
    from .generator import FileReference as FileReference
    from .generator import FitRequest as FitRequest
    from .generator import Fitted as Fitted
    from .generator import Generator as Generator
    from .generator import InputFile as InputFile
    from .generator import InputFolder as InputFolder
    from .generator import OptionProblem as OptionProblem
    from .rows import Draws as Draws
    from .rows import Rows as Rows
    from .rows import Stream as Stream
    from .schema import Schema as Schema
    from .tables import Table as Table
    from .tables import TableReference as TableReference
    from .writers import Writer as Writer


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'synthlab' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name], __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
