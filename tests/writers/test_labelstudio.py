"""Label Studio: what its documentation asks of tasks and configuration, by a parser of our own.

Its SDK takes 480 MB, so it is no part of these tests.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

import synthlab
from synthlab.errors import BuildError, FeatureError
from synthlab.features import Box, ClassLabel, Features, Image, LabelMap, Records, Span, Text, Value
from synthlab.testing import check_writer
from synthlab.writers.labelstudio import LabelStudioWriter

from .desk import write
from .opinions import CATEGORIES, FEATURES, KINDS, POLARITIES, SPLITS, batch, found, row, rows, some_rows

# The result type that each control gives, and the tag of what it offers.
CONTROLS = {
    "Labels": ("labels", "Label"),
    "RectangleLabels": ("rectanglelabels", "Label"),
    "Choices": ("choices", "Choice"),
    "Rating": ("rating", None),
    "Number": ("number", None),
}
PICTURE = b"\x89PNG\r\n\x1a\n"


def read_controls(folder: Path) -> tuple[dict[str, ElementTree.Element], ElementTree.Element]:
    """Return the controls of the configuration by their names, and the tag of the text or image."""
    root = ElementTree.parse(folder / "labeling_config.xml").getroot()
    assert root.tag == "View"
    controls = {}
    target = next(element for element in root if element.tag in ("Text", "Image"))
    for element in root:
        if element is not target:
            assert element.attrib["toName"] == target.attrib["name"]
            assert element.attrib["name"] not in controls
            controls[element.attrib["name"]] = element
    return controls, target


def read(folder: Path, name: str = "test.json") -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Return the tasks and their results, each one allowed by the configuration."""
    controls, target = read_controls(folder)
    tasks = json.loads((folder / name).read_text("utf-8"))
    made = []
    for task in tasks:
        assert target.attrib["value"] == "$" + target.attrib["name"]
        assert target.attrib["name"] in task["data"]
        (annotation,) = task["annotations"]
        regions: dict[str, Any] = {}
        for result in annotation["result"]:
            if result["type"] == "relation":
                assert {result["from_id"], result["to_id"]} <= regions.keys()
                continue
            control = controls[result["from_name"]]
            kind, offers = CONTROLS[control.tag]
            assert result["type"] == kind
            assert result["to_name"] == target.attrib["name"]
            value = result["value"][kind]
            if offers:
                assert len(value) == 1
                assert value[0] in [e.attrib["value"] for e in control.iterfind(offers)]
            elif kind == "rating":
                assert 0 <= value <= int(control.attrib["maxRating"])
            if control.attrib.get("perRegion"):
                place = {k: v for k, v in result["value"].items() if k != kind}
                assert place == regions[result["id"]]
            else:
                assert result["id"] not in regions
                regions[result["id"]] = {k: v for k, v in result["value"].items() if k != kind}
        made.append((task, annotation["result"]))
    return made


def spans(results: list[dict[str, Any]], name: str) -> list[tuple[int, int, str]]:
    return [
        (r["value"]["start"], r["value"]["end"], r["value"]["labels"][0])
        for r in results
        if r.get("from_name") == name
    ]


