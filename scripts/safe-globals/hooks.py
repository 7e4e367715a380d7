"""Judges one method by its syntax: can it do anything but look at and set attributes?

Every expression is given a kind, which says what is known of its value; every operation that could reach code which
the stream chooses is refused. What the judge does not know is refused: a person then reads the method (see
README.md).
"""

import ast
import builtins
import enum

from source_index import FUNCTIONS, ClassSource, dotted


class Kind(enum.Enum):
    TEXT = "a string, a number, or a tuple of them, with nothing of the stream's behind it"
    PLAIN = "a builtin container made here, or known to be one; what it holds may be the stream's"
    SELF = "the instance"
    FRESH = "an instance just created"
    TYPE = "the class of the instance, or another class of the library"
    SUPER = "super()"
    LIBRARY = "something of the library's own, no data of the stream's"
    UNKNOWN = "anything, chosen by the stream"


TEXT, PLAIN, SELF, FRESH, TYPE, SUPER, LIBRARY, UNKNOWN = Kind


class Refused(Exception):
    """The reason why a method needs a reader."""


# Builtins by what they give. They run nothing of their arguments' but what is itself judged: __iter__, __len__,
# __hash__, __eq__, __lt__, __int__ and their like.
GIVE_TEXT = {"isinstance", "issubclass", "len", "hash", "id", "callable", "any", "all", "bool"}
GIVE_PLAIN = {
    "tuple", "list", "dict", "set", "frozenset", "range", "zip", "enumerate", "sorted", "slice",
}
# These give what is in their argument.
GIVE_ELEMENT = {"next", "iter", "min", "max"}
# These iterate their arguments.
ITERATING = {
    "tuple", "list", "dict", "set", "frozenset", "zip", "enumerate", "sorted", "next", "iter", "min", "max", "any", "all",
}
# These call __str__, __repr__, __add__ and others, which nobody judges.
TEXT_TO_TEXT = {"int", "float", "str", "repr", "print", "abs", "round", "sum", "format", "ord", "chr"}
EXCEPTIONS = {
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)}
BUILTIN_TYPES = {"object", "dict", "list", "tuple", "set", "frozenset", "str", "int", "float", "type", "bytes"}
# Methods of builtin containers and strings, by what they give.
CONTAINER_METHODS = {
    "update": TEXT, "append": TEXT, "extend": TEXT, "add": TEXT, "discard": TEXT, "remove": TEXT, "clear": TEXT, "insert": TEXT,
    "index": TEXT, "count": TEXT, "reverse": TEXT, "move_to_end": TEXT, "startswith": TEXT, "endswith": TEXT,
    "isdigit": TEXT, "copy": PLAIN, "items": PLAIN, "keys": PLAIN, "values": PLAIN, "difference": PLAIN,
    "intersection": PLAIN, "union": PLAIN, "get": UNKNOWN, "pop": UNKNOWN, "setdefault": UNKNOWN, "popitem": UNKNOWN,
    "__setitem__": TEXT, "__getitem__": UNKNOWN, "__contains__": TEXT, "__len__": TEXT, "__iter__": PLAIN,
}
STRING_METHODS = {
    "split": PLAIN, "strip": TEXT, "lstrip": TEXT, "rstrip": TEXT, "lower": TEXT, "upper": TEXT, "replace": TEXT,
    "title": TEXT, "capitalize": TEXT, "format": TEXT, "join": TEXT, "rsplit": PLAIN, "partition": PLAIN,
}
# Callables of other libraries that do nothing with what they are given but keep it.
PURE_OUTSIDE = {
    "collections.OrderedDict": PLAIN, "collections.defaultdict": PLAIN, "collections.deque": PLAIN,
    "collections.Counter": PLAIN, "scipy.sparse.issparse": TEXT, "threading.Lock": LIBRARY, "threading.RLock": LIBRARY,
    "weakref.WeakKeyDictionary": LIBRARY, "weakref.WeakValueDictionary": LIBRARY, "weakref.WeakSet": LIBRARY,
    "copyreg.__newobj__": FRESH,
}
MESSAGES = {
    "warnings.warn", "logger.warning", "logger.info", "logger.debug", "logger.warning_once", "logging.warning", "log.warning",
    "_logger.warning", "log.debug", "logging.info", "logging.debug",
}
# A name that stops the judgement wherever it stands.
ALARMING = {
    "open", "exec", "eval", "compile", "__import__", "import_module", "globals", "os", "sys", "ctypes", "shutil",
    "subprocess", "tempfile", "socket", "requests", "urllib", "pickle", "cloudpickle", "dill", "importlib", "marshal",
    "builtins", "runpy", "breakpoint", "input", "delattr",
}
PASSING_DECORATORS = {
    "staticmethod", "classmethod", "property", "abstractmethod", "abc.abstractmethod", "typing.no_type_check", "override",
    "typing.override", "typing_extensions.override", "overload", "typing.overload", "no_type_check", "final", "typing.final",
    "_copy_to_script_wrapper", "weak_script_method", "torch._jit_internal.weak_script_method", "torch.jit.ignore", "torch.jit.unused", "torch.jit.export", "functools.wraps", "wraps",
}
DEPTH = 4


