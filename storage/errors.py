"""What can go wrong with remembering."""


class StorageError(Exception):
    """The database did not do what was asked; the sentence says what to do."""


class DatabaseInUse(StorageError):
    """Another Verso process runs on the same SQLite file."""


class DatabaseTooNew(StorageError):
    """The database was written by a newer Verso than this one."""


class DatabaseUnreachable(StorageError):
    """The database cannot be opened."""


class PartialFlushError(StorageError):
    """Part of a unit cannot be taken back alone; the whole unit must be left."""
