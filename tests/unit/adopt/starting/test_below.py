"""The places with workloads below a folder."""

from netpolc.adopt.starting import below
from netpolc.adopt.starting.below import manifests_below

WORKLOAD = "kind: Deployment\n---\nkind: 'Job'\n---\nkind: Service\n"


def found(folder):
    return [each.said for each in manifests_below(folder)]


def write(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(WORKLOAD)


def test_places_by_their_first_folder_and_as_deep_as_all_of_it_is(tmp_path):
    write(tmp_path, "a/b/c/x.yaml", "a/b/d/x.yml", "e.yaml", ".git/x.yaml", "node_modules/x.yaml", "notes.md")
    assert found(tmp_path) == ["4 workloads in a/b", "2 workloads in e.yaml"]


def test_what_is_too_much_is_not_looked_at(tmp_path, monkeypatch):
    write(tmp_path, "a/x.yaml", "b/c/d/x.yaml")
    monkeypatch.setattr(below, "MOST_ENTRIES", 3)
    assert len(found(tmp_path)) < 2
    monkeypatch.setattr(below, "MOST_FILES", 0)
    assert found(tmp_path) == []
