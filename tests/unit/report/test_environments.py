import json

from netpolc.report.environments import TextOfEnvironments, grouped, together


def written(form, *answers, unanswered=None, **about):
    return "".join(together(form, [TextOfEnvironments(*each) for each in answers], unanswered or {}, **about))


DEV, PROD = (("dev", "test"), "a -> b\n"), (("prod",), "a -> c\n")


def test_environments_with_the_same_answer_stand_together():
    found = grouped([("dev", "x"), ("prod", "y"), ("test", "x")])
    assert found == [TextOfEnvironments(("dev", "test"), "x"), TextOfEnvironments(("prod",), "y")]


def test_text_and_tables_have_headings():
    assert written("text", DEV, PROD) == "in dev, test:\na -> b\n\nin prod:\na -> c\n"
    assert written("md", DEV) == "### dev, test\n\na -> b\n"
    lacking = {"x": "it has errors", "y": "it has errors"}
    assert written("text", DEV, unanswered=lacking) == ("in dev, test:\na -> b\n\nin x, y:\nno answer: it has errors\n")


def test_csv_has_a_column_for_them():
    head = "sources,ports\n"
    assert written("csv", (("dev", "test"), f"{head}a,1\n"), (("prod",), f"{head}b,2\n")) == (
        "environments,sources,ports\ndev; test,a,1\nprod,b,2\n"
    )


def test_documents_stand_beside_each_other_or_say_where_they_hold():
    one, other = (f'{{"format_version": "2",\n "allowed": {value}}}\n' for value in ("true", "false"))
    assert json.loads(written("json", (("dev", "test"), one), allowed=True)) == {
        "format_version": "2",
        "environments": ["dev", "test"],
        "allowed": True,
    }
    assert json.loads(written("json", (("dev",), one), unanswered={"x": "why"}))["without_answer"] == ["x"]
    found = json.loads(written("json", (("dev",), one), (("prod",), other), unanswered={"x": "why"}, allowed=False))
    assert found["without_answer"] == ["x"]
    assert (found["format_version"], found["allowed"]) == ("2", False)
    assert [(each["environments"], each["allowed"]) for each in found["by_environment"]] == [
        (["dev"], True),
        (["prod"], False),
    ]
