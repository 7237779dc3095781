"""Converts events from JSON, and results to JSON as Lambda's Python runtime does."""

import json
import math

from .fault import Fault

# AWS: a synchronous response has at most 6 MB, plus a kilobyte of the runtime's own (lambda-answer-size)
MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100

# A handler may replace these.
_decode = json.JSONDecoder().decode
_decode_strictly = json.JSONDecoder(parse_constant=lambda name: _reject_constant(name)).decode
_encode_text = json.JSONEncoder(ensure_ascii=False, check_circular=True, allow_nan=False).encode


def _reject_constant(name):
    raise ValueError(f"Out of range float values are not JSON compliant: {name}")


def unmarshal(payload):
    return _decode(payload.decode())


def marshal(result):
    """Returns UTF-8.

    AWS: what is not JSON fails with this type and message (python-result-unserializable)
    """
    try:
        payload = _utf8(_encode(result))
    except Exception as error:
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from error
    if len(payload) > MAX_RESPONSE_BYTES:
        message = (
            f"Response payload size ({len(payload)} bytes) exceeded maximum allowed payload size "
            f"({MAX_RESPONSE_BYTES} bytes)."
        )
        raise Fault("Function.ResponseSizeTooLarge", message)
    return payload


def _utf8(text):
    try:
        return text.encode()
    except UnicodeEncodeError:
        # Half of a surrogate pair, which is not UTF-8: as an escape sequence it is ASCII.
        return json.dumps(json.loads(text)).encode()


def _encode(value):
    if isinstance(value, bytes):
        # Differs: bytes must be JSON; Lambda returns them as they are (python-result-bytes)
        text = value.decode()
        _decode_strictly(text)
        return text
    try:
        is_plain = _is_plain(value)
    except RecursionError:
        # The encoder names the cycle, or fails as this did.
        is_plain = True
    return _encode_text(value) if is_plain else _encode_special(value)


_scalars = (str, int, float, bool, type(None))


def _is_plain(value):
    """Whether the encoder of the standard library has the same result as that of Lambda's runtime."""
    kind = type(value)
    if kind in _scalars:
        return True
    if kind is dict:
        return all(type(key) is str and (type(one) in _scalars or _is_plain(one)) for key, one in value.items())
    if kind is list or kind is tuple:
        return all(type(one) in _scalars or _is_plain(one) for one in value)
    return False


def _encode_special(value):
    """AWS: Decimal is a number, bytes are text, a named tuple is an object (python-result-types)"""
    if isinstance(value, bytes):
        return _encode_text(value.decode())
    if isinstance(value, (str, int, float, bool, type(None))):
        return _encode_text(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)}: {_encode_special(one)}" for key, one in value.items()) + "}"
    if isinstance(value, tuple) and callable(getattr(value, "_asdict", None)):
        return _encode_special(value._asdict())
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_encode_special, value)) + "]"
    if _is_decimal(value):
        if not value.is_finite():
            raise ValueError(f"Out of range float values are not JSON compliant: {math.nan}")
        return str(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def _is_decimal(value):
    # Without an import: who returns one has imported the module.
    return any(kind.__module__ in ("decimal", "_pydecimal") and kind.__name__ == "Decimal" for kind in type(value).__mro__)


def _key(key):
    if isinstance(key, bytes):
        return _encode_text(key.decode())
    return _encode_text({key: 0})[1:-4]
