"""What simulated annotators did, in the tables that tools for crowdsourcing take."""

from __future__ import annotations

from collections.abc import Iterator
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

    The form that crowd-kit takes. A task is the number of a row: of a dataset its own, of a table or batch
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
    name, records = _annotations(features)
    lists = records.readable(batch.column(name))
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    task = np.repeat(np.arange(first, first + len(lists), dtype=np.int64), lengths)
    answers = pa.RecordBatch.from_struct_array(lists.flatten())
    given = answers.column("label").is_valid()
    columns = {field: answers.column(field).filter(given).to_pandas() for field in records.fields}
    return {"task": task[given.to_numpy(zero_copy_only=False)], **columns}


def _annotations(features: Features) -> tuple[str, Records]:
    for name in features.truth:
        kind = features[name]
        if name.endswith(_ENDING) and isinstance(kind, Records) and {"worker", "label"} <= kind.fields.keys():
            return name, kind
    raise FeatureError(
        "no annotators judged the class of these rows one by one: there is no column that ends in "
        f"'{_ENDING}' among {', '.join(features.columns)}"
    )


def _pandas(name: str) -> Any:
    try:
        import pandas
    except ImportError as error:
        raise PluginError(f"{name} needs pandas: pip install pandas") from error
    return pandas
