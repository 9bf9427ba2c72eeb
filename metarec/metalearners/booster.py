"""Predictions of a stored LightGBM model without importing LightGBM's Python package.

The package brings scikit-learn and pandas along, nearly two seconds of CPU that a cold answer
cannot spare. Its shared library is loaded instead, through the documented C API
(https://lightgbm.readthedocs.io/en/stable/C-API.html); where no such library lies in the package,
the Python package is used.
"""

from __future__ import annotations

import ctypes
import importlib.util
import re
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from metarec.metalearners.tree_text import check_trees

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import lightgbm

    from metarec._types import FloatMatrix, FloatVector

_FLOAT64: Final = 1  # C_API_DTYPE_FLOAT64
_RAW_SCORE: Final = 1  # C_API_PREDICT_RAW_SCORE
_CONTRIBUTIONS: Final = 3  # C_API_PREDICT_CONTRIB
_UNUSED: Final = re.compile(
    # The sizes are those of the whole text; LightGBM finds the trees without them.
    r"^(tree_sizes|split_gain|leaf_weight|internal_value|internal_weight)=.*\n",
    re.MULTILINE,
)
_OUTPUTS: Final = re.compile(r"^leaf_value=.*$", re.MULTILINE)


class Booster(Protocol):
    """A trained LightGBM model with one output."""

    def predict(self, features: FloatMatrix) -> FloatVector:
        """Raw score of each row.

        Parameters
        ----------
        features : ndarray of shape (n_rows, n_features)
            NaN where missing.

        Returns
        -------
        ndarray of shape (n_rows,)
        """

    def contributions(self, features: FloatMatrix) -> FloatMatrix:
        """What each feature adds to the score of each row (TreeSHAP, Lundberg et al. 2020).

        Takes about 100 times as long as `predict`.

        Parameters
        ----------
        features : ndarray of shape (n_rows, n_features)
            NaN where missing.

        Returns
        -------
        ndarray of shape (n_rows, n_features + 1)
            The last column is the mean score of the training; a row sums up to the raw score.
        """


def dump_booster(booster: lightgbm.Booster) -> str:
    """LightGBM's text of a model without what predictions and their contributions do not need.

    Outputs of leaves keep five digits; gains and weights of splits are left out, which LightGBM
    reads as unknown. The text is half as long when it is compressed.

    Parameters
    ----------
    booster : lightgbm.Booster
        Trained.

    Returns
    -------
    str
        What `load_booster` reads.

    Examples
    --------
    >>> import lightgbm
    >>> data = lightgbm.Dataset(np.arange(100.0)[:, None], np.arange(100.0))
    >>> trained = lightgbm.train({"verbosity": -1}, data, 3)
    >>> text = dump_booster(trained)
    >>> len(text) < len(trained.model_to_string())
    True
    >>> float(load_booster(text).predict(np.eye(1))[0].round(3))
    39.299
    """
    text = _UNUSED.sub("", booster.model_to_string())
    return _OUTPUTS.sub(lambda line: " ".join(map(_rounded, line[0].split(" "))), text)


def _rounded(output: str) -> str:
    """A number of a line like `leaf_value=0.123 0.456`, whose first carries the name."""
    name, equals, value = output.rpartition("=")
    return f"{name}{equals}{float(value):.5g}"


def load_booster(model: str) -> Booster:
    """Load a model from LightGBM's text format.

    Parameters
    ----------
    model : str
        What `dump_booster` or `lightgbm.Booster.model_to_string` returned.

    Returns
    -------
    Booster

    Raises
    ------
    ValueError
        If LightGBM cannot read the text, or its trees cannot be walked.
    """
    # LightGBM would cut the text into trees by these sizes without a look at it.
    if "\ntree_sizes=" in model:
        model = re.sub(r"^tree_sizes=.*\n", "", model, flags=re.MULTILINE)
    check_trees(model)
    library = _find_library()
    return _PackageBooster(model) if library is None else _LibraryBooster(library, model)


