"""The package shows exactly what `__all__` says."""

import types

import metafeatures


def test_all_equals_public_names() -> None:
    public = [
        name
        for name in dir(metafeatures)
        if not name.startswith("_")
        and not isinstance(getattr(metafeatures, name), types.ModuleType)
    ]
    assert metafeatures.__all__ == sorted(public)


def test_no_public_submodule() -> None:
    modules = [n for n, v in vars(metafeatures).items() if isinstance(v, types.ModuleType)]
    assert [name for name in modules if not name.startswith("_")] == []


def test_every_public_name_is_documented() -> None:
    assert [n for n in metafeatures.__all__ if not getattr(metafeatures, n).__doc__] == []
