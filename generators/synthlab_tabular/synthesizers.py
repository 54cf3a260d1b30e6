"""The models that `fit` can learn, by name. A model file is one of these or it is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from synthlab.errors import InputError, did_you_mean
from synthlab.rows import Rows

from .column import FittedModel
from .formats import format_of
from .profile import Categories, Numbers

__all__ = ["FORMATS", "REFUSED", "SYNTHESIZERS", "Synthesizer", "read_model"]

Columns = Sequence[Numbers | Categories]
Learn = Callable[[Columns, str | None, Rows, Mapping[str, str]], bytes]
"""Returns the content of the model file of columns, with the name of the target, if there is one, the rows
of the table as chance, and the options of `fit`."""


@dataclass(frozen=True)
class Synthesizer:
    """A way to learn from a table, and the form of its model file."""

    words: str
    """What it is, for a sentence."""
    file: str
    learn: Learn
    options: tuple[str, ...] = ()
    """The options of `fit` that it takes."""


def read_model(path: Path) -> FittedModel:
    """Return the model in a file, ready to draw from; raises InputError where it is none."""
    found = format_of(path)
    if found not in FORMATS:
        raise InputError(
            f"{path.name}: this is not a model file: its format is {found!r};"
            f"{did_you_mean(found, FORMATS)} this version reads {', '.join(FORMATS)}"
        )
    return FORMATS[found](path)


# Each brings its libraries along only where it is used.


def _learn_trees(columns: Columns, target: str | None, rows: Rows, options: Mapping[str, str]) -> bytes:
    from .trees import coded, grow

    return grow([coded(column) for column in columns], target, rows).content()


def _learn_copula(columns: Columns, target: str | None, rows: Rows, options: Mapping[str, str]) -> bytes:
    from .plain_copula import learn_plain_copula

    return learn_plain_copula(columns, target).content()


def _learn_gaussian(columns: Columns, target: str | None, rows: Rows, options: Mapping[str, str]) -> bytes:
    from .learn_copula import learn_copula

    return learn_copula(columns, target, rows).content()


def _network(kind: Literal["ctgan", "tvae", "copula_gan"]) -> Learn:
    def learn(columns: Columns, target: str | None, rows: Rows, options: Mapping[str, str]) -> bytes:
        from .networks import learn_network

        return learn_network(kind, columns, rows, _epochs(options.get("epochs"))).content()

    return learn


def _epochs(given: str | None) -> int | None:
    if given is None:
        return None
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= 100_000:
        raise InputError(f"epochs={given}: the epochs of a network are a whole number, such as 50")
    return int(given)


def _net(words: str, kind: Literal["ctgan", "tvae", "copula_gan"]) -> Synthesizer:
    return Synthesizer(words, "model.safetensors", _network(kind), ("epochs",))


SYNTHESIZERS = {
    "trees": Synthesizer("sequential trees", "model.safetensors", _learn_trees),
    "gaussian_copula": Synthesizer("a Gaussian copula", "model.json", _learn_gaussian),
    "copula": Synthesizer("a copula with exact marginals", "model.json", _learn_copula),
    "tvae": _net("a variational autoencoder (TVAE)", "tvae"),
    "ctgan": _net("an adversarial network (CTGAN)", "ctgan"),
    "copula_gan": _net("an adversarial network over normal numbers (CopulaGAN)", "copula_gan"),
}

_KEEPS_ROWS = "a kernel density estimate keeps every row of the table as its parameters; copula keeps none"
_OWN_PAR = (
    "SDV's PAR learns for minutes and keeps less of how one row follows from another; a table in which "
    "somebody has many rows is learned by trees, with --sequence COLUMN"
)
_OWN_HMA = (
    "SDV's HMA refuses more than five tables, and tables of tables of tables, and keeps little of what ties "
    "them; give a folder or a database of tables, and they are learned together by trees"
)
REFUSED = {"kde": _KEEPS_ROWS, "gaussian_kde": _KEEPS_ROWS, "par": _OWN_PAR, "hma": _OWN_HMA}
"""Names that are known and not offered, and why."""


def _read_copula(path: Path) -> FittedModel:
    from . import copula

    return copula.Copula.of(copula.read_model(path))


def _read_trees(path: Path) -> FittedModel:
    from .trees import Forest, read_trees

    return Forest.of(read_trees(path))


def _read_network(path: Path) -> FittedModel:
    from .networks import Network, read_network

    return Network.of(read_network(path))


def _read_private(path: Path) -> FittedModel:
    from .private import PrivateTrees, read_private

    return PrivateTrees.of(read_private(path))


FORMATS: Mapping[str, Callable[[Path], FittedModel]] = {
    "synthlab.trees/1": _read_trees,
    "synthlab.gaussian_copula/1": _read_copula,
    "synthlab.network/1": _read_network,
    "synthlab.private/1": _read_private,
}
"""What reads each format of a model file; any other is refused."""
