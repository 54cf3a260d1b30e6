"""Files and options that cannot be used: each error says which, what was found and what would do."""

from __future__ import annotations

import json
import random
import warnings
from pathlib import Path
from typing import Any, get_args

import cv2
import numpy as np
import pytest

from synthlab import Rows
from synthlab.errors import InputError
from synthlab_image import ImageGenerator
from synthlab_image.assets.base import Asset
from synthlab_image.assets.kinds import AnyAsset


def messages(classes: dict[str, Any], folder: Path, **more: Any) -> list[str]:
    """Return what a generator says is wrong with its options."""
    made = ImageGenerator.model_validate({"classes": classes, **more}, context={"folder": folder})
    return [problem.message for problem in made.problems()]


@pytest.mark.parametrize("ending", [".png", ".webp", ".bmp", ".jpg"])
def test_a_broken_picture_is_an_error_with_its_folder_or_a_picture(tmp_path: Path, ending: str) -> None:
    (tmp_path / "cats").mkdir()
    file = tmp_path / "cats" / f"tom{ending}"
    lots = random.Random(3)
    cv2.imwrite(str(file), np.arange(40 * 30 * 3, dtype=np.uint8).reshape(40, 30, 3))
    whole = file.read_bytes()
    options = {"classes": {"cat": {"asset": "sprites", "folder": "cats"}}, "width": 64, "height": 64}
    refused = []
    for _ in range(60):
        broken = bytearray(whole)
        for _ in range(3):
            broken[lots.randrange(min(60, len(whole)))] = lots.choice([0, 1, 255, lots.randrange(256)])
        file.unlink()
        file = file.with_stem(f"tom{lots.randrange(10**9)}")
        file.write_bytes(broken[: lots.choice([len(whole), len(whole) // 2])])
        generator = ImageGenerator.model_validate(options, context={"folder": tmp_path})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                generator.generate(Rows(1, 0, 1))
            except InputError as error:
                refused.append((str(error), file.name))
    assert len(refused) > 20
    assert all(message.startswith(f"cats/{name} ") for message, name in refused)


def test_letters_that_no_face_has_are_refused(tmp_path: Path) -> None:
    text = {"asset": "text", "texts": ["Grüße", "漢字"]}
    assert messages({"word": text}, tmp_path) == [
        "the face 'sans' has no '漢' '字'; leave them out, or choose other faces"
    ]
    assert not messages({"word": text | {"texts": ["Grüße", "¿Qué? 12 €"]}}, tmp_path)
    assert "has no 'ש'" in messages({"word": {"asset": "text", "characters": "Aש"}}, tmp_path)[0]
    for odd in ("", "  ", "two\nlines"):
        (found,) = messages({"word": {"asset": "text", "texts": ["one", odd]}}, tmp_path)
        assert found == f"{odd!r} is not one line of letters that can be seen"


def test_cutouts_say_why_there_are_none(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "b.png").write_bytes(b"")
    data = {
        "images": [{"id": 1, "file_name": "a.png", "width": 90, "height": 90}],
        "categories": [{"id": 1, "name": "cat"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 15, 15]}],
    }
    (tmp_path / "a.json").write_text(json.dumps(data))
    cat = {"asset": "cutouts", "annotations": "a.json", "images": "photos", "category": "cat"}
    assert messages({"cat": cat}, tmp_path) == [
        "the images with a 'cat' are not in the folder 'photos', 'a.png' for example"
    ]
    assert messages({"cat": cat | {"category": "dog"}}, tmp_path) == [
        "'a.json' has no category 'dog'; it has 'cat'"
    ]
    (tmp_path / "photos" / "a.png").write_bytes(b"")
    (found,) = messages({"cat": cat | {"min_side": 20}}, tmp_path)
    assert "1 in all; lower min_side" in found
    (tmp_path / "b.json").write_text("[]")
    with pytest.raises(InputError, match="holds no object with images, annotations and categories"):
        messages({"cat": cat | {"annotations": "b.json"}}, tmp_path)


def test_a_zoom_that_leaves_nothing_to_see_is_refused(tmp_path: Path) -> None:
    shape = {"star": {"asset": "shape", "shape": "star"}}
    assert not messages(shape, tmp_path, zoom_range=[0.5, 1])
    (found,) = messages(shape, tmp_path, zoom_range=[0.01, 0.02])
    assert found.startswith("no object has 48 pixels: the largest are ")


def test_photographs_that_nothing_shows_are_refused(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    cv2.imwrite(str(tmp_path / "photos" / "a.png"), np.zeros((9, 9, 3), dtype=np.uint8))
    shape = {"star": {"asset": "shape", "shape": "star"}}
    assert messages(shape, tmp_path, photos="photos") == ["no background shows them"]
    assert not messages(shape, tmp_path, photos="photos", backgrounds=["photos"])


@pytest.mark.parametrize("kind", get_args(get_args(AnyAsset)[0]))
def test_what_is_not_said_is_resolved_without_a_warning(kind: type[Asset], tmp_path: Path) -> None:
    # A default of another type than its option's would be warned of wherever a schema is resolved.
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.json").write_bytes(b"")
    needed = {
        "folder": "files", "images": "files", "annotations": "files/a.json", "category": "cat",
        "characters": ["a"], "colours": [[1, 2, 3]], "shape": "star",
    }  # fmt: skip
    fields = kind.model_fields
    said = {name: needed[name] for name, field in fields.items() if field.is_required() and name != "asset"}
    classes = {"x": {"asset": get_args(fields["asset"].annotation)[0], **said}}
    made = ImageGenerator.model_validate({"classes": classes}, context={"folder": tmp_path})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert made.model_dump(mode="json", by_alias=True, round_trip=True)["classes"]["x"]
