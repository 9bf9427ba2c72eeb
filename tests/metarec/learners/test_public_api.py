"""The package's names, and what importing it costs."""

import subprocess
import sys

from metarec import learners

HEAVY = ("sklearn", "skrub", "pandas", "numpy", "scipy", "pyarrow")


def test_exported_names():
    public = {
        "BaseLearner",
        "CLASSIFICATION",
        "COSTS",
        "Categorical",
        "Condition",
        "Configuration",
        "Cost",
        "Domain",
        "EarlyStopping",
        "HeldOut",
        "FRAME_STEP",
        "Integer",
        "InvalidConfigurationError",
        "Kind",
        "LearnerError",
        "MissingPackageError",
        "REGRESSION",
        "Real",
        "Rows",
        "TableShape",
        "Task",
        "TaskType",
        "UnknownLearnerError",
        "VECTORIZE_STEP",
        "Value",
        "default",
        "get_learner",
        "kind_of",
        "learner_names",
        "make_pipeline",
        "register_learner",
        "script",
        "space_filling",
        "to_source",
        "with_preparation",
    }
    assert set(learners.__all__) == public
    visible = {name for name in vars(learners) if not name.startswith("_")}
    assert visible == public


def test_import_is_light():
    code = (
        f"import sys, metarec.learners; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
