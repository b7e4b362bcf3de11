import shutil

import pytest
from hypothesis import given

from netpolc.cache import Cache
from netpolc.policy.model import Policy, Selector
from netpolc.resources import bundled
from netpolc.targets import layout, translation
from netpolc.targets.layout import NETWORK_POLICY, TemplateFault
from netpolc.targets.render import Renderer
from tests.strategies.models import POLICIES

POLICY = Policy(name="web", namespace="shop", pod_selector=Selector((("app", "web"),)), policy_types=("Ingress",))
OWN = Renderer()


@pytest.fixture
def wheel(tmp_path, monkeypatch):
    """A package with the module that a wheel carries."""
    package = tmp_path / "layouts_of_a_wheel"
    package.mkdir()
    name, code = layout.generate()
    (package / f"{name}.py").write_text(code, "utf-8")
    monkeypatch.setattr(layout, "PACKAGE", package.name)
    monkeypatch.syspath_prepend(tmp_path)


@pytest.fixture
def translated(monkeypatch):
    """What had to be translated."""
    texts = []
    real = translation.translate

    def counted(text, argument):
        texts.append(text)
        return real(text, argument)

    monkeypatch.setattr(translation, "translate", counted)
    layout._translated_once.cache_clear()
    return texts


@pytest.mark.usefixtures("wheel")
def test_a_wheel_brings_its_layout(translated, monkeypatch):
    text = Renderer().render(POLICY, ("shop.netpol",))
    assert not translated
    monkeypatch.setattr(layout, "PACKAGE", "netpolc.no_such_package")
    assert Renderer().render(POLICY, ("shop.netpol",)) == text
    assert translated


@pytest.mark.usefixtures("wheel")
def test_one_of_another_text_is_not_used(translated, monkeypatch, tmp_path):
    changed = tmp_path / NETWORK_POLICY
    changed.write_text("name: {{ policy.name | quote }}\n", "utf-8")
    monkeypatch.setattr(layout, "bundled", lambda *_: changed)
    assert Renderer().render(POLICY, ()).endswith("---\nname: web\n")
    assert translated


def test_a_checkout_translates_once(translated, tmp_path):
    cache = Cache(tmp_path)
    first = Renderer(cache=cache).render(POLICY, ())
    assert len(translated) == 1
    assert Renderer(cache=cache).render(POLICY, ()) == first
    assert len(translated) == 1
    cache.write("layout", b"of another netpolc")
    assert Renderer(cache=cache).render(POLICY, ()) == first
    assert len(translated) == 2


@pytest.mark.usefixtures("wheel")
def test_it_never_takes_the_place_of_a_users_template(tmp_path):
    (tmp_path / NETWORK_POLICY).write_text("name: {{ policy.name }}", "utf-8")
    assert Renderer(tmp_path).render(POLICY, ()).endswith("---\nname: web\n")


@pytest.fixture(scope="module")
def by_jinja(tmp_path_factory):
    """A renderer by a copy of the bundled template: what stands in a folder may be anybody's, so Jinja runs it."""
    folder = tmp_path_factory.mktemp("templates")
    shutil.copy(bundled("templates", NETWORK_POLICY), folder)
    return Renderer(folder)


@given(policy=POLICIES)
def test_the_translation_renders_what_jinja_does(by_jinja, policy):
    assert OWN.render(policy, ()) == by_jinja.render(policy, ())


def test_a_copy_is_held_to_bounds(by_jinja, monkeypatch):
    monkeypatch.setattr("netpolc.targets.sandbox.CHARACTERS", 10)
    assert "name: web" in OWN.render(POLICY, ())
    with pytest.raises(TemplateFault, match="more than"):
        by_jinja.render(POLICY, ())
