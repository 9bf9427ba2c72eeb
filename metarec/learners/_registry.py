"""The base-learners by name."""

from typing import Literal, TypeAlias

from metarec.learners._adaboost import ADABOOST_CLASSIFIER, ADABOOST_REGRESSOR
from metarec.learners._base import CLASSIFICATION, BaseLearner
from metarec.learners._catboost import CATBOOST_CLASSIFIER, CATBOOST_REGRESSOR
from metarec.learners._configuration import TaskType
from metarec.learners._decision_tree import DECISION_TREE_CLASSIFIER, DECISION_TREE_REGRESSOR
from metarec.learners._elastic_net import ELASTIC_NET_CLASSIFIER, ELASTIC_NET_REGRESSOR
from metarec.learners._exceptions import LearnerError, UnknownLearnerError
from metarec.learners._extra_trees import EXTRA_TREES_CLASSIFIER, EXTRA_TREES_REGRESSOR
from metarec.learners._gradient_boosting import (
    GRADIENT_BOOSTING_CLASSIFIER,
    GRADIENT_BOOSTING_REGRESSOR,
)
from metarec.learners._hist_gradient_boosting import (
    HIST_GRADIENT_BOOSTING_CLASSIFIER,
    HIST_GRADIENT_BOOSTING_REGRESSOR,
)
from metarec.learners._knn import KNN_CLASSIFIER, KNN_REGRESSOR
from metarec.learners._lda import LDA
from metarec.learners._lightgbm import LIGHTGBM_CLASSIFIER, LIGHTGBM_REGRESSOR
from metarec.learners._linear_regression import LINEAR_REGRESSION
from metarec.learners._linear_svm import LINEAR_SVM_CLASSIFIER, LINEAR_SVM_REGRESSOR
from metarec.learners._logistic_regression import LOGISTIC_REGRESSION
from metarec.learners._mlp import MLP_CLASSIFIER, MLP_REGRESSOR
from metarec.learners._naive_bayes import NAIVE_BAYES
from metarec.learners._perceptron import PERCEPTRON
from metarec.learners._qda import QDA
from metarec.learners._random_forest import RANDOM_FOREST_CLASSIFIER, RANDOM_FOREST_REGRESSOR
from metarec.learners._ridge import RIDGE_CLASSIFIER, RIDGE_REGRESSOR
from metarec.learners._svm import SVM_CLASSIFIER, SVM_REGRESSOR
from metarec.learners._xgboost import XGBOOST_CLASSIFIER, XGBOOST_REGRESSOR

Kind: TypeAlias = Literal["classification", "regression"]
"""What two base-learners of one name differ in."""

Task: TypeAlias = Kind | TaskType
"""A kind of task, or a type of task, which is of one kind."""

_LEARNERS: dict[Kind, dict[str, BaseLearner]] = {
    "classification": {
        learner.name: learner
        for learner in (
            ADABOOST_CLASSIFIER,
            CATBOOST_CLASSIFIER,
            DECISION_TREE_CLASSIFIER,
            ELASTIC_NET_CLASSIFIER,
            EXTRA_TREES_CLASSIFIER,
            GRADIENT_BOOSTING_CLASSIFIER,
            HIST_GRADIENT_BOOSTING_CLASSIFIER,
            KNN_CLASSIFIER,
            LDA,
            LIGHTGBM_CLASSIFIER,
            LINEAR_SVM_CLASSIFIER,
            LOGISTIC_REGRESSION,
            MLP_CLASSIFIER,
            NAIVE_BAYES,
            PERCEPTRON,
            QDA,
            RANDOM_FOREST_CLASSIFIER,
            RIDGE_CLASSIFIER,
            SVM_CLASSIFIER,
            XGBOOST_CLASSIFIER,
        )
    },
    "regression": {
        learner.name: learner
        for learner in (
            ADABOOST_REGRESSOR,
            CATBOOST_REGRESSOR,
            DECISION_TREE_REGRESSOR,
            ELASTIC_NET_REGRESSOR,
            EXTRA_TREES_REGRESSOR,
            GRADIENT_BOOSTING_REGRESSOR,
            HIST_GRADIENT_BOOSTING_REGRESSOR,
            KNN_REGRESSOR,
            LIGHTGBM_REGRESSOR,
            LINEAR_REGRESSION,
            LINEAR_SVM_REGRESSOR,
            MLP_REGRESSOR,
            RANDOM_FOREST_REGRESSOR,
            RIDGE_REGRESSOR,
            SVM_REGRESSOR,
            XGBOOST_REGRESSOR,
        )
    },
}


def kind_of(task: Task) -> Kind:
    """Kind of a type of task.

    Raises
    ------
    LearnerError
        If there is no such task.

    Examples
    --------
    >>> kind_of("multiclass")
    'classification'
    """
    if task == "classification" or task in CLASSIFICATION:
        return "classification"
    if task == "regression":
        return "regression"
    raise LearnerError(
        f"There is no task {task!r}. Use classification, binary, multiclass or regression."
    )


