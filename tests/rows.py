"""Tables of hundreds of rows, each of which takes less time to test than pytest takes for a test of its own."""

import inspect
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any


def each_row(names: str, rows: Iterable[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Run a test for each row, all of them as one test, which tells the first row that fails.

    It is used like `pytest.mark.parametrize`, but takes several names in one text.
    """
    told, table = [name.strip() for name in names.split(",")], tuple(rows)
    assert table

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        @wraps(test)
        def run_all(**others: Any) -> None:
            for row in table:
                values = dict(zip(told, row if len(told) > 1 else (row,), strict=True))
                try:
                    test(**values, **others)
                except BaseException as fault:
                    fault.add_note("with " + ", ".join(f"{name} = {value!a}" for name, value in values.items()))
                    raise

        signature = inspect.signature(test)
        rest = [parameter for name, parameter in signature.parameters.items() if name not in told]
        vars(run_all)["__signature__"] = signature.replace(parameters=rest)
        return run_all

    return decorate
