"""SDV's neural networks, trained and taken apart into plain numbers. Only files named `sdv_...` import SDV.

What is trained is `ctgan`, the package behind SDV's CTGANSynthesizer, TVAESynthesizer and (with its numbers
made normal first) CopulaGANSynthesizer. It sees numbers and codes under neutral names. What it keeps beside
the networks, such as the list of rows with each category, stays in this file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from .column import Floats
from .sdv_copula import quiet

__all__ = ["Kind", "Modes", "Trained", "take_apart", "train"]

Kind = Literal["ctgan", "tvae", "copula_gan"]
Ints = npt.NDArray[np.int64]

BATCHES = 40
"""On so many batches the means of batch normalisation are measured."""


@dataclass(frozen=True)
class Modes:
    """How two or more outputs of a network stand for a number: a place beside the centre of one mode."""

    centres: Floats
    widths: Floats
    noise: float
    """The deviation of the place, when it is drawn."""
    quantiles: Floats | None
    """Where the number is a normal one: its meaning at the points asked for."""


@dataclass(frozen=True)
class Trained:
    """The parameters of a network that makes rows of noise."""

    layers: list[tuple[Floats, Floats]]
    """Weights `(inputs, outputs)` and biases `(outputs,)`; all but the last are followed by a ramp."""
    joined: bool
    """Whether the inputs of a layer go on to the next one, behind its outputs."""
    columns: dict[str, Modes | Ints]
    """In the order of the outputs: numbers, or the code of each output."""
    conditions: Floats
    """Of each code of all columns of codes, how often a row is asked to have it; of a network that is not
    asked for anything, empty."""


def train(
    kind: Kind,
    columns: Mapping[str, Floats | Ints],
    *,
    epochs: int,
    seed: int,
) -> tuple[Any, dict[str, Any]]:
    """Return the fitted synthesizer of `ctgan`, and what makes its numbers normal; integers are codes."""
    with _alone():
        import pandas as pd
        from ctgan import CTGAN, TVAE
        from rdt.transformers import GaussianNormalizer

        frame = pd.DataFrame(columns)
        discrete = [name for name, values in columns.items() if values.dtype.kind == "i"]
        normal: dict[str, Any] = {}
        if kind == "copula_gan":
            for name in frame.columns.difference(discrete, sort=False):
                normal[name] = GaussianNormalizer(distribution="beta")
                normal[name].fit(frame, name)
                frame = normal[name].transform(frame)
            frame = frame[list(columns)]
        # Never on a graphics card that nobody asked for: its sums differ from run to run.
        made = (TVAE if kind == "tvae" else CTGAN)(epochs=epochs, enable_gpu=False)
        made.set_random_state(seed)
        made.fit(frame, discrete)
        return made, normal


def take_apart(made: Any, normal: Mapping[str, Any], z: Floats) -> Trained:
    """Return the parameters of a fitted synthesizer, with quantiles at the standard normal points `z`."""
    with _alone():
        gan = hasattr(made, "_generator")
        transformer = made._transformer if gan else made.transformer
        if gan:
            layers, conditions = _generator(made), _asked(made)
            noise = np.zeros(transformer.output_dimensions)
        else:
            dense = [layer for layer in made.decoder.seq if hasattr(layer, "weight")]
            layers, conditions = [_dense(layer) for layer in dense], np.empty(0)
            noise = made.decoder.sigma.detach().numpy().astype(np.float64)
        columns: dict[str, Modes | Ints] = {}
        place = 0
        for info in transformer._column_transform_info_list:
            if info.column_type == "discrete":
                columns[info.column_name] = np.array(info.transform.dummies, dtype=np.int64)
            else:
                columns[info.column_name] = _modes(
                    info.transform, noise[place], normal.get(info.column_name), z
                )
            place += info.output_dimensions
    return Trained(layers, gan, columns, conditions)


def _modes(transform: Any, noise: float, normal: Any, z: Floats) -> Modes:
    from scipy.special import ndtr

    valid = transform.valid_component_indicator
    mixture = transform._bgm_transformer
    deviations = np.sqrt(mixture.covariances_.reshape(-1)[valid])
    return Modes(
        mixture.means_.reshape(-1)[valid],
        transform.STD_MULTIPLIER * deviations,
        float(noise),
        None if normal is None else np.asarray(normal._univariate.percent_point(ndtr(z))),
    )


def _asked(made: Any) -> Floats:
    """Return how often a row is asked to have each code: SDV draws by the logarithm of its frequency."""
    sampler = made._data_sampler
    chances = [
        sampler._discrete_column_category_prob[place, :size]
        for place, size in enumerate(sampler._discrete_column_n_category)
    ]
    flat = np.concatenate([np.empty(0), *chances])
    return flat / max(1, len(chances))


def _generator(made: Any) -> list[tuple[Floats, Floats]]:
    """Return the layers of CTGAN's generator, each with its batch normalisation inside.

    CTGAN draws with the means and deviations of the batch, so a row would depend on those beside it; here
    they are the means over many such batches.
    """
    import torch

    generator = made._generator
    blocks = [block for block in generator.seq if hasattr(block, "bn")]
    for block in blocks:
        block.bn.reset_running_stats()
        block.bn.momentum = None  # a plain mean over the batches
    with torch.no_grad():
        made.sample(BATCHES * made._batch_size - 1)
    layers = []
    for block in blocks:
        weights, bias = _dense(block.fc)
        norm = {
            name: getattr(block.bn, name).detach().numpy().astype(np.float64)
            for name in ("weight", "bias", "running_mean", "running_var")
        }
        scale = norm["weight"] / np.sqrt(norm["running_var"] + block.bn.eps)
        layers.append((weights * scale, (bias - norm["running_mean"]) * scale + norm["bias"]))
    return [*layers, _dense(generator.seq[-1])]


def _dense(layer: Any) -> tuple[Floats, Floats]:
    weights, bias = layer.weight.detach().numpy(), layer.bias.detach().numpy()
    return weights.T.astype(np.float64), bias.astype(np.float64)


@contextmanager
def _alone() -> Iterator[None]:
    """Keep the libraries quiet, on one thread and in one process: sums of several differ from run to run."""
    with quiet():
        import torch
        from joblib import parallel_config

        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            with parallel_config(backend="sequential"):
                yield
        finally:
            torch.set_num_threads(threads)
