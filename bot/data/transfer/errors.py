"""What can go wrong with files."""


class TransferError(Exception):
    """A file cannot be read or written as asked; the sentence says what to do."""


_INSTEAD = {
    "workbook_too_big": "This workbook is too large to be read, or a cell stands far from its "
    "table. Save the sheet as “CSV UTF-8”; nothing was taken.",
    "workbook_protected": "This workbook is protected by a password. Save it without one; "
    "nothing was taken.",
    "workbook_broken": "This is no workbook that can be read: it is damaged, or something else "
    "under such a name. Open it in its program and save it again; nothing was taken.",
    "workbook_stuck": "This workbook could not be unpacked here: the disk for temporary files "
    "(TMPDIR) may be full, or does not let it. Nothing was taken.",
    "workbook_empty": "No sheet of this workbook that can be seen holds anything; nothing was "
    "taken.",
    "pdf": "This is a PDF. Export the table as CSV; nothing was taken.",
    "packed": "This is a packed file. Unpack it first; nothing was taken.",
    "json": "This is JSON, which programs send to the HTTP API (docs/http-api.md). Export the "
    "table as CSV; nothing was taken.",
    "markup": "This is a web page or XML, not a table, even if its name says so. Open it in your "
    "spreadsheet and save it as “CSV UTF-8”; nothing was taken.",
    "vcard": "This is an address book. Export the contacts as CSV; nothing was taken.",
    "binary": "This holds no text, so it is no table. Export it as CSV; nothing was taken.",
}


class NotATable(TransferError):
    """A file is no table that can be read: `what` says what it is instead."""

    def __init__(self, what: str) -> None:
        super().__init__(_INSTEAD[what])
        self.what = what


class UnknownColumns(TransferError):
    """No line of a file has the columns that are needed."""


class ColumnTwice(TransferError):
    """A column that is needed stands twice in a file: `column`, as the file calls it."""

    def __init__(self, where: str, column: str) -> None:
        super().__init__(f"{where}: the column {column} is there twice. Remove one.")
        self.column = column
