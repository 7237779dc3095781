"""Changes modules of the standard library when they are imported, so that a handler which needs none starts sooner."""

import sys
from importlib.machinery import PathFinder


class PatchOnImport:
    """A finder of modules that finds nothing by itself: it calls a function after a module has been loaded."""

    def __init__(self, patches):
        self._patches = patches

    def install(self):
        for name in [name for name in self._patches if name in sys.modules]:
            self._patches.pop(name)(sys.modules[name])
        sys.meta_path.insert(0, self)

    def find_spec(self, name, path=None, target=None):
        patch = self._patches.pop(name, None)
        if patch is None:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return spec
        exec_module = spec.loader.exec_module

        def exec_and_patch(module):
            exec_module(module)
            patch(module)

        spec.loader.exec_module = exec_and_patch
        return spec
