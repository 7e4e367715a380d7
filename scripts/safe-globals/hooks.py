"""Judges one method by its syntax: can it do anything but look at and set attributes?

Every expression is given a kind, which says what is known of its value; every operation that could reach code which
the stream chooses is refused. What the judge does not know is refused: a person then reads the method (see
README.md).
"""

import ast

from calls import Calls
from expressions import Expressions
from kinds import (
    BUILTIN_TYPES, EXCEPTIONS, FRESH, LIBRARY, PASSING_DECORATORS, PLAIN, SELF, TEXT, TYPE, UNKNOWN, ALARMING, Refused, joined)
from lineage import Lineage, from_items
from source_index import ClassSource
from syntax import FUNCTIONS, dotted

# Calls within calls that are followed.
DEPTH = 4


def without_docstring(body):
    if not isinstance(body, FUNCTIONS) or ast.get_docstring(body) is None:
        return body
    fields = {name: value for name, value in ast.iter_fields(body)}
    fields["body"] = body.body[1:] or [ast.Pass()]
    return ast.copy_location(type(body)(**fields), body)


class Review:
    """What is judged: `accepted(owner, name, body)` says whether a person has read the method; under `plain_state` the
    state is a dict, as the state shape "dict" has it."""

    def __init__(self, accepted, plain_state=False):
        self.accepted = accepted
        self.plain_state = plain_state


def judge(lineage, owner, name, body, review, depth=0, arguments_known=True):
    """None where the method is harmless, otherwise the reason why it needs a reader."""
    if review.accepted(owner, name, body):
        return None
    if depth > DEPTH:
        return "it is too deep to follow"
    try:
        if isinstance(body, ast.Assign):
            judge_alias(lineage, owner, body, review, depth)
        elif isinstance(body, ast.FunctionDef):
            Method(lineage, owner, name, body, review, depth, arguments_known).run()
        else:
            return "it is no plain method"
    except Refused as refusal:
        return str(refusal)
    return None


def judge_alias(lineage, owner, body, review, depth):
    """`__hash__ = None`, `__iter__ = keys`, `__setattr__ = dict.__setitem__`."""
    value = body.value
    if isinstance(value, ast.Constant):
        return
    if len(body.targets) != 1 or not isinstance(body.targets[0], ast.Name):
        raise Refused("it is set from outside its class")
    if isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name):
        if value.value.id in BUILTIN_TYPES and owner is not None and value.value.id not in owner.module.bindings:
            return
        names = [value.attr]
        sources = owner.module and lineage.index.resolve(owner.module.name, value.value.id)
        if len(sources) == 1 and isinstance(sources[0], ClassSource):
            parent = Lineage(lineage.index, *lineage.index.lineage(sources[0]))
            judge_named(lineage, parent.find(names[0]), review, depth)
            return
    if isinstance(value, ast.Name) and value.id in owner.methods:
        judge_named(lineage, [(owner, found) for found in owner.methods[value.id]], review, depth)
        return
    raise Refused("it is an alias of %s" % ast.unparse(value)[:60])


def judge_named(lineage, found, review, depth, arguments_known=False):
    if not found:
        raise Refused("a method is not to be found")
    for cls, body in found:
        name = getattr(body, "name", None) or body.targets[0].id
        reason = judge(lineage, cls, name, body, review, depth + 1, arguments_known)
        if reason:
            raise Refused("%s.%s: %s" % (cls.name, name, reason))


