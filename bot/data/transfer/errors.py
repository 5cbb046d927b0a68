"""What can go wrong with files."""


class TransferError(Exception):
    """A file cannot be read or written as asked; the sentence says what to do."""


_INSTEAD = {
    "workbook": "This is an Excel workbook. Save it as “CSV UTF-8”; nothing was taken.",
    "pdf": "This is a PDF. Export the table as CSV; nothing was taken.",
    "packed": "This is a packed file. Unpack it first; nothing was taken.",
}


class NotATable(TransferError):
    """A file is no table of text: `what` it is instead is `workbook`, `pdf` or `packed`."""

    def __init__(self, what: str) -> None:
        super().__init__(_INSTEAD[what])
        self.what = what


class UnknownColumns(TransferError):
    """No line of a file has the columns that are needed."""
