"""Keeps Python's search for cyclic garbage away from what stays for as long as the process runs."""

import gc

NEW_OBJECTS = 25_000
"""So many new objects call for a search among the young ones. Python's own 700 is less than one
batch of updates makes, and a quarter of the processor went into searching: `make bench`. More of
them would take longer than anybody should wait: nothing else is done meanwhile."""
MIDDLE, OLD = 20, 20
"""So many searches among the young call for one among the middle-aged, and so on."""


def tune_gc() -> None:
    """Search less often. Called first of all: setting up makes many objects, all of which stay."""
    gc.set_threshold(NEW_OBJECTS, MIDDLE, OLD)


def freeze_gc() -> None:
    """Take all that exists now as staying. Called when all is set up."""
    tune_gc()
    gc.collect()
    gc.freeze()
