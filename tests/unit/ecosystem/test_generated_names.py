from netpolc.ecosystem.generated_names import is_generated
from tests.rows import each_row


@each_row(
    "name, expected",
    [
        ("backup-29012345", True),
        ("backup-1614556800", True),
        ("backup-x7k2p", True),
        ("a-4bcdf", True),
        ("backup", False),
        ("backup-2024", False),
        ("backup-12345678", False),
        ("check-https", False),
        ("db-mysql", False),
        ("step-v1abc", False),
        ("29012345", False),
        ("x7k2p", False),
        ("backup-29012345-once", False),
    ],
)
def test_names_that_the_next_object_does_not_have(name, expected):
    assert is_generated(name) == expected
