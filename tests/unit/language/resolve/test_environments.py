"""Environments that nobody knows: of a run, and of a project."""

from tests.rows import each_row
from tests.unit.language.resolve.sources import helps, program, said

SHARED = {"p": "env prod, qa { a -> b:1 }\n"}


def undeclared(text, others=None, **circumstances):
    found = program(text, others, **circumstances).undeclared_environments
    return [each.location.text for each in found]


def test_environments_of_a_run_that_nobody_knows():
    assert said("env prod { a -> b:1 }", env="prod") == []
    assert said("env prod { a -> b:1 }", env=None) == []
    assert said("env prod { a -> b:1 }", env="prdo") == [("NP213", "")]
    assert said('import "p"\na -> b:1', {"p": "env prod { a -> b:1 }\n"}, env="prod") == []
    assert helps("env x, y { }\nenv z { }", env="quite-different") == ["the files know `x`, `y`, `z`"]


@each_row(
    "text, found",
    [
        ("a -> b:1", []),
        ("env prod { a -> b:1 }", []),
        ("env prd { a -> b:1 }", ["prd"]),
        ("env prd { }", ["prd"]),
        ("env staging, prd { a -> b:1 }", ["prd"]),
        ("env prod { a -> b:1 }\nenv Prod { a -> c:1 }", ["Prod"]),
        ("namespace shop {\n  env qa { a -> b:1 }\n}", ["qa"]),
        ("env qa { net vpn = 10.0.0.0/8 }\nenv prod { net vpn = 10.1.0.0/16 }", ["qa"]),
        ("env qa { assert deny a -> b:1 }", ["qa"]),
    ],
)
@each_row("env", [None, "prod", "staging"])
def test_environments_that_the_project_has_not_are_known_whatever_the_run_is_for(text, found, env):
    assert undeclared(text, env=env, declared={"prod", "staging"}) == found
    assert undeclared(text) == []


def test_a_shared_file_may_be_for_other_projects_too():
    assert undeclared('import "p"\na -> b:1', SHARED, declared={"prod"}) == []
    assert undeclared('import "p"\na -> b:1', SHARED, declared={"prod"}, sources=["p"]) == ["qa"]
