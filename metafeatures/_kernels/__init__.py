"""Compiled hot loops: typed memoryviews in, plain numbers out, no knowledge of tables."""

from pkgutil import extend_path as _extend_path

# Python started in a checkout finds the sources first; the compiled modules lie where they were
# installed.
__path__ = _extend_path(__path__, __name__)
