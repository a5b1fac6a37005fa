"""Adapts face-reidentification-retail-0095 to chips as the other engines' networks take them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from face_detection.errors import ModelFileError
from face_detection.runtime.openvino_core import core, openvino

CHIP_SIDE = 128
DIMENSION = 256


def build(published: Path) -> Any:
    """Read the published network and put the conversion of chips before it.

    Its input is BGR, 0 to 255, ``(1, 3, 128, 128)`` (its documentation in Open Model Zoo; with red and blue
    exchanged, docs/engines.md has more errors).

    Args:
        published: the ``.xml`` file, with the ``.bin`` file beside it.

    Returns:
        An ``ov.Model`` from chips, RGB uint8 ``(N, 128, 128, 3)``, to ``(N, 256)`` float32, not normalised to
        unit length.

    Raises:
        ModelFileError: OpenVINO can't read the file.
    """
    ov = openvino()
    try:
        model = core().read_model(str(published))
    except RuntimeError as error:
        raise ModelFileError(f"OpenVINO can't read {published}: {str(error).strip()[-300:]}") from error
    model.reshape([-1, 3, CHIP_SIDE, CHIP_SIDE])
    prepared = ov.preprocess.PrePostProcessor(model)
    chips = prepared.input()
    chips.tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC")).set_color_format(
        ov.preprocess.ColorFormat.RGB
    )
    chips.preprocess().convert_element_type(ov.Type.f32).convert_color(ov.preprocess.ColorFormat.BGR)
    chips.model().set_layout(ov.Layout("NCHW"))
    model = prepared.build()
    pixels = model.get_results()[0].input(0).get_source_output()  # (N, 256, 1, 1)
    rows = ov.opset13.reshape(pixels, np.array([-1, DIMENSION]), special_zero=False)
    return ov.Model([rows], model.get_parameters(), "face-reidentification-retail-0095")
