"""A script that reads a table, cross-validates a configuration and fits it."""

from metarec.learners._configuration import Configuration, TableShape
from metarec.learners._exceptions import LearnerError
from metarec.learners._pipeline import make_pipeline, pipeline_kind
from metarec.learners._registry import Kind, Task
from metarec.learners._source import Source, literal

SCORERS = {
    "log_loss": "neg_log_loss",
    "mae": "neg_mean_absolute_error",
    "rmse": "neg_root_mean_squared_error",
}
"""scikit-learn's name of a scorer, where a metric is called otherwise here."""

DEFAULT_METRICS: dict[Kind, str] = {"classification": "balanced_accuracy", "regression": "r2"}

COMPRESSIONS = {".gz", ".bz2", ".zip", ".xz", ".zst"}
"""Suffixes that pandas looks through when it reads text."""

TEXT = (".csv", ".tsv", ".txt")
"""Kinds of text file."""

READERS = {
    ".arrow": "read_feather",
    ".feather": "read_feather",
    ".ipc": "read_feather",
    ".parquet": "read_parquet",
    ".pq": "read_parquet",
}
"""The pandas function for each binary kind of file."""

ARFF_LINES = """\
table = pd.DataFrame(loadarff(TABLE)[0])
for name in table.columns[table.dtypes == object]:
    table[name] = table[name].str.decode("utf-8").replace("?", None)
"""


def script(
    configuration: Configuration,
    *,
    table: str,
    target: str,
    metric: str | None = None,
    separator: str | None = None,
    decimal: str = ".",
    encoding: str = "utf-8",
    task: Task | None = None,
    shape: TableShape | None = None,
    random_state: int | None = 0,
) -> str:
    """Write a script that needs pandas, scikit-learn and skrub, and runs as it is.

    It reads the table, leaves out rows without a target, prints the score of at most five
    folds, stratified for classes, and fits the pipeline on all rows.

    Parameters
    ----------
    configuration : Configuration
        The base-learner and its hyperparameters.
    table : str
        Path of a CSV, TSV, Parquet, Feather or ARFF file; text may be compressed.
    target : str
        Name of the target column.
    metric : str, optional
        Name of a scikit-learn scorer, or mae, rmse or log_loss; by default balanced accuracy, for
        regression R2.
    separator : str, optional
        Separator of a text file; by default a comma, in TSV a tab.
    decimal : str
        Before the decimals of a number in a text file: point or comma.
    encoding : str
        Encoding of a text file.
    task, shape, random_state
        As in `make_pipeline`.

    Returns
    -------
    str
        The script.

    Raises
    ------
    LearnerError
        If the configuration is unusable, the file's kind is not known, or the metric is no name.

    Examples
    --------
    >>> text = script(Configuration("knn"), table="iris.csv", target="species")
    >>> print(text[text.index("TABLE =") : text.index("y = ")])
    TABLE = "iris.csv"
    TARGET = "species"
    <BLANKLINE>
    table = pd.read_csv(TABLE, na_values="?")
    table.columns = table.columns.str.strip()
    table = table.dropna(subset=[TARGET])
    X = table.drop(columns=TARGET)
    <BLANKLINE>
    """
    kind = pipeline_kind(task, shape)
    scorer = DEFAULT_METRICS[kind] if metric is None else SCORERS.get(metric, metric)
    if not scorer.isidentifier():
        raise LearnerError(
            f"A metric must be the name of a scorer, but got {metric!r}. "
            "Use one of `sklearn.metrics.get_scorer_names()`."
        )
    source = Source()
    source.add("pandas")
    source.add("sklearn.model_selection", "cross_val_score")
    statement = source.pipeline_statement(
        make_pipeline(configuration, task=kind, shape=shape, random_state=random_state)
    )
    reading = _reading(source, table, separator, decimal, encoding)
    validation = _validation(source, kind, random_state).format(
        scores=f"cross_val_score(pipeline, X, y, cv=folds, scoring={literal(scorer)})",
        report=f'print(f"{scorer}: {{scores.mean():.4f}} +- {{scores.std():.4f}} '
        'in {n_splits} folds")',
    )
    return f"""\
{source.imports()}

TABLE = {literal(table)}
TARGET = {literal(target)}

{reading}\
table = table.dropna(subset=[TARGET])
X = table.drop(columns=TARGET)
y = table[TARGET]

{statement}

{validation}
pipeline.fit(X, y)
"""


def _validation(source: Source, kind: Kind, random_state: int | None) -> str:
    """Write the statements that validate, with gaps for the scores and their report."""
    if kind == "regression":
        source.add("sklearn.model_selection", "KFold")
        return f"""\
n_splits = min(5, len(y))
folds = KFold(n_splits, shuffle=True, random_state={random_state})
scores = {{scores}}
{{report}}
"""
    source.add("sklearn.model_selection", "StratifiedKFold")
    return f"""\
n_splits = min(5, y.astype(object).value_counts().min())
if n_splits < 2:
    print("no cross-validation: a class has one row only")
else:
    folds = StratifiedKFold(n_splits, shuffle=True, random_state={random_state})
    scores = {{scores}}
    {{report}}
"""


def _reading(source: Source, table: str, separator: str | None, decimal: str, encoding: str) -> str:
    """Write the statements that assign `table`."""
    from pathlib import PurePath

    path = PurePath(table.lower())
    kind = PurePath(path.stem).suffix if path.suffix in COMPRESSIONS else path.suffix
    if kind in TEXT:
        chosen = separator or ("\t" if kind == ".tsv" else ",")
        arguments = ["TABLE"]
        if chosen != ",":
            arguments.append(f"sep={literal(chosen)}")
        if decimal != ".":
            arguments.append(f"decimal={literal(decimal)}")
        if encoding != "utf-8":
            arguments.append(f"encoding={literal(encoding)}")
        # Many public tables write a missing cell as a question mark.
        arguments.append('na_values="?"')
        return (
            f"table = pd.read_csv({', '.join(arguments)})\n"
            "table.columns = table.columns.str.strip()\n"
        )
    if kind in READERS:
        return f"table = pd.{READERS[kind]}(TABLE)\ntable.columns = table.columns.astype(str)\n"
    if kind == ".arff":
        source.add("scipy.io.arff", "loadarff")
        return ARFF_LINES
    raise LearnerError(
        f"A script can read CSV, TSV, Parquet, Feather and ARFF files, but got {table!r}. "
        "Save the table in one of these and give its usual suffix."
    )
