"""The schema file that `synthlab init` writes."""

from __future__ import annotations

from .. import plugins
from ..names import safe_name
from .ready_made import ready_made, ready_made_path
from .schema import Schema, load_schema

__all__ = ["EDITOR_FILE", "starter"]

EDITOR_FILE = "synthlab.schema.json"
"""The JSON Schema beside the schema file, which editors complete and check it with."""

EDITOR_LINE = f"# yaml-language-server: $schema=./{EDITOR_FILE}\n"

TABLE = """\
# {name}: change what is here, and see what it makes with `synthlab preview {name}.yaml`.
synthlab: 1
name: {name}
description: Loan applications, labeled by a rule.
generator: tabular
rows: 10000
seed: 1

options:
  columns:
    - {{name: id, kind: sequence, start: 1}}
    - {{name: applied, kind: date, low: 2024-01-01, high: 2024-12-31}}
    - {{name: age, kind: normal, mean: 42, std: 15, low: 18, high: 90, type: integer}}
    - {{name: income, kind: normal, mean: 38000, std: 12000, low: 0, round: 2}}
    # Numbers behind the values are weights.
    - {{name: purpose, kind: categorical, values: {{car: 5, home: 3, studies: 2}}}}
    # Computed from the columns above.
    - {{name: amount, kind: expression, expression: "income * (0.9 if purpose == 'home' else 0.3)", round: 0}}
    # What a model is to learn.
    - name: decision
      kind: rule
      label: true
      cases:
        - {{when: income < 15000 or age < 21, then: refused}}
        - {{when: amount > 25000, then: checked}}
      otherwise: granted

# Parts of the dataset, and their shares.
splits:
  fractions: {{train: 0.8, validation: 0.1, test: 0.1}}

# Wrong labels on purpose; the right ones are kept beside them.
# label_noise: {{column: decision, rate: 0.05, splits: [train]}}

# Other flaws on purpose; columns such as income_missing say where they are.
# missing: {{columns: [income], rate: 0.05}}
# outliers: {{columns: [income], rate: 0.001, factor: 10}}

format: csv
"""


def starter(name: str, generator: str = "tabular") -> str:
    """Return a commented schema file to start from; raises PluginError for an unknown generator."""
    kind = plugins.generator(generator)
    name = safe_name(name)
    if generator == "tabular":
        return EDITOR_LINE + TABLE.format(name=name)
    for example in ready_made():
        schema = load_schema(example)
        if isinstance(schema, Schema) and schema.generator_name == generator:
            text = ready_made_path(example).read_text(encoding="utf-8")
            return EDITOR_LINE + text.replace(f"name: {example}\n", f"name: {name}\n", 1)
    options = "".join(f"  # {field}: {info.description or ''}\n" for field, info in kind.model_fields.items())
    head = f"synthlab: 1\nname: {name}\ngenerator: {generator}\nrows: 1000\nseed: 1\n"
    return f"{EDITOR_LINE}{head}\n# What can be said:\n# options:\n{options}"
