"""Fitted pipelines in files, without pickle: the format of skops."""

from __future__ import annotations

import os
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metarec._exceptions import MetarecError, UsageError, in_one_line
from metarec._files import write_whole
from metarec._version import __version__
from metarec.learners import Configuration, get_learner, make_pipeline
from metarec.tuning.ensemble import join, parts_of
from metarec.tuning.suiting import find_losses, take_features, texts_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from numpy.typing import NDArray

    from metarec.learners import Task

TRUSTED: Final = frozenset(
    {
        "collections.OrderedDict",
        "metarec.learners._frames.FrameMaker",
        "datetime.timedelta",
        "datetime.timezone",
        "numpy.dtype",
        "numpy.nan_to_num",
        "pandas.DatetimeTZDtype",
        "zoneinfo.ZoneInfo",
        "catboost.core.CatBoostClassifier",
        "catboost.core.CatBoostRegressor",
        "lightgbm.basic.Booster",
        "lightgbm.sklearn.LGBMClassifier",
        "lightgbm.sklearn.LGBMRegressor",
        "xgboost.core.Booster",
        "xgboost.sklearn.XGBClassifier",
        "xgboost.sklearn.XGBRegressor",
        "sklearn.compose._column_transformer.make_column_selector",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "sklearn.feature_selection._univariate_selection.f_classif",
        "sklearn.feature_selection._univariate_selection.f_regression",
        "sklearn.metrics._dist_metrics.EuclideanDistance64",
        "sklearn.metrics._dist_metrics.ManhattanDistance64",
        "sklearn.model_selection._split.KFold",
        "sklearn.neighbors._kd_tree.KDTree",
        "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
        "sklearn.neural_network._stochastic_optimizers.SGDOptimizer",
        "sklearn.tree._tree.Tree",
        "sklearn.utils._bunch.Bunch",
        "sklearn.utils.validation.check_array",
        "skrub._apply_to_each_col.ApplyToEachCol",
        "skrub._check_input.CheckInputDataFrame",
        "skrub._clean_categories.CleanCategories",
        "skrub._clean_null_strings.CleanNullStrings",
        "skrub._dataframe._common.is_any_date",
        "skrub._dataframe._common.is_categorical",
        "skrub._dataframe._common.is_numeric",
        "skrub._datetime_encoder.DatetimeEncoder",
        "skrub._drop_uninformative.DropUninformative",
        "skrub._duration_to_float.DurationToFloat",
        "skrub._string_encoder.StringEncoder",
        "skrub._table_vectorizer.PassThrough",
        "skrub._table_vectorizer.ShortReprDict",
        "skrub._table_vectorizer.TableVectorizer",
        "skrub._table_vectorizer._created_by_predicate",
        "skrub._to_datetime.ToDatetime",
        "skrub._to_float.ToFloat",
        "skrub._to_str.ToStr",
        "skrub.selectors._base.All",
        "skrub.selectors._base.And",
        "skrub.selectors._base.Cols",
        "skrub.selectors._base.Filter",
        "skrub.selectors._base.Sub",
        "skrub.selectors._selectors._cardinality_below",
    }
)
"""What metarec's own pipelines are made of beyond what skops itself trusts. A file may ask for any
of them with any arguments, so none runs code that it is given."""
_SAVING_SECONDS, _SAVING_SECONDS_OF_COLUMN = 0.5, 0.05
_ABOUT: Final = ("columns", "target", "task")


