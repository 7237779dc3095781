"""The errors that the runtime itself reports, and how exceptions are serialized."""

import os

# AWS?: how much of a large error Lambda keeps is not known (lambda-error-size)
MAX_MESSAGE_CHARACTERS = 256 * 1024
MAX_TRACE_ENTRIES = 1000

_runtime_folder = os.path.dirname(os.path.abspath(__file__))
_start_file = os.path.join(os.path.dirname(_runtime_folder), "start.py")


class Fault(Exception):
    """An error of the runtime, which Lambda names `Runtime.Something`."""

    def __init__(self, error_type, message, trace=None):
        super().__init__(message)
        self.error_type = error_type
        self.message = message
        self.trace = trace or []


def serialize_fault(fault, request_id):
    return _serialized(fault.message, fault.error_type, fault.trace, request_id)


def serialize_exception(exception, request_id):
    """AWS: message, type, request id and the frames from the handler on, in this order (python-error)"""
    import traceback

    frames = traceback.extract_tb(exception.__traceback__)
    first = next((at for at, frame in enumerate(frames) if not _is_of_runtime(frame.filename)), len(frames))
    entries = traceback.format_list([(one.filename, one.lineno, one.name, one.line) for one in frames[first:]])
    return _serialized(str(exception), type(exception).__name__, entries, request_id)


def _is_of_runtime(filename):
    return filename == _start_file or filename.startswith(_runtime_folder)


def _serialized(message, error_type, trace, request_id):
    left = MAX_MESSAGE_CHARACTERS - len(error_type)
    message = message[:left]
    left -= len(message)
    kept = []
    for entry in trace[:MAX_TRACE_ENTRIES]:
        kept.append(entry[:left])
        left -= len(kept[-1])
        if left <= 0:
            break
    return {
        "errorMessage": message,
        "errorType": error_type,
        "requestId": request_id or "",
        "stackTrace": kept,
    }
