"""Sends what a handler prints to the gateway, line by line and in order with the result.

The standard streams are other pipes, so a line in them could arrive after the result of its invocation.
"""

import io
import os
import sys

from .channel import encode_frame

# As in output-limit.ts.
MAX_LINE_BYTES = 256 * 1024


class LineStream(io.RawIOBase):
    """Replaces standard output or standard error."""

    def __init__(self, channel, kind, descriptor):
        super().__init__()
        self.name = f"<{kind}>"
        self.mode = "wb"
        self._channel = channel
        self._kind = kind
        self._descriptor = descriptor
        self._line = bytearray()
        self._cut_bytes = 0
        self._is_forked = False

    def writable(self):
        return True

    def fileno(self):
        return self._descriptor

    def isatty(self):
        return False

    def write(self, data):
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        data = bytes(data)
        if self._is_forked:
            return os.write(self._descriptor, data)
        start = 0
        frames = []
        end = data.find(b"\n")
        while end != -1:
            self._append(data[start:end])
            frames.append(self._take_line())
            start = end + 1
            end = data.find(b"\n", start)
        self._append(data[start:])
        if frames:
            self._channel.send_frames(b"".join(frames))
        return len(data)

    def flush_line(self):
        """Sends a last line that has no end."""
        if self._line:
            self._channel.send_frames(self._take_line())

    def after_fork(self):
        """A process that the handler has forked writes to the pipe: two processes would mix their frames."""
        self._is_forked = True
        self._line.clear()

    def _append(self, part):
        room = max(0, MAX_LINE_BYTES - len(self._line))
        self._line += part[:room]
        self._cut_bytes += max(0, len(part) - room)

    def _take_line(self):
        frame = encode_frame(output_header(self._kind, self._cut_bytes), bytes(self._line))
        self._line.clear()
        self._cut_bytes = 0
        return frame


def output_header(kind, cut_bytes):
    header = {"type": "output", "kind": kind}
    if cut_bytes > 0:
        header["cutBytes"] = cut_bytes
    return header


class Output:
    """The standard streams, and messages that may have several lines."""

    def __init__(self, channel):
        self._channel = channel
        self._streams = [LineStream(channel, "stdout", 1), LineStream(channel, "stderr", 2)]

    def install(self):
        stdout, stderr = self._streams
        options = {"encoding": "utf-8", "newline": "\n", "write_through": True}
        sys.stdout = io.TextIOWrapper(stdout, errors="strict", **options)
        sys.stderr = io.TextIOWrapper(stderr, errors="backslashreplace", **options)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._after_fork)

    def log(self, text, kind="stdout"):
        """Writes a message as one entry of the log."""
        data = text.encode("utf-8", "backslashreplace")
        data = data[:-1] if data.endswith(b"\n") else data
        header = output_header(kind, max(0, len(data) - MAX_LINE_BYTES))
        self._channel.send(header, data[:MAX_LINE_BYTES])

    def flush(self):
        for stream in self._streams:
            stream.flush_line()

    def _after_fork(self):
        for stream in self._streams:
            stream.after_fork()