@dataclass(frozen=True, eq=False)
class Model:
    """A fitted pipeline and what it needs to know of a table.

    Examples
    --------
    >>> import pandas as pd
    >>> from metarec.learners import Configuration, make_pipeline
    >>> frame = pd.DataFrame({"size": [1, 2, 3, 4], "kind": ["a", "a", "b", "b"]})
    >>> fitted = make_pipeline(Configuration("naive_bayes")).fit(frame, [0, 0, 1, 1])
    >>> model = Model(fitted, columns=("size", "kind"), target="class", task="binary")
    >>> model.predict(frame.assign(other=0)).tolist()
    [0, 0, 1, 1]
    """

    pipeline: Any
    """Pipeline, or ensemble of pipelines; takes a frame of the columns."""
    columns: tuple[str, ...]
    """The features, in their order."""
    target: str
    """What is predicted."""
    task: str
    """binary, multiclass or regression."""

    def predict(self, table: pd.DataFrame) -> NDArray[Any]:
        """Predict the target of each row; columns that are no features are ignored.

        Warns of a column with cells that are not what it held when the pipeline was fitted, as
        words among numbers: they count as missing. Categories that were not there then do not.

        Raises
        ------
        UsageError
            If a feature is missing, is there twice, or holds nothing of what it held.
        """
        found: NDArray[Any] = self._ask("predict", table)
        return found

    def predict_proba(self, table: pd.DataFrame) -> pd.DataFrame:
        """Probability of each class, a column each.

        Raises
        ------
        UsageError
            If the pipeline has none, or as `predict`.
        """
        import pandas as pd

        if not hasattr(self.pipeline, "predict_proba"):
            msg = f"the model of {self.target!r} gives no probabilities: ask for predictions"
            raise UsageError(msg)
        found = self._ask("predict_proba", table)
        return pd.DataFrame(found, columns=[str(name) for name in self.pipeline.classes_])

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a file.

        Raises
        ------
        UsageError
            If a part of the pipeline is not one of metarec's own, so that nobody could load it.
        """
        members, weights, class_weights, temperature = parts_of(self.pipeline)
        places: dict[int, int] = {}
        content = {
            "metarec": __version__,
            **{name: getattr(self, name) for name in _ABOUT},
            "weights": weights,
            "class_weights": class_weights,
            "temperature": temperature,
            "members": [
                [[name, places.setdefault(id(step), len(places))] for name, step in member.steps]
                for member in members
            ],
            # A step that members have in common is written once.
            "steps": list({id(step): step for each in members for _, step in each.steps}.values()),
        }
        write_whole(path, _write(content))

    @property
    def texts(self) -> frozenset[str]:
        """Features that are to be read as text, be it some that look like numbers."""
        members, *_ = parts_of(self.pipeline)
        return texts_of(members[0])

    def _ask(self, method: str, table: pd.DataFrame) -> Any:
        features = take_features(table, self.columns)
        members, *_ = parts_of(self.pipeline)
        try:
            for loss in find_losses(members[0], features):
                warnings.warn(loss, stacklevel=3)
            return getattr(self.pipeline, method)(features)
        except UsageError:
            raise
        except Exception as error:  # skrub and scikit-learn have no common one for odd columns
            msg = (
                f"the table does not suit the model ({in_one_line(error)[:200]}): its columns must "
                "hold what they held when it was fitted"
            )
            raise UsageError(msg) from error


def check_saving(algorithms: Iterable[str], task: Task) -> None:
    """Say which base-learner no file can hold, before the work that it is to hold is done.

    Raises
    ------
    UsageError
        If one that is none of metarec's own has a part that nobody could load.

    Examples
    --------
    >>> check_saving(["knn", "naive_bayes"], "binary")
    """
    for name in algorithms:
        if not get_learner(name, task).build.__module__.startswith("metarec."):
            estimator = make_pipeline(Configuration(name), task=task)[-1]
            try:
                _write(estimator)
            except UsageError as error:
                msg = f"the base-learner {name!r} can be tuned, but not saved: {error}"
                raise UsageError(msg) from error


def _write(content: object) -> bytes:
    import skops.io

    try:
        written: bytes = skops.io.dumps(content, compression=zipfile.ZIP_DEFLATED, compresslevel=1)
        odd = sorted(set(skops.io.get_untrusted_types(data=written)) - TRUSTED)
    except Exception as error:  # whatever a class of the user's own does when it is written
        msg = f"the pipeline cannot be saved ({in_one_line(error)[:200]}): pickle it yourself"
        raise UsageError(msg) from error
    if odd:
        msg = (
            f"a file with {', '.join(odd)} could not be loaded again: leave the base-learner "
            "out, or pickle the pipeline yourself"
        )
        raise UsageError(msg)
    return written


def saving_seconds(features: pd.DataFrame) -> float:
    """Work to save a model of a table: each column that holds no numbers has steps of its own."""
    others = features.select_dtypes(exclude=["number", "bool"])
    return _SAVING_SECONDS + _SAVING_SECONDS_OF_COLUMN * others.shape[1]


def load_model(path: str | os.PathLike[str]) -> Model:
    """Load what `Model.save` wrote; no code of the file's is run.

    Only the types in `TRUSTED` and those that skops trusts are taken.

    Raises
    ------
    UsageError
        If there is no such file.
    MetarecError
        If it is no model, or has other types in it.
    """
    import skops.io
    from sklearn.pipeline import Pipeline

    shown = repr(os.fspath(path))
    if not Path(path).is_file():
        msg = f"there is no file {shown}: give a model that `metarec tune --output` has saved"
        raise UsageError(msg)
    try:
        odd = sorted(set(skops.io.get_untrusted_types(file=path)) - TRUSTED)
        content: Any = None if odd else skops.io.load(path, trusted=sorted(TRUSTED))
    except Exception as error:  # whatever is wrong with the file
        msg = f"{shown} cannot be read as a model of metarec ({in_one_line(error)[:200]})"
        raise MetarecError(msg) from error
    if odd:
        msg = f"{shown} has types in it that metarec does not trust: {', '.join(odd)}"
        raise MetarecError(msg)
    try:
        steps, about = content["steps"], {name: content[name] for name in _ABOUT}
        members = [
            Pipeline([(name, steps[place]) for name, place in member])
            for member in content["members"]
        ]
        classification = about["task"] != "regression"
        pipeline = join(
            members,
            content["weights"],
            classification=classification,
            class_weights=content["class_weights"],
            temperature=float(content["temperature"]),
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        msg = f"{shown} is no model of metarec: give one that `metarec tune --output` has saved"
        raise MetarecError(msg) from error
    return Model(pipeline, **about)
