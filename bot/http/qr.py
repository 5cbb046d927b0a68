"""Links as QR codes."""

import io

import segno


def qr_image(link: str, kind: str) -> bytes:
    """Draw a link as a QR code; `kind` is `png` or `svg`."""
    target = io.BytesIO()
    segno.make(link, error="m", micro=False).save(target, kind=kind, scale=8, border=4)
    return target.getvalue()
