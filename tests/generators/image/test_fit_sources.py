"""Fit of labeled images: which files are read, and what is left out."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import synthlab
from synthlab import InputError
from synthlab_image.files import read
from synthlab_image.fit.choosing import chosen
from synthlab_image.fit.emptying import cleared
from synthlab_image.fit.labeled import Labeled, Marked
from synthlab_image.fit.prepared import prepared
from synthlab_image.fit.reading import is_source, read_labeled

WIDTH, HEIGHT = 120, 90


def picture(path: Path, level: int = 90) -> Path:
    """Write a grey picture with a disc in its middle."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.full((HEIGHT, WIDTH, 3), level, dtype=np.uint8)
    cv2.circle(pixels, (60, 45), 20, (0, 0, 255), -1)
    done, data = cv2.imencode(".png", pixels)
    assert done
    path.write_bytes(data.tobytes())
    return path


def coco(path: Path, names: list[str], **changes: Any) -> Path:
    """Write a COCO file of pictures with their discs."""
    images = [{"id": i, "file_name": n, "width": WIDTH, "height": HEIGHT} for i, n in enumerate(names, 1)]
    things: list[dict[str, Any]] = [
        {"id": i, "image_id": i, "category_id": 1, "bbox": [40, 25, 40, 40], "iscrowd": 0}
        for i in range(1, len(names) + 1)
    ]
    data = {"images": images, "annotations": things, "categories": [{"id": 1, "name": "disc"}], **changes}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data))
    return path


def yolo(folder: Path, train: Any) -> Path:
    """Write four pictures to train on and two to test on."""
    for place in ("train/images/a", "train/images/b", "more/images/c", "more/images/d"):
        picture(folder / f"{place}.png")
    for place in ("valid/images/e", "test/images/f"):
        picture(folder / f"{place}.png")
    for image in folder.rglob("*.png"):
        label = Path(str(image).replace("/images/", "/labels/")).with_suffix(".txt")
        label.parent.mkdir(exist_ok=True)
        label.write_text("0 0.5 0.5 0.3 0.4\n")
    said = {"val": "valid/images", "names": ["disc"]} | ({} if train is None else {"train": train})
    (folder / "data.yaml").write_text(json.dumps(said))
    (folder / "some.txt").write_text("./train/images/b.png\n/elsewhere/set/more/images/c.png\n")
    return folder


@pytest.mark.parametrize(
    ("train", "wanted"),
    [
        ("train/images", "ab"),
        ("../train/images", "ab"),
        ("/elsewhere/set/train/images", "ab"),
        (["train/images", "more/images"], "abcd"),
        ("some.txt", "bc"),
        (None, "abcdef"),
    ],
)
def test_only_what_a_folder_of_yolo_trains_on_is_learned(tmp_path: Path, train: Any, wanted: str) -> None:
    found = read_labeled(yolo(tmp_path, train), None)
    assert "".join(sorted(photo.path.stem for photo in found.photos)) == wanted
    left_out = 6 - len(wanted)
    assert [note.partition(" ")[0] for note in found.notes] == [str(left_out)] * (left_out > 0)


def test_a_folder_to_train_on_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="`train` names nowhere, and none of the 6 images is there"):
        read_labeled(yolo(tmp_path, "nowhere"), None)
    assert len(read_labeled(tmp_path, str(tmp_path / "train")).photos) == 2


def voc(folder: Path, names: dict[str, str]) -> Path:
    """Write XML files that name these images."""
    (folder / "Annotations").mkdir(parents=True)
    for stem, name in names.items():
        (folder / "Annotations" / f"{stem}.xml").write_text(
            f"<annotation><filename>{name}</filename><object><name>disc</name><bndbox><xmin>40</xmin>"
            "<ymin>25</ymin><xmax>80</xmax><ymax>65</ymax></bndbox></object></annotation>"
        )
    return folder


