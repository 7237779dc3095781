"""The runtime's side of the channel to the gateway: frames over two pipes, one in each direction.

A frame has two 32-bit lengths (of everything that follows the first one, and of the header), a header of JSON, and a
payload of text.
"""

import json
import os
import struct
import time
from _thread import RLock

FROM_GATEWAY = 3
TO_GATEWAY = 4
EXIT_STATUS = 1
CHUNK_BYTES = 64 * 1024

# A handler may replace these.
_encode = json.JSONEncoder(separators=(",", ":")).encode
_decode = json.JSONDecoder().decode
_read = os.read
_write = os.write
_exit = os._exit
_sleep = time.sleep
_lengths = struct.Struct("<II")
_length = struct.Struct("<I")


def encode_frame(header, payload=b""):
    head = _encode(header).encode()
    return b"".join((_lengths.pack(4 + len(head) + len(payload), len(head)), head, payload))


class Channel:
    def __init__(self):
        self._lock = RLock()
        self._pending = []
        self._is_writing = False
        self._buffer = b""
        self._pid = os.getpid()

    def send(self, header, payload=b""):
        """Returns when the gateway has room for the frame, in which case it is not lost if the process is killed."""
        self.send_frames(encode_frame(header, payload))

    def send_frames(self, frames):
        if os.getpid() != self._pid:
            # A process that the handler has forked, and that returned from the handler.
            _exit(EXIT_STATUS)
        with self._lock:
            self._pending.append(frames)
            # A signal handler that prints interrupts a frame which is under way: it is sent after that frame.
            if self._is_writing:
                return
            self._is_writing = True
            try:
                while self._pending:
                    self._write_all(self._pending.pop(0))
            finally:
                self._is_writing = False

    def _write_all(self, data):
        view = memoryview(data)
        while view:
            try:
                view = view[_write(TO_GATEWAY, view) :]
            except BlockingIOError:
                # A handler has made the pipe non-blocking.
                _sleep(0.001)
            except OSError:
                _exit(EXIT_STATUS)

    def receive(self):
        """Waits for a frame, and returns its header and its payload."""
        body = self._take(_length.unpack(self._take(4))[0])
        (header_bytes,) = _length.unpack_from(body)
        header_end = 4 + header_bytes
        return _decode(body[4:header_end].decode()), body[header_end:]

    def _take(self, count):
        if len(self._buffer) < count:
            chunks = [self._buffer]
            missing = count - len(self._buffer)
            while missing > 0:
                chunk = self._read_chunk(max(missing, CHUNK_BYTES))
                chunks.append(chunk)
                missing -= len(chunk)
            self._buffer = b"".join(chunks)
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def _read_chunk(self, max_bytes):
        while True:
            try:
                chunk = _read(FROM_GATEWAY, max_bytes)
            except BlockingIOError:
                _sleep(0.001)
                continue
            except OSError:
                _exit(EXIT_STATUS)
            if not chunk:
                # The gateway has ended.
                _exit(EXIT_STATUS)
            return chunk
