"""Starts the Python runtime of an execution environment."""

import importlib.machinery  # noqa: F401
import json  # noqa: F401
import os
import struct  # noqa: F401
import sys

folder = os.path.dirname(os.path.abspath(__file__))
# Compiled files of the runtime are written to this folder, those of the standard library (imported above) are not. A
# file that appears next to the handler would be a change of its code, so there the command line decides.
compiled, sys.pycache_prefix = sys.pycache_prefix, sys.argv.pop()
dont_write, sys.dont_write_bytecode = sys.dont_write_bytecode, False
sys.path.insert(0, folder)
from gateway_runtime import main  # noqa: E402

sys.pycache_prefix = compiled
sys.dont_write_bytecode = dont_write
# Handlers find their own modules, and none of the runtime's.
sys.path[:] = [path for path in sys.path if path != folder]
for name in [name for name in sys.modules if name.split(".")[0] == "gateway_runtime"]:
    del sys.modules[name]
main.run()
