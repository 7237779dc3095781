"""Connects the logging module to the function's log, and writes errors to it, in Lambda's two log formats."""

import json
import time

_encode = json.JSONEncoder(ensure_ascii=False, default=str).encode
# A handler may replace these.
_now = time.time
_gmtime = time.gmtime
_strftime = time.strftime

TIME_FORMAT = "%Y-%m-%dT%H:%M:%S"
# The attributes of every record; what is beyond them was given as `extra`.
RECORD_ATTRIBUTES = frozenset(
    "name msg args levelname levelno pathname filename module exc_info exc_text stack_info lineno funcName created "
    "msecs relativeCreated thread threadName processName process taskName message asctime aws_request_id".split()
)


def iso_time(seconds):
    whole = int(seconds)
    return f"{_strftime(TIME_FORMAT, _gmtime(whole))}.{int((seconds - whole) * 1000):03d}Z"


class Logs:
    def __init__(self, log, log_format, log_level, request_id):
        """`log` writes one entry. `request_id` returns the id of the invocation, or None during init."""
        self._log = log
        self._is_json = log_format == "JSON"
        self._level = {"TRACE": "DEBUG"}.get(log_level, log_level)
        self._request_id = request_id

    def install(self, logging):
        """AWS: the root logger has one handler, which writes level, time, request id and message (python-logging)"""
        logs = self

        class LambdaLoggerHandler(logging.Handler):
            def emit(self, record):
                logs._log(self.format(record))

        class LambdaLoggerFilter(logging.Filter):
            def filter(self, record):
                record.aws_request_id = logs._request_id() or ""
                return True

        class JsonFormatter(logging.Formatter):
            def format(self, record):
                return _encode(logs._json_record(record))

        logging.Formatter.converter = time.gmtime
        handler = LambdaLoggerHandler()
        text = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n"
        handler.setFormatter(JsonFormatter() if self._is_json else logging.Formatter(text, TIME_FORMAT))
        handler.addFilter(LambdaLoggerFilter())
        root = logging.getLogger()
        root.addHandler(handler)
        if self._level:
            root.setLevel(self._level)

    def _json_record(self, record):
        """AWS: the JSON format has these fields, those of an exception, and what was given as extra (python-log-json)"""
        line = {
            "timestamp": iso_time(record.created),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
        }
        if record.exc_info and record.exc_info[0]:
            import traceback

            kind, exception, trace = record.exc_info
            line["stackTrace"] = traceback.format_tb(trace)
            line["errorType"] = kind.__name__
            line["errorMessage"] = str(exception)
        line["requestId"] = getattr(record, "aws_request_id", "")
        if record.exc_info and record.exc_info[0]:
            line["location"] = f"{record.pathname}:{record.funcName}:{record.lineno}"
        for key, value in record.__dict__.items():
            if key not in RECORD_ATTRIBUTES and key not in line and value is not None:
                line[key] = value
        return line

    def error(self, error):
        self._log(self._json_error(error) if self._is_json else _text_error(error))

    def _json_error(self, error):
        return _encode({"timestamp": iso_time(_now()), "level": "ERROR", **error})


# The indentation of a trace is of no-break spaces, which viewers of logs do not remove.
NO_BREAK_SPACE = "\u00a0"


def _text_error(error):
    """AWS: an error is logged with its type, its message and its trace (python-log-error)"""
    title = ": ".join(part for part in (error["errorType"], error["errorMessage"]) if part)
    lines = [f"[ERROR] {title}".rstrip(), "Traceback (most recent call last):"]
    for entry in error["stackTrace"]:
        lines += [_with_visible_indentation(line) for line in entry.splitlines()]
    return "\n".join(lines)


def _with_visible_indentation(line):
    text = line.lstrip(" ")
    return NO_BREAK_SPACE * (len(line) - len(text)) + text