def same_as_made(records: list[dict[str, Any]], folder: Path) -> None:
    write(
        LabelStudioWriter(), batch(records), FEATURES, folder / "out", cuts=[len(records) // 2], first_row=5
    )
    tasks = read(folder / "out")
    assert [task["id"] for task, _ in tasks] == list(range(6, 6 + len(records)))
    identities: Counter[str] = Counter()
    for (task, results), record in zip(tasks, records, strict=True):
        text = record["text"] or ""
        assert task["data"] == {"text": text, "shop": "café"}
        assert spans(results, "aspects_term") == found(record, "aspects", "term", "category")
        assert spans(results, "aspects_opinion") == found(record, "aspects", "opinion", "category")
        assert spans(results, "entities") == found(record, "entities", "span", "label")
        for result in results:
            if result.get("type") == "labels":
                value = result["value"]
                assert value["text"] == text[value["start"] : value["end"]]
                identities[result["id"]] += 1
        shown = [a for a in record["aspects"] or () if a["term"] or a["opinion"]]
        for name, values in (
            ("aspects_polarity", [POLARITIES[a["polarity"]] for a in shown]),
            ("aspects_negated", [str(a["negated"]).lower() for a in shown]),
            ("label", [] if record["label"] is None else [("bad", "good")[record["label"]]]),
        ):
            assert [r["value"]["choices"][0] for r in results if r.get("from_name") == name] == values
        stars = [r["value"]["rating"] for r in results if r["type"] == "rating"]
        assert stars == ([] if record["stars"] is None else [record["stars"]])
        by_id = {r["id"]: r for r in results if r["type"] == "labels"}
        ties = [
            (by_id[r["from_id"]]["value"]["text"], by_id[r["to_id"]]["value"]["text"])
            for r in results
            if r["type"] == "relation"
        ]
        both = [a for a in shown if a["term"] and a["opinion"]]
        assert ties == [(text[slice(*a["term"])], text[slice(*a["opinion"])]) for a in both]
    assert set(identities.values()) <= {1}
    counts = json.loads((folder / "out" / "labelstudio.json").read_text())["counts"]
    assert counts == {
        "tasks": len(records),
        "regions": identities.total(),
        "records_without_region": sum(
            not (a["term"] or a["opinion"]) for r in records for a in r["aspects"] or ()
        ),
    }


def test_every_span_choice_and_rating_comes_back(tmp_path: Path) -> None:
    same_as_made(rows(20), tmp_path)
    controls, _ = read_controls(tmp_path / "out")
    assert [e.attrib["value"] for e in controls["aspects_term"]] == list(CATEGORIES)
    assert [e.attrib["value"] for e in controls["entities"]] == list(KINDS)
    assert controls["stars"].attrib["maxRating"] == "5"


@settings(max_examples=60, deadline=None)
@given(some_rows())
def test_whatever_the_text_spans_come_back(records: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        same_as_made(records, Path(folder))


def test_what_a_record_says_hangs_on_its_first_region(tmp_path: Path) -> None:
    named, unnamed = (7, 12), (0, 6)
    records = [
        row("Lovely pasta", [{"term": t, "category": 0, "polarity": 2, "opinion": o, "negated": False}])
        for t, o in ((named, unnamed), (None, unnamed), (named, None))
    ]
    write(LabelStudioWriter(), batch(records), FEATURES, tmp_path / "out")
    controls, _ = read_controls(tmp_path / "out")
    assert controls["aspects_polarity"].attrib.get("whenTagName") is None
    for (_, results), text in zip(read(tmp_path / "out"), ("pasta", "Lovely", "pasta"), strict=True):
        (region,) = [r for r in results if r.get("type") == "labels" and r["value"]["text"] == text]
        details = {
            r["from_name"]: r["value"]["choices"]
            for r in results
            if r.get("id") == region["id"] and r["type"] == "choices"
        }
        assert details["aspects_polarity"] == ["positive"]
        assert details["aspects_negated"] == ["false"]


def test_every_clause_of_a_review_brings_what_it_says(tmp_path: Path) -> None:
    dataset = synthlab.load("reviews", rows=200, seed=3)
    dataset.write(tmp_path / "out", format="labelstudio")
    clauses = Counter[str]()
    for name in ("train", "validation", "test"):
        for _, results in read(tmp_path / "out", f"{name}.json"):
            clauses.update(r["from_name"] for r in results if r["type"] == "choices")
    made = sum(len(row["aspects"]) for row in dataset)
    for detail in ("polarity", "negated", "said", "strong"):
        assert clauses[f"aspects_{detail}"] == made
    counts = json.loads((tmp_path / "out" / "labelstudio.json").read_text())["counts"]
    assert counts["records_without_region"] == 0


def test_a_task_is_a_line_and_ids_are_unique_over_splits(tmp_path: Path) -> None:
    write(LabelStudioWriter(), batch(rows(40), SPLITS), SPLITS, tmp_path / "out", cuts=[11, 11])
    numbers = []
    for split, count in (("train", 20), ("validation", 10), ("test", 10)):
        first, *lines, last = (
            (tmp_path / "out" / f"{split}.json").read_bytes().removesuffix(b"\n").split(b"\n")
        )
        assert (first, last, len(lines)) == (b"[", b"]", count)
        tasks = read(tmp_path / "out", f"{split}.json")
        assert [json.loads(line.rstrip(b",")) for line in lines] == [task for task, _ in tasks]
        numbers += [task["id"] for task, _ in tasks]
    assert sorted(numbers) == list(range(1, 41))


def test_ratings_have_as_many_stars_as_were_given_and_other_numbers_are_numbers(tmp_path: Path) -> None:
    features = Features(
        {"text": Text(), "stars": Value("int8"), "price": Value("float64"), "fake": Value("bool")},
        labels=("stars", "price", "fake"),
    )
    made = features.batch(
        {
            "text": ["a", "b", "c"],
            "stars": [3, 10, None],
            "price": [1.5, None, 2],
            "fake": [True, False, None],
        }
    )
    write(LabelStudioWriter(), made, features, tmp_path / "out", cuts=[1, 2])
    controls, _ = read_controls(tmp_path / "out")
    assert controls["stars"].attrib["maxRating"] == "10"
    values = [
        {r["from_name"]: r["value"][r["type"]] for r in results} for _, results in read(tmp_path / "out")
    ]
    assert values == [
        {"fake": ["true"], "stars": 3, "price": 1.5},
        {"fake": ["false"], "stars": 10},
        {"price": 2.0},
    ]


OBJECTS = Records({"box": Box(), "label": ClassLabel(("cat", "dog")), "shade": ClassLabel(("light", "dark"))})
PICTURES = Features(
    {"image": Image(), "width": Value("int32"), "height": Value("int32"), "objects": OBJECTS},
    labels=("objects",),
)


def test_boxes_come_back_in_pixels(tmp_path: Path) -> None:
    boxes = [[(10, 20, 110, 60)], [], [(0, 0, 640, 480), (1.5, 2, 3, 4)]]
    made = PICTURES.batch_from_records(
        [
            {
                "image": PICTURE + bytes([i]),
                "width": 640,
                "height": 480,
                "objects": [{"box": box, "label": n % 2, "shade": (n + 1) % 2} for n, box in enumerate(some)],
            }
            for i, some in enumerate(boxes)
        ]
    )
    write(LabelStudioWriter(), made, PICTURES, tmp_path / "out", cuts=[2], first_row=41)
    for i, (task, results) in enumerate(read(tmp_path / "out")):
        path = f"images/{41 + i:09d}.png"
        assert task["data"] == {"image": f"/data/local-files/?d={path}"}
        assert (tmp_path / "out" / path).read_bytes() == PICTURE + bytes([i])
        found_there = []
        for r in (r for r in results if r["type"] == "rectanglelabels"):
            assert (r["original_width"], r["original_height"]) == (640, 480)
            x, y, width, height = (r["value"][k] / 100 for k in ("x", "y", "width", "height"))
            found_there.append(pytest.approx((x * 640, y * 480, (x + width) * 640, (y + height) * 480)))
        assert found_there == boxes[i]
        labels = [r["value"]["rectanglelabels"][0] for r in results if r["type"] == "rectanglelabels"]
        assert labels == ["cat", "dog"][: len(boxes[i])]
        shades = [r["value"]["choices"][0] for r in results if r["type"] == "choices"]
        assert shades == ["dark", "light"][: len(boxes[i])]


@pytest.mark.parametrize(
    ("columns", "labels", "message"),
    [
        ({"text": Text(), "label": ClassLabel(("a",))}, (), "needs labels.*text, label"),
        ({"image": Image(), "depth": Image()}, (), "one image a task.*image, depth"),
        ({**PICTURES.columns, "text": Text(), "part": Span("text")}, (), "an image or a text"),
        ({"image": Image(), "objects": OBJECTS}, (), "columns width and height"),
        ({"text": Text(), "part": Span("text"), "data": Value("binary")}, (), "no place for column 'data'"),
        ({**PICTURES.columns, "map": LabelMap(("a",))}, (), "no place for column 'map'"),
        (
            {
                "text": Text(),
                "part": Records({"a": Span("text"), "b": Value("bool")}),
                "part_b": Value("bool"),
            },
            ("part_b",),
            "two controls would be called 'part_b'",
        ),
    ],
)
def test_columns_that_label_studio_cannot_hold_are_refused(
    columns: dict[str, Any], labels: tuple[str, ...], message: str
) -> None:
    with pytest.raises(FeatureError, match=message):
        LabelStudioWriter().accepts(Features(columns, labels=labels))


def test_a_region_without_its_label_is_a_bug_of_the_generator(tmp_path: Path) -> None:
    record = row(
        "abc", [{"term": (0, 1), "category": None, "polarity": 0, "opinion": None, "negated": False}]
    )
    with pytest.raises(BuildError, match="'aspects_term' has no 'category'"):
        write(LabelStudioWriter(), batch([record]), FEATURES, tmp_path / "out")


@pytest.mark.parametrize(("schema", "count"), [("reviews", 250), ("shapes", 60)])
def test_the_format_keeps_the_contract(schema: str, count: int, tmp_path: Path) -> None:
    def tasks(folder: Path) -> int:
        names = [p.name for p in folder.glob("*.json") if p.stem not in ("labelstudio", "synthlab")]
        return sum(len(read(folder, name)) for name in names)

    check_writer("labelstudio", synthlab.load(schema, rows=count), tmp_path, read=tasks, shard_rows=50)