def test_only_what_pascal_voc_trains_on_is_learned(tmp_path: Path) -> None:
    home = voc(tmp_path / "VOCdevkit/VOC2012", {name: f"{name}.png" for name in "abc"})
    for name in "abc":
        picture(home / "JPEGImages" / f"{name}.png")
    assert is_source(tmp_path)
    assert len(read_labeled(tmp_path, None).photos) == 3
    (home / "ImageSets/Main").mkdir(parents=True)
    (home / "ImageSets/Main/train.txt").write_text("c\na\n")
    found = read_labeled(tmp_path / "VOCdevkit", None)
    assert [photo.path.stem for photo in found.photos] == ["a", "c"]
    assert found.notes == ("1 image that is not in train.txt left out",)
    shutil.copytree(home, tmp_path / "VOCdevkit/VOC2007")
    with pytest.raises(InputError, match=r"2 datasets in it, .*VOC2007, .*VOC2012; name one"):
        read_labeled(tmp_path, None)


def test_images_are_found_by_names_with_dots_and_by_endings_in_capitals(tmp_path: Path) -> None:
    names = {"a.jpg.rf.1": "a.jpg.rf.1.jpg", "a.jpg.rf.2": "a.jpg.rf.2.jpg", "c": "c.png", "x": "d.bmp"}
    home = voc(tmp_path, names)
    files = ("a.jpg.rf.1.jpg", "a.jpg.rf.2.jpg", "c.PNG", "d.JPG", "x.png")
    for name in files:
        picture(home / "JPEGImages" / name)
    found = read_labeled(home, None)
    assert [photo.path.name for photo in found.photos] == [*files[:4]]


def test_of_images_of_a_name_that_of_the_split_is_meant(tmp_path: Path) -> None:
    for place in ("train2017", "val2017", "other"):
        picture(tmp_path / "images" / place / "1.png")
    path = coco(tmp_path / "instances_val2017.json", ["1.png"])
    assert read_labeled(path, None).photos[0].path.parent.name == "val2017"
    path = coco(tmp_path / "all.json", ["other/1.png"])
    assert read_labeled(path, None).photos[0].path.parent.name == "other"
    path = coco(tmp_path / "all.json", ["1.png"])
    with pytest.raises(InputError, match=r"image '1.png' is in 3 places .*, other/1.png, .*--images DIR"):
        read_labeled(path, None)


@pytest.mark.parametrize("bits", [8, 10, 12, 16])
def test_grey_of_many_bits_is_as_bright_as_that_of_eight(tmp_path: Path, bits: int) -> None:
    levels = np.linspace(0, 1, WIDTH * HEIGHT).reshape(HEIGHT, WIDTH)
    stored = np.rint(levels * (2**bits - 1)).astype(np.uint16)
    cv2.imwrite(str(tmp_path / "x.png"), stored)
    assert np.abs(read(tmp_path / "x.png")[..., 1] - levels * 255).max() < 1


def test_pictures_are_turned_as_their_annotations_are(tmp_path: Path) -> None:
    from PIL import Image

    upright = Image.fromarray(np.arange(60 * 40, dtype=np.uint8).reshape(60, 40)).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6
    upright.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "x.png", exif=exif)
    for width, height in ((40, 60), (60, 40)):
        photo = prepared(Labeled(tmp_path / "x.png", width, height, ()), (width, height))
        assert photo.pixels.shape == (height, width, 3)
        if width == 40:
            assert np.array_equal(photo.pixels, np.asarray(upright))


@pytest.mark.parametrize("note", range(1, 9))
def test_turns_that_keep_the_size_are_followed_too(tmp_path: Path, note: int) -> None:
    from PIL import Image, ImageOps

    stored = Image.fromarray(np.arange(50 * 50, dtype=np.uint8).reshape(50, 50)).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = note
    stored.save(tmp_path / "x.png", exif=exif)
    with Image.open(tmp_path / "x.png") as image:
        seen = np.asarray(ImageOps.exif_transpose(image))
    photo = prepared(Labeled(tmp_path / "x.png", 50, 50, ()), (64, 64))
    assert np.array_equal(photo.pixels, cv2.resize(seen, (64, 64)))
    assert np.array_equal(read(tmp_path / "x.png"), np.asarray(stored))


def test_what_is_difficult_is_cleared_and_not_learned(tmp_path: Path) -> None:
    home = voc(tmp_path, {"a": "a.png"})
    picture(home / "JPEGImages/a.png")
    path = home / "Annotations/a.xml"
    hard = (
        "<object><name>far disc</name><difficult>1</difficult><bndbox><xmin>90</xmin><ymin>10</ymin>"
        "<xmax>110</xmax><ymax>30</ymax></bndbox></object>"
    )
    path.write_text(path.read_text().replace("</annotation>", f"{hard}</annotation>"))
    found = read_labeled(tmp_path, None)
    assert found.classes == ("disc",)
    assert found.notes == ("1 difficult object cleared",)
    assert [thing.label for thing in found.photos[0].objects] == ["disc"]
    assert [thing.label for thing in found.photos[0].ignored] == ["far disc"]
    path.write_text(path.read_text().replace("<difficult>1", "<difficult>0"))
    assert read_labeled(tmp_path, None).classes == ("disc", "far disc")


