"""Drawing on paper by typst, which comes with the extra `paper`.

Texts are handed over as inputs, so nothing in them is markup.
"""

import io
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import segno

from bot.core import extras


def how_to_add() -> str:
    """How whoever runs Verso gets what draws."""
    return extras.how_to_add("paper")


def is_installed() -> bool:
    """Whether the extra `paper` is there."""
    return find_spec("typst") is not None


def drawn(
    template: Path, kind: Literal["pdf", "png"], inputs: Mapping[str, str], *, ppi: float = 144
) -> bytes:
    """Draw a template with these inputs; a picture has so many dots to an inch.

    Takes some hundredths of a second; not for the event loop.
    """
    import fontpkg_noto_sans  # noqa: PLC0415  an extra
    import pylopdf_fonts_zh_cn  # noqa: PLC0415
    import typst  # noqa: PLC0415

    fonts = [
        Path(fontpkg_noto_sans.__file__).parent / "files",
        Path(pylopdf_fonts_zh_cn.__file__).parent,
    ]
    made: Any = typst.compile(
        str(template),
        format=kind,
        font_paths=[str(each) for each in fonts],
        ignore_system_fonts=True,
        ppi=ppi,
        sys_inputs={name: text.replace("\0", "") for name, text in inputs.items()},
    )
    return bytes(made)


def code_of(link: str) -> str:
    """A link as a QR code, as SVG that a template takes."""
    target = io.BytesIO()
    segno.make(link, error="m", micro=False).save(target, kind="svg", border=0, scale=4)
    return target.getvalue().decode()
