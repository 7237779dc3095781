"""Connections without encryption that look like TLS to HTTP clients, for hosts which lead to the gateway."""

PROTOCOL = "TLSv1.3"
CIPHER = ("TLS_AES_128_GCM_SHA256", PROTOCOL, 128)


def _certificate(hostname):
    return {"subject": ((("commonName", hostname),),), "subjectAltName": (("DNS", hostname),)}


def plain_tls(ssl):
    """Returns a class for sockets and one for memory buffers, of the given module."""
    # What a client asks a connection about itself; the rest of ssl.SSLSocket works without encryption.
    class PlainSocket(ssl.SSLSocket):
        @classmethod
        def of(cls, sock, context, hostname):
            timeout = sock.gettimeout()
            kind = {"family": sock.family, "type": sock.type, "proto": sock.proto, "fileno": sock.detach()}
            self = cls.__new__(cls, **kind)
            super(ssl.SSLSocket, self).__init__(**kind)
            self._context = context
            self._session = None
            self._sslobj = None
            self._closed = False
            self._connected = True
            self.server_side = False
            self.server_hostname = hostname
            self.do_handshake_on_connect = False
            self.suppress_ragged_eofs = True
            self.settimeout(timeout)
            return self

        def read(self, len=1024, buffer=None):
            return self.recv(len) if buffer is None else self.recv_into(buffer, len)

        def write(self, data):
            return self.send(data)

        def do_handshake(self, block=False):
            pass

        def unwrap(self):
            return self

        def getpeercert(self, binary_form=False):
            return b"" if binary_form else _certificate(self.server_hostname)

        def cipher(self):
            return CIPHER

        def version(self):
            return PROTOCOL

        def selected_alpn_protocol(self):
            return None

        def get_channel_binding(self, cb_type="tls-unique"):
            return None

    class PlainObject(ssl.SSLObject):
        def __init__(self, incoming, outgoing, context, hostname):
            self._incoming = incoming
            self._outgoing = outgoing
            self._context = context
            self._hostname = hostname

        context = property(lambda self: self._context)
        session = property(lambda self: None)
        session_reused = property(lambda self: False)
        server_side = property(lambda self: False)
        server_hostname = property(lambda self: self._hostname)

        def read(self, len=1024, buffer=None):
            data = self._incoming.read(len)
            if not data and not self._incoming.eof:
                raise ssl.SSLWantReadError(ssl.SSL_ERROR_WANT_READ, "The operation did not complete (read)")
            if buffer is None:
                return data
            buffer[: data.__len__()] = data
            return data.__len__()

        def write(self, data):
            return self._outgoing.write(data)

        def pending(self):
            return 0

        def do_handshake(self):
            pass

        def unwrap(self):
            pass

        def getpeercert(self, binary_form=False):
            return b"" if binary_form else _certificate(self._hostname)

        def cipher(self):
            return CIPHER

        def shared_ciphers(self):
            return None

        def compression(self):
            return None

        def version(self):
            return PROTOCOL

        def selected_alpn_protocol(self):
            return None

        def selected_npn_protocol(self):
            return None

        def get_channel_binding(self, cb_type="tls-unique"):
            return None

    return PlainSocket, PlainObject
