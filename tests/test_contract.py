"""Every built-in generator and ready-made schema keeps the contract that plugins are held to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import synthlab
from synthlab import plugins
from synthlab.schema import load_schema, ready_made
from synthlab.schema.schema import Schema
from synthlab.testing import check_generator

BUILT_IN = ("document", "image", "tabular", "text", "text-line")


def schemas() -> list[Schema]:
    """Return the ready-made schemas, of several tables each of them."""
    loaded = [load_schema(name) for name in ready_made()]
    return [s for one in loaded for s in ([one] if isinstance(one, Schema) else one.values())]


SCHEMAS = schemas()
# Tables that refer to others are made with these alone.
ALONE = [s for s in SCHEMAS if s.table is None]


@pytest.mark.parametrize("schema", ALONE, ids=lambda s: s.name)
def test_a_ready_made_schema_has_a_generator_that_keeps_the_contract(schema: Schema) -> None:
    generator = schema.generator
    check_generator(generator, rows=24 if generator.shard_rows < 1000 else 500)


def test_every_built_in_generator_is_shown_by_a_ready_made_schema() -> None:
    assert {schema.generator_name for schema in SCHEMAS} == set(BUILT_IN)
    assert set(BUILT_IN) <= set(plugins.generator_names())


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda s: s.name)
def test_a_resolved_schema_is_the_schema(schema: Schema) -> None:
    again = Schema.from_resolved(json.loads(json.dumps(schema.resolved())), None)
    assert again.resolved() == schema.resolved()
    assert again.generator == schema.generator
    assert again.features == schema.features


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda s: s.name)
def test_a_ready_made_schema_is_written_as_it_says(schema: Schema, tmp_path: Path) -> None:
    dataset = synthlab.Dataset(schema)[:20]
    built = dataset.write(tmp_path / schema.name)
    assert built.rows == len(dataset)
    assert (tmp_path / schema.name / "synthlab.json").exists()


def test_a_fitted_table_keeps_the_contract(tmp_path: Path) -> None:
    lines = ["age,plan,paid"]
    lines += [f"{20 + i % 50},{'basic' if i % 3 else 'plus'},{i % 50 * 10 + i % 7}.5" for i in range(300)]
    (tmp_path / "people.csv").write_text("\n".join(lines) + "\n")
    made = synthlab.fit(tmp_path / "people.csv", tmp_path / "people.yaml", seed=3)
    assert [path.parent.name for path in made.files] == ["people.model"]
    schema = Schema.load(made.schema)
    check_generator(schema.generator, folder=tmp_path)
    dataset = synthlab.load(made.schema, rows=1000)
    assert set(dataset.to_pandas()["plan"]) == {"basic", "plus"}
    dataset.write(tmp_path / "out", workers=2, shard_rows=100)
    made.files[0].write_text("{}")
    with pytest.raises(synthlab.SynthlabError):
        synthlab.load(made.schema)
