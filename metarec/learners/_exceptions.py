"""What can go wrong with a base-learner.

* LearnerError (a metarec.UsageError)
  * UnknownLearnerError
  * InvalidConfigurationError
  * MissingPackageError
"""

from metarec._exceptions import UsageError


class LearnerError(UsageError):
    """Root of this package's errors."""


class UnknownLearnerError(LearnerError):
    """No base-learner of that name is registered."""


class InvalidConfigurationError(LearnerError):
    """A configuration does not belong to its base-learner's space, or not at that shape."""


class MissingPackageError(LearnerError):
    """A base-learner needs a package that is not installed."""