class Method(Expressions, Calls):
    """One function definition under judgement."""

    def __init__(self, lineage, owner, name, body, review, depth, arguments_known):
        self.lineage, self.owner, self.name, self.body = lineage, owner, name, body
        self.review, self.depth = review, depth
        self.module = owner.module
        self.locals = {}
        self.arguments_known = arguments_known
        # The target of a loop over pairs that Python itself makes.
        self.loop_target = None
        self.read_parameters()

    def read_parameters(self):
        arguments = self.body.args
        names = [a.arg for a in arguments.posonlyargs + arguments.args]
        for name in names + [a.arg for a in arguments.kwonlyargs]:
            self.locals[name] = UNKNOWN
        for extra in (arguments.vararg, arguments.kwarg):
            if extra:
                self.locals[extra.arg] = PLAIN
        decorators = {dotted(d) for d in self.body.decorator_list}
        for decorator in decorators:
            if decorator not in PASSING_DECORATORS and not str(decorator).endswith((".setter", ".getter")):
                raise Refused("its decorator %s" % decorator)
        if not isinstance(self.owner, ClassSource) or "staticmethod" in decorators:
            return
        if names:
            is_class = self.name in ("__new__", "__init_subclass__", "__class_getitem__") or "classmethod" in decorators
            self.locals[names[0]] = TYPE if is_class else SELF
        if self.arguments_known and self.name in ("__getattr__", "__getattribute__", "__setattr__", "__delattr__", "_missing_") and len(names) > 1:
            self.locals[names[1]] = TEXT
        if self.arguments_known and self.name == "__setstate__" and self.review.plain_state and len(names) > 1:
            self.locals[names[1]] = PLAIN

    def follow(self, found, arguments_known=False):
        """The methods that a call, a lookup or an assignment may reach."""
        judge_named(self.lineage, found, self.review, self.depth, arguments_known)

    def follow_function(self, owner, function):
        """A function of the library: judged like a method, whatever it is given."""
        lineage = Lineage(self.lineage.index, [], True)
        reason = judge(lineage, owner, function.name, function, self.review, self.depth + 1, False)
        if reason:
            raise Refused("%s: %s" % (function.name, reason))

    def follow_class(self, cls):
        judge_instantiation(self.lineage.index, cls, self.review, self.depth)

    def run(self):
        if isinstance(self.body, ast.AsyncFunctionDef):
            raise Refused("it is asynchronous")
        self.block(self.body.body)

    # Statements

    def block(self, body):
        for statement in body:
            self.statement(statement)

    def statement(self, node):
        handler = getattr(self, "on_" + type(node).__name__.lower(), None)
        if handler is None:
            raise Refused("the statement %s" % type(node).__name__)
        handler(node)

    def on_pass(self, node):
        pass

    on_break = on_continue = on_pass

    def on_expr(self, node):
        self.kind(node.value)

    def on_return(self, node):
        kind = self.kind(node.value) if node.value else TEXT
        if self.name == "__new__" and kind is not FRESH:
            raise Refused("it returns what is not new: %s" % ast.unparse(node)[:60])

    def on_raise(self, node):
        if node.exc is not None:
            self.kind(node.exc)
        if node.cause is not None:
            self.kind(node.cause)

    def on_assert(self, node):
        self.kind(node.test)
        if node.msg is not None:
            self.kind(node.msg)

    def on_if(self, node):
        self.kind(node.test)
        self.block(node.body)
        self.block(node.orelse)

    def on_while(self, node):
        self.on_if(node)
        self.block(node.body)  # kinds of the locals after one round

    def iterated(self, node):
        """Iterating or unpacking runs code of the value's own class, which is not judged for what the stream gives."""
        kind = self.kind(node)
        if kind not in (TEXT, PLAIN, LIBRARY, TYPE):
            raise Refused("it iterates %s" % ast.unparse(node)[:60])
        return kind

    def on_for(self, node):
        self.iterated(node.iter)
        self.loop_target = node.target if from_items(node.iter) else None
        self.assign(node.target, UNKNOWN)
        self.block(node.body)
        self.block(node.body)
        self.block(node.orelse)

    def on_try(self, node):
        self.block(node.body)
        for handler in node.handlers:
            if handler.name:
                self.bind(handler.name, UNKNOWN)
            self.block(handler.body)
        self.block(node.orelse)
        self.block(node.finalbody)

    def on_with(self, node):
        for item in node.items:
            call = item.context_expr
            if not isinstance(call, ast.Call) or dotted(call.func) not in ("warnings.catch_warnings", "contextlib.suppress", "suppress"):
                raise Refused("a context %s" % ast.unparse(call)[:60])
            if item.optional_vars is not None:
                self.assign(item.optional_vars, UNKNOWN)
        self.block(node.body)

    def on_import(self, node):
        for alias in node.names:
            if alias.name.split(".")[0] in ALARMING:
                raise Refused("it imports %s" % alias.name)
            self.bind((alias.asname or alias.name).split(".")[0], LIBRARY)

    def on_importfrom(self, node):
        for alias in node.names:
            if alias.name in ALARMING or (node.module or "").split(".")[0] in ALARMING or alias.name == "*":
                raise Refused("it imports %s" % alias.name)
            self.bind(alias.asname or alias.name, LIBRARY)

    def on_assign(self, node):
        kind = self.kind(node.value)
        for target in node.targets:
            self.assign(target, kind)

    def on_annassign(self, node):
        if node.value is not None:
            self.assign(node.target, self.kind(node.value))

    def on_augassign(self, node):
        kind = self.kind(node.value)
        if isinstance(node.target, ast.Name):
            current = self.name_kind(node.target)
        else:
            load = ast.copy_location(type(node.target)(**dict(ast.iter_fields(node.target), ctx=ast.Load())), node.target)
            current = self.kind(load)
        self.assign(node.target, self.combined(node.op, current, kind))

    def on_delete(self, node):
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                if self.kind(target.value) is not PLAIN:
                    raise Refused("it deletes %s" % ast.unparse(target)[:60])
                self.kind(target.slice)
            elif isinstance(target, ast.Attribute):
                if self.kind(target.value) is not SELF or self.lineage.find("__delattr__"):
                    raise Refused("it deletes %s" % ast.unparse(target)[:60])
            # A local name's deletion runs nothing.

    def on_functiondef(self, node):
        self.bind(node.name, UNKNOWN)  # never called: calls of local names are refused

    def bind(self, name, kind):
        earlier = self.locals.get(name)
        self.locals[name] = kind if earlier in (None, kind) else joined(earlier, kind)

    def assign(self, target, kind):
        if isinstance(target, ast.Name):
            self.bind(target.id, kind)
        elif isinstance(target, (ast.Tuple, ast.List)):
            if kind not in (TEXT, PLAIN, LIBRARY) and target is not self.loop_target:
                raise Refused("it unpacks a value of the stream's")
            for element in target.elts:
                self.assign(element, TEXT if kind is TEXT else UNKNOWN)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, PLAIN)
        elif isinstance(target, ast.Subscript):
            base = self.kind(target.value)
            self.kind(target.slice)
            if base is SELF:
                self.call_own("__setitem__", target, [], {})
            elif base is not PLAIN:
                raise Refused("it fills %s" % ast.unparse(target)[:60])
        elif isinstance(target, ast.Attribute):
            self.set_attribute(self.kind(target.value), target.attr, target)
        else:
            raise Refused("it assigns to %s" % type(target).__name__)

    def set_attribute(self, base, name, node):
        """`self.name = ...`: through the class's own __setattr__ and setters, which are judged as well."""
        if base not in (SELF, FRESH):
            raise Refused("it sets %s" % ast.unparse(node)[:60])
        if name == "__class__":
            raise Refused("it sets __class__")
        for cls, body in self.lineage.find(name, kind="setters") + self.lineage.find("__setattr__"):
            reason = judge(self.lineage, cls, name, body, self.review, self.depth + 1, False)
            if reason:
                raise Refused("setting %s: %s" % (name, reason))
        for _, body in self.lineage.find(name):
            if isinstance(body, ast.Assign) and isinstance(body.value, ast.Call):
                raise Refused("%s may be a descriptor" % name)


def judge_instantiation(index, cls, review, depth):
    """A class of the library's own, called: its metaclass, __new__ and __init__."""
    order, clear = index.lineage(cls)
    lineage = Lineage(index, order, clear)
    if depth > DEPTH or any(one.opaque or one.metaclass for one in lineage.order):
        raise Refused("it makes a %s" % cls.name)
    if any(one for one in order if isinstance(one, str) and one.split(".")[-1] not in EXCEPTIONS | BUILTIN_TYPES):
        raise Refused("it makes a %s" % cls.name)
    for name in ("__new__", "__init__", "__post_init__"):
        found = lineage.find(name)
        if found:
            judge_named(lineage, found, review, depth)
