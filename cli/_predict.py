"""`metarec predict MODEL TABLE`."""

from __future__ import annotations

import click

from ._options import format_option, table_argument


@click.command(name="predict")
@click.argument("model", type=click.Path())
@table_argument
@click.option(
    "--probabilities", is_flag=True, help="Add a column for the probability of each class."
)
@click.option("--output", type=click.Path(), metavar="FILE", help="Write there, not to the screen.")
@format_option("csv", "json")
def command(
    model: str, table: str, probabilities: bool, output: str | None, output_format: str
) -> None:
    """Predict the rows of TABLE (CSV, Parquet or Feather) with a MODEL from `metarec tune`.

    Columns that are no features, the target among them, are ignored; categories that were not
    there before count as none of the known ones. Words in a column of numbers count as missing,
    and a line says so; a column without any number is refused.
    """
    import warnings

    import pandas as pd

    from metarec.history.tables import read_frame
    from metarec.tuning import load_model

    loaded = load_model(model)
    frame = read_frame(table, texts=loaded.texts)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", UserWarning)
        found = pd.DataFrame({loaded.target: loaded.predict(frame)})
        if probabilities:
            found = found.join(loaded.predict_proba(frame).add_prefix(f"{loaded.target}="))
    for text in dict.fromkeys(
        str(each.message) for each in said if issubclass(each.category, UserWarning)
    ):
        click.echo(f"metarec: {' '.join(text.split())}", err=True)
    text = (
        found.to_csv(index=False)
        if output_format == "csv"
        else found.to_json(orient="records", indent=1) + "\n"
    )
    # Written whole or not at all; the screen takes what comes.
    with click.open_file(output or "-", "w", encoding="utf-8", atomic=output is not None) as stream:
        stream.write(text)
