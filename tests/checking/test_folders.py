"""`synthlab check` of folders of YOLO and Pascal VOC."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

import synthlab
from synthlab import UsageError

SCHEMA: dict[str, Any] = {
    "synthlab": 1,
    "name": "x",
    "generator": "image",
    "rows": 24,
    "seed": 5,
    "options": {"width": 120, "height": 90, "classes": ["star", "ring"], "objects_range": [1, 4]},
    "splits": {"fractions": {"train": 0.6, "validation": 0.2, "test": 0.2}},
}
DEVKIT = "VOCdevkit/VOC2012"
NOTES = {"overlap", "image-without-objects", "unused-category"}


@pytest.fixture(scope="module", params=["yolo", "yolo-segment", "voc"])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp(request.param) / "own"
    synthlab.load(SCHEMA).write(folder, format=request.param)
    return folder


@pytest.fixture
def data(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / whole.parent.name))


def labels(data: Path) -> Path:
    """Return a file of labels of the training split with an object in it."""
    if data.name.startswith("voc"):
        first = (data / DEVKIT / "ImageSets/Main/train.txt").read_text().split()[0]
        return data / DEVKIT / "Annotations" / f"{first}.xml"
    return next(path for path in sorted((data / "labels/train").glob("*.txt")) if path.read_text().strip())


def kinds(data: Path, **how: Any) -> dict[str, int]:
    return {problem.kind: problem.count for problem in synthlab.check(data, **how).problems}


def test_our_own_folders_are_right_and_counted(whole: Path) -> None:
    found = synthlab.check(whole)
    assert {problem.kind for problem in found.problems} <= NOTES
    assert len(found.files) == 3
    assert sum(file.images for file in found.files) == 24
    rows = list(synthlab.load(SCHEMA))
    assert sum(file.annotations for file in found.files) == sum(len(row["objects"]) for row in rows)
    assert {*kinds(whole, read_images=False)} <= NOTES


def test_images_that_are_missing_or_in_two_splits_are_found(data: Path) -> None:
    name = labels(data).stem
    (image,) = (path for path in data.rglob(f"{name}.*") if path.suffix in (".jpg", ".png"))
    if data.name.startswith("voc"):
        with (data / DEVKIT / "ImageSets/Main/val.txt").open("a") as file:
            file.write(f"{name}\n")
    else:
        shutil.copy(image, data / "images/val" / image.name)
        shutil.copy(labels(data), data / "labels/val" / f"{name}.txt")
    assert kinds(data)["shared-image"] == 1
    image.unlink()
    assert kinds(data)["missing-image"] >= 1


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("0 0.5 0.5 0.2", "wrong-type"),
        ("star 0.5 0.5 0.2 0.2", "wrong-type"),
        ("0.5 0.5 0.5 0.2 0.2", "wrong-type"),
        ("0 0.5 nan 0.2 0.2", "not-finite"),
        ("7 0.5 0.5 0.2 0.2", "dangling-id"),
        ("0 0.5 0.5 0 0.2", "box-size"),
        ("0 0.95 0.5 0.2 0.2", "box-beyond-edge"),
        ("0 1.5 0.5 0.2 0.2", "box-outside"),
    ],
)
def test_rows_of_yolo_that_readers_stumble_over_are_found(data: Path, row: str, kind: str) -> None:
    if data.name.startswith("voc"):
        return
    file = labels(data)
    file.write_text(f"{row}\n")
    assert kinds(data)[kind] == 1
    (problem,) = (problem for problem in synthlab.check(data).problems if problem.kind == kind)
    assert str(problem.examples[0]).startswith(f"annotation '{file.name}, line 1'")


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("</annotation>", "", "unreadable"),
        ("<xmin>", "<xmin>no", "wrong-type"),
        ("<name>", "<name/><nome>", "unreadable"),
        ("<width>120", "<width>90", "size-mismatch"),
    ],
)
def test_what_is_wrong_in_a_file_of_voc_is_found(data: Path, old: str, new: str, kind: str) -> None:
    if not data.name.startswith("voc"):
        return
    file = labels(data)
    file.write_text(file.read_text().replace(old, new))
    assert kinds(data)[kind] >= 1


def test_datasets_of_a_devkit_are_looked_at_one_by_one(data: Path) -> None:
    if data.name.startswith("voc"):
        shutil.copytree(data / DEVKIT, data / "VOCdevkit/VOC2007")
        found = synthlab.check(data)
        assert sum(file.images for file in found.files) == 48
        assert {problem.kind for problem in found.problems} <= NOTES


def test_images_of_yolo_cannot_lie_elsewhere(data: Path) -> None:
    if not data.name.startswith("voc"):
        with pytest.raises(UsageError, match="leave --images out"):
            synthlab.check(data, images=data / "images")


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("names: [star, ring]\nnc: 3\n", "wrong-type", "nc is 3, and there are 2 names"),
        ("names: [star, ring]\nval: nowhere/images\n", "missing-image", "val is 'nowhere/images'"),
        ("names: [star, ring]\ntrain: [images/train, nix]\n", "missing-image", "train is 'nix'"),
        ("names: [star, ring]\ntrain: /home/me/set/images/train\nnc: 2\n", "", ""),
        ("names: [star, ring]\nval: ../images/train\npath: ../elsewhere\n", "", ""),
        (": [", "unreadable", "data.yaml: while parsing a block mapping expected"),
        ("train: images/train\n", "missing-key", "no names of classes"),
    ],
)
def test_what_is_wrong_with_a_data_yaml_is_told_once(data: Path, text: str, kind: str, found: str) -> None:
    if data.name.startswith("voc"):
        return
    (data / "data.yaml").write_text(text)
    problems = [problem for problem in synthlab.check(data).problems if problem.kind not in NOTES]
    assert [problem.kind for problem in problems] == [kind] * bool(kind)
    assert all(problem.count == 1 and found in str(problem.examples[0]) for problem in problems)


def test_a_data_yaml_that_unfolds_without_end_is_no_harm(data: Path) -> None:
    if data.name.startswith("voc"):
        return
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 20)]
    (data / "data.yaml").write_text("\n".join([*lines, "train: *a19", "path: *a19", "names: [star, ring]"]))
    assert {*kinds(data)} <= NOTES
