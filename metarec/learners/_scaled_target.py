"""Regressors whose settings mean something only for a target of unit spread."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator


def on_scaled_target(regressor: "BaseEstimator") -> "BaseEstimator":
    """Fit a regressor on the standardised target and scale its predictions back."""
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.preprocessing import StandardScaler

    return TransformedTargetRegressor(regressor, transformer=StandardScaler())
