import pytest

from netpolc.project.rendered_names import is_rendered, rendered_name


@pytest.mark.parametrize("title", ["helm template", "kubectl kustomize", "kustomize build"])
def test_what_a_tool_made_is_told_from_files(title):
    assert is_rendered(rendered_name("deploy/shop", title))
    assert is_rendered(rendered_name("HEAD:.", title))


@pytest.mark.parametrize(
    "name", ["shop.yaml", "shop (helm template)/a.yaml", "a (copy of)", "helm template", "<stdin>"]
)
def test_a_file_is_none(name):
    assert not is_rendered(name)