def get_learner(name: str, task: Task = "classification") -> BaseLearner:
    """Return the base-learner of that name for a task.

    Parameters
    ----------
    name : str
        Its name.
    task : {"classification", "binary", "multiclass", "regression"}
        What it is to do.

    Raises
    ------
    UnknownLearnerError
        If no base-learner for this kind of task has that name; the message names the closest ones.
    LearnerError
        If there is no such task.

    Examples
    --------
    >>> get_learner("knn").name
    'knn'
    >>> get_learner("knn", "regression").tasks
    ('regression',)
    """
    kind = kind_of(task)
    learners = _LEARNERS[kind]
    if name not in learners:
        from difflib import get_close_matches

        if name in learner_names():
            raise UnknownLearnerError(
                f"The base-learner {name!r} does no {kind}. "
                f"Use one of {', '.join(sorted(learners))}."
            )
        close = get_close_matches(name, learners, n=3)
        known = f"Did you mean {' or '.join(close)}?" if close else ""
        raise UnknownLearnerError(
            f"There is no base-learner {name!r} for {kind}. "
            f"{known or 'Known: ' + ', '.join(sorted(learners)) + '.'}"
        )
    return learners[name]


def learner_names(task: Task | None = None, *, installed: bool = False) -> tuple[str, ...]:
    """Names of the base-learners, sorted.

    Parameters
    ----------
    task : {"classification", "binary", "multiclass", "regression"}, optional
        Only those for this task; all of them if left out.
    installed : bool
        Only those whose package is installed.

    Examples
    --------
    >>> learner_names()[:3]
    ('adaboost', 'catboost', 'decision_tree')
    >>> "lda" in learner_names("regression")
    False
    """
    kinds = tuple(_LEARNERS) if task is None else (kind_of(task),)
    return tuple(
        sorted(
            {
                name
                for kind in kinds
                for name, learner in _LEARNERS[kind].items()
                if learner.is_installed or not installed
            }
        )
    )


def register_learner(learner: BaseLearner, *, replace: bool = False) -> BaseLearner:
    """Add your own base-learner for the kind of its tasks; it lasts as long as the process.

    Parameters
    ----------
    learner : BaseLearner
        The base-learner.
    replace : bool
        Whether it may take the name of one that is there.

    Returns
    -------
    BaseLearner
        The same object.

    Raises
    ------
    LearnerError
        If the name is taken or no identifier, there are no tasks, or the defaults do not match
        the space.

    Examples
    --------
    A classifier; its name may be taken by a regressor as well.

    >>> from metarec.learners import BaseLearner, Integer, Real, register_learner
    >>> def build(hyperparameters, random_state):
    ...     from sklearn.neighbors import NearestCentroid
    ...     return NearestCentroid(**hyperparameters)
    >>> centroid = BaseLearner(
    ...     name="nearest_centroid", summary="The class whose mean is nearest.",
    ...     space=lambda shape: {"shrink_threshold": Real(0.01, 5.0, log=True)},
    ...     defaults={"shrink_threshold": 0.1}, build=build,
    ... )
    >>> register_learner(centroid, replace=True).make_estimator({"shrink_threshold": 0.5})
    NearestCentroid(shrink_threshold=0.5)

    A regressor, with `tasks` and with a bound that depends on the table:

    >>> def build(hyperparameters, random_state):
    ...     from sklearn.cross_decomposition import PLSRegression
    ...     return PLSRegression(**hyperparameters)
    >>> def space(shape):
    ...     return {"n_components": Integer(1, 20 if shape is None else min(20, shape.n_features))}
    >>> pls = BaseLearner(
    ...     name="pls", summary="Partial least squares.", tasks=("regression",),
    ...     space=space, defaults={"n_components": 2}, build=build, takes_sparse=False,
    ... )
    >>> register_learner(pls, replace=True).make_estimator({})
    PLSRegression()
    """
    if not learner.name.isidentifier():
        raise LearnerError(
            f"A base-learner's name must be an identifier, but got {learner.name!r}. "
            "Use snake_case, for example 'linear_svm'."
        )
    if not learner.tasks:
        raise LearnerError(
            f"The base-learner {learner.name!r} has no tasks. Name at least one, for example "
            "tasks=('regression',)."
        )
    kinds = {kind_of(task) for task in learner.tasks}
    if any(learner.name in _LEARNERS[kind] for kind in kinds) and not replace:
        raise LearnerError(
            f"A base-learner {learner.name!r} for {' and '.join(sorted(kinds))} is registered "
            "already. Choose another name or pass `replace=True`."
        )
    space = learner.space(None)
    if set(learner.defaults) != set(space):
        raise LearnerError(
            "The defaults must name the hyperparameters of the space, but got "
            f"(defaults={sorted(learner.defaults)}, space={sorted(space)}). Make them agree."
        )
    learner.validate(learner.defaults)
    for kind in kinds:
        _LEARNERS[kind][learner.name] = learner
    return learner
