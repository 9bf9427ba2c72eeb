"""The array vocabulary: what the annotations of arrays mean, once."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatVector: TypeAlias = NDArray[np.float64]
"""Shape (n,)."""
FloatMatrix: TypeAlias = NDArray[np.float64]
"""Shape (n_rows, n_columns)."""
IntVector: TypeAlias = NDArray[np.int64]
"""Shape (n,); indices."""
IntMatrix: TypeAlias = NDArray[np.int64]
"""Shape (n_rows, n_columns); counts or indices."""
Mask: TypeAlias = NDArray[np.bool_]
"""Shape (n,); True where something takes part."""
