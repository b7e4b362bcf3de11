from netpolc.project.charts import NO_SETTINGS, ChartSettings


def test_settings_are_the_options_that_helm_has_for_them():
    assert NO_SETTINGS.options == ()
    assert ChartSettings("shop", ("/a.yaml", "/b.yaml"), ("x=1", "y=2"), "1.34").options == (
        *("--namespace", "shop", "--kube-version", "1.34"),
        *("--values", "/a.yaml", "--values", "/b.yaml", "--set", "x=1", "--set", "y=2"),
    )


def test_an_option_of_charts_says_nothing_without_one():
    assert ChartSettings("shop").idle_option is None
    assert ChartSettings(values=("/a.yaml",), sets=("x=1",)).idle_option == "--values"
    assert ChartSettings(sets=("x=1",)).idle_option == "--set"
    assert ChartSettings(sets=("x=1",), demanded=False).idle_option is None