@cache
def _find_library() -> ctypes.CDLL | None:
    spec = importlib.util.find_spec("lightgbm")
    for root in (spec.submodule_search_locations or ()) if spec else ():
        for path in sorted(Path(root).glob("*/*lightgbm.*")):
            if path.suffix in {".so", ".dylib", ".dll"}:
                try:
                    library = ctypes.CDLL(str(path))
                except OSError:
                    continue
                library.LGBM_GetLastError.restype = ctypes.c_char_p
                return library
    return None


class _LibraryBooster:
    _handle: ctypes.c_void_p | None = None

    def __init__(self, library: ctypes.CDLL, model: str) -> None:
        self._library = library
        self._model = model
        handle, n_iterations, n_outputs = ctypes.c_void_p(), ctypes.c_int(), ctypes.c_int()
        with self._one_thread():
            self._check(
                library.LGBM_BoosterLoadModelFromString(
                    ctypes.c_char_p(model.encode()),
                    ctypes.byref(n_iterations),
                    ctypes.byref(handle),
                )
            )
        self._handle = handle
        self._check(library.LGBM_BoosterGetNumClasses(handle, ctypes.byref(n_outputs)))
        _check_outputs(n_outputs.value)

    def predict(self, features: FloatMatrix) -> FloatVector:
        return self._predict(features, _RAW_SCORE, per_row=1).ravel()

    def contributions(self, features: FloatMatrix) -> FloatMatrix:
        return self._predict(features, _CONTRIBUTIONS, per_row=features.shape[1] + 1)

    def _predict(self, features: FloatMatrix, kind: int, *, per_row: int) -> FloatMatrix:
        rows = np.ascontiguousarray(features, dtype=np.float64)
        found = np.empty((len(rows), per_row))
        n_found = ctypes.c_int64()
        self._check(
            self._library.LGBM_BoosterPredictForMat(
                self._handle,
                rows.ctypes.data_as(ctypes.c_void_p),
                ctypes.c_int(_FLOAT64),
                ctypes.c_int32(rows.shape[0]),
                ctypes.c_int32(rows.shape[1]),
                ctypes.c_int(1),  # row-major
                ctypes.c_int(kind),
                ctypes.c_int(0),  # from the first iteration
                ctypes.c_int(-1),  # to the last
                ctypes.c_char_p(b"num_threads=1"),
                ctypes.byref(n_found),
                found.ctypes.data_as(ctypes.POINTER(ctypes.c_double)),
            )
        )
        return found

    @contextmanager
    def _one_thread(self) -> Iterator[None]:
        """Starting a team of threads costs more than reading a small model."""
        before = ctypes.c_int()
        self._check(self._library.LGBM_GetMaxThreads(ctypes.byref(before)))
        self._check(self._library.LGBM_SetMaxThreads(ctypes.c_int(1)))
        try:
            yield
        finally:
            self._check(self._library.LGBM_SetMaxThreads(before))

    def _check(self, status: int) -> None:
        if status != 0:
            reason = self._library.LGBM_GetLastError().decode(errors="replace")
            msg = f"LightGBM: {reason}"
            raise ValueError(msg)

    def __reduce__(self) -> tuple[Callable[[str], Booster], tuple[str]]:
        # A handle is of this process; the text goes anywhere.
        return load_booster, (self._model,)

    def __del__(self) -> None:
        if self._handle:
            self._library.LGBM_BoosterFree(self._handle)


class _PackageBooster:
    def __init__(self, model: str) -> None:
        import lightgbm

        try:
            self._booster = lightgbm.Booster(model_str=model)
        except lightgbm.basic.LightGBMError as error:
            msg = f"LightGBM: {error}"
            raise ValueError(msg) from error
        _check_outputs(self._booster.num_model_per_iteration())

    def predict(self, features: FloatMatrix) -> FloatVector:
        scores = self._booster.predict(features, raw_score=True, num_threads=1)
        return np.asarray(scores, dtype=np.float64)

    def contributions(self, features: FloatMatrix) -> FloatMatrix:
        found = self._booster.predict(features, pred_contrib=True, num_threads=1)
        return np.asarray(found, dtype=np.float64)


def _check_outputs(n_outputs: int) -> None:
    if n_outputs != 1:
        msg = f"a model must have one output, but this one has {n_outputs}"
        raise ValueError(msg)
