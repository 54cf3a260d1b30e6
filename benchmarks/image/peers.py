"""Render 640x480 images of eight objects with a peer, and print images a second of processor time."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

IMAGES = 6


def bpy_scene(engine: str) -> Any:
    import bpy

    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine = engine
    scene.render.resolution_x, scene.render.resolution_y = 640, 480
    scene.render.threads_mode, scene.render.threads = "FIXED", 1
    scene.render.image_settings.file_format = "JPEG"
    if engine == "CYCLES":
        scene.cycles.samples, scene.cycles.use_denoising = 1, False
    bpy.ops.object.camera_add(location=(0, 0, 12))
    scene.camera = bpy.context.object
    bpy.ops.object.light_add(type="SUN", location=(3, 3, 9))
    for i in range(8):
        bpy.ops.mesh.primitive_torus_add(location=(i % 4 * 2 - 3, i // 4 * 3 - 1.5, 0))
    return scene


def bpy_rate(engine: str) -> float:
    import bpy

    scene = bpy_scene(engine)
    with tempfile.TemporaryDirectory() as folder:
        scene.render.filepath = str(Path(folder) / "x.jpg")
        bpy.ops.render.render(write_still=True)
        start = time.process_time()
        for i in range(IMAGES):
            for thing in scene.objects:
                thing.rotation_euler[2] = i
            bpy.ops.render.render(write_still=True)
        return IMAGES / (time.process_time() - start)


def mitsuba_rate() -> float:
    import mitsuba

    mitsuba.set_variant("scalar_rgb")
    shapes: dict[str, Any] = {
        f"ball{i}": {
            "type": "sphere",
            "center": [i % 4 * 2 - 3, i // 4 * 3 - 1.5, 0],
            "radius": 0.9,
            "bsdf": {"type": "diffuse"},
        }
        for i in range(8)
    }
    look = mitsuba.ScalarTransform4f().look_at(origin=[0, 0, 12], target=[0, 0, 0], up=[0, 1, 0])
    film = {"type": "hdrfilm", "width": 640, "height": 480}
    sampler = {"type": "independent", "sample_count": 4}
    sensor = {"type": "perspective", "fov": 45, "to_world": look, "film": film, "sampler": sampler}
    scene = mitsuba.load_dict(
        {"type": "scene", "integrator": {"type": "path", "max_depth": 4}, "sensor": sensor,
         "light": {"type": "constant"}, **shapes}
    )  # fmt: skip
    mitsuba.render(scene)
    start = time.process_time()
    for i in range(IMAGES):
        mitsuba.render(scene, seed=i)
    return IMAGES / (time.process_time() - start)


if __name__ == "__main__":
    kinds = {
        "bpy_workbench": lambda: bpy_rate("BLENDER_WORKBENCH"),
        "bpy_cycles": lambda: bpy_rate("CYCLES"),
        "mitsuba_scalar": mitsuba_rate,
    }
    print(f"{kinds[sys.argv[1]]():.3f}")
