from netpolc.checks.programs.undeclared_environment import check
from tests.unit.checks.programs.programs import context


def found(text, declared):
    return [(each.code, each.location.text, each.help) for each in check(context(text, declared=declared))]


def test_each_is_said_where_it_is_named():
    text = "env prd { a -> b:1 }\nenv prod, qa { a -> b:1 }"
    assert [place for _, place, _ in found(text, {"prod"})] == ["prd", "qa"]
    assert found(text, {"prod", "prd", "qa"}) == []
    assert found(text, ()) == []


def test_the_way_out_is_the_name_that_was_meant_or_to_declare_it():
    declare = "declare it with `[env.{}]` in netpolc.toml"
    assert found("env prd { }", {"prod", "staging"}) == [
        ("NP530", "prd", "did you mean `prod`? If not, " + declare.format("prd"))
    ]
    assert found("env qa { }", {"prod"}) == [("NP530", "qa", declare.format("qa") + ", or remove the block")]
