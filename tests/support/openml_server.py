"""A small OpenML: answers in the API's XML, over HTTP, from the tables below.

The documents have the elements of the API's own templates (github.com/openml/OpenML).
"""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from xml.sax.saxutils import escape

XMLNS = 'xmlns:oml="http://openml.org/openml"'

FOREST = (
    "sklearn.pipeline.Pipeline(imputer=sklearn.preprocessing.imputation.Imputer,"
    "encoder=sklearn.preprocessing.data.OneHotEncoder,"
    "classifier=sklearn.ensemble.forest.RandomForestClassifier)"
)
FLOWS = {
    60: "weka.J48(2)",
    6969: f"{FOREST}(1)",
    7000: "weka.ZeroR(3)",
    7707: "sklearn.linear_model.base.LinearRegression(9)",
}


def _forest(**changed: str) -> dict[str, str]:
    own = {
        "bootstrap": "true", "class_weight": "null", "criterion": '"gini"', "max_depth": "null",
        "max_features": '"auto"', "max_leaf_nodes": "null", "min_impurity_split": "1e-07",
        "min_samples_leaf": "1", "min_samples_split": "2", "min_weight_fraction_leaf": "0.0",
        "n_estimators": "100", "n_jobs": "1", "oob_score": "false", "random_state": "7",
        "verbose": "0", "warm_start": "false",
    }  # fmt: skip
    reference = '{"oml-python:serialized_object": "component_reference", "value": {"key": "x"}}'
    return {
        **{
            f"sklearn.ensemble.forest.RandomForestClassifier(30)_{name}": value
            for name, value in (own | changed).items()
        },
        "sklearn.preprocessing.imputation.Imputer(22)_strategy": '"median"',
        f"{FOREST}(1)_steps": f"[{reference}]",
    }


