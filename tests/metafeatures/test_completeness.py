"""Whatever pymfe, auto-sklearn, FLAML and OpenML know about a table is in the catalogue, or is left
out for a reason that stands here."""

import pytest

from metafeatures import catalogue
from metafeatures._summaries import SUFFIXES, SUMMARIES

PYMFE = {
    "general": "attr_to_inst cat_to_num freq_class inst_to_attr nr_attr nr_bin nr_cat nr_class "
    "nr_inst nr_num num_to_cat",
    "statistical": "can_cor cor cov eigenvalues g_mean gravity h_mean iq_range kurtosis lh_trace "
    "mad max mean median min nr_cor_attr nr_disc nr_norm nr_outliers p_trace range roy_root sd "
    "sd_ratio skewness sparsity t_mean var w_lambda",
    "info-theory": "attr_conc attr_ent class_conc class_ent eq_num_attr joint_ent mut_inf ns_ratio",
    "model-based": "leaves leaves_branch leaves_corrob leaves_homo leaves_per_class nodes "
    "nodes_per_attr nodes_per_inst nodes_per_level nodes_repeated tree_depth tree_imbalance "
    "tree_shape var_importance",
    "landmarking": "best_node elite_nn linear_discr naive_bayes one_nn random_node worst_node",
    "clustering": "ch int nre pb sc sil vdb vdu",
    "complexity": "c1 c2 cls_coef density f1 f1v f2 f3 f4 hubs l1 l2 l3 lsc n1 n2 n3 n4 t1 t2 t3 "
    "t4",
    "concept": "cohesiveness conceptvar impconceptvar wg_dist",
    "itemset": "one_itemset two_itemset",
}
"""pymfe 0.4.4's functions; its group "relative" ranks those of "landmarking"."""

LANDMARKERS = PYMFE["landmarking"].split()

PYMFE_SUMMARIES = {
    *("count", "histogram", "iq_range", "kurtosis", "max", "mean", "median", "min", "pnorm"),
    *("powersum", "quantiles", "range", "sd", "skewness", "sum", "var"),
}

SHAPES = ("KurtosisOfNumericAtts", "MeansOfNumericAtts", "MutualInformation", "AttributeEntropy")
SHAPES += ("SkewnessOfNumericAtts", "StdDevOfNumericAtts")
SCORES = ("AUC", "ErrRate", "Kappa")
JAVA = {
    f"{learner}{score}" for learner in ("J48.00001.", "J48.0001.", "J48.001.") for score in SCORES
}
SELECTED = {
    f"CfsSubsetEval_{learner}{score}"
    for learner in ("DecisionStump", "NaiveBayes", "kNN1N")
    for score in SCORES
}
RANDOM = {f"RandomTreeDepth{depth}{score}" for depth in (1, 2, 3) for score in SCORES}
PRUNED = {f"REPTreeDepth{depth}{score}" for depth in (1, 2, 3) for score in SCORES}
OPENML = {
    "AutoCorrelation",
    "ClassEntropy",
    "Dimensionality",
    "EquivalentNumberOfAtts",
    "MeanNoiseToSignalRatio",
    "StdvNominalAttDistinctValues",
    *(f"{size}Class{unit}" for size in ("Majority", "Minority") for unit in ("Percentage", "Size")),
    *(f"{which}{shape}" for which in ("Min", "Mean", "Max") for shape in SHAPES),
    *(f"{which}NominalAttDistinctValues" for which in ("Min", "Mean", "Max")),
    *(f"Quartile{i}{shape}" for i in (1, 2, 3) for shape in SHAPES),
    *(f"NumberOf{what}" for what in ("Classes", "Features", "Instances", "MissingValues")),
    "NumberOfInstancesWithMissingValues",
    *(f"NumberOf{kind}Features" for kind in ("Binary", "Numeric", "Symbolic")),
    *(f"PercentageOf{kind}Features" for kind in ("Binary", "Numeric", "Symbolic")),
    *(f"PercentageOf{what}MissingValues" for what in ("", "InstancesWith")),
    *(f"{name}{score}" for name in ("DecisionStump", "NaiveBayes", "kNN1N") for score in SCORES),
    *JAVA,
    *SELECTED,
    *RANDOM,
    *PRUNED,
}
"""The qualities that OpenML's server computes of every data set; older ones have aliases."""

LEFT_OUT = {
    **dict.fromkeys(JAVA, "C4.5 of Weka, with its own pruning; decision_tree is the landmarker"),
    **dict.fromkeys(SELECTED, "after a subset search of Weka; the learners alone are here"),
    **dict.fromkeys(RANDOM, "one tree on columns drawn by Weka's generator; random_node is here"),
    **dict.fromkeys(PRUNED, "pruned on rows drawn by Weka's generator; decision_tree_depth1 to 3"),
}

