"""What can go wrong, as a list.

- MetarecError(Exception): root; every message is one line with the remedy
    - UsageError(ValueError): an argument that cannot be met
        - learners.LearnerError: a base-learner or configuration that does not exist
    - NoKnowledgeError: nothing is known for this task or metric yet
    - KnowledgeError: files of knowledge that are missing, damaged or of another format
    - HistoryError: a run history that is missing, empty or of another format

Mistakes in a table are `metafeatures.TableError`.
"""


class MetarecError(Exception):
    """Root of all errors that metarec raises on purpose."""


class UsageError(MetarecError, ValueError):
    """An argument that cannot be met."""


class NoKnowledgeError(MetarecError):
    """Nothing is known for this task or metric yet."""


class KnowledgeError(MetarecError):
    """Files of knowledge are missing, damaged or of another format."""


class HistoryError(MetarecError):
    """A run history is missing, empty or of another format."""


def in_one_line(error: BaseException) -> str:
    r"""What another library's error says, with its kind.

    Examples
    --------
    >>> in_one_line(ValueError("no\n  good"))
    'ValueError: no good'
    """
    return " ".join(f"{type(error).__name__}: {error}".split())
