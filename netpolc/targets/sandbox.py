"""The environment in which templates run: they write what they are given, within bounds, and can do nothing else.

A user's template may come with a repository that nobody has read. Jinja's sandbox keeps it from the interpreter; the
bounds here keep it from time and memory: every loop, call and output is charged to a budget for each document.
Nothing that makes much out of little is there: no arithmetic on text, no methods, few filters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import BytecodeCache, Undefined, nodes
from jinja2.compiler import CodeGenerator
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from jinja2.runtime import BlockReference, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

from netpolc.targets.translation import LAYOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from jinja2 import BaseLoader, Template
    from jinja2.bccache import Bucket
    from jinja2.compiler import Frame
    from jinja2.runtime import Context

    from netpolc.cache import Cache

# Compiled templates are kept between runs: what changes the code that is generated changes this number.
CODE_VERSION = 3

STEPS = 1_000_000
"""How many turns of loops one document may take; a call counts as ten."""

_STEPS_OF_A_CALL = 10

CHARACTERS = 64 * 1024 * 1024
"""How much text one document may write, text that macros and `set` keep included."""

_FILTERS = ("count", "d", "default", "first", "last", "length", "list", "sort")
_TEXT_FILTERS = {"lower": str.lower, "upper": str.upper, "trim": str.strip}
_COLLECTIONS = (nodes.List, nodes.Tuple, nodes.Dict)
_ARITHMETIC = frozenset({"+", "-", "*", "/", "//", "%", "**"})
_LARGEST = 2**63


class _CompiledTemplates(BytecodeCache):
    """Compiled templates in the user's cache."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._prefix = f"template-{CODE_VERSION}"

    def load_bytecode(self, bucket: Bucket) -> None:
        content = self._cache.read(f"{self._prefix}-{bucket.key}")
        if content is not None:
            bucket.bytecode_from_string(content)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._cache.write(f"{self._prefix}-{bucket.key}", bucket.bytecode_to_string())


class _BoundedCode(CodeGenerator):
    """Code in which every loop is charged for its turns and for the text in its body."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - Jinja's name
        for loop in node.find_all(nodes.For):
            if loop.recursive:
                self.fail("loops cannot be recursive here", loop.lineno)
            text = sum(len(data.data) for part in loop.body for data in part.find_all(nodes.TemplateData))
            size: list[nodes.Expr] = [nodes.Const(text, lineno=loop.lineno)]
            loop.iter = nodes.Filter(loop.iter, "charged", size, [], None, None, lineno=loop.lineno)
            loop.iter.set_environment(self.environment)
        for part in node.find_all((nodes.Concat, nodes.Name, *_COLLECTIONS)):
            if reason := _refusal(part):
                self.fail(reason, part.lineno)
        super().visit_Template(node, frame)


class LayoutEnvironment(ImmutableSandboxedEnvironment):
    """Jinja, bounded, with undefined names as errors and the given filters and tests."""

    code_generator_class = _BoundedCode
    intercepted_binops = _ARITHMETIC

    def __init__(
        self,
        loader: BaseLoader,
        filters: dict[str, Callable[..., Any]],
        tests: dict[str, Callable[..., bool]],
        cache: Cache | None,
    ) -> None:
        """Run the templates of a loader, and keep them compiled in a cache."""
        self.start()
        self._fields: dict[type, frozenset[str]] = {}
        super().__init__(
            loader=loader,
            bytecode_cache=_CompiledTemplates(cache) if cache else None,
            finalize=self._output,
            **LAYOUT,
        )
        own = {"charged": self._charged, "join": self._join}
        self.filters = {name: FILTERS[name] for name in _FILTERS} | _TEXT_FILTERS | own | filters
        self.tests |= tests
        self.globals = {"range": self._range}

    def start(self) -> None:
        """Start a document with a full budget."""
        self._steps = STEPS
        self._characters = CHARACTERS

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return an attribute; models are plain data, for which the sandbox's slower questions have one answer."""
        kind = type(obj)
        fields = self._fields.get(kind)
        if fields is None:
            fields = self._fields[kind] = frozenset(getattr(kind, "__struct_fields__", ()))
        return getattr(obj, attribute) if attribute in fields else super().getattr(obj, attribute)

    def get_template(self, *args: Any, **kwargs: Any) -> Template:
        """Load a template; that is how one includes another, too."""
        self._spend(_STEPS_OF_A_CALL)
        return super().get_template(*args, **kwargs)

    def is_safe_callable(self, obj: Any) -> bool:
        """Allow only what templates define themselves, `range`, and `loop`'s own methods."""
        owner = getattr(obj, "__self__", None)
        return isinstance(obj, Macro | BlockReference) or isinstance(owner, LoopContext) or obj == self._range

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call what may be called, and charge for it."""
        self._spend(_STEPS_OF_A_CALL)
        if not self.is_safe_callable(obj):
            raise SecurityError(f"`{obj!r:.80}` cannot be called here")
        return self._written(context.call(obj, *args, **kwargs))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Compute with small numbers."""
        del context
        if not (_small(left) and _small(right)) or operator == "**":
            raise SecurityError(f"`{operator}` is for small numbers only here")
        return self.binop_table[operator](left, right)

    def _spend(self, steps: int) -> None:
        self._steps -= steps
        if self._steps < 0:
            raise SecurityError(f"the template takes more than {STEPS} steps for one document")

    def _write(self, characters: int) -> None:
        self._characters -= characters
        if self._characters < 0:
            raise SecurityError(f"the template writes more than {CHARACTERS} characters for one document")

    def _written(self, value: Any) -> Any:
        if isinstance(value, str):
            self._characters -= len(value)
            if self._characters < 0:
                self._write(0)
        return value

    def _output(self, value: Any) -> Any:
        if isinstance(value, str):
            # As `_written`, which is spared a call: this runs for everything that a template writes.
            self._characters -= len(value)
            if self._characters < 0:
                self._write(0)
            return value
        if isinstance(value, Undefined):
            return str(value)  # which raises, and says what is undefined
        if not isinstance(value, int):
            raise SecurityError(f"only text and numbers can be written, not a `{type(value).__name__}`")
        return value

    def _charged(self, items: Collection[Any], text: int) -> Collection[Any]:
        """Return the items of a loop, paid for before it starts."""
        self._spend(len(items))
        self._write(len(items) * text)
        return items

    def _range(self, *bounds: int) -> range:
        numbers = range(*bounds)
        # A range longer than a machine word has no length.
        self._spend(len(numbers) if abs(numbers.stop - numbers.start) <= STEPS else STEPS + 1)
        return numbers

    def _join(self, items: Iterable[Any], separator: str = "") -> str:
        parts = [str(self._output(item)) for item in items]
        self._write(len(separator) * len(parts))
        return separator.join(parts)


def _refusal(node: nodes.Node) -> str | None:
    """Return why a part of a template cannot be used, if so: with it, a few lines could grow to any size."""
    match node:
        case nodes.Concat():
            return "`~` is not available here: write the parts one after the other"
        case nodes.Name(name="varargs" | "kwargs"):
            return f"`{node.name}` is not available here"
        case nodes.Name() | nodes.Tuple(ctx="store"):
            return None
        case _ if all(isinstance(item, nodes.Const) for item in node.iter_child_nodes()):
            return None
        case _:
            return "a list, tuple or dictionary can hold only constants here"


def _small(value: Any) -> bool:
    return isinstance(value, int) and abs(value) < _LARGEST
