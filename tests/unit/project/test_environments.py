from pathlib import Path

import pytest

from netpolc.project.environments import Environments, environment_of
from netpolc.project.kustomizations import Kustomizations, read_kustomization
from netpolc.source import Source
from tests.rows import each_row


@each_row(
    "name, environment",
    [
        ("production", "production"),
        ("cluster-prd-rh01", "production"),
        ("Prod.yaml", "production"),
        ("policies_stg.yaml", "staging"),
        ("pre-prod", "preproduction"),
        ("shop-non.prd.yaml", "nonproduction"),
        ("nonprod2", "nonproduction"),
        ("prod-pre", "production"),
        ("uat2", "acceptance"),
        ("reproduction", None),
        ("devices", None),
        ("base", None),
        ("", None),
    ],
)
def test_an_environment_is_a_word_of_a_name(name, environment):
    assert environment_of(name) == environment


def of(*paths, rendered=(), kustomizations=None):
    """Environments of files below a folder, and their texts by path."""
    sources = {path: Source(path, "") for path in (*paths, *rendered)}
    each = [
        read_kustomization(Source("", text), Path("/in") / folder) for folder, text in (kustomizations or {}).items()
    ]
    found = {sources[path]: Path("/in") / path for path in paths}
    known = Kustomizations(each) if each else None
    return Environments(found, {sources[path]: Path("/in") / path for path in rendered}, known), sources


@each_row(
    "one, other, options, apart",
    [
        ("staging/a.yaml", "production/b.yaml", {}, True),
        ("a-staging.yaml", "a-production.yaml", {}, True),
        ("a.yaml", "a-dev.yaml", {}, True),
        ("shop/prod/base/a.yaml", "shop/base/a.yaml", {}, True),
        ("staging-eu/a.yaml", "staging-us/a.yaml", {}, True),
        ("east/policies.yaml", "west/policies.yaml", {}, True),
        ("db/allow-db.yaml", "web/allow-web.yaml", {}, False),
        ("team-a/deny.yaml", "team-b/default-deny.yaml", {"placed": False}, True),
        ("a.yaml", "b.yaml", {"placed": False}, False),
        ("a.yaml", "b.yaml", {}, False),
        ("install.yaml", "core-install.yaml", {"share_more": True}, True),
        ("db/a.yaml", "web/b.yaml", {"share_more": True}, True),
    ],
)
def test_places_tell_environments_from_mistakes(one, other, options, apart):
    environments, sources = of(one, other)
    settings = {"placed": True, "share_more": False, **options}
    assert environments.are_apart(sources[one], sources[other], **settings) == apart
    assert environments.are_apart(sources[other], sources[one], **settings) == apart


@pytest.mark.parametrize(
    ("kustomizations", "apart"),
    [
        ({"db": "resources: [a.yaml]", "web": "resources: [b.yaml]"}, True),
        ({"db": "resources: [a.yaml]", "web": "resources: [b.yaml, ../db]"}, False),
        ({"db": "resources: [a.yaml]", "web": "resources: [b.yaml]", ".": "resources: [db, web]"}, False),
        (
            {"db": "resources: [a.yaml]\nnamespace: x", "web": "resources: [b.yaml]", ".": "resources: [db, web]"},
            True,
        ),
        ({"db": "resources: [a.yaml]"}, False),
    ],
)
def test_kustomizations_tell_what_is_deployed_together(kustomizations, apart):
    environments, sources = of("db/a.yaml", "web/b.yaml", kustomizations=kustomizations)
    one, other = sources.values()
    assert environments.are_apart(one, other, placed=True, share_more=False) == apart


def test_what_is_rendered_is_whole_and_what_is_named_is_meant():
    environments, sources = of("staging/a.yaml", rendered=("east", "west"))
    found, east, west = sources.values()
    settings = {"placed": True, "share_more": True}
    assert environments.are_apart(east, west, **settings)
    assert not environments.are_apart(east, east, **settings)
    environments, sources = of("base/a.yaml", rendered=("overlays/staging", "overlays/prod", "extra"))
    found, staging, prod, extra = sources.values()
    assert environments.are_apart(staging, prod, **settings)
    assert not environments.are_apart(found, extra, **settings)
    chart, file = Source("chart", ""), Source("install.yaml", "")
    both = {chart: Path("/in/chart"), file: Path("/in/install.yaml")}
    assert Environments(both, {chart: both[chart]}, None).are_apart(chart, file, **settings)
    assert {name: [*left] for name, left in environments.views([(staging, prod)]).items()} == {
        "production": [staging],
        "staging": [prod],
    }
    assert not environments.are_apart(found, Source("production/b.yaml", ""), **settings)


def without(environments, *conflict):
    views = environments.views([conflict])
    return {name: sorted(source.name for source in left_out) for name, left_out in views.items()}


def test_each_environment_is_without_the_files_of_others():
    environments, sources = of(
        "a.yaml", "x/prod/a.yaml", "x/staging/a.yaml", "y/staging.yaml", "y/dev.yaml", "z/dev/a.yaml", "z/b.yaml"
    )
    assert without(environments, sources["x/prod/a.yaml"], sources["x/staging/a.yaml"]) == {
        "production": ["x/staging/a.yaml", "y/dev.yaml"],
        "staging": ["x/prod/a.yaml", "y/dev.yaml"],
        "development": ["x/staging/a.yaml", "y/staging.yaml"],
    }
    assert without(environments, sources["a.yaml"], sources["x/prod/a.yaml"]) == {}
    assert without(environments, sources["x/prod/a.yaml"], Source("piped", "")) == {}
    assert environments.views([]) == {}
