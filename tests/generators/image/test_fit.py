"""Fit of labeled images: of images that we rendered ourselves, all that there is to learn is known."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import synthlab
from synthlab import InputError, Rows
from synthlab.testing import check_generator, folder_bytes
from synthlab_image import ImageGenerator
from synthlab_image.assets.coco import filled
from synthlab_image.fit.habits import at_border, covered, habits_of
from synthlab_image.fit.labeled import Reading
from synthlab_image.fit.prepared import Outlined, Photo
from synthlab_image.fit.reading import is_source, read_labeled

REAL = """
synthlab: 1
name: real
generator: image
rows: 24
seed: 5
options:
  width: 240
  height: 180
  classes:
    gear: {asset: part, parts: [gear], weight: 3, size_range: [0.2, 0.3]}
    stop: {asset: sign, signs: [stop], rotation_range: [-3, 3], size_range: [0.3, 0.4]}
  objects_range: [2, 5]
  placement: {kind: poisson, distance: 0.4}
  backgrounds: [noise, linear]
  min_visibility: 0.7
  effects: {shadows: 0, cast_range: [0, 0]}
"""
NAN = float("nan")
FORMS = {"coco": "annotations.json", "voc": "VOCdevkit/VOC2012", "yolo": "."}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same images as COCO with masks, Pascal VOC and YOLO."""
    folder = tmp_path_factory.mktemp("real")
    (folder / "real.yaml").write_text(REAL)
    dataset = synthlab.load(folder / "real.yaml")
    for form in FORMS:
        dataset.write(folder / form, format=form)
    return {form: folder / form / place for form, place in FORMS.items()}


