"""Redirects a function's network: hosts that lead to the gateway are reached over loopback, and no other AWS host is
reached at all. It works below every HTTP client (boto3, urllib3, requests, http.client, asyncio), so handlers run
unedited, and without certificates there is nothing to trust.
"""

import re

from .plain_tls import plain_tls

_aws_domain = re.compile(r"(^|\.)(amazonaws\.com(\.cn)?|api\.aws|amazoncognito\.com|on\.aws)$", re.IGNORECASE)
_region = re.compile(r"^[a-z]{2}(-[a-z]+)+-\d$")
# The SDK names the variable after the id of the service, which differs from the host name of some. As in network.ts.
_sdk_names = {
    "cognito-idp": "COGNITO_IDENTITY_PROVIDER",
    "cognito-identity": "COGNITO_IDENTITY",
    "email": "SESV2",
    "events": "EVENTBRIDGE",
    "logs": "CLOUDWATCH_LOGS",
    "monitoring": "CLOUDWATCH",
    "secretsmanager": "SECRETS_MANAGER",
    "states": "SFN",
    "sync-states": "SFN",
}


class NotServedLocally(Exception):
    """Not an error of the network: the SDK would try again several times before it shows the sentence."""


class Network:
    def __init__(self, ports, environment):
        """`ports`: host name -> loopback port; `*.example.com` stands for every name right below it. Hosts in
        `AWS_ENDPOINT_URL*` of the environment were chosen by a person and stay reachable.
        """
        self._ports = {host.lower(): port for host, port in ports.items()}
        self._environment = environment

    def port_of(self, host):
        if isinstance(host, (bytes, bytearray)):
            host = host.decode("ascii", "replace")
        if not isinstance(host, str):
            return None
        host = host.lower().rstrip(".")
        port = self._ports.get(host)
        return port if port is not None else self._ports.get(re.sub(r"^[^.]+", "*", host))

    def patch_socket(self, socket):
        """Names are resolved before a connection is opened: that of a host which is served leads to its port."""
        resolve = socket.getaddrinfo

        def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
            local_port = self.port_of(host)
            if local_port is not None:
                return resolve("127.0.0.1", local_port, 0, type, proto, 0)
            self._reject_aws(host)
            return resolve(host, port, family, type, proto, flags)

        socket.getaddrinfo = getaddrinfo
        self._patch_lookups(socket)

    def _patch_lookups(self, socket):
        for name in ("gethostbyname", "gethostbyname_ex"):
            setattr(socket, name, self._local_lookup(getattr(socket, name)))

    def _local_lookup(self, resolve):
        def lookup(hostname):
            if self.port_of(hostname) is not None:
                return resolve("127.0.0.1")
            self._reject_aws(hostname)
            return resolve(hostname)

        return lookup

    def patch_ssl(self, ssl):
        """A connection to a host that is served stays as it is, and looks encrypted to its client."""
        plain_socket, plain_object = plain_tls(ssl)
        wrap_socket = ssl.SSLContext.wrap_socket
        wrap_bio = ssl.SSLContext.wrap_bio

        def wrap(context, sock, *args, server_hostname=None, **options):
            if server_hostname is not None and self.port_of(server_hostname) is not None:
                return plain_socket.of(sock, context, server_hostname)
            return wrap_socket(context, sock, *args, server_hostname=server_hostname, **options)

        def wrap_memory(context, incoming, outgoing, *args, server_hostname=None, **options):
            if server_hostname is not None and self.port_of(server_hostname) is not None:
                return plain_object(incoming, outgoing, context, server_hostname)
            return wrap_bio(context, incoming, outgoing, *args, server_hostname=server_hostname, **options)

        ssl.SSLContext.wrap_socket = wrap
        ssl.SSLContext.wrap_bio = wrap_memory

    def _reject_aws(self, host):
        name = host.decode("ascii", "replace") if isinstance(host, (bytes, bytearray)) else host
        if not isinstance(name, str) or not _aws_domain.search(name) or self._is_chosen(name):
            return
        raise NotServedLocally(self._not_served(name))

    def _chosen_urls(self):
        return {name: url for name, url in self._environment.items() if name.startswith("AWS_ENDPOINT_URL")}

    def _is_chosen(self, host):
        # S3's SDK puts the bucket in front of a chosen host.
        hosts = [re.sub(r"^[a-z]+://([^/:]+).*$", r"\1", url) for url in self._chosen_urls().values()]
        return any(host == one or host.endswith(f".{one}") for one in hosts if one)

    def _not_served(self, host):
        prefix = "AWS_ENDPOINT_URL_"
        services = [name[len(prefix) :] for name in self._chosen_urls() if name.startswith(prefix)]
        served = ", ".join([*services, *self._ports]) or "nothing"
        return (
            f"{host} is not served locally, and calls to AWS never leave this machine. Served here: {served}. "
            f"To use a real endpoint, start with AWS_ENDPOINT_URL_{_service_of(host)}=https://{host}"
        )


def _service_of(host):
    """sqs.eu-west-1.amazonaws.com, bucket.s3.eu-west-1.amazonaws.com, bedrock-runtime.us-east-1.api.aws"""
    labels = [label for label in _aws_domain.sub("", host).split(".") if label]
    regions = [at for at, label in enumerate(labels) if _region.match(label)]
    at = regions[-1] - 1 if regions else len(labels) - 1
    service = labels[at] if 0 <= at < len(labels) else (labels or ["SERVICE"])[0]
    return _sdk_names.get(service, service.upper().replace("-", "_"))
