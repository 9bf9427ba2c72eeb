"""Arrays as bytes, in NumPy's own format and without pickle."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from metarec._types import FloatMatrix


def to_npy(array: FloatMatrix) -> bytes:
    """The content of an .npy file.

    Examples
    --------
    >>> from_npy(to_npy(np.eye(2))).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def from_npy(data: bytes) -> FloatMatrix:
    """The inverse of `to_npy`."""
    return np.asarray(np.load(io.BytesIO(data), allow_pickle=False), dtype=np.float64)
