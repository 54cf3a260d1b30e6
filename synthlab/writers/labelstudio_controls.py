"""What a person sees in Label Studio: the tags of its labeling configuration, as the features call for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

from ..errors import FeatureError
from ..features import Box, ClassLabel, Features, Image, Records, Value
from .spans import SpanColumn, class_columns, span_columns, text_column

__all__ = ["FORMAT", "Boxes", "Controls", "Details", "configuration", "controls"]

FORMAT = "labelstudio"
RATINGS = ("stars", "rating")
"""Columns of whole numbers that a person gives in stars."""
BOOLEANS = ("false", "true")


@dataclass(frozen=True, slots=True)
class Boxes:
    """The boxes in a column of records."""

    name: str
    box: str
    label: str | None
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Details:
    """What else a record says, asked for its first region that is there: `aspects_polarity`."""

    name: str
    column: str
    field: str
    choices: tuple[str, ...]
    of: tuple[str, ...]
    """The controls that its regions are of."""


@dataclass(frozen=True, slots=True)
class Controls:
    """All that a task asks for; `target` is the column with the text or the image."""

    target: str
    is_image: bool
    size: tuple[str, str]
    """The columns with the width and height of the image."""
    spans: tuple[SpanColumn, ...] = ()
    boxes: tuple[Boxes, ...] = ()
    details: tuple[Details, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        """The columns that the target and its regions are made of."""
        size = self.size if self.boxes else ()
        return [self.target, *size, *(s.column for s in self.spans), *(b.name for b in self.boxes)]

    @property
    def names(self) -> list[str]:
        """The names of all controls, in order."""
        regions = [*(s.name for s in self.spans), *(b.name for b in self.boxes)]
        return [*regions, *(d.name for d in self.details), *self.choices, *self.numbers]


def controls(features: Features) -> Controls:
    """Return what the features call for; raises FeatureError where there is nothing to label."""
    images = features.find(Image)
    if len(images) > 1:
        raise FeatureError(f"labelstudio shows one image a task, and this dataset has {', '.join(images)}")
    target = images[0] if images else text_column(FORMAT, features)
    spans = [] if images else span_columns(features)
    if images and span_columns(features):
        raise FeatureError("labelstudio labels an image or a text in a task, and this dataset has both")
    boxes = _boxes(features) if images else []
    choices = {name: kind.names for name, kind in class_columns(features).items()}
    choices |= {name: BOOLEANS for name in features.labels if features[name] == Value("bool")}
    numbers = [name for name in features.labels if _is_number(features[name])]
    kind = features[target]
    size = (kind.width, kind.height) if isinstance(kind, Image) else ("", "")
    if boxes and not {*size} <= {*features.columns}:
        raise FeatureError(f"labelstudio needs the size of each image, in the columns {' and '.join(size)}")
    details = [*_details(features, spans), *_details(features, boxes)]
    found = Controls(
        target, bool(images), size, tuple(spans), tuple(boxes), tuple(details), choices, tuple(numbers)
    )
    if not found.names:
        raise FeatureError(
            "labelstudio needs labels: spans, boxes, classes or numbers, and this dataset has none "
            f"among {', '.join(features.columns)}. csv, jsonl and parquet hold it."
        )
    if doubled := {name for name in found.names if found.names.count(name) > 1}:
        raise FeatureError(f"two controls would be called {min(doubled)!r}; call a column or field otherwise")
    return found


def configuration(found: Controls, most: Mapping[str, int]) -> bytes:
    """Return the labeling configuration; `most` has the most stars that a column gives."""
    target = quoteattr(found.target)
    kind = "Image" if found.is_image else "Text"
    lines = ["<View>"]
    for region in found.spans:
        lines += _choices("Labels", "Label", region.name, target, region.labels)
    lines.append(f"  <{kind} name={target} value={quoteattr('$' + found.target)}/>")
    for boxes in found.boxes:
        lines += _choices("RectangleLabels", "Label", boxes.name, target, boxes.labels)
    for detail in found.details:
        more = ' choice="single" perRegion="true"'
        if len(detail.of) == 1:  # the attribute takes one name
            more += f" whenTagName={quoteattr(detail.of[0])}"
        lines += _choices("Choices", "Choice", detail.name, target, detail.choices, more)
    for name, labels in found.choices.items():
        lines += _choices("Choices", "Choice", name, target, labels, ' choice="single"')
    for name in found.numbers:
        stars = f' maxRating="{max(5, most.get(name, 0))}"' if name in RATINGS else ""
        lines.append(f"  <{'Rating' if stars else 'Number'} name={quoteattr(name)} toName={target}{stars}/>")
    return "\n".join([*lines, "</View>", ""]).encode()


def _choices(
    tag: str, inner: str, name: str, target: str, labels: Sequence[str], more: str = ""
) -> list[str]:
    return [
        f"  <{tag} name={quoteattr(name)} toName={target}{more}>",
        *(f"    <{inner} value={quoteattr(label)}/>" for label in labels),
        f"  </{tag}>",
    ]


def _boxes(features: Features) -> list[Boxes]:
    """Return the boxes; of records with several, the first is what they are about, as in COCO."""
    found = []
    for name in features.find(Records):
        records = features[name]
        assert isinstance(records, Records)
        box = next((n for n, f in records.fields.items() if isinstance(f, Box)), None)
        label = next((n for n, f in records.fields.items() if isinstance(f, ClassLabel)), None)
        if box is not None and name not in features.truth:
            kind = records.fields[label] if label is not None else None
            found.append(Boxes(name, box, label, kind.names if isinstance(kind, ClassLabel) else (name,)))
    return found


def _details(features: Features, regions: Sequence[SpanColumn] | Sequence[Boxes]) -> list[Details]:
    """Return the other classes and truth values of the records that regions come from."""
    found = []
    for region in regions:
        column = region.column if isinstance(region, SpanColumn) else region.name
        records = features[column]
        if not isinstance(records, Records) or (isinstance(region, SpanColumn) and not region.first):
            continue
        of = tuple(r.name for r in regions if column == (r.column if isinstance(r, SpanColumn) else r.name))
        for name, kind in records.fields.items():
            choices = kind.names if isinstance(kind, ClassLabel) else BOOLEANS
            if name != region.label and (isinstance(kind, ClassLabel) or kind == Value("bool")):
                found.append(Details(f"{column}_{name}", column, name, choices, of))
    return found


def _is_number(feature: object) -> bool:
    return isinstance(feature, Value) and feature.dtype.startswith(("int", "uint", "float"))
