"""Whether LightGBM's text of a model holds trees that can be walked.

LightGBM believes what it reads: a feature that is not there is read beyond the end of a row, and a
child that is its own ancestor is walked to for ever.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from metarec._types import IntVector

_OF_NODES: Final = ("split_feature", "threshold", "decision_type", "left_child", "right_child")
_OF_LEAVES: Final = ("leaf_value",)
_COUNTS: Final = {"internal_count": -1, "leaf_count": 0}
"""What TreeSHAP walks by as well, if it is there: how many fewer than leaves."""
_PLAIN: Final = ("num_cat", "is_linear")
"""What no tree here has: splits by sets of categories, and models in its leaves."""
_CATEGORICAL: Final = 1


def check_trees(model: str) -> None:
    r"""Check the trees of a model's text.

    Parameters
    ----------
    model : str
        What `lightgbm.Booster.model_to_string` returns, without ``tree_sizes``.

    Raises
    ------
    ValueError
        If a tree is incomplete, or leads to a feature, node or leaf that is not there.

    Examples
    --------
    >>> split = "split_feature=3\nthreshold=0\ndecision_type=2\nleft_child=-1\nright_child=-2"
    >>> tree = f"Tree=0\nnum_leaves=2\n{split}\nleaf_value=1 2\n\n"
    >>> check_trees(f"max_feature_idx=1\n{tree}")
    Traceback (most recent call last):
    ValueError: a tree splits by feature 3 of 2
    """
    head, *blocks = model.split("\nTree=")
    found = re.search(r"^max_feature_idx=(\d+)$", head, re.MULTILINE)
    if found is None or "\r" in model or "tree_sizes=" in model:
        raise _broken("its head")
    trees = [_read(block) for block in blocks]
    nodes = np.array([int(tree["num_leaves"]) - 1 for tree in trees], dtype=np.int64)
    if (nodes < 0).any():
        raise _broken("a number of leaves")
    _check_lengths(trees, nodes)
    n_features = int(found[1]) + 1
    features = _joined(trees, "split_feature", nodes)
    if features.size and not (features.min() >= 0 and features.max() < n_features):
        wrong = features[(features < 0) | (features >= n_features)][0]
        msg = f"a tree splits by feature {wrong} of {n_features}"
        raise ValueError(msg)
    if (_joined(trees, "decision_type", nodes) & _CATEGORICAL).any():
        raise _broken("a split by categories")
    n_own = np.repeat(nodes, nodes)
    places = np.arange(len(n_own)) - np.repeat(np.cumsum(nodes) - nodes, nodes)
    for name in ("left_child", "right_child"):
        child = _joined(trees, name, nodes)
        # A leaf is written as -1 - its number; a node comes after the one that leads to it.
        inside = np.where(child < 0, -1 - child <= n_own, (places < child) & (child < n_own))
        if not inside.all():
            raise _broken("a child")


def _read(block: str) -> dict[str, str]:
    """Key to value of one tree."""
    # LightGBM knows no other ends of lines, as `splitlines` does.
    lines = block.partition("\n\n")[0].split("\n")[1:]
    tree = dict(line.split("=", 1) for line in lines)
    if len(tree) < len(lines) or "num_leaves" not in tree:
        raise _broken("a key twice, or none")
    if any(tree.get(name, "0") != "0" for name in _PLAIN):
        raise _broken("a kind of tree that is not known here")
    return tree


def _check_lengths(trees: list[dict[str, str]], nodes: IntVector) -> None:
    for tree, n_nodes in zip(trees, nodes.tolist(), strict=True):
        wanted = dict.fromkeys(_OF_LEAVES, n_nodes + 1)
        if n_nodes:
            wanted |= dict.fromkeys(_OF_NODES, n_nodes)
            wanted |= {name: n_nodes + 1 + less for name, less in _COUNTS.items() if name in tree}
        for name, length in wanted.items():
            if name not in tree or tree[name].count(" ") + 1 != length:
                raise _broken(name)


def _joined(trees: list[dict[str, str]], name: str, nodes: IntVector) -> IntVector:
    """Whole numbers of all trees, one after the other."""
    with_nodes = [tree[name] for tree, n_nodes in zip(trees, nodes, strict=True) if n_nodes]
    # Quicker than numbers of the single words; it stops at what is none.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        numbers = np.fromstring(" ".join(with_nodes), dtype=np.int64, sep=" ")
    if len(numbers) != nodes.sum():
        raise _broken(name)
    return numbers


def _broken(what: str) -> ValueError:
    return ValueError(f"no trees of LightGBM's that can be walked: {what} cannot be so")
