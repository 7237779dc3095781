"""Loads the handler, then runs one invocation at a time."""

import os
import sys
import time

from .channel import Channel
from .context import LambdaContext
from .fault import Fault, serialize_exception, serialize_fault
from .load_handler import extend_path, load_handler, suggest_fix
from .logs import Logs
from .marshal import marshal, unmarshal
from .network import Network
from .output import Output
from .post_import import PatchOnImport

MEMORY_SAMPLE_SECONDS = 1
MEMORY_REPORT_SECONDS = 0.05
# AWS: an error during init ends the process with this status (python-init-error)
INIT_ERROR_STATUS = 1

# A handler may replace these.
_clock = time.perf_counter
_now = time.time
_sleep = time.sleep


class Runtime:
    def __init__(self):
        self._started_at = _clock()
        self._channel = Channel()
        self._settings, _ = self._channel.receive()
        self._output = Output(self._channel)
        self._request_id = None
        self._memory_bytes = 0
        self._memory_sampled_at = float("-inf")
        log_format, log_level = self._settings["logFormat"], os.environ.get("AWS_LAMBDA_LOG_LEVEL")
        self._logs = Logs(self._output.log, log_format, log_level, lambda: self._request_id)

    def install(self):
        settings = self._settings
        os.environ.pop("LC_CTYPE", None)
        os.environ.update(settings["lateVariables"])
        self._output.install()
        network = Network(settings["network"], os.environ)
        patches = {"socket": network.patch_socket, "ssl": network.patch_ssl, "logging": self._logs.install}
        PatchOnImport(patches).install()
        extend_path(settings)
        if settings["reportsMemory"]:
            self._report_memory()

    def initialize(self):
        """Returns the handler, or exits."""
        fix = None
        try:
            return load_handler(self._settings["handler"])
        except Fault as fault:
            error = serialize_fault(fault, None)
            fix = suggest_fix(fault, self._settings["taskRoot"])
        except Exception as exception:
            error = serialize_exception(exception, None)
        self._output.flush()
        self._logs.error(error)
        if fix:
            self._output.log(fix, "stderr")
        self._channel.send({"type": "init-failed", "error": error, "initMs": self._milliseconds(self._started_at)})
        sys.exit(INIT_ERROR_STATUS)

    def serve(self, handler):
        self._output.flush()
        self._channel.send({"type": "ready", "initMs": self._milliseconds(self._started_at)})
        while True:
            message, payload = self._channel.receive()
            if message["type"] == "invoke":
                self._run(handler, message, payload)
            else:
                # The gateway sends one invocation at a time, so there is nothing to return.
                self._channel.send({"type": "recalled", "count": 0})

    def _run(self, handler, message, payload):
        begun_at = _clock()
        request_id = message["requestId"]
        self._request_id = request_id
        os.environ["_X_AMZN_TRACE_ID"] = _trace_id(request_id)
        result = error = None
        try:
            context = LambdaContext(self._settings, message, self._output.log)
            result = marshal(handler(unmarshal(payload), context))
        except Fault as fault:
            error = serialize_fault(fault, request_id)
        except Exception as exception:
            error = serialize_exception(exception, request_id)
        self._output.flush()
        ended = {
            "requestId": request_id,
            "durationMs": self._milliseconds(begun_at),
            "memoryBytes": self._sample_memory(),
        }
        if error is None:
            self._channel.send({"type": "responded", **ended}, result)
        else:
            self._logs.error(error)
            self._channel.send({"type": "failed", "error": error, "fatal": False, **ended})

    def end(self):
        self._output.flush()

    def _milliseconds(self, since):
        return (_clock() - since) * 1000

    def _sample_memory(self):
        time_now = _clock()
        if time_now - self._memory_sampled_at >= MEMORY_SAMPLE_SECONDS:
            self._memory_sampled_at = time_now
            self._memory_bytes = max(self._memory_bytes, _peak_memory_bytes())
        return self._memory_bytes

    def _report_memory(self):
        from _thread import start_new_thread

        def report():
            while True:
                self._channel.send({"type": "memory", "bytes": _peak_memory_bytes()})
                _sleep(MEMORY_REPORT_SECONDS)

        start_new_thread(report, ())


def _peak_memory_bytes():
    try:
        # The peak of getrusage includes the process of which this one is a fork.
        with open("/proc/self/status", "rb") as status:
            for line in status:
                if line.startswith(b"VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        import resource
    except ImportError:
        return 0
    # In bytes on macOS.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _trace_id(request_id):
    """AWS: Root=1-{8 hex digits of time}-{24 hex digits};Parent={16};Sampled={0|1} (lambda-trace-id)"""
    digits = request_id.replace("-", "")
    return f"Root=1-{int(_now()):08x}-{digits[:24]};Parent={digits[16:]};Sampled=0"


def run():
    runtime = Runtime()
    try:
        runtime.install()
        runtime.serve(runtime.initialize())
    finally:
        runtime.end()
