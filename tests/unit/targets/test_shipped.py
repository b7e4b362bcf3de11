import shutil

import pytest

from netpolc.policy.model import Policy, Selector
from netpolc.resources import bundled
from netpolc.targets import shipped
from netpolc.targets.render import NETWORK_POLICY, Renderer, TemplateFault

POLICY = Policy(name="web", namespace="shop", pod_selector=Selector((("app", "web"),)), policy_types=("Ingress",))


@pytest.fixture
def wheel(tmp_path, monkeypatch):
    """A package with the module that a wheel carries."""
    package = tmp_path / "layouts_of_a_wheel"
    package.mkdir()
    name, code = Renderer().generate()
    (package / f"{name}.py").write_text(code, "utf-8")
    monkeypatch.setattr(shipped, "PACKAGE", package.name)
    monkeypatch.syspath_prepend(tmp_path)


@pytest.fixture
def compiled(monkeypatch):
    """What Jinja had to compile."""
    names = []
    environment = shipped.jinja2.Environment
    real = environment.compile

    def counted(self, source, name=None, *rest, **more):
        names.append(name)
        return real(self, source, name, *rest, **more)

    monkeypatch.setattr(environment, "compile", counted)
    return names


@pytest.mark.usefixtures("wheel")
def test_the_shipped_template_renders_what_the_text_does(compiled, monkeypatch):
    text = Renderer().render(POLICY, ("shop.netpol",))
    assert not compiled
    monkeypatch.setattr(shipped, "PACKAGE", "netpolc.no_such_package")
    assert Renderer().render(POLICY, ("shop.netpol",)) == text
    assert compiled


@pytest.mark.usefixtures("wheel")
def test_one_of_another_jinja_or_other_rules_is_not_used(compiled, monkeypatch):
    monkeypatch.setattr(shipped, "CODE_VERSION", -1)
    Renderer().render(POLICY, ())
    assert compiled


@pytest.mark.usefixtures("wheel")
def test_it_never_takes_the_place_of_a_users_template(tmp_path):
    (tmp_path / "networkpolicy.yaml.j2").write_text("name: {{ policy.name }}", "utf-8")
    assert Renderer(tmp_path).render(POLICY, ()).endswith("---\nname: web\n")


@pytest.mark.usefixtures("wheel")
def test_a_copy_of_it_says_the_same_within_bounds(tmp_path, monkeypatch):
    """What is netpolc's own runs as it is; what stands in a folder may be anybody's."""
    folder = tmp_path / "own"
    folder.mkdir()
    shutil.copy(bundled("templates", NETWORK_POLICY), folder)
    own, copy = Renderer(), Renderer(folder)
    assert own.render(POLICY, ()) == copy.render(POLICY, ())
    monkeypatch.setattr("netpolc.targets.sandbox.CHARACTERS", 10)
    assert own.render(POLICY, ()) == Renderer().render(POLICY, ())
    with pytest.raises(TemplateFault, match="more than"):
        copy.render(POLICY, ())
