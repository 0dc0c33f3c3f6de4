"""Removes what the build left in the snapshot, and gives each instance its own randomness."""

import gc
import os
import random
import sys


def forget_build_machine() -> None:
    """At build time: the snapshot holds no variable, path or argument of the builder."""
    for name in list(os.environ):
        del os.environ[name]
    sys.path[:] = []
    sys.path_importer_cache.clear()
    sys.argv[:] = []


def freeze() -> None:
    """At build time: the collector never visits what is in the snapshot.

    Every visit writes to an object's header, and so copies a page that instances share.
    """
    gc.collect()
    gc.freeze()


def start_instance() -> None:
    """In a fresh instance: without this, every instance would draw the same numbers."""
    random.seed()
