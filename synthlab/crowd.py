"""What simulated annotators did, in the tables that tools for crowdsourcing take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .dataset import Dataset
from .errors import FeatureError, PluginError, UsageError
from .features import Features, Records
from .rows import Rows

if TYPE_CHECKING:
    import pandas as pd

    from .stages.judges import Judges

__all__ = ["worker_confusions", "worker_labels", "worker_traits"]

_ENDING = "_annotations"


def worker_labels(source: Dataset | pa.Table | pa.RecordBatch) -> pd.DataFrame:
    """Return each answer of each annotator: columns `task`, `worker`, `label`, and `seconds` if there are.

    The form that crowd-kit takes. Of boxes and spans each mark is a line, with its place in place of the
    seconds: `x_min` to `y_max`, or `start` and `end` (of records with several spans `term_start` and so on,
    missing where there is none). A task is the number of a row: of a dataset its own, of a table or batch
    (from `to_table()`, or a Parquet file that synthlab wrote) its place there. A row that a worker left out
    has no line for that worker.
    """
    pandas = _pandas("worker_labels")
    frame: pd.DataFrame = pandas.concat(
        [pandas.DataFrame(_answers(batch, first)) for batch, first in _batches(source)], ignore_index=True
    )
    return frame


def worker_traits(dataset: Dataset) -> pd.DataFrame:
    """Return the annotators as they are: columns `worker`, `kind` and `skill`.

    `kind` is `careful`, or of spammers `random`, `same` or `silent`. The skill is how often the true class
    is named where a row is not difficult, in the mean of the classes; missing for who never answers.
    """
    from .stages.judges import KINDS

    judges = _judges(dataset)
    columns = {
        "worker": np.arange(len(judges.kind)),
        "kind": [KINDS[kind] for kind in judges.kind],
        "skill": judges.skills(),
    }
    frame: pd.DataFrame = _pandas("worker_traits").DataFrame(columns)
    return frame


def worker_confusions(dataset: Dataset) -> pd.DataFrame:
    """Return how often each worker gives each label (rows) for each true class (columns).

    The form of `errors_` of crowd-kit's DawidSkene, to compare it with. Workers who never answer are not in
    it.
    """
    from .stages.judges import SILENT

    pandas = _pandas("worker_confusions")
    judges = _judges(dataset)
    workers = [worker for worker, kind in enumerate(judges.kind) if kind != SILENT]
    index = pandas.MultiIndex.from_product([workers, judges.names], names=["worker", "label"])
    matrices = [judges.matrix(worker).T for worker in workers]
    shape = (len(index), len(judges.names))
    frame: pd.DataFrame = pandas.DataFrame(np.reshape(matrices, shape), index=index, columns=judges.names)
    return frame


def _judges(dataset: Dataset) -> Judges:
    from .stages import Annotators

    schema = dataset.schema
    features = schema.generator.features
    for key, stage in schema.stages.items():
        if isinstance(stage, Annotators):
            return stage.judges(Rows(schema.seed, 0, 0, schema.scope).within("stage", key), features)
        features = stage.features(features)
    raise UsageError("the dataset has no annotators: its schema needs a section 'annotators'")


def _batches(source: Dataset | pa.Table | pa.RecordBatch) -> Iterator[tuple[pa.RecordBatch, int]]:
    """Yield batches with the number of their first row; an empty one where there are no rows."""
    if isinstance(source, Dataset):
        yield source.make(source.start, source.start), source.start
        first, batches = source.start, source.batches()
    else:
        table = pa.Table.from_batches([source]) if isinstance(source, pa.RecordBatch) else source
        yield pa.RecordBatch.from_pylist([], schema=table.schema), 0
        first, batches = 0, iter(table.to_batches())
    for batch in batches:
        yield batch, first
        first += batch.num_rows


def _answers(batch: pa.RecordBatch, first: int) -> dict[str, Any]:
    features = Features.from_arrow(batch.schema)
    name, records = _judged(features)
    lists = records.readable(batch.column(name))
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    row = np.repeat(np.arange(len(lists), dtype=np.int64), lengths)
    answers = pa.RecordBatch.from_struct_array(lists.flatten())
    if name.endswith(_ENDING):
        columns = dict(zip(answers.schema.names, answers.columns, strict=True))
    else:
        from .stages.marking import Scene

        scene = Scene(records)
        worker = batch.column(f"{name}_worker").take(pa.array(row))
        places = {n: answers.column(n) for n in scene.places}
        columns = {"worker": worker, "label": answers.column(scene.label), **dict(_places(places))}
    given = columns["label"].is_valid().to_numpy(zero_copy_only=False)
    given &= columns["worker"].is_valid().to_numpy(zero_copy_only=False)
    told = {column: values.filter(pa.array(given)).to_pandas() for column, values in columns.items()}
    return {"task": first + row[given], **told}


def _places(columns: Mapping[str, pa.Array]) -> Iterator[tuple[str, pa.Array]]:
    """Yield the numbers that a box or spans are made of, by their names."""
    for name, column in columns.items():
        if pa.types.is_struct(column.type):
            start = "" if len(columns) == 1 else f"{name}_"
            yield from zip((f"{start}start", f"{start}end"), column.flatten(), strict=True)
        else:
            corners = column.flatten()
            for i, side in enumerate(("x_min", "y_min", "x_max", "y_max")):
                yield side, corners.take(pa.array(np.arange(len(column)) * 4 + i))


def _judged(features: Features) -> tuple[str, Records]:
    """Return the column with the answers, or with the boxes or spans that workers marked."""
    for name in features.truth:
        kind = features[name]
        if name.endswith(_ENDING) and isinstance(kind, Records) and {"worker", "label"} <= kind.fields.keys():
            return name, kind
        marked = name.removesuffix("_worker")
        if marked != name and marked in features.columns:
            records = features[marked]
            if isinstance(records, Records):
                return marked, records
    raise FeatureError(
        "no annotators judged these rows: there is no column that ends in "
        f"'{_ENDING}' or '_worker' among {', '.join(features.columns)}"
    )


def _pandas(name: str) -> Any:
    try:
        import pandas
    except ImportError as error:
        raise PluginError(f"{name} needs pandas: pip install pandas") from error
    return pandas
