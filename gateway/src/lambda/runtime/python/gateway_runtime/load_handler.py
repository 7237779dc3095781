"""Finds a function's handler in its code, with the errors of Lambda's Python runtime."""

import importlib
import os
import sys

from .fault import Fault


def extend_path(settings):
    """Adds the code and the layers in front of what the Python of this machine has.

    AWS: the function's own modules win, then those of layers, then the runtime's (python-path)
    """
    site_packages = os.path.join("lib", settings["runtime"], "site-packages")
    layers = [os.path.join(folder, "python") for folder in settings["layerFolders"]]
    folders = [settings["taskRoot"], *(os.path.join(layer, site_packages) for layer in layers), *layers]
    sys.path[:0] = [folder for folder in folders if os.path.isdir(folder)]


def load_handler(handler):
    """`app.handler`, `package.module.handler` or `folder/module.handler`.

    AWS: the errors of each step have these types and messages (python-init-error, python-handler-name)
    """
    module_name, separator, function_name = handler.rpartition(".")
    if not separator:
        message = f"Bad handler '{handler}': not enough values to unpack (expected 2, got 1)"
        raise Fault("Runtime.MalformedHandlerName", message)
    if module_name.split(".")[0] in sys.builtin_module_names:
        message = f"Cannot use built-in module {module_name} as a handler module"
        raise Fault("Runtime.BuiltInModuleConflict", message)
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise Fault("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}") from error
    except SyntaxError as error:
        trace = [f'  File "{error.filename}" Line {error.lineno}\n    {error.text}']
        message = f"Syntax error in module '{module_name}': {error}"
        raise Fault("Runtime.UserCodeSyntaxError", message, trace) from error
    try:
        return getattr(module, function_name)
    except AttributeError:
        message = f"Handler '{function_name}' missing on module '{module_name}'"
        raise Fault("Runtime.HandlerNotFound", message) from None


# AWS: Python runtimes include these (python-boto3)
_in_the_runtime = ("boto3", "botocore")


def suggest_fix(fault, task_root):
    """One sentence for a module that is missing here and would not be on Lambda, or None."""
    missing = getattr(fault.__cause__, "name", None)
    if not isinstance(fault.__cause__, ModuleNotFoundError) or not missing:
        return None
    top = missing.split(".")[0]
    python = f"{sys.executable or 'python3'} -m pip install"
    if os.path.exists(os.path.join(task_root, f"{top}.py")) or os.path.isdir(os.path.join(task_root, top)):
        return None
    requirements = os.path.join(task_root, "requirements.txt")
    if top in _in_the_runtime:
        return f"Lambda's Python runtimes include {top}, and the Python of this machine does not. Run: {python} boto3"
    if os.path.exists(requirements):
        return (
            f"The dependencies of {requirements} are not next to the code, as they are after `sam build`. "
            f"Run: {python} -r {requirements} -t {task_root}"
        )
    return None