@pytest.fixture(scope="module")
def fitted(real: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The schemas that are fitted on images with masks, and on images with boxes."""
    folder = tmp_path_factory.mktemp("fitted")
    return {
        form: synthlab.fit(real[form], folder / f"{form}.yaml", generator="image").schema
        for form in ("coco", "voc")
    }


def changed(schema: Path, change: Callable[[dict[str, Any]], None]) -> ImageGenerator:
    """Return the generator of a schema with other options."""
    options = yaml.safe_load(schema.read_text())["options"]
    change(options)
    return ImageGenerator.model_validate(options, context={"folder": schema.parent})


def generator_of(schema: Path) -> ImageGenerator:
    return changed(schema, lambda options: None)


def all_stays(options: dict[str, Any]) -> None:
    options["annotated_photos"] |= {"kept_range": [1, 1], "flips": 0}
    options |= {"objects_range": [0, 0], "encoding": "png"}
    options["effects"] |= {"brightness_range": [1, 1], "contrast_range": [1, 1], "cast_range": [0, 0]}


def known(schema: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((schema.with_suffix(".model") / "objects.json").read_text())
    return found


def boxes(found: Reading) -> list[list[tuple[str, tuple[float, ...]]]]:
    return [sorted((thing.label, thing.box) for thing in photo.objects) for photo in found.photos]


@pytest.mark.parametrize("form", ["voc", "yolo"])
def test_all_forms_are_read_alike(real: dict[str, Path], form: str) -> None:
    wanted, found = (read_labeled(real[name], None) for name in ("coco", form))
    assert is_source(real[form])
    assert sorted(found.classes) == sorted(wanted.classes)
    for mine, others in zip(boxes(found), boxes(wanted), strict=True):
        assert [label for label, _ in mine] == [label for label, _ in others]
        assert np.allclose([box for _, box in mine], [box for _, box in others], atol=0.01)


def test_the_same_images_give_the_same_bytes(real: dict[str, Path], tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        synthlab.fit(real["voc"], tmp_path / name / "x.yaml", generator="image", seed=3)
    assert folder_bytes(tmp_path / "one") == folder_bytes(tmp_path / "two")


@pytest.mark.parametrize("form", ["coco", "voc"])
def test_a_fitted_schema_keeps_the_contract(fitted: dict[str, Path], form: str) -> None:
    generator = generator_of(fitted[form])
    assert not list(generator.problems())
    check_generator(generator, rows=12, folder=fitted[form].parent)


@pytest.mark.parametrize("form", ["coco", "voc"])
def test_photographs_whose_objects_stay_are_as_they_were(fitted: dict[str, Path], form: str) -> None:
    generator, real = changed(fitted[form], all_stays), known(fitted[form])
    by_name = {image["file_name"]: image["id"] for image in real["images"]}
    names = {category["id"]: category["name"] for category in real["categories"]}
    batch = generator.generate(Rows(1, 0, 12)).to_pylist()
    for layout, row in zip(generator.layouts(Rows(1, 0, 12)), batch, strict=True):
        name = layout.scene.background.photo or ""
        picture = cv2.imdecode(np.frombuffer(row["image"]["bytes"], dtype=np.uint8), cv2.IMREAD_COLOR)
        before = cv2.imread(str(fitted[form].with_suffix(".model") / "images" / name))
        assert np.array_equal(picture, before)
        wanted = [
            (
                names[a["category_id"]],
                [*a["bbox"][:2], a["bbox"][0] + a["bbox"][2], a["bbox"][1] + a["bbox"][3]],
            )
            for a in real["annotations"]
            if a["image_id"] == by_name[name]
        ]
        found = [(generator.names[thing["label"]], thing["box"]) for thing in row["objects"]]
        assert sorted(label for label, _ in found) == sorted(label for label, _ in wanted)
        if form == "voc":
            assert sorted(found) == sorted(wanted)


@pytest.mark.parametrize("form", ["coco", "voc"])
def test_every_label_is_what_the_id_map_says(fitted: dict[str, Path], form: str) -> None:
    generator = generator_of(fitted[form])
    rows = generator.generate(Rows(2, 0, 12)).to_pylist()
    replaced = 0
    for layout, row in zip(generator.layouts(Rows(2, 0, 12)), rows, strict=True):
        assert (generator.render(layout.scene)[1].ids == layout.ids).all()
        assert row["image"]["bytes"] == generator.render(layout.scene)[0]
        assert len(row["objects"]) <= len(layout.placed)
        areas = {
            int(n): int(count) for n, count in zip(*np.unique(layout.ids, return_counts=True), strict=True)
        }
        assert {p.number: p.area for p in layout.placed if p.area} == {n: a for n, a in areas.items() if n}
        replaced += sum(p.thing.asset >= 0 for p in layout.placed)
        for thing in row["objects"]:
            x_min, y_min, x_max, y_max = thing["box"]
            assert 0 <= x_min < x_max <= generator.width
            assert 0 <= y_min < y_max <= generator.height
    assert replaced > 12


@pytest.mark.parametrize("form", ["coco", "voc"])
def test_outlines_stay_in_their_boxes(fitted: dict[str, Path], form: str) -> None:
    for thing in known(fitted[form])["annotations"]:
        x, y, width, height = thing["bbox"]
        mask = filled(thing["segmentation"], 180, 240)
        assert mask is not None
        assert mask.any()
        mask[y : y + height, x : x + width] = 0
        assert not mask.any()


@pytest.mark.parametrize("form", ["coco", "voc"])
def test_counts_shares_and_sizes_are_found_again(
    real: dict[str, Path], fitted: dict[str, Path], form: str
) -> None:
    generator = generator_of(fitted[form])
    before = [thing for photo in read_labeled(real[form], None).photos for thing in photo.objects]
    rows = generator.generate(Rows(3, 0, 120)).to_pylist()
    after = [thing for row in rows for thing in row["objects"]]
    assert len(before) / 24 <= len(after) / 120 <= 2 * len(before) / 24
    for number, name in enumerate(generator.names):
        old = [max(t.box[2] - t.box[0], t.box[3] - t.box[1]) for t in before if t.label == name]
        new = [
            max(t["box"][2] - t["box"][0], t["box"][3] - t["box"][1]) for t in after if t["label"] == number
        ]
        # Half of them have the shares of the images, and half are as many of each class.
        assert abs(len(new) / len(after) - (len(old) / len(before) + 0.5) / 2) < 0.12
        assert np.median(new) == pytest.approx(np.median(old), rel=0.12)


def test_what_is_always_upright_stays_so(fitted: dict[str, Path]) -> None:
    for schema in fitted.values():
        classes = generator_of(schema).classes
        assert all(asset.rotation_range == (0, 360) for asset in classes["gear"])
        assert all(max(asset.rotation_range) < 10 and asset.flips == 0 for asset in classes["stop"])


def test_places_are_emptied(fitted: dict[str, Path]) -> None:
    """Where a gear was, nothing sharp is left: less so than what is around it all over."""
    folder = fitted["coco"].with_suffix(".model")
    data = known(fitted["coco"])
    names = {image["id"]: image["file_name"] for image in data["images"]}
    before, after = [], []
    for thing in data["annotations"]:
        x, y, width, height = thing["bbox"]
        for kind, found in (("images", before), ("emptied", after)):
            picture = cv2.imread(str(folder / kind / names[thing["image_id"]]))
            assert picture is not None
            found.append(cv2.Laplacian(picture[y : y + height, x : x + width], cv2.CV_64F).std())
    assert np.median(after) < np.median(before) / 3


def test_images_of_other_sizes_are_brought_to_one(real: dict[str, Path], tmp_path: Path) -> None:
    data = json.loads(real["coco"].read_text())
    (tmp_path / "images").mkdir()
    for place, image in enumerate(data["images"]):
        picture = cv2.imread(str(next(real["coco"].parent.rglob(Path(image["file_name"]).name))))
        assert picture is not None
        scale = (1, 2)[place % 8 == 0]
        image["width"], image["height"] = 240 * scale, 180 * scale
        for thing in data["annotations"]:
            if thing["image_id"] == image["id"]:
                thing["bbox"] = [v * scale for v in thing["bbox"]]
                thing["segmentation"] = []
        large = cv2.resize(picture, (240 * scale, 180 * scale))
        cv2.imwrite(str(tmp_path / "images" / Path(image["file_name"]).name), large)
    (tmp_path / "some.json").write_text(json.dumps(data))
    schema = synthlab.fit(tmp_path / "some.json", tmp_path / "some.yaml", generator="image").schema
    generator = generator_of(schema)
    assert (generator.width, generator.height) == (240, 180)
    sizes = {(image["width"], image["height"]) for image in known(schema)["images"]}
    assert sizes == {(240, 180)}
    assert len(known(schema)["annotations"]) == len(data["annotations"])
    smaller = synthlab.fit(
        tmp_path / "some.json", tmp_path / "small.yaml", generator="image", options={"longest_side": "120"}
    )
    assert (generator_of(smaller.schema).width, generator_of(smaller.schema).height) == (120, 90)


def test_five_images_are_enough(real: dict[str, Path], tmp_path: Path) -> None:
    def shorten(data: dict[str, Any]) -> None:
        data["images"] = data["images"][:5]
        data["annotations"] = [a for a in data["annotations"] if a["image_id"] <= 5]

    few = coco(real, tmp_path, shorten)
    schema = synthlab.fit(few, tmp_path / "x.yaml", options={"images": str(real["coco"].parent)}).schema
    rows = generator_of(schema).generate(Rows(1, 0, 20)).to_pylist()
    assert min(len(row["objects"]) for row in rows) > 0


def photo(*boxes: tuple[int, int, int, int]) -> Photo:
    things = (Outlined("car", box, np.ones((box[3] - box[1], box[2] - box[0]), np.uint8)) for box in boxes)
    return Photo(np.zeros((300, 400, 3), dtype=np.uint8), tuple(things))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32))
def test_whether_places_and_sizes_are_alike_all_over(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(40, 360, 60), rng.uniform(40, 260, 60)
    spread = [photo((int(a) - 10, int(b) - 10, int(a) + 10, int(b) + 10)) for a, b in zip(x, y, strict=True)]
    found = habits_of(spread, "car")
    assert (found.objects, found.images, found.sides) == (60, 60, (20.0, 20.0, 20.0))
    assert not found.farther
    low = [photo((int(a) - 10, 230, int(a) + 10, 250)) for a in x]
    assert len(habits_of(low, "car").places) == 60
    road = [
        photo((int(a) - int(b / 8), int(b) - int(b / 8), int(a) + int(b / 8), int(b) + int(b / 8)))
        for a, b in zip(x, y, strict=True)
    ]
    assert habits_of(road, "car").farther


def test_what_is_hidden_is_the_share_of_the_box_in_others() -> None:
    one = photo((0, 0, 40, 40), (20, 0, 60, 40), (100, 100, 110, 110))
    assert [covered(one, thing) for thing in one.objects] == [0.5, 0.5, 0.0]
    assert [at_border(one, thing) for thing in one.objects] == [True, True, False]


def test_it_is_said_what_was_learned_and_that_the_files_are_private(
    real: dict[str, Path], tmp_path: Path
) -> None:
    notes = synthlab.fit(real["coco"], tmp_path / "x.yaml").notes
    assert "24 images, taken as 240 x 180 pixels" in notes[0]
    assert any(note.startswith("gear: ") and "turned at will" in note for note in notes)
    assert any(note.startswith("stop: ") and "upright" in note for note in notes)
    assert "as private as the images are" in notes[-1]
    assert (tmp_path / "x.yaml").read_text().startswith(f"# {notes[0]}\n")


def coco(real: dict[str, Path], folder: Path, change: Callable[[dict[str, Any]], Any]) -> Path:
    data = json.loads(real["coco"].read_text())
    change(data)
    path = folder / "changed.json"
    path.write_text(json.dumps(data))
    return path


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["images"][3].update(file_name="none.jpg"), "there is no image 'none.jpg' in .*--images"),
        (
            lambda d: d["annotations"][2].update(category_id=77),
            r"annotation 3: category_id 77 is none of 1, 2",
        ),
        (lambda d: d["annotations"][2].update(image_id=977), "annotation 3: there is no image 977"),
        (lambda d: d["annotations"][2].update(bbox=[1, 2, 3]), r"annotation 3: bbox is \[1, 2, 3\], not"),
        (lambda d: d["annotations"].clear(), "no box is marked in any of its 24 images"),
        (lambda d: d.pop("categories"), "has no list of objects 'categories'"),
        (
            lambda d: d["images"][0].update(width=99),
            r"is 240 x 180 pixels, but its annotations are for 99 x 180",
        ),
        (lambda d: d["images"][0].update(width="wide"), "image 1: its width and height are whole numbers"),
        (
            lambda d: d["annotations"][0].update(segmentation={"size": [180, 240], "counts": [5, 5]}),
            "the mask of a .* ",
        ),
        (lambda d: d["annotations"][2].update(image_id=[1]), r"annotation 3: there is no image \[1\]"),
        (lambda d: d["annotations"][2].update(category_id=[1]), r"annotation 3: category_id \[1\] is none"),
        (lambda d: d["annotations"][2].update(bbox=[1, 2, 1e300, 3]), r"annotation 3: bbox is \[1, 2, 1e"),
        (lambda d: d["annotations"][2].update(bbox=[1, 2, NAN, 3]), r"annotation 3: bbox is \[1, 2, nan"),
        (
            lambda d: d["annotations"][0].update(segmentation={"counts": [0, 10**13]}),
            "the mask of a .* the runs are not those of an image of 240 x 180",
        ),
        (
            lambda d: d["annotations"][0].update(segmentation=[[1, 2, NAN, 4, 5, 6]]),
            "the mask of a .* a polygon has points that are not numbers",
        ),
        (lambda d: d["images"][2].update(id=1), r"images\[2\] has the id 1 of images\[0\]"),
        (lambda d: d["images"][2].pop("file_name"), r"images\[2\] has no file_name"),
        (lambda d: d["categories"][1].pop("name"), r"categories\[1\] has no name"),
        (lambda d: d["categories"][1].update(name=""), "a class is called ''; the name of a class has 1 to"),
        (lambda d: d["categories"][1].update(name="x" * 61), "a class is called 'x*'; .* 60 characters"),
        (lambda d: d["categories"][1].update(name="a\nb"), "a class is called 'a.nb'; .* printed"),
    ],
)
def test_errors_of_a_coco_file_say_where(
    real: dict[str, Path], tmp_path: Path, change: Callable[[dict[str, Any]], Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        synthlab.fit(
            coco(real, tmp_path, change),
            tmp_path / "x.yaml",
            generator="image",
            options={"images": str(real["coco"].parent)},
        )
    assert not (tmp_path / "x.yaml").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"images": [], "annotations": [,], "categories": []}', "broken.json, line 1, column 32"),
        ("<annotation><object></annotation>", "one.xml, line 1, column 23: this is no XML"),
        ("<annotation><object><bndbox/></object></annotation>", "one.xml: object 1 has no name"),
        (
            "<annotation><object><name>cat</name></object></annotation>",
            "one.xml: object 1 .cat. has no bndbox with xmin",
        ),
        ("<annotation/>", "one.xml: there is no image 'one' in "),
    ],
)
def test_errors_of_broken_files_say_where(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / ("broken.json" if text.startswith("{") else "one.xml")
    path.write_text(text)
    source = path if path.suffix == ".json" else tmp_path
    with pytest.raises(InputError, match=message):
        synthlab.fit(source, tmp_path / "x.yaml", generator="image")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"image": "x"}, "has no option 'image'; did you mean 'images'"),
        ({"images": "nowhere"}, "there is no such folder"),
        ({"outlines": "magic"}, "outlines is 'magic'; it can be grabcut, ellipse, box"),
        ({"longest_side": "huge"}, "it is a number of pixels, 64 to 4096"),
    ],
)
def test_errors_of_options_say_what_fits(
    real: dict[str, Path], tmp_path: Path, options: dict[str, str], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        synthlab.fit(real["voc"], tmp_path / "x.yaml", generator="image", options=options)


def test_a_line_of_yolo_that_is_none_is_told(real: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    cv2.imwrite(str(tmp_path / "images" / "a.png"), np.zeros((90, 120, 3), dtype=np.uint8))
    (tmp_path / "data.yaml").write_text("names: [cat]\n")
    (tmp_path / "images" / "a.txt").write_text("0 0.5 0.5 0.1 0.1\n\n1 0.5 0.5 0.1 0.1\n")
    with pytest.raises(InputError, match=r"a.txt, line 3: class 1 is none of 0 to 0"):
        synthlab.fit(tmp_path, tmp_path / "x.yaml", generator="image")
