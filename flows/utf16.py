"""Lengths as Telegram counts them: characters beyond the basic plane count twice."""

ELLIPSIS = "…"


def utf16_length(text: str) -> int:
    """The length in UTF-16 units, the unit of every limit of the Bot API."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def shortened(text: str, most: int) -> str:
    """The text, or its beginning with an ellipsis; `most` counts UTF-16 units."""
    if utf16_length(text) <= most:
        return text
    kept = text.encode("utf-16-le", "surrogatepass")[: (most - 1) * 2]
    return kept.decode("utf-16-le", "ignore").rstrip() + ELLIPSIS
