"""Judges one method by its syntax: can it only look at and set attributes?"""

import ast
import copy

# Builtins that run nothing of the stream's when handed what a method has.
PURE_CALLS = {
    "isinstance", "issubclass", "len", "hasattr", "type", "id", "hash", "tuple", "list", "dict", "set", "frozenset",
    "range", "min", "max", "sum", "abs", "sorted", "zip", "enumerate", "any", "all", "repr", "str", "int", "float",
    "bool", "super", "getattr", "setattr", "iter", "next", "reversed", "round", "object", "vars", "slice",
    "AttributeError", "ValueError", "TypeError", "KeyError", "IndexError", "RuntimeError", "NotImplementedError",
    "OSError", "StopIteration", "OrderedDict", "defaultdict", "AssertionError", "DeprecationWarning", "FutureWarning",
    "print", "issparse", "property", "FrozenInstanceError", "callable", "Exception", "UserWarning", "Warning",
}
# Methods of str, dict, list, tuple, set and ndarray that run nothing else.
PURE_METHODS = {
    "update", "get", "items", "keys", "values", "copy", "append", "extend", "pop", "setdefault", "format", "join",
    "startswith", "endswith", "split", "strip", "lower", "upper", "replace", "add", "discard", "remove", "clear",
    "insert", "index", "count", "sort", "reverse", "astype", "reshape", "ravel", "tolist", "sum", "any", "all", "warn",
    "move_to_end", "popitem", "difference", "intersection", "union", "title", "rstrip", "lstrip",
    "__setstate__", "__getattr__", "__getattribute__", "__setattr__", "__new__", "__setitem__", "__getitem__",
    "__hash__", "__eq__", "__iter__", "__len__", "__contains__", "__str__", "__repr__", "__delattr__", "__next__",
    "flatten", "fill", "item", "isdigit", "capitalize",
}
# Words that stop the judgement wherever they stand.
ALARMING = {
    "open", "exec", "eval", "compile", "__import__", "import_module", "system", "popen", "Popen", "load", "loads",
    "unlink", "rmtree", "mkdir", "makedirs", "connect", "urlopen", "download", "globals", "subprocess", "os", "sys",
    "ctypes", "shutil", "tempfile", "socket", "requests", "urllib", "pickle", "importlib", "Thread", "Process",
}


def without_docstring(body):
    if not isinstance(body, ast.FunctionDef):
        return body
    body = copy.deepcopy(body)
    if ast.get_docstring(body) is not None:
        body.body = body.body[1:] or [ast.Pass()]
    return body


def is_harmless(body, methods, strict, depth=0):
    """Whether the method only reads and sets attributes and calls pure things.

    Under `strict` every call must be known pure. Otherwise (methods that only a known function may reach) any call is
    let pass whose name does not alarm, except one of something stored: an attribute that is not a method, a
    parameter, or what another call returned.
    """
    if isinstance(body, ast.Assign):
        # `__hash__ = None`, `__iter__ = something`: an alias; only None and names of builtins are plain.
        value = body.value
        return isinstance(value, ast.Constant) or (isinstance(value, ast.Attribute) and dotted_builtin(value)) or (
            isinstance(value, ast.Name) and value.id in methods and value.id != "" and depth < 3
            and is_harmless(methods[value.id][1], methods, strict, depth + 1))
    if isinstance(body, ast.AsyncFunctionDef):
        return False
    if any(not isinstance(d, (ast.Name, ast.Attribute)) for d in body.decorator_list if not isinstance(d, ast.Call)):
        return False
    parameters = {a.arg for a in body.args.posonlyargs + body.args.args + body.args.kwonlyargs}
    for extra in (body.args.vararg, body.args.kwarg):
        if extra:
            parameters.add(extra.arg)
    for statement in body.body:
        for node in ast.walk(statement):
            if isinstance(node, (ast.Import, ast.ImportFrom)) and strict:
                return False
            if isinstance(node, ast.Name) and node.id in ALARMING:
                return False
            if isinstance(node, ast.Attribute) and node.attr in ALARMING and strict:
                return False
            if isinstance(node, ast.Call) and not call_is_harmless(node, parameters, methods, strict, depth):
                return False
    return True


def dotted_builtin(node):
    return isinstance(node.value, ast.Name) and node.value.id in ("object", "dict", "list", "tuple", "str", "int")


def call_is_harmless(node, parameters, methods, strict, depth):
    function = node.func
    if isinstance(function, ast.Name):
        if function.id in parameters:
            return False
        if function.id in ("getattr", "setattr") and strict:
            return attribute_is_fixed(node)
        return function.id in PURE_CALLS if strict else function.id not in ALARMING
    if isinstance(function, ast.Attribute):
        if isinstance(function.value, ast.Name) and function.value.id in ("self", "cls"):
            if function.attr not in methods:
                return False
            # An attribute that the stream put into __dict__ hides the method, and would get these arguments.
            if strict and not all(isinstance(a, ast.Constant) for a in node.args + [k.value for k in node.keywords]):
                return False
            return depth < 3 and is_harmless(methods[function.attr][1], methods, strict, depth + 1)
        if function.attr in ALARMING:
            return False
        if not strict:
            return True
        if isinstance(function.value, ast.Name) and function.value.id in ("warnings",):
            return True
        return function.attr in PURE_METHODS
    return False


def attribute_is_fixed(node):
    """`getattr(self, ...)` and `setattr(self, ...)`: on itself, and not under a name that is worked out from data."""
    target = node.args[0] if node.args else None
    return isinstance(target, ast.Name) and target.id in ("self", "cls", "super")