def test_an_own_folder_of_pascal_voc_can_be_fitted(tmp_path: Path) -> None:
    schema = tmp_path / "x.yaml"
    schema.write_text(
        "synthlab: 1\nname: x\ngenerator: image\nrows: 4\nseed: 1\n"
        "options: {width: 120, height: 90, classes: [star], objects_range: [1, 2]}\n"
    )
    synthlab.load(schema).write(tmp_path / "own", format="voc")
    assert len(read_labeled(tmp_path / "own", None).photos) == 4
    synthlab.fit(tmp_path / "own", tmp_path / "y.yaml", generator="image")
    assert len(synthlab.load(tmp_path / "y.yaml", rows=2)) == 2


def test_crowds_are_cleared_but_not_the_objects_on_them(tmp_path: Path) -> None:
    picture(tmp_path / "1.png")
    pixels = cv2.imread(str(tmp_path / "1.png"))
    assert pixels is not None
    cv2.rectangle(pixels, (84, 10), (115, 80), (250, 250, 250), -1)
    cv2.imwrite(str(tmp_path / "1.png"), pixels)
    ring = [84, 10, 116, 10, 116, 81, 84, 81]
    crowd = {"id": 2, "image_id": 1, "category_id": 1, "bbox": [84, 10, 32, 71], "iscrowd": 1}
    thing = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [40, 25, 50, 40], "iscrowd": 0}
    path = coco(tmp_path / "x.json", ["1.png"], annotations=[crowd | {"segmentation": [ring]}, thing])
    found = read_labeled(path, None)
    assert found.notes == ("1 crowd cleared",)
    assert len(found.photos[0].objects) == 1
    before = prepared(found.photos[0], (WIDTH, HEIGHT))
    after = cleared(before).pixels
    assert np.array_equal(after[25:65, 40:90], pixels[25:65, 40:90])
    assert (np.abs(after[10:81, 91:116].astype(int) - 90) < 40).all()


@given(st.lists(st.sets(st.sampled_from("abcdefgh"), max_size=3), max_size=60), st.integers(8, 40))
def test_of_many_images_some_of_each_class_are_kept(labels: list[set[str]], most: int) -> None:
    photos = [
        Labeled(Path(str(i)), 9, 9, tuple(Marked(label, (0, 0, 9, 9)) for label in sorted(found)))
        for i, found in enumerate(labels)
    ]
    kept = chosen(photos, most)
    assert len(kept) == min(len(photos), most)
    assert kept == sorted(set(kept), key=photos.index)
    assert {t.label for p in kept for t in p.objects} == {t.label for p in photos for t in p.objects}


def test_kept_images_are_from_all_over() -> None:
    photos = [Labeled(Path(str(i)), 9, 9, ()) for i in range(121)]
    places = [int(photo.path.name) for photo in chosen(photos, 120)]
    assert len(places) == 120
    assert max(np.diff(places)) <= 2


def test_of_a_folder_of_coco_the_file_to_train_on_is_learned(tmp_path: Path) -> None:
    for name in "abc":
        picture(tmp_path / "images" / f"{name}.png")
    (tmp_path / "notes.json").write_text("[]")
    assert not is_source(tmp_path)
    coco(tmp_path / "annotations" / "instances_val.json", ["c.png"])
    assert is_source(tmp_path)
    assert [photo.path.stem for photo in read_labeled(tmp_path, None).photos] == ["c"]
    coco(tmp_path / "annotations" / "instances_train.json", ["a.png", "b.png"])
    assert [photo.path.stem for photo in read_labeled(tmp_path, None).photos] == ["a", "b"]
    coco(tmp_path / "train.json", ["a.png"])
    with pytest.raises(InputError, match=r"3 COCO files in it, train.json, annotations/.*; name one of them"):
        read_labeled(tmp_path, None)
