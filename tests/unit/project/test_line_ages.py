import subprocess

from netpolc.project.line_ages import NOW, LineAges


def git(folder, *command, when="2026-10-01T00:00:00Z"):
    names = {f"GIT_{who}_{what}": "x@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "GIT_COMMITTER_DATE": when, "GIT_AUTHOR_DATE": when}
    subprocess.run(["git", *command], cwd=folder, check=True, capture_output=True, env=environment | names)


def test_a_line_is_as_old_as_its_commit(tmp_path):
    file = tmp_path / "shop.netpol"
    file.write_text("a\nb\n", "utf-8")
    assert LineAges().written(file, 1) is None
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "one")
    file.write_text("a\nb\n\tc\n", "utf-8")
    git(tmp_path, "commit", "-qam", "two", when="2026-10-02T00:00:00Z")
    file.write_text("a\nb\n\tc\nd\n", "utf-8")
    ages = LineAges()
    day = 24 * 60 * 60
    assert [ages.written(file, line) for line in range(1, 6)] == [
        1_790_812_800.0,
        1_790_812_800.0,
        1_790_812_800.0 + day,
        NOW,
        None,
    ]
    assert LineAges().written(tmp_path / "none" / "x.netpol", 1) is None
