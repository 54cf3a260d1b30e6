"""SDV's Gaussian copula, fitted and taken apart into plain numbers. Only files named `sdv_...` import SDV.

SDV sees numbers and codes of categories under neutral names: no name, no category, no rare value,
no extreme. Of what it learns, only correlations and marginals at fixed points leave this file.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .column import Floats
from .copula import positive_definite

__all__ = ["Learned", "learn", "quiet", "synthesizer", "taken_apart"]

_TABLE = "table"


@dataclass(frozen=True)
class Learned:
    """The parameters of a fitted copula."""

    correlation: list[list[float]]
    quantiles: dict[str, Floats]
    """Of each column of numbers, at the points asked for."""
    shares: dict[str, Floats]
    """Of each column of codes, the probability of each code."""


def synthesizer(numbers: Mapping[str, Floats], codes: Mapping[str, npt.NDArray[np.int64]]) -> Any:
    """Return SDV's GaussianCopulaSynthesizer, fitted on columns of numbers and of codes."""
    with quiet():
        import pandas as pd
        from rdt.transformers import OrderedUniformEncoder
        from sdv.metadata import Metadata
        from sdv.single_table import GaussianCopulaSynthesizer

        kinds = {name: {"sdtype": "numerical"} for name in numbers}
        kinds |= {name: {"sdtype": "categorical"} for name in codes}
        tables = {_TABLE: {"columns": kinds}}
        metadata = Metadata.load_from_dict({"METADATA_SPEC_VERSION": "V2", "tables": tables})
        frame = pd.DataFrame({**numbers, **codes})
        made = GaussianCopulaSynthesizer(metadata)
        made.auto_assign_transformers({_TABLE: frame})
        # By itself, SDV orders codes as they come: the first rows could be read off the model.
        ordered = {n: OrderedUniformEncoder(order=sorted(set(c.tolist()))) for n, c in codes.items()}
        if ordered:
            made.update_transformers(ordered)
        made.fit({_TABLE: frame})
        return made


def learn(
    numbers: Mapping[str, Floats],
    codes: Mapping[str, npt.NDArray[np.int64]],
    z: Floats,
    present: Mapping[str, float] | None = None,
) -> Learned:
    """Return what SDV learns from the columns, with quantiles at the standard normal points `z`.

    `present` is the share of real values in columns that were filled by chance where they had none:
    filling multiplies their correlations by that share, which is undone.
    """
    return taken_apart(synthesizer(numbers, codes), numbers, codes, z, present)


def taken_apart(
    made: Any,
    numbers: Mapping[str, Floats],
    codes: Mapping[str, npt.NDArray[np.int64]],
    z: Floats,
    present: Mapping[str, float] | None = None,
) -> Learned:
    """Return what a fitted synthesizer has learned from these columns, like `learn`."""
    model = made._model
    with quiet():
        from scipy.special import ndtr

        marginals = dict(zip(model.columns, model.univariates, strict=True))
        quantiles = {name: np.asarray(marginals[name].percent_point(ndtr(z))) for name in numbers}
        transformers = made.get_transformers()
        shares = {n: _shares(marginals[n], transformers[n].intervals, codes[n]) for n in codes}
    order = [list(model.columns).index(name) for name in (*numbers, *codes)]
    correlation = model.correlation.to_numpy()[np.ix_(order, order)]
    real = np.array([(present or {}).get(name, 1.0) for name in (*numbers, *codes)])
    correlation = np.clip(correlation / np.outer(real, real), -0.99, 0.99)
    np.fill_diagonal(correlation, 1.0)
    return Learned(positive_definite(correlation), quantiles, shares)


def _shares(marginal: Any, intervals: Mapping[int, Sequence[float]], codes: Any) -> Floats:
    """Return the probability of each code under the marginal fitted over their intervals."""
    ends = np.array([intervals[code][1] for code in sorted(set(codes.tolist()))])
    below = np.asarray(marginal.cdf(ends), dtype=np.float64)
    below[-1] = 1.0
    return np.diff(np.clip(below, 0, 1), prepend=0.0)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep SDV from writing into the home folder and from warning about what is meant."""
    before = os.environ.get("XDG_DATA_HOME")
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        os.environ["XDG_DATA_HOME"] = folder
        try:
            yield
        finally:
            if before is None:
                del os.environ["XDG_DATA_HOME"]
            else:
                os.environ["XDG_DATA_HOME"] = before
