"""What random programs become is what Kubernetes' own schemas describe, in every version, and strict YAML."""

from pathlib import Path

import kubernetes_validate
import pytest
import yaml
from yamllint import linter
from yamllint.config import YamlLintConfig

from tests import schemas, seeds
from tests.properties.building import compiled, made_up, rendered

PROGRAMS = 40
STRICT = YamlLintConfig(file=str(Path(__file__).parents[1] / "yamllint.yaml"))
SCHEMAS = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
FOLDER = "v{}.0-local-strict"


def shipped():
    """The versions of Kubernetes whose schemas are installed, oldest first."""
    found = [folder.name.split(".")[1] for folder in SCHEMAS.glob(FOLDER.format("1.*"))]
    return [f"1.{minor}" for minor in sorted(map(int, found))]


def spread(versions):
    """The oldest, the newest, and two between."""
    last = len(versions) - 1
    return [versions[round(last * part / 3)] for part in range(4)]


def outputs(run):
    for seed in seeds.of_run(run, PROGRAMS):
        program, text = made_up(seed)
        compilation = compiled(text, program)
        if compilation.ok:
            yield seed, rendered(compilation)


def listed(documents):
    """Policies as the API lists them: one document, so that a schema is read once."""
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicyList", "metadata": {}, "items": documents}


@pytest.fixture(scope="module")
def files(request):
    return list(outputs(request.config.getoption("--seed")))


@pytest.mark.parametrize("version", spread(shipped()))
def test_documents_fit_the_schemas(files, version):
    loaded = (document for _, text in files for document in yaml.load_all(text, yaml.CSafeLoader))
    documents = [document for document in loaded if document is not None]
    assert len(documents) > 150
    schemas.check(listed(documents), version)


def test_the_schemas_are_strict():
    spec = {"podSelector": {}, "ports": []}
    document = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "x"}, "spec": spec}
    for version in spread(shipped()):
        with pytest.raises(kubernetes_validate.ValidationError, match="Additional properties"):
            schemas.check(listed([document]), version)


def test_files_are_strict_yaml(files):
    for seed, text in files:
        assert [str(problem) for problem in linter.run(text, STRICT)] == [], f"seed {seed}"
