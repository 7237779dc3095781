"""Creates the context object, the second argument of a handler."""

import time

# A handler may replace it.
_now = time.time


class LambdaContext:
    """AWS: names function, request, memory as a string, and logs (python-context)"""

    def __init__(self, settings, invocation, log):
        self.aws_request_id = invocation["requestId"]
        self.log_group_name = settings["logGroupName"]
        self.log_stream_name = settings["logStreamName"]
        self.function_name = settings["functionName"]
        self.memory_limit_in_mb = str(settings["memoryMb"])
        self.function_version = "$LATEST"
        self.invoked_function_arn = invocation["invokedFunctionArn"]
        self.tenant_id = None
        self.client_context = client_context_of(invocation.get("clientContext"))
        self.identity = CognitoIdentity()
        self._deadline = _now() + settings["timeoutMs"] / 1000
        self._log = log

    def get_remaining_time_in_millis(self):
        return max(0, int((self._deadline - _now()) * 1000))

    def log(self, message):
        self._log(str(message))

    def __repr__(self):
        names = (
            "aws_request_id",
            "log_group_name",
            "log_stream_name",
            "function_name",
            "memory_limit_in_mb",
            "function_version",
            "invoked_function_arn",
            "client_context",
            "identity",
            "tenant_id",
        )
        return "LambdaContext([" + ",".join(f"{name}={getattr(self, name)}" for name in names) + "])"


class _Record:
    __slots__ = ()

    def __init__(self, values=None):
        for name in self.__slots__:
            setattr(self, name, (values or {}).get(name))

    def __repr__(self):
        values = ",".join(f"{name}={getattr(self, name)}" for name in self.__slots__)
        return f"{type(self).__name__}([{values}])"


class CognitoIdentity(_Record):
    """AWS: without a caller from a mobile app its fields are None (python-context)"""

    __slots__ = ("cognito_identity_id", "cognito_identity_pool_id")


class Client(_Record):
    __slots__ = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")


class ClientContext(_Record):
    __slots__ = ("custom", "env", "client")


def client_context_of(values):
    if not isinstance(values, dict):
        return None
    context = ClientContext(values)
    context.client = Client(context.client) if isinstance(context.client, dict) else None
    return context
