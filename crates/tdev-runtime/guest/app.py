"""The exports of the WebAssembly component: a thin door in front of `sandbox`.

This module is imported once, at build time; the interpreter's memory after the import is what
every instance starts from. Nothing here may depend on the machine that builds it.
"""

import wit_world
from componentize_py_types import Err

from sandbox import caller, failure, isolation, loader, output, stdlib

stdlib.preload()
isolation.forget_build_machine()
isolation.freeze()


class WitWorld(wit_world.WitWorld):
    def load(self, file: str, source: str) -> str:
        isolation.start_instance()
        output.capture()
        try:
            return loader.load(file, source)
        except BaseException as error:  # SystemExit too: nothing may leave as a trap by accident
            raise Err(failure.describe(error, loader.file())) from None
        finally:
            output.flush()

    def call(self, entry: str, input: str) -> str:
        try:
            return caller.call(entry, input)
        except BaseException as error:
            raise Err(failure.describe(error, loader.file())) from None
        finally:
            output.flush()
