from netpolc.checks.programs.port_name_of_addresses import check
from tests.rows import each_row
from tests.unit.checks.programs.programs import context


@each_row(
    "flow, said",
    [
        ('a -> 10.0.0.0/8:"http"', ["name `http` opens"]),
        ('a -> 10.0.0.0/8:{"http", "dns"/udp, 80}', ["names `http`, `dns` open"]),
        ('a -> {10.0.0.0/8, 2001:db8::/32, b}:"http"', ["name `http` opens", "name `http` opens"]),
        ('a -> {10.0.0.0/8:80, b:"http"}', []),
        ('10.0.0.0/8 -> a:"http"', []),
        ('a -> b:"http"', []),
        ('a -> any:"http"', []),
    ],
)
def test_names_are_told_where_nobody_has_them(flow, said):
    found = list(check(context(f"baseline deny all\n{flow}")))
    assert [each.message for each in found] == [
        f"the port {names} nothing: addresses have no port names" for names in said
    ]
    assert all(each.location.text in flow for each in found)
