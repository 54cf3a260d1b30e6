"""`check`: a good dataset passes, and of each kind of damage exactly that kind is found."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pycocotools.coco import COCO

import synthlab
from synthlab import CheckResult, InputError, UsageError
from synthlab.checking.kinds import KINDS

from .conftest import ROWS
from .damage import DAMAGES, TRAIN, Damage, load, store

# pycocotools hands NumPy its masks in the way of NumPy 1.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture
def folder(good: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good, tmp_path / "shapes"))


def kinds(found: CheckResult) -> dict[str, int]:
    counts: dict[str, int] = {}
    for problem in found.problems:
        counts[problem.kind] = counts.get(problem.kind, 0) + problem.count
    return counts


def loaded(path: Path) -> COCO:
    with contextlib.redirect_stdout(io.StringIO()):
        return COCO(str(path))


def test_our_own_dataset_passes(good: Path) -> None:
    found = synthlab.check(good)
    assert found.ok
    assert not [p for p in found.problems if p.kind != "unused-category"]
    assert sum(file.images for file in found.files) == ROWS
    assert all(file.annotations == file.masks > 0 for file in found.files)
    assert not found.left_out


@pytest.mark.parametrize("name", DAMAGES)
def test_of_each_damage_exactly_its_kind_is_found(name: str, folder: Path) -> None:
    damage: Damage = DAMAGES[name]
    before = kinds(synthlab.check(folder))
    data = load(folder)
    damage.do(data, folder)
    store(folder, data)
    found = synthlab.check(folder)
    after = kinds(found)
    more = {kind for kind in after if after[kind] != before.get(kind, 0)}
    assert more == {damage.kind, *damage.brings}
    problem = next(p for p in found.find(damage.kind) if TRAIN in p.file or damage.kind == "extra-image")
    if damage.count is None:
        assert problem.count > 0.6 * len(data["annotations"])
    else:
        assert problem.count == damage.count
    if damage.id is not None:
        assert problem.examples[0].id == damage.id
    if problem.examples[0].record == "annotation" and damage.kind != "dangling-id":
        assert problem.examples[0].image is not None
    if damage.loads:
        assert loaded(folder / TRAIN).dataset["annotations"]


def test_every_kind_of_problem_is_tested() -> None:
    elsewhere = {
        "unreadable",
        "mask-outside",
        "empty-mask",
        "duplicate-category",
        "no-annotations",
        "other-task",
    }
    assert {damage.kind for damage in DAMAGES.values()} == KINDS.keys() - elsewhere


def test_what_pycocotools_makes_of_damage_shows_why_it_matters(folder: Path) -> None:
    data = load(folder)
    count = len(data["annotations"])
    DAMAGES["an annotation id twice"].do(data, folder)
    store(folder, data)
    assert len(loaded(folder / TRAIN).anns) == count - 1


@pytest.mark.parametrize(
    ("text", "found", "fits"),
    [
        ("", "line 1, column 1", "the file is empty"),
        ('{"images": [],\n "annotations": [{"id": 1,]}', "line 2, column", "found"),
        ('{"images": [],\n "annotations": [{"id": 1}', "line 2, column 27", "was it cut off?"),
        ('{"images": [], "annotations": []} {}', "line 1, column 35: Extra data", "found '{}'"),
        ('\ufeff{"images": [], "annotations": []}', "byte order mark", ""),
        ("[" * 100_000, "recursion", ""),
    ],
)  # fmt: skip
def test_json_that_cannot_be_read_is_told_with_its_place(
    text: str, found: str, fits: str, folder: Path
) -> None:
    (folder / TRAIN).write_text(text)
    (problem,) = [p for p in synthlab.check(folder).problems if p.severity == "error"]
    assert (problem.kind, problem.file, problem.count) == ("unreadable", TRAIN, 1)
    assert found in problem.examples[0].found
    assert fits in problem.examples[0].fits


def test_bytes_that_are_not_utf_8_are_told_with_their_line(folder: Path) -> None:
    (folder / TRAIN).write_bytes(b'{"images": [],\n"annotations": [], "x": "caf\xe9"}')
    (problem,) = synthlab.check(folder).find("unreadable")
    assert "line 2: byte 0xe9" in problem.examples[0].found


def test_rarer_kinds_are_found(folder: Path) -> None:
    data = load(folder)
    data["annotations"][0]["segmentation"] = [[-50, 10, 20, 10, 20, 30]]
    data["annotations"][1]["segmentation"] = {"size": [360, 480], "counts": [360 * 480]}
    data["categories"][1]["name"] = data["categories"][0]["name"]
    store(folder, data)
    found = synthlab.check(folder)
    assert {"mask-outside", "empty-mask", "duplicate-category"} <= kinds(found).keys()
    data["annotations"] = [{"id": 1, "image_id": 1, "caption": "a circle"}]
    store(folder, data)
    assert kinds(synthlab.check(folder))["other-task"] == 1
    del data["annotations"]
    store(folder, data)
    assert kinds(synthlab.check(folder))["no-annotations"] == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("VOC's corners", "count from 1, as in VOC"),
        ("VOC's corners and width", "width = xmax - xmin + 1"),
        ("width without its last pixel", "width = max - min + 1"),
        ("half a pixel", "half a pixel off"),
        ("a margin", "the same margin"),
        ("corners for boxes", "two corners"),
        ("centres for boxes", "of the centre, in pixels"),
        ("shares for boxes", "as in YOLO"),
    ],
)
def test_a_habit_is_called_by_its_name(name: str, said: str, folder: Path) -> None:
    data = load(folder)
    DAMAGES[name].do(data, folder)
    store(folder, data)
    (problem,) = [p for p in synthlab.check(folder).problems if p.kind in ("box-format", "box-shift")]
    assert said in problem.examples[0].fits


def test_voc_boxes_without_masks_are_known_by_the_last_pixel(folder: Path) -> None:
    data = load(folder)
    for number, annotation in enumerate(data["annotations"]):
        x, y, width, height = annotation["bbox"]
        if number < 8:
            x = 480 - width
        annotation["bbox"] = [x + 1, y + 1, width, height]
        del annotation["segmentation"]
    store(folder, data)
    found = synthlab.check(folder, read_images=False)
    assert {p.kind for p in found.problems if p.severity != "note"} == {"box-shift"}
    assert "corners that count from 1" in found.find("box-shift")[0].examples[0].fits


@pytest.mark.parametrize("compressed", [False, True])
def test_run_lengths_are_measured_as_polygons_are(compressed: bool, folder: Path) -> None:
    from pycocotools import mask as reference

    data, coco = load(folder), loaded(folder / TRAIN)
    for annotation in data["annotations"]:
        mask = coco.annToMask(annotation)
        runs = reference.encode(np.asfortranarray(mask))
        flat = mask.T.ravel()
        counts = np.diff(np.concatenate([[0], np.flatnonzero(np.diff(flat, prepend=0)), [flat.size]]))
        annotation["segmentation"] = {
            "size": [360, 480],
            "counts": runs["counts"].decode() if compressed else counts.tolist(),
        }
    store(folder, data)
    found = synthlab.check(folder)
    assert not [p for p in found.problems if p.kind != "unused-category"]
    DAMAGES["objects upon each other"].do(data, folder)
    store(folder, data)
    (overlap,) = synthlab.check(folder).find("overlap")
    assert (overlap.count, overlap.examples[0].id) == (1, 5)
    assert "100 pixels" in overlap.examples[0].found
    assert "100.0% of the smaller" in overlap.examples[0].found


def test_shared_pixels_are_those_that_pycocotools_counts(tmp_path: Path) -> None:
    from pycocotools import mask as reference

    draw = np.random.default_rng(3)
    annotations = []
    for number in range(1, 41):
        centre, angles = draw.uniform(30, 70, 2), np.sort(draw.uniform(0, 2 * np.pi, 9))
        around = np.stack([np.cos(angles), np.sin(angles)], axis=1) * draw.uniform(5, 25, (9, 1))
        ring = (centre + around).ravel().tolist()
        runs = reference.merge(reference.frPyObjects([ring], 100, 100))
        annotations.append(
            {
                "id": number, "image_id": 1, "category_id": number, "iscrowd": 0, "segmentation": [ring],
                "bbox": reference.toBbox(runs).tolist(), "area": float(reference.area(runs)),
            }
        )  # fmt: skip
    data = {
        "images": [{"id": 1, "file_name": "a.png", "width": 100, "height": 100}],
        "categories": [{"id": i, "name": str(i)} for i in range(1, 41)],
        "annotations": annotations,
    }
    (tmp_path / "a.json").write_text(json.dumps(data))
    found = synthlab.check(tmp_path / "a.json", read_images=False, most=2000)
    assert {p.kind for p in found.problems} == {"overlap"}, found.problems
    masks = [
        reference.decode(reference.merge(reference.frPyObjects(a["segmentation"], 100, 100)))
        for a in annotations
    ]
    for example in found.problems[0].examples:
        told = int(example.found.split()[0].replace(",", ""))
        other = int(example.found.partition("annotation ")[2].partition("'")[0])
        shared = int((masks[int(example.id or 0) - 1] & masks[other - 1]).sum())
        assert abs(told - shared) <= 12 + 0.1 * shared


def test_a_single_file_is_checked_with_images_elsewhere(folder: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone.json"
    shutil.move(folder / TRAIN, alone)
    found = synthlab.check(alone, images=folder / "images" / "train")
    assert found.ok
    assert found.files[0].file == "alone.json"
    lost = synthlab.check(alone, images=folder / "images" / "val")
    assert lost.find("missing-image")[0].count == found.files[0].images
    assert synthlab.check(alone, read_images=False).ok


@pytest.mark.parametrize("layout", ["roboflow", "flat", "names with folders", "data2017"])
def test_images_are_found_in_any_layout(layout: str, good: Path, tmp_path: Path) -> None:
    for split in ("train", "val"):
        data = load(good, f"annotations/instances_{split}.json")
        if layout == "roboflow":
            shutil.copytree(good / "images" / split, tmp_path / split)
            store(tmp_path, data, f"{split}/_annotations.coco.json")
        elif layout == "flat":
            shutil.copytree(good / "images" / split, tmp_path, dirs_exist_ok=True)
            store(tmp_path, data, f"{split}.json")
        elif layout == "names with folders":
            shutil.copytree(good / "images" / split, tmp_path / "data" / split / "images")
            for image in data["images"]:
                image["file_name"] = f"{split}/images/{image['file_name']}"
            store(tmp_path, data, f"{split}.json")
        else:
            # Called alike in both splits.
            (tmp_path / f"{split}2017").mkdir()
            for number, image in enumerate(data["images"]):
                source, image["file_name"] = image["file_name"], f"{number}.jpg"
                shutil.copy(good / "images" / split / source, tmp_path / f"{split}2017" / f"{number}.jpg")
            store(tmp_path, data, f"instances_{split}2017.json")
    found = synthlab.check(tmp_path)
    assert [p for p in found.problems if p.severity != "note"] == []
    assert len(found.files) == 2


def test_files_of_one_split_share_images_and_are_no_leak(folder: Path) -> None:
    shutil.copy(folder / TRAIN, folder / "annotations/person_keypoints_train.json")
    shutil.copy(folder / TRAIN, folder / "annotations/all.json")
    assert synthlab.check(folder).ok


def test_examples_are_at_most_as_many_as_asked_for_and_the_count_is_whole(folder: Path) -> None:
    data = load(folder)
    for annotation in data["annotations"]:
        annotation["area"] = "?"
    store(folder, data)
    (problem,) = synthlab.check(folder, most=2).find("wrong-type")
    assert (problem.count, len(problem.examples)) == (len(data["annotations"]), 2)


@pytest.mark.parametrize(
    "junk", [None, 1, "x", [], {}, [None], [[None]], {"size": [1]}, True, 1e999, 10**400]
)
@pytest.mark.parametrize("part", ["images", "annotations", "categories"])
def test_no_value_is_too_strange_to_be_told(part: str, junk: object, folder: Path) -> None:
    data = load(folder)
    keys = list(data[part][0])
    for row, key in enumerate(keys):
        data[part][row][key] = junk
    data[part].append(junk)
    store(folder, data)
    assert not synthlab.check(folder).ok


def test_folders_without_coco_are_refused(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"name": "x"}')
    with pytest.raises(InputError, match="has no COCO file: none of its 1 JSON files"):
        synthlab.check(tmp_path)
    with pytest.raises(UsageError, match="no file or folder"):
        synthlab.check(tmp_path / "nowhere")
    (tmp_path / "found.json").write_text('[{"image_id": 1, "bbox": [1, 2, 3, 4], "score": 0.5}]')
    (problem,) = synthlab.check(tmp_path / "found.json").problems
    assert problem.kind == "wrong-type"
    assert "a file of detections?" in problem.examples[0].fits


def test_empty_lists_are_a_file_of_coco_and_keys_given_twice_are_told(tmp_path: Path) -> None:
    path = tmp_path / "empty.json"
    path.write_text('{"images": [], "annotations": [ ], "categories": []}')
    assert kinds(synthlab.check(path)) == {"no-annotations": 1}
    path.write_text('{"images": [], "annotations": [], "images": []}')
    assert kinds(synthlab.check(path)) == {"wrong-type": 1, "missing-key": 1, "no-annotations": 1}


@pytest.mark.parametrize(
    "policy",
    [
        {"padding": 3},
        {"boxes": "amodal_clipped"},
        {"classes": {"star": {"asset": "shape", "shape": "star", "policy": {"padding": 2}},
                     "ring": {"asset": "shape", "shape": "ring"}}},
    ],
)  # fmt: skip
def test_boxes_that_are_larger_on_purpose_are_right(tmp_path: Path, policy: dict[str, Any]) -> None:
    options = {"width": 160, "height": 120, "objects_range": [3, 6], "labels": ["box", "label", "mask"]}
    schema = {"synthlab": 1, "generator": "image", "rows": 30, "seed": 4, "options": {**options, **policy}}
    synthlab.load(schema).write(tmp_path / "own", format="coco")
    assert synthlab.check(tmp_path / "own").count("warning") == 0
    (path,) = (tmp_path / "own").glob("annotations*.json")
    data = json.loads(path.read_text())
    for annotation in data["annotations"][:3]:
        x, y, width, height = annotation["bbox"]
        annotation["bbox"] = [x + 6, y, max(1, width - 6), height]
    path.write_text(json.dumps(data))
    kinds = {problem.kind: problem.count for problem in synthlab.check(tmp_path / "own").problems}
    assert kinds["box-off-mask"] == 3
    del data["info"]["boxes"]
    path.write_text(json.dumps(data))
    assert synthlab.check(tmp_path / "own").count("warning") > 20
