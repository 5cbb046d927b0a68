"""What can go wrong with files."""


class TransferError(Exception):
    """A file cannot be read or written as asked; the sentence says what to do."""