SETUPS: dict[int, tuple[int, dict[str, str]]] = {
    100: (60, {"weka.J48(2)_C": "0.25", "weka.J48(2)_M": "2"}),
    101: (60, {"weka.J48(2)_C": "0.5", "weka.J48(2)_M": "2"}),
    200: (6969, _forest()),
    201: (6969, _forest(n_estimators="50", criterion='"entropy"', min_samples_leaf="4")),
    202: (6969, _forest(bootstrap="false")),
    300: (7000, {}),
    400: (
        7707,
        {
            f"sklearn.linear_model.base.LinearRegression(9)_{name}": value
            for name, value in {"copy_X": "true", "fit_intercept": "true", "n_jobs": "1",
                                "normalize": "false"}.items()
        },
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Dataset:
    """A data set and its task of the same number."""

    name: str
    target: str
    columns: dict[str, str]
    qualities: dict[str, str]
    labels: tuple[str, ...] = ()
    folds: str = "10"
    task_type: int = 1


DATASETS = {
    3: Dataset(
        "kr-vs-kp", "class", {"a": "nominal", "b": "nominal", "class": "nominal"},
        {"NumberOfInstances": "3196.0", "NumberOfFeatures": "37.0", "NumberOfClasses": "2.0",
         "NumberOfNumericFeatures": "0.0", "NumberOfSymbolicFeatures": "37.0",
         "NumberOfMissingValues": "0.0", "NumberOfInstancesWithMissingValues": "0.0",
         "MajorityClassSize": "1669.0", "MinorityClassSize": "1527.0",
         "MajorityClassPercentage": "52.22", "MinorityClassPercentage": "47.78",
         "ClassEntropy": "0.9986", "MeanMeansOfNumericAtts": "", "kNN1NAUC": "0.9"},
        ("won", "nowin"),
    ),
    61: Dataset(
        "iris", "class", {"width": "numeric", "class": "nominal"},
        {"NumberOfInstances": "150.0", "NumberOfFeatures": "5.0", "NumberOfClasses": "3.0",
         "NumberOfNumericFeatures": "4.0", "NumberOfSymbolicFeatures": "1.0",
         "MajorityClassSize": "50.0", "MinorityClassSize": "50.0", "ClassEntropy": "-1.0",
         "MeanMeansOfNumericAtts": "3.46"},
        ("setosa", "versicolor", "virginica"),
    ),
    507: Dataset(
        "space_ga", "y", {"x": "numeric", "y": "numeric"},
        {"NumberOfInstances": "3107.0", "NumberOfFeatures": "7.0", "NumberOfClasses": "0.0",
         "NumberOfNumericFeatures": "7.0", "NumberOfSymbolicFeatures": "0.0",
         "MeanMeansOfNumericAtts": "2.0"},
        folds="5", task_type=2,
    ),
    900: Dataset("clusters", "y", {"x": "numeric", "y": "numeric"}, {}, task_type=5),
}  # fmt: skip


@dataclass(frozen=True)
class Run:
    """A run of a setup on a task; scores are text, as in a document."""

    run_id: int
    task: int
    setup: int
    scores: dict[str, str]
    per_class: dict[str, str] = field(default_factory=dict)
    per_fold: dict[str, str] = field(default_factory=dict)


RUNS = [
    *(
        Run(
            1000 + number, 3, setup,
            {"predictive_accuracy": f"{0.9 + number / 1000}", "area_under_roc_curve": "0.95",
             "f_measure": "0.9"},
            {"area_under_roc_curve": "[0.95,0.95]", "f_measure": "[0.8,0.9]"},
            {"usercpu_time_millis_training": "[1000,3000]"} if setup >= 200 else {},
        )
        for number, setup in enumerate((100, 101, 200, 201, 202, 300, 100))
    ),
    *(
        Run(
            2000 + number, 61, setup,
            {"predictive_accuracy": "0.94", "area_under_roc_curve": "0.99", "f_measure": "0.93",
             "unweighted_recall": "0.92"},
            {"area_under_roc_curve": "[1.0,0.97,0.94]", "f_measure": "[0.9,0.9]"},
        )
        for number, setup in enumerate((100, 200))
    ),
    Run(3000, 507, 400, {"root_mean_squared_error": "0.1", "mean_absolute_error": "0.07"}),
    Run(3001, 507, 100, {}, {}, {"usercpu_time_millis_training": "[5]"}),
]  # fmt: skip


def error(code: int, message: str) -> tuple[int, str]:
    """An error of the API."""
    body = f"<oml:code>{code}</oml:code><oml:message>{message}</oml:message>"
    return 412, f"<oml:error {XMLNS}>{body}</oml:error>"


def _elements(values: dict[str, Any]) -> str:
    return "".join(
        f"<oml:{name}>{escape(str(value))}</oml:{name}>" for name, value in values.items()
    )


def _evaluations(options: dict[str, str]) -> tuple[int, str]:
    function, per_fold = options["function"], options.get("per_fold") == "true"
    flows = set(map(int, options["flow"].split(","))) if "flow" in options else set(FLOWS)
    rows = [
        run
        for run in RUNS
        if str(run.task) in options["task"].split(",") and SETUPS[run.setup][0] in flows
        and function in (run.per_fold if per_fold else run.scores)
    ]  # fmt: skip
    start = int(options.get("offset", 0))
    rows = rows[start : start + int(options.get("limit", 10_000))]
    if not rows:
        return error(542, "No results")
    text = ""
    for run in rows:
        flow = SETUPS[run.setup][0]
        values: dict[str, Any] = {
            "run_id": run.run_id, "task_id": run.task, "setup_id": run.setup, "flow_id": flow,
            "flow_name": FLOWS[flow], "data_id": run.task, "data_name": DATASETS[run.task].name,
            "evaluation_engine_id": 1, "function": function,
            "upload_time": "2014-04-06 23:30:40", "uploader": 1,
        }  # fmt: skip
        if per_fold:
            values["values"] = run.per_fold[function]
        else:
            values["value"] = run.scores[function]
            if function in run.per_class:
                values["array_data"] = run.per_class[function]
        text += f"<oml:evaluation>{_elements(values)}</oml:evaluation>"
    return 200, f"<oml:evaluations {XMLNS}>{text}</oml:evaluations>"


def _setups(ids: str) -> tuple[int, str]:
    text = ""
    for setup in map(int, ids.split(",")):
        if setup not in SETUPS:
            continue
        flow, parameters = SETUPS[setup]
        text += f"<oml:setup>{_elements({'setup_id': setup, 'flow_id': flow})}"
        for number, (full_name, value) in enumerate(parameters.items()):
            values = {
                "id": number, "flow_id": flow, "flow_name": full_name.rpartition("_")[0],
                "full_name": full_name, "parameter_name": full_name.rpartition(")_")[2],
                "data_type": "option", "default_value": "", "value": value,
            }  # fmt: skip
            text += f"<oml:parameter>{_elements(values)}</oml:parameter>"
        text += "</oml:setup>"
    return (200, f"<oml:setups {XMLNS}>{text}</oml:setups>") if text else error(674, "No results")


def _task(number: int) -> tuple[int, str]:
    if number not in DATASETS:
        return error(151, "Unknown task")
    dataset = DATASETS[number]
    kind = {1: "Supervised Classification", 2: "Supervised Regression", 5: "Clustering"}
    procedure = "".join(
        f'<oml:parameter name="{name}">{value}</oml:parameter>'
        for name, value in {"number_repeats": "1", "number_folds": dataset.folds,
                            "percentage": "", "stratified_sampling": "true"}.items()
    )  # fmt: skip
    data = _elements({"data_set_id": number, "target_feature": dataset.target})
    head = {"task_id": number, "task_type_id": dataset.task_type,
            "task_type": kind[dataset.task_type]}  # fmt: skip
    return 200, (
        f"<oml:task {XMLNS}>{_elements(head)}"
        f'<oml:input name="source_data"><oml:data_set>{data}</oml:data_set></oml:input>'
        f'<oml:input name="estimation_procedure"><oml:estimation_procedure><oml:id>1</oml:id>'
        f"<oml:type>crossvalidation</oml:type><oml:data_splits_url>none</oml:data_splits_url>"
        f"{procedure}</oml:estimation_procedure></oml:input></oml:task>"
    )


def _data(number: int) -> tuple[int, str]:
    dataset = DATASETS[number]
    values = {
        "id": number, "name": dataset.name, "version": 1, "description": "d", "format": "ARFF",
        "licence": "Public", "url": "none", "file_id": number, "status": "active",
        "default_target_attribute": dataset.target, "md5_checksum": "0",
    }  # fmt: skip
    return 200, f"<oml:data_set_description {XMLNS}>{_elements(values)}</oml:data_set_description>"


def _features(number: int) -> tuple[int, str]:
    dataset = DATASETS[number]
    text = ""
    for index, (name, kind) in enumerate(dataset.columns.items()):
        target = name == dataset.target
        labels = dataset.labels if target else ("t", "f")
        values = {"index": index, "name": name, "data_type": kind}
        text += f"<oml:feature>{_elements(values)}"
        if kind == "nominal":
            text += "".join(f"<oml:nominal_value>{label}</oml:nominal_value>" for label in labels)
        rest = {"is_target": str(target).lower(), "is_ignore": "false",
                "is_row_identifier": "false", "number_of_missing_values": 0}  # fmt: skip
        text += f"{_elements(rest)}</oml:feature>"
    return 200, f"<oml:data_features {XMLNS}>{text}</oml:data_features>"


def _qualities(number: int) -> tuple[int, str]:
    qualities = DATASETS[number].qualities
    if not qualities:
        return error(362, "No qualities found")
    text = "".join(
        f"<oml:quality>{_elements({'name': name, 'value': value})}</oml:quality>"
        for name, value in qualities.items()
    )
    return 200, f"<oml:data_qualities {XMLNS}>{text}</oml:data_qualities>"


def _users() -> tuple[int, str]:
    user = _elements({"id": 1, "username": "somebody"})
    return 200, f"<oml:users {XMLNS}><oml:user>{user}</oml:user></oml:users>"


def document(path: str) -> tuple[int, str]:
    """Status and body of the answer to a question."""
    match path.strip("/").split("/"):
        case ["evaluation", "list", *options]:
            return _evaluations(dict(zip(options[::2], options[1::2], strict=True)))
        case ["setup", "list", "setup", ids, *_]:
            return _setups(ids)
        case ["task", number]:
            return _task(int(number))
        case ["data", "features", number]:
            return _features(int(number))
        case ["data", "qualities", number, *_]:
            return _qualities(int(number))
        case ["data", number]:
            return _data(int(number))
        case ["user", "list", *_]:
            return _users()
    return error(100, f"Function not found: {path}")


class Reset(Exception):  # noqa: N818
    """Close the connection without an answer."""


Spoil = Callable[[int, str, str], str]
"""From the number of a question, its path and the answer to another answer; may raise."""


class OpenMLServer:
    """Serves until the `with` block ends.

    Parameters
    ----------
    spoil : callable, optional
        What goes wrong; an empty answer becomes an error of the web server.
    """

    def __init__(self, spoil: Spoil | None = None) -> None:
        self.spoil = spoil
        self.questions: list[str] = []
        self.queries: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path, _, query = self.path.removeprefix("/api/v1/xml").partition("?")
                outer.queries.append(query)
                outer.questions.append(path)
                status, text = document(path)
                if outer.spoil is not None:
                    try:
                        text = outer.spoil(len(outer.questions), path, text)
                    except Reset:
                        self.close_connection = True
                        return
                if text.startswith("<oml:error"):
                    status = 412
                if not text:
                    status, text = 500, "<html><body>Internal Server Error"
                body = gzip.compress(text.encode())
                self.send_response(status)
                self.send_header("Content-Encoding", "gzip")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self.url = f"http://127.0.0.1:{self._server.server_port}/api/v1/xml"

    def __enter__(self) -> OpenMLServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def slow(seconds: float) -> Spoil:
    """Answers late."""

    def spoil(_: int, __: str, text: str) -> str:
        threading.Event().wait(seconds)  # tests replace the time module's sleep
        return text

    return spoil
