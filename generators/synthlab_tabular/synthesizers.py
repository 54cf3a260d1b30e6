"""The models that `fit` can learn, by name. A model file is one of these or it is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from synthlab.errors import InputError
from synthlab.rows import Rows

from .column import FittedModel
from .profile import Categories, Numbers

__all__ = ["SYNTHESIZERS", "Synthesizer", "read_model"]


@dataclass(frozen=True)
class Synthesizer:
    """A way to learn from a table, and the form of its model file."""

    words: str
    """What it is, for a sentence."""
    file: str
    learn: Callable[[Sequence[Numbers | Categories], str | None, Rows], bytes]
    """Returns the content of the model file of columns, with the name of the target, if there is one."""
    read: Callable[[Path], FittedModel]


def read_model(path: Path) -> FittedModel:
    """Return the model in a file, ready to draw from; raises InputError where it is none."""
    for synthesizer in SYNTHESIZERS.values():
        if path.suffix == Path(synthesizer.file).suffix:
            return synthesizer.read(path)
    known = " or ".join(sorted({Path(s.file).suffix for s in SYNTHESIZERS.values()}))
    raise InputError(f"{path.name}: the name of a model file ends in {known}")


# Each brings its libraries along only where it is used.


def _learn_copula(columns: Sequence[Numbers | Categories], target: str | None, rows: Rows) -> bytes:
    from .learn_copula import learn_copula

    model = learn_copula(columns, target, rows)
    return (json.dumps(model.model_dump(mode="json"), ensure_ascii=False) + "\n").encode()


def _read_copula(path: Path) -> FittedModel:
    from . import copula

    return copula.Copula.of(copula.read_model(path))


def _learn_trees(columns: Sequence[Numbers | Categories], target: str | None, rows: Rows) -> bytes:
    from .trees import coded, grow

    return grow([coded(column) for column in columns], target, rows).content()


def _read_trees(path: Path) -> FittedModel:
    from .trees import Forest, read_trees

    return Forest.of(read_trees(path))


SYNTHESIZERS = {
    "trees": Synthesizer("sequential trees", "model.safetensors", _learn_trees, _read_trees),
    "gaussian_copula": Synthesizer("a Gaussian copula", "model.json", _learn_copula, _read_copula),
}