AUTO_SKLEARN = {
    "ClassEntropy",
    *(f"ClassProbability{which}" for which in ("Min", "Max", "Mean", "STD")),
    *(f"Symbols{which}" for which in ("Min", "Max", "Mean", "STD", "Sum")),
    *(f"Kurtosis{which}" for which in ("Min", "Max", "Mean", "STD")),
    *(f"Skewness{which}" for which in ("Min", "Max", "Mean", "STD")),
    *(f"NumberOf{what}" for what in ("Instances", "Features", "Classes")),
    *(f"NumberOf{kind}Features" for kind in ("Numeric", "Categorical")),
    *(f"LogNumberOf{what}" for what in ("Instances", "Features")),
    *(
        f"{unit}Of{what}MissingValues"
        for unit in ("Number", "Percentage")
        for what in ("", "InstancesWith", "FeaturesWith")
    ),
    "RatioNumericalToNominal",
    "RatioNominalToNumerical",
    "DatasetRatio",
    "LogDatasetRatio",
    "InverseDatasetRatio",
    "LogInverseDatasetRatio",
    "LandmarkLDA",
    "LandmarkNaiveBayes",
    "LandmarkDecisionTree",
    "LandmarkDecisionNodeLearner",
    "LandmarkRandomNodeLearner",
    "Landmark1NN",
    "PCAFractionOfComponentsFor95PercentVariance",
    "PCAKurtosisFirstPC",
    "PCASkewnessFirstPC",
}

FLAML = {"NumberOfInstances", "NumberOfFeatures", "NumberOfClasses", "PercentageOfNumericFeatures"}

ENTRIES = {entry.name: entry for entry in catalogue()}


@pytest.mark.parametrize("group", PYMFE)
def test_pymfe(group: str) -> None:
    for name in PYMFE[group].split():
        assert name in ENTRIES, name
        assert ENTRIES[name].group == group
        assert ENTRIES[name].pymfe == name


def test_pymfe_s_relative_landmarking() -> None:
    theirs = {entry.pymfe for entry in ENTRIES.values() if entry.group == "relative"}
    assert theirs == {
        f"{name}.{summary}.relative" for name in LANDMARKERS for summary in ("mean", "sd")
    }


def test_nothing_is_called_pymfe_s_that_is_not() -> None:
    known = {name for names in PYMFE.values() for name in names.split()}
    for entry in ENTRIES.values():
        assert entry.pymfe in {*known, ""} or entry.group == "relative", entry.name


def test_the_lists_agree_with_pymfe() -> None:
    mfe = pytest.importorskip("pymfe.mfe").MFE
    for group in mfe.valid_groups():
        expected = set(LANDMARKERS if group == "relative" else PYMFE[group].split())
        assert set(mfe.valid_metafeatures(groups=[group])) == expected
    assert {s.removeprefix("nan") for s in mfe.valid_summary()} == PYMFE_SUMMARIES


def test_summaries() -> None:
    assert PYMFE_SUMMARIES | {"sd_pop"} == set(SUMMARIES)
    assert {f"nan{summary}" for summary in PYMFE_SUMMARIES} <= set(SUFFIXES)


def test_auto_sklearn() -> None:
    assert len(AUTO_SKLEARN) == 46
    assert {name for entry in ENTRIES.values() for name in entry.autosklearn.values()} == (
        AUTO_SKLEARN
    )


def test_flaml() -> None:
    assert {name for entry in ENTRIES.values() for name in entry.flaml.values()} == FLAML


def test_openml() -> None:
    assert len(OPENML) == 107
    assert set(LEFT_OUT) <= OPENML
    mapped = {name for entry in ENTRIES.values() for name in entry.openml.values()}
    assert sorted(OPENML - mapped - set(LEFT_OUT)) == []
    assert not mapped & set(LEFT_OUT)


def test_names_elsewhere_are_those_of_outputs() -> None:
    for entry in ENTRIES.values():
        possible = set(entry.outputs_of(SUMMARIES))
        for theirs in (entry.autosklearn, entry.openml, entry.flaml):
            assert set(theirs) <= possible, entry.name


def test_every_entry_is_documented() -> None:
    for entry in ENTRIES.values():
        assert entry.definition, entry.name
        assert "\n" not in entry.definition, entry.name
        assert not entry.definition.endswith("."), entry.name
        assert entry.source, entry.name
        assert entry.tasks, entry.name
        assert entry.low < entry.high, entry.name
        assert set(entry.summaries) <= set(SUMMARIES), entry.name
