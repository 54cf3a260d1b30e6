"""From a checked tree to steps over Arrow arrays, with every type settled before a row is seen."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial, reduce
from typing import Any

import pyarrow as pa

from .function import Literal, Parameter
from .functions import FUNCTIONS, meant_function
from .kinds import (
    BOOLEAN,
    FLOAT,
    INTEGER,
    NULL,
    NUMBER,
    STRING,
    TIME,
    Value,
    common,
    convert,
    describe,
    finite,
    kernels,
    known_type,
    spread,
)
from .names import unknown
from .operators import ARITHMETIC, COMPARISON, OTHER_OPERATORS, is_in
from .syntax import Place, links, parse

__all__ = ["Expression", "compile"]

Columns = Mapping[str, "pa.Array[Any]"]
Run = Callable[[Columns], Value]
_INT64 = 2**63


@dataclass(frozen=True)
class Step:
    """A part of an expression: what type it gives, and how."""

    kind: pa.DataType
    run: Run


@dataclass(frozen=True, eq=False)
class Expression:
    """A compiled expression. It may be pickled."""

    source: str
    type: pa.DataType
    """What comes out: bool, int64, float64, string, date32, timestamp[us], or null for None."""
    names: frozenset[str]
    """The columns that it reads."""
    _run: Run = field(repr=False)
    _types: Mapping[str, pa.DataType] = field(repr=False)

    def evaluate(self, columns: Columns, length: int) -> pa.Array[Any]:
        """Return the value for each of `length` rows, given at least the columns in `names`."""
        values: pa.Array[Any] = spread(self._run(columns), length)
        return values

    def __reduce__(self) -> tuple[Any, ...]:
        return compile, (self.source, dict(self._types))


def compile(source: str, types: Mapping[str, pa.DataType]) -> Expression:
    """Return the expression over columns of these types, or raise ExpressionError."""
    tree, place = parse(source)
    compiler = _Compiler(place, types)
    step = compiler.step(tree)
    used = {name: types[name] for name in types if name in compiler.names}
    return Expression(source, step.kind, frozenset(used), step.run, used)


class _Compiler:
    """Compiles one expression; the depth of its tree is limited, so recursion is safe."""

    def __init__(self, place: Place, types: Mapping[str, pa.DataType]) -> None:
        self.place = place
        self.types = types
        self.names: set[str] = set()

    def step(self, node: ast.expr) -> Step:
        match node:
            case ast.Name():
                return self._column(node, node.id)
            case ast.Constant():
                return self._constant(node)
            case ast.UnaryOp():
                return self._unary(node)
            case ast.BinOp():
                return self._arithmetic(node)
            case ast.BoolOp():
                return self._logic(node)
            case ast.Compare():
                return self._compare(node)
            case ast.IfExp():
                return self._choose(node)
            case ast.Call():
                return self._call(node)
        raise self.place.error(node, "a list fits only after in")

    def _column(self, node: ast.expr, name: str) -> Step:
        if name not in self.types:
            raise unknown(self.place, node, name, self.types)
        kind = known_type(self.types[name])
        if kind is None:
            raise self.place.error(
                node, f"column {name!r} holds {self.types[name]}, which expressions cannot use"
            )
        self.names.add(name)

        def read(columns: Columns) -> Value:
            return finite(convert(columns[name], kind))

        return Step(kind, self._located(node, read))

    def _constant(self, node: ast.Constant) -> Step:
        value, kind = self._literal(node)
        scalar = pa.scalar(value, kind)
        return Step(kind, lambda columns: scalar)

    def _literal(self, node: ast.Constant) -> tuple[Any, pa.DataType]:
        match value := node.value:
            case None:
                return value, NULL
            case bool():
                return value, BOOLEAN
            case int() if value < _INT64:
                return value, INTEGER
            case int():
                raise self.place.error(node, "this whole number does not fit in 64 bits")
            case float() if math.isfinite(value):
                return value, FLOAT
            case float():
                raise self.place.error(node, "this number is too large")
            case str() if any("\ud800" <= character <= "\udfff" for character in value):
                raise self.place.error(node, "this string has half a character in it")
            case str():
                return value, STRING
        raise self.place.error(node, "this is not part of the language")

    def _unary(self, node: ast.UnaryOp) -> Step:
        operand = self.step(node.operand)
        if isinstance(node.op, ast.Not):
            self._need(node.operand, operand.kind, (BOOLEAN,), "not")
            return Step(BOOLEAN, lambda columns: kernels.invert(operand.run(columns)))
        if isinstance(node.op, ast.Invert):
            raise self.place.error(node, "~ is not part of the language", "write not")
        self._need(node.operand, operand.kind, NUMBER, "a sign")
        if isinstance(node.op, ast.UAdd):
            return operand
        return Step(
            operand.kind,
            self._located(node, lambda columns: kernels.negate_checked(operand.run(columns))),
        )

    def _arithmetic(self, node: ast.BinOp) -> Step:
        """Compile `a + b - c` from the left, in one step however long it is."""
        chain = links(node)
        first = self.step(chain[0].left)
        kind = first.kind
        runs: list[Callable[[Value, Columns], Value]] = []
        for link in chain:
            kind, run = self._link(link, kind)
            runs.append(run)

        def run_all(columns: Columns) -> Value:
            return reduce(lambda value, run: run(value, columns), runs, first.run(columns))

        return Step(kind, run_all)

    def _link(
        self, node: ast.BinOp, left: pa.DataType
    ) -> tuple[pa.DataType, Callable[[Value, Columns], Value]]:
        """Return the type that an operator gives, and what makes it of the value on its left."""
        operate = ARITHMETIC.get(type(node.op))
        if operate is None:
            sign, hint = OTHER_OPERATORS[type(node.op)]
            raise self.place.error_at_operator(node, sign, f"{sign} is not part of the language", hint)
        self._need(node.left, left, NUMBER, "arithmetic")
        right = self.step(node.right)
        self._need(node.right, right.kind, NUMBER, "arithmetic")
        kind = INTEGER if {left, right.kind} == {INTEGER} else FLOAT

        def run(value: Value, columns: Columns) -> Value:
            return operate(convert(value, kind), convert(right.run(columns), kind))

        return FLOAT if isinstance(node.op, ast.Div) else kind, self._located(node, run)

    def _logic(self, node: ast.BoolOp) -> Step:
        word, join = (
            ("and", kernels.and_kleene) if isinstance(node.op, ast.And) else ("or", kernels.or_kleene)
        )
        operands = [self.step(value) for value in node.values]
        for part, operand in zip(node.values, operands, strict=True):
            self._need(part, operand.kind, (BOOLEAN,), word)

        def run(columns: Columns) -> Value:
            return reduce(join, (operand.run(columns) for operand in operands))

        return Step(BOOLEAN, run)

    def _compare(self, node: ast.Compare) -> Step:
        if any(isinstance(op, (ast.In, ast.NotIn)) for op in node.ops):
            return self._membership(node)
        parts = [node.left, *node.comparators]
        operands = [self.step(part) for part in parts]
        links: list[tuple[Callable[[Value, Value], Value], pa.DataType]] = []
        for i, op in enumerate(node.ops):
            compare = COMPARISON.get(type(op))
            if compare is None:
                raise self.place.error(node, "'is' is not part of the language", "write == or is_null(x)")
            links.append((compare, self._comparable(node, parts[i : i + 2], operands[i : i + 2], op)))

        def run(columns: Columns) -> Value:
            # Each operand once: nested chains would otherwise double the work at every level.
            values = [operand.run(columns) for operand in operands]
            holds = [
                compare(convert(left, kind), convert(right, kind))
                for (compare, kind), left, right in zip(links, values, values[1:], strict=False)
            ]
            return reduce(kernels.and_kleene, holds)

        return Step(BOOLEAN, self._located(node, run))

    def _comparable(
        self, node: ast.expr, parts: list[ast.expr], pair: list[Step], op: ast.cmpop
    ) -> pa.DataType:
        left, right = (step.kind for step in pair)
        if NULL in (left, right):
            raise self.place.error(node, "comparing with None is never true", "write is_null(x)")
        kind = common((left, right))
        if kind is None:
            # Of a column and a constant, the constant is the mistake.
            constants = [part for part in parts if isinstance(part, ast.Constant)]
            at = constants[0] if len(constants) == 1 else node
            hint = ""
            if STRING in (left, right) and {left, right} & set(TIME):
                hint = "write date('2024-01-31')"
            elif STRING in (left, right) and isinstance(at, ast.Constant):
                hint = "leave out the quotes" if isinstance(at.value, str) else "put it in quotes"
            raise self.place.error(at, f"{describe(left)} cannot be compared with {describe(right)}", hint)
        if kind == BOOLEAN and not isinstance(op, (ast.Eq, ast.NotEq)):
            raise self.place.error(node, "truth values have no order", "write == or !=")
        return kind

    def _membership(self, node: ast.Compare) -> Step:
        choices = node.comparators[0]
        if len(node.ops) > 1:
            raise self.place.error(node, "in cannot be part of a chain", "join the parts with and")
        if not isinstance(choices, (ast.Tuple, ast.List, ast.Set)):
            text = isinstance(node.left, ast.Constant) and isinstance(node.left.value, str)
            hint = "write contains(s, 'part')" if text else "write x in ('a', 'b')"
            raise self.place.error(choices, "in takes a list of constants", hint)
        operand = self.step(node.left)
        values, kinds = [], set()
        for item in choices.elts:
            value, kind = self._item(item)
            shared = common((kind, operand.kind))
            if NULL in (kind, operand.kind) or shared is None:
                found = f"{describe(operand.kind)} is never {describe(kind)}"
                raise self.place.error(item, found, "write is_null(x)" if kind == NULL else "")
            values.append(value)
            kinds.add(shared)
        kind = FLOAT if FLOAT in kinds else operand.kind
        listed = pa.array([float(v) for v in values] if kind == FLOAT else values, kind)
        negate = isinstance(node.ops[0], ast.NotIn)

        def run(columns: Columns) -> Value:
            found = is_in(convert(operand.run(columns), kind), listed)
            return kernels.invert(found) if negate else found

        return Step(BOOLEAN, run)

    def _item(self, node: ast.expr) -> tuple[Any, pa.DataType]:
        if isinstance(node, ast.Constant):
            return self._literal(node)
        match node:
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float()) as number):
                value, kind = self._literal(number)
                if kind in NUMBER:
                    return -value, kind
        raise self.place.error(node, "the list after in holds constants only")

    def _choose(self, node: ast.IfExp) -> Step:
        condition, yes, no = self.step(node.test), self.step(node.body), self.step(node.orelse)
        self._need(node.test, condition.kind, (BOOLEAN,), "if")
        kind = common((yes.kind, no.kind))
        if kind is None:
            raise self.place.error(node, f"one value is {describe(yes.kind)}, the other {describe(no.kind)}")

        def run(columns: Columns) -> Value:
            values = [convert(step.run(columns), kind) for step in (yes, no)]
            return kernels.if_else(condition.run(columns), *values)

        return Step(kind, run)

    def _call(self, node: ast.Call) -> Step:
        if not isinstance(node.func, ast.Name):
            raise self.place.error(node.func, "only functions by name can be called")
        if node.keywords:
            raise self.place.error(node.keywords[0].value, "arguments are given by position, without a name")
        name = node.func.id
        if name == "column":
            return self._quoted_column(node)
        function = FUNCTIONS.get(name)
        if function is None:
            near = meant_function(name)
            hint = f"did you mean {near}?" if near else f"there are {', '.join(FUNCTIONS)}"
            raise self.place.error(node.func, f"there is no function {name!r}", hint)
        if not function.takes(len(node.args)):
            found = f"{name} does not take {len(node.args)} argument{'s' * (len(node.args) != 1)}"
            raise self.place.error(node, found, f"write {function.signature}")
        arguments = [self._argument(a, function.parameter(i), name) for i, a in enumerate(node.args)]
        kinds = [a.kind for a in arguments]
        kind = function.result(kinds)
        if kind is None:
            raise self.place.error(
                node,
                f"{name} was given {', '.join(map(describe, kinds))}, which do not go together",
            )

        def run(columns: Columns) -> Value:
            return function.run(*(argument.run(columns) for argument in arguments))

        return Step(kind, self._located(node, run))

    def _argument(self, node: ast.expr, parameter: Parameter, function: str) -> Step:
        if isinstance(parameter, Literal):
            return Step(NULL, partial(_same, self._written_out(node, parameter, function)))
        step = self.step(node)
        self._need(node, step.kind, parameter, function)
        return step

    def _written_out(self, node: ast.expr, parameter: Literal, function: str) -> Any:
        value: object = None
        if isinstance(node, (ast.Constant, ast.UnaryOp)):
            value = self._item(node)[0]
        try:
            return parameter.read(value)
        except ValueError:
            raise self.place.error(node, f"{function} needs {parameter.meaning} here") from None

    def _quoted_column(self, node: ast.Call) -> Step:
        match node.args:
            case [ast.Constant(value=str() as name)]:
                return self._column(node.args[0], name)
        raise self.place.error(node, "column needs the name of a column in quotes", "write column('a name')")

    def _need(self, node: ast.expr, found: pa.DataType, kinds: tuple[pa.DataType, ...], what: str) -> None:
        if found in kinds:
            return
        hint = ""
        if found == NULL:
            hint = "ask is_null(x)"
        elif what == "arithmetic" and found == STRING:
            hint = "write concat(a, b)"
        elif what == "arithmetic" and found in TIME:
            hint = "write days_between(a, b) or add_days(t, days)"
        elif BOOLEAN in kinds and len(kinds) == 1:
            hint = "compare it with something"
        elif found == BOOLEAN and kinds == NUMBER:
            hint = "write 1 if x else 0"
        fits = " or ".join(dict.fromkeys(map(describe, kinds)))
        raise self.place.error(node, f"{what} needs {fits}; this is {describe(found)}", hint)

    def _located(self, node: ast.expr, run: Callable[..., Value]) -> Callable[..., Value]:
        """Return a step whose failures point at its part of the source."""

        def located(*inputs: Any) -> Value:
            try:
                return run(*inputs)
            except pa.ArrowInvalid as error:
                raise self.place.error(node, _reason(error)) from error

        return located


def _same(value: Any, columns: Columns) -> Any:
    return value


def _reason(error: pa.ArrowInvalid) -> str:
    text = str(error)
    overflow = (
        "overflow" in text or "not in range" in text or "out of bounds" in text or "was truncated" in text
    )
    return "a whole number became too large for 64 bits" if overflow else text
