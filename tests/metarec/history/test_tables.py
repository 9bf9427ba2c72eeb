"""Tables read for fitting."""

from pathlib import Path

import pytest

from metafeatures import TableError
from metarec.history.tables import read_frame


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("none.csv", None, "there is no file"),
        ("ragged.csv", b"a,b\n1,2\n3,4,5\n", "line 3: 3 cells"),
        ("empty.csv", b"", "is empty"),
        ("odd.arff", b"@relation r", "ARFF"),
        ("broken.parquet", b"PAR1nothing", "broken.parquet"),
        ("broken.feather", b"nothing", "broken.feather"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(
    tmp_path: Path, name: str, content: bytes | None, says: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(TableError, match=says) as caught:
        read_frame(path)
    assert "\n" not in str(caught.value)


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    path.write_text("a, b,b\n1,2,3\n")
    with pytest.raises(TableError, match="two columns called 'b'"):
        read_frame(path)