def without_docstring(body):
    if not isinstance(body, FUNCTIONS) or ast.get_docstring(body) is None:
        return body
    fields = {name: value for name, value in ast.iter_fields(body)}
    fields["body"] = body.body[1:] or [ast.Pass()]
    return ast.copy_location(type(body)(**fields), body)


class FunctionOwner:
    """Where a class stands for methods, for a function of a module."""

    opaque = None

    def __init__(self, module):
        self.module, self.name, self.qualified, self.methods = module, module.name, module.name, {}


class Lineage:
    """A class as its hooks see it: the classes in their order, and where to look names up."""

    def __init__(self, index, order, clear):
        self.index = index
        self.order = [one for one in order if isinstance(one, ClassSource)]
        self.clear = clear

    def find(self, name, after=None, kind="methods"):
        """The definitions of a name that may be in force, with the class of each; `after` one class, for super()."""
        order = self.order
        if after is not None and after in order:
            order = order[order.index(after) + 1:]
        found = []
        for cls in order:
            bodies = getattr(cls, kind).get(name)
            if bodies:
                found += [(cls, body) for body in bodies]
                if self.clear:
                    break
        return found


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


class Method:
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

    # Expressions

    def kind(self, node):
        handler = getattr(self, "of_" + type(node).__name__.lower(), None)
        if handler is None:
            raise Refused("the expression %s" % type(node).__name__)
        return handler(node)

    def of_constant(self, node):
        return TEXT

    def of_name(self, node):
        return self.name_kind(node)

    def name_kind(self, node):
        if node.id in self.locals:
            return self.locals[node.id]
        if node.id in ALARMING:
            raise Refused("the name %s" % node.id)
        return LIBRARY

    def of_attribute(self, node):
        base = self.kind(node.value)
        if base is SELF:
            if node.attr == "__dict__":
                return PLAIN
            if node.attr == "__class__":
                return TYPE
            return self.own_attribute(node.attr)
        if base is TYPE:
            return TEXT if node.attr in ("__name__", "__qualname__", "__module__") else LIBRARY
        if base is LIBRARY:
            if node.attr in ALARMING:
                raise Refused("the name %s" % node.attr)
            return LIBRARY
        if base is UNKNOWN:
            raise Refused("it looks at %s" % ast.unparse(node)[:60])
        if base is SUPER:
            raise Refused("it looks at super().%s" % node.attr)
        return UNKNOWN

    def own_attribute(self, name):
        """A property's getter runs; everything else is only looked up."""
        for cls, body in self.lineage.find(name):
            if isinstance(body, FUNCTIONS) and body.decorator_list:
                if any(dotted(d) in ("staticmethod", "classmethod", "abstractmethod") for d in body.decorator_list):
                    continue
                judge_named(self.lineage, [(cls, body)], self.review, self.depth)
            elif isinstance(body, ast.Assign) and isinstance(body.value, ast.Call):
                raise Refused("%s may be a descriptor" % name)
        return UNKNOWN

    def of_subscript(self, node):
        base = self.kind(node.value)
        self.kind(node.slice)
        if base is SELF:
            self.call_own("__getitem__", node, [], {})
        elif base not in (TEXT, PLAIN, LIBRARY, TYPE):
            raise Refused("it indexes %s" % ast.unparse(node.value)[:60])
        return TEXT if base is TEXT else LIBRARY if base is LIBRARY else UNKNOWN

    def of_slice(self, node):
        for part in (node.lower, node.upper, node.step):
            if part is not None:
                self.kind(part)
        return PLAIN

    def of_starred(self, node):
        self.iterated(node.value)
        return PLAIN

    def of_tuple(self, node):
        kinds = [self.kind(element) for element in node.elts]
        return TEXT if all(kind is TEXT for kind in kinds) else PLAIN

    def of_list(self, node):
        for element in node.elts:
            self.kind(element)
        return PLAIN

    of_set = of_list

    def of_dict(self, node):
        for key, value in zip(node.keys, node.values):
            if key is not None:
                self.kind(key)
                self.kind(value)
            else:
                self.iterated(value)
        return PLAIN

    def of_compare(self, node):
        kinds = [self.kind(node.left)] + [self.kind(one) for one in node.comparators]
        for operator, left, right in zip(node.ops, kinds, kinds[1:]):
            if isinstance(operator, (ast.Is, ast.IsNot)):
                continue
            if right is UNKNOWN or left is UNKNOWN and not isinstance(operator, (ast.In, ast.NotIn)):
                raise Refused("it compares %s" % ast.unparse(node)[:60])
        if all(isinstance(op, (ast.Is, ast.IsNot, ast.In, ast.NotIn)) for op in node.ops) or all(k is TEXT for k in kinds):
            return TEXT
        return UNKNOWN

    def of_boolop(self, node):
        kinds = [self.kind(value) for value in node.values]
        result = kinds[0]
        for kind in kinds[1:]:
            result = joined(result, kind)
        return result

    def of_unaryop(self, node):
        kind = self.kind(node.operand)
        if isinstance(node.op, ast.Not):
            return TEXT
        return self.combined(node.op, kind, TEXT)

    def of_binop(self, node):
        return self.combined(node.op, self.kind(node.left), self.kind(node.right))

    def combined(self, operator, left, right):
        if left is TEXT and right is TEXT:
            return TEXT
        if left is PLAIN and right is PLAIN and not isinstance(operator, ast.Mod):
            return PLAIN
        raise Refused("an operation on a value of the stream's")

    def of_ifexp(self, node):
        self.kind(node.test)
        return joined(self.kind(node.body), self.kind(node.orelse))

    def of_namedexpr(self, node):
        kind = self.kind(node.value)
        self.assign(node.target, kind)
        return kind

    def of_joinedstr(self, node):
        for value in node.values:
            if self.kind(value) is not TEXT:
                raise Refused("it formats %s" % ast.unparse(value)[:60])
        return TEXT

    def of_formattedvalue(self, node):
        if node.format_spec is not None:
            self.kind(node.format_spec)
        return self.kind(node.value)

    def of_listcomp(self, node):
        for generator in node.generators:
            self.iterated(generator.iter)
            self.loop_target = generator.target if from_items(generator.iter) else None
            self.assign(generator.target, UNKNOWN)
            for condition in generator.ifs:
                self.kind(condition)
        if isinstance(node, ast.DictComp):
            self.kind(node.key)
            self.kind(node.value)
        else:
            self.kind(node.elt)
        return PLAIN

    of_setcomp = of_dictcomp = of_generatorexp = of_listcomp

    def of_yield(self, node):
        if node.value is not None:
            self.kind(node.value)
        return UNKNOWN

    of_yieldfrom = of_yield

    # Calls

    def of_call(self, node):
        values = [self.kind(argument) for argument in node.args]
        keywords = {keyword.arg: self.kind(keyword.value) for keyword in node.keywords}
        if isinstance(node.func, ast.Name):
            return self.call_name(node, values, keywords)
        if isinstance(node.func, ast.Attribute):
            return self.call_attribute(node, values, keywords)
        raise Refused("it calls %s" % ast.unparse(node.func)[:60])

    def call_name(self, node, values, keywords):
        name = node.func.id
        if name in self.locals:
            raise Refused("it calls the local name %s" % name)
        if name in ALARMING:
            raise Refused("it calls %s" % name)
        found = self.lineage.index.resolve(self.module.name, name)
        if found == ["builtins." + name]:
            return self.call_builtin(name, node, values, keywords)
        return self.call_library(name, found, node, values)

    def call_builtin(self, name, node, values, keywords):
        every = values + list(keywords.values())
        if name in EXCEPTIONS:
            return LIBRARY
        if name == "super":
            return SUPER
        if name == "type":
            if len(values) != 1 or keywords:
                raise Refused("it makes a class")
            return TYPE if values[0] in (SELF, TYPE, FRESH) else LIBRARY
        if name == "object" and not every:
            return FRESH
        if name == "vars" and values == [SELF]:
            return PLAIN
        if name in ("getattr", "hasattr", "setattr"):
            return self.call_getattr(name, node, values)
        if name == "iter" and len(values) != 1 or "key" in keywords:
            raise Refused("it gives %s a function" % name)
        if name in ITERATING and any(kind not in (TEXT, PLAIN, LIBRARY) for kind in values):
            raise Refused("it iterates with %s" % name)
        if name in GIVE_ELEMENT:
            return TEXT if all(kind is TEXT for kind in every) else UNKNOWN
        if name in GIVE_TEXT:
            return TEXT
        if name in GIVE_PLAIN:
            return PLAIN
        if name in TEXT_TO_TEXT:
            if any(kind is not TEXT for kind in every):
                raise Refused("it calls %s on a value of the stream's" % name)
            return TEXT
        raise Refused("it calls %s" % name)

    def call_getattr(self, called, node, values):
        """Only on the instance; a name that is worked out is that of a lookup that the unpickler makes itself."""
        constant = isinstance(node.args[1], ast.Constant) if len(node.args) > 1 else False
        if not values or values[0] not in (SELF, TYPE):
            raise Refused("it calls %s on %s" % (called, ast.unparse(node.args[0])[:60] if node.args else "nothing"))
        if not constant:
            if called == "setattr" or values[1] is not TEXT:
                raise Refused("it calls %s with a name that is data" % called)
            return TEXT if called == "hasattr" else UNKNOWN
        name = node.args[1].value
        if called == "setattr":
            self.set_attribute(values[0], name, node)
            return TEXT
        if values[0] is SELF:
            self.own_attribute(name)
        return TEXT if called == "hasattr" else UNKNOWN

    def call_library(self, name, found, node, values):
        """A function or class by its name in the library, or a pure one of another library."""
        result = None
        for what in found:
            if isinstance(what, ClassSource):
                judge_instantiation(self.lineage.index, what, self.review, self.depth)
                given = UNKNOWN
            elif isinstance(what, ast.FunctionDef):
                self.call_function(what, name)
                given = UNKNOWN
            elif what in PURE_OUTSIDE:
                if any(self.kind(argument) not in (TEXT, PLAIN, LIBRARY) for argument in node.args):
                    raise Refused("it iterates with %s" % name)
                if "defaultdict" in what and values and not isinstance(node.args[0], ast.Name):
                    raise Refused("a default that is worked out")
                given = PURE_OUTSIDE[what]
            elif isinstance(what, str) and what.split(".")[-1].endswith(("Error", "Exception", "Warning")) and not what.startswith("?"):
                given = LIBRARY
            else:
                raise Refused("it calls %s" % name)
            result = given if result is None else joined(result, given)
        return result

    def call_function(self, function, name):
        """A function of the library: judged like a method, whatever it is given."""
        owner = FunctionOwner(function.module_source)
        reason = judge(
            Lineage(self.lineage.index, [], True), owner, function.name, function, self.review, self.depth + 1, False)
        if reason:
            raise Refused("%s: %s" % (name, reason))

    def call_attribute(self, node, values, keywords):
        function = node.func
        name = function.attr
        if isinstance(function.value, ast.Name) and function.value.id not in self.locals:
            return self.call_on_name(function.value.id, name, node, values, keywords)
        base = self.kind(function.value)
        if base is SUPER:
            return self.call_super(name, values)
        if base is TYPE:
            judge_named(self.lineage, self.lineage.find(name), self.review, self.depth)
            return UNKNOWN
        if base is SELF:
            return self.call_own(name, node, values, keywords)
        if base is TEXT and name in STRING_METHODS:
            if any(kind is not TEXT for kind in values + list(keywords.values())):
                raise Refused("it formats what is not plain text")
            return STRING_METHODS[name]
        if base in (PLAIN, TEXT) and name in CONTAINER_METHODS:
            if name in ("update", "extend", "difference", "intersection", "union") and any(
                    kind not in (PLAIN, TEXT, LIBRARY) for kind in values):
                raise Refused("it iterates a value of the stream's")
            return CONTAINER_METHODS[name]
        if base is LIBRARY and name in ("keys", "values", "items") and not values and not keywords:
            return PLAIN
        if dotted(function) in MESSAGES or base is LIBRARY:
            return self.call_message(dotted(function), values, keywords)
        raise Refused("it calls %s" % ast.unparse(function)[:60])

    def call_message(self, name, values, keywords):
        if name not in MESSAGES:
            raise Refused("it calls %s" % name)
        for kind in values[:1] + values[2:]:
            if kind not in (TEXT, LIBRARY):
                raise Refused("a message of what is not plain text")
        return TEXT

    def call_own(self, name, node, values, keywords):
        """A method of its own. An attribute that the stream put into __dict__ hides it; the rules refuse such
        states only for the names that Python itself calls."""
        special = name.startswith("__") and name.endswith("__") or name in ("append", "extend", "add")
        if not special and self.name != "__new__":
            raise Refused("it calls self.%s, which the state can hide" % name)
        found = self.lineage.find(name)
        if not found and special and not self.owner.opaque:
            return UNKNOWN  # a builtin base's
        judge_named(self.lineage, found, self.review, self.depth)
        return UNKNOWN

    def call_super(self, name, values):
        found = self.lineage.find(name, after=self.owner)
        if found:
            judge_named(self.lineage, found, self.review, self.depth, name == self.name and self.arguments_known)
        elif name not in ("__new__", "__init__", "__getattribute__", "__hash__", "__eq__", "__len__", "__iter__", "__getitem__",
                          "__contains__", "__setitem__", "update", "append", "extend", "keys", "items", "values", "get",
                          "__setattr__", "__delattr__", "__setstate__", "__getattr__", "pop", "add", "__getstate__", "__missing__"):
            raise Refused("it calls super().%s" % name)
        if name == "__setattr__" and not (values and values[0] is TEXT):
            raise Refused("it sets an attribute whose name is data")
        if name == "__new__":
            return FRESH
        return UNKNOWN

    def call_on_name(self, owner_name, name, node, values, keywords):
        """`object.__setattr__(self, ...)`, `Base.__setstate__(self, state)`, `warnings.warn(...)`."""
        if owner_name in ALARMING:
            raise Refused("the name %s" % owner_name)
        full = owner_name + "." + name
        if full in MESSAGES:
            return self.call_message(full, values, keywords)
        found = self.lineage.index.resolve(self.module.name, owner_name)
        if found == ["builtins." + owner_name] and owner_name in BUILTIN_TYPES:
            return self.call_builtin_type(owner_name, name, values, node)
        result = None
        for what in found:
            if isinstance(what, ClassSource):
                parent = Lineage(self.lineage.index, *self.lineage.index.lineage(what))
                bodies = parent.find(name)
                if bodies:
                    judge_named(self.lineage, bodies, self.review, self.depth, name == self.name and self.arguments_known)
                elif name not in ("__new__", "__init__", "__setattr__", "__getattribute__", "__setitem__", "__getitem__"):
                    raise Refused("it calls %s" % full)
                result = FRESH if name == "__new__" else UNKNOWN
            elif what.startswith("?module "):
                inner = self.lineage.index.resolve_path(what[len("?module "):] + "." + name)
                result = self.call_library(full, inner, node, values)
            elif what + "." + name in PURE_OUTSIDE:
                result = PURE_OUTSIDE[what + "." + name]
            else:
                raise Refused("it calls %s" % full)
        return result

    def call_builtin_type(self, owner_name, name, values, node):
        if name == "__setattr__":
            constant = len(node.args) > 1 and isinstance(node.args[1], ast.Constant) and node.args[1].value != "__class__"
            written_name = self.name == "__setattr__" and len(values) > 1 and values[1] is TEXT
            if values[:1] not in ([SELF], [FRESH]) or not (constant or written_name):
                raise Refused("it sets an attribute whose name is data")
            return TEXT
        if name == "__new__":
            if owner_name == "type":
                raise Refused("it makes a class")
            if values[:1] != [TYPE]:
                raise Refused("it creates what it is given")
            return FRESH
        if name in ("__getattribute__", "__init__", "__hash__", "__eq__", "fromkeys") or name in CONTAINER_METHODS:
            return UNKNOWN
        raise Refused("it calls %s.%s" % (owner_name, name))


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


def from_items(node):
    """`x.items()`, `zip(...)`, `enumerate(...)`: pairs of Python's own making."""
    return isinstance(node, ast.Call) and (
        isinstance(node.func, ast.Attribute) and node.func.attr == "items"
        or isinstance(node.func, ast.Name) and node.func.id in ("zip", "enumerate"))


def joined(one, other):
    """What is known where a value is one or the other."""
    if one is other:
        return one
    if {one, other} == {TEXT, PLAIN}:
        return PLAIN
    if {one, other} == {TEXT, LIBRARY}:
        return LIBRARY
    return UNKNOWN
