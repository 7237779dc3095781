"""The Python runtime of an execution environment: loads the handler, then runs one invocation at a time.

It needs Python 3.9 and nothing but the standard library.
"""
