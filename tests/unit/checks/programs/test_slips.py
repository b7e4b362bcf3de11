from netpolc.checks.programs.slips import is_no_word, is_slip
from tests.rows import each_row

SLIPS = [
    ("database", "databse"),
    ("database", "databsae"),
    ("database", "dataabse"),
    ("frontend", "fronted"),
    ("planning", "planing"),
    ("checkout-service", "chekcout-service"),
    ("recommendation", "recommendatoin"),
    ("recommendation", "recommendstion"),
    ("front-end", "frontend"),
    ("airflow-triggerer", "airlfow-triggerer"),
    ("busybox", "busbyox"),
]

NO_SLIPS = [
    ("web1", "web2"),
    ("web", "webs"),
    ("a", "b"),
    ("worker", "workers"),
    ("order", "orders"),
    ("auth", "oauth"),
    ("cart", "card"),
    ("cart", "chart"),
    ("tracing", "tracking"),
    ("shipping", "shopping"),
    ("loader", "leader"),
    ("sender", "render"),
    ("packer", "picker"),
    ("consumer", "consumed"),
    ("database1", "databse2"),
    ("worker-a", "worker-b"),
    ("api-v1", "api-v11"),
    ("Database", "database"),
    ("redis", "redis"),
    ("team-red-web", "team-reed-web"),
    ("catalog-database", "catalogue-databases"),
]


@each_row("one, other", SLIPS)
def test_slips_of_the_hand(one, other):
    assert is_slip(one, other)
    assert is_slip(other, one)


@each_row("one, other", NO_SLIPS)
def test_names_that_people_tell_apart(one, other):
    assert not is_slip(one, other)
    assert not is_slip(other, one)


@each_row(
    "one, other, expected",
    [
        ("frontend", "frontned", True),
        ("checkout-service", "chekcout-service", True),
        ("frontend", "frontennd", True),
        ("trail", "trial", False),
        ("contact", "contract", False),
        ("database", "databse", False),
        ("front-end", "frontend", False),
        ("worker-a", "worker-b", False),
        ("team-a-web", "team-b-wbe", False),
    ],
)
def test_slips_that_make_no_word(one, other, expected):
    assert is_no_word(one, other) is expected
    assert is_no_word(other, one) is expected
