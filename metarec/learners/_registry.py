"""The base-learners by name."""

from metarec.learners._adaboost import ADABOOST
from metarec.learners._base import BaseLearner
from metarec.learners._decision_tree import DECISION_TREE
from metarec.learners._exceptions import LearnerError, UnknownLearnerError
from metarec.learners._extra_trees import EXTRA_TREES
from metarec.learners._gradient_boosting import GRADIENT_BOOSTING
from metarec.learners._knn import KNN
from metarec.learners._linear_svm import LINEAR_SVM
from metarec.learners._logistic_regression import LOGISTIC_REGRESSION
from metarec.learners._mlp import MLP
from metarec.learners._naive_bayes import NAIVE_BAYES
from metarec.learners._perceptron import PERCEPTRON
from metarec.learners._random_forest import RANDOM_FOREST
from metarec.learners._svm import SVM

_LEARNERS = {
    learner.name: learner
    for learner in (
        ADABOOST,
        DECISION_TREE,
        EXTRA_TREES,
        GRADIENT_BOOSTING,
        KNN,
        LINEAR_SVM,
        LOGISTIC_REGRESSION,
        MLP,
        NAIVE_BAYES,
        PERCEPTRON,
        RANDOM_FOREST,
        SVM,
    )
}


def get_learner(name: str) -> BaseLearner:
    """Return the base-learner of that name.

    Raises
    ------
    UnknownLearnerError
        If no base-learner has that name; the message names the closest ones.

    Examples
    --------
    >>> get_learner("knn").name
    'knn'
    """
    if name not in _LEARNERS:
        from difflib import get_close_matches

        close = get_close_matches(name, _LEARNERS, n=3)
        known = f"Did you mean {' or '.join(close)}?" if close else ""
        raise UnknownLearnerError(
            f"There is no base-learner {name!r}. "
            f"{known or 'Known: ' + ', '.join(learner_names()) + '.'}"
        )
    return _LEARNERS[name]


def learner_names() -> tuple[str, ...]:
    """Names of all base-learners, sorted.

    Examples
    --------
    >>> learner_names()[:3]
    ('adaboost', 'decision_tree', 'extra_trees')
    """
    return tuple(sorted(_LEARNERS))


def register_learner(learner: BaseLearner, *, replace: bool = False) -> BaseLearner:
    """Add your own base-learner; it lasts as long as the process.

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
        If the name is taken, is no identifier, or the defaults do not match the space.

    Examples
    --------
    >>> from metarec.learners import BaseLearner, Real, register_learner
    >>> def space(shape):
    ...     return {"shrinkage": Real(0.0, 1.0)}
    >>> def build(hyperparameters, random_state):
    ...     from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
    ...     return LinearDiscriminantAnalysis(solver="lsqr", **hyperparameters)
    >>> lda = BaseLearner(
    ...     name="lda", summary="Linear discriminant analysis.", space=space,
    ...     defaults={"shrinkage": 0.1}, build=build, takes_sparse=False,
    ... )
    >>> register_learner(lda, replace=True).make_classifier({"shrinkage": 0.5})
    LinearDiscriminantAnalysis(shrinkage=0.5, solver='lsqr')
    """
    if not learner.name.isidentifier():
        raise LearnerError(
            f"A base-learner's name must be an identifier, but got {learner.name!r}. "
            "Use snake_case, for example 'linear_svm'."
        )
    if learner.name in _LEARNERS and not replace:
        raise LearnerError(
            f"A base-learner {learner.name!r} is registered already. "
            "Choose another name or pass `replace=True`."
        )
    space = learner.space(None)
    if set(learner.defaults) != set(space):
        raise LearnerError(
            "The defaults must name the hyperparameters of the space, but got "
            f"(defaults={sorted(learner.defaults)}, space={sorted(space)}). Make them agree."
        )
    learner.validate(learner.defaults)
    _LEARNERS[learner.name] = learner
    return learner
