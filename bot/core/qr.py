"""Links as QR codes."""

import io

import segno


def qr_image(link: str, kind: str) -> bytes:
    """Draw a link as a QR code; `kind` is `png` or `svg`."""
    target = io.BytesIO()
    segno.make(link, error="m", micro=False).save(target, kind=kind, scale=8, border=4)
    return target.getvalue()


def qr_drawing(link: str) -> str:
    """Draw a link as a QR code that stands inside an HTML page, as large as its style says."""
    code = segno.make(link, error="m", micro=False)
    return str(code.svg_inline(border=2, omitsize=True, svgclass=None, lineclass=None))
