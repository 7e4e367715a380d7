"""Reads the Python sources of a library by AST and answers: which classes, with which bases and which methods.

Nothing is imported and nothing is run: the sources are those of wheels nobody here trusts.
"""

import ast
import os

# Methods that loading a pickle can reach without the stream calling anything by name: object creation, state,
# attribute lookup (BUILD asks for __setstate__, APPENDS for extend), hashing as a dict key, destruction.
PRIMARY_HOOKS = (
    "__new__", "__setstate__", "__getattr__", "__getattribute__", "__del__", "__hash__", "__eq__",
)
# Methods that a known function may reach when it is handed an instance: it iterates, measures or converts it.
SECONDARY_HOOKS = (
    "__iter__", "__next__", "__len__", "__getitem__", "__contains__", "__bool__", "__index__", "__int__", "__float__",
    "__array__", "__array_interface__", "keys", "__lt__", "__gt__", "__le__", "__ge__",
)
# What SETITEM(S), APPEND(S) and ADDITEMS call.
ITEM_HOOKS = ("__setitem__", "append", "extend", "add")
# What BUILD reaches only through the second dict of a (state, slots) pair, and only without a __setstate__; property
# setters come on top.
SLOT_HOOKS = ("__setattr__",)
# Ways of pickling that give the constructor arguments: such a class needs an entry written by hand.
REDUCERS = ("__reduce__", "__reduce_ex__", "__getnewargs__", "__getnewargs_ex__", "__getinitargs__")


class ClassSource:
    """One `class` statement."""

    def __init__(self, module, node):
        self.module = module
        self.node = node
        self.name = node.name
        self.bases = [dotted(base) for base in plain_bases(node)]
        self.metaclass = next((dotted(k.value) for k in node.keywords if k.arg == "metaclass"), None)
        self.methods = {}
        self.setters = {}
        for item in statements(node.body):
            if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)):
                if any(isinstance(d, ast.Attribute) and d.attr == "setter" for d in item.decorator_list):
                    self.setters[item.name] = item
                else:
                    self.methods[item.name] = item
            elif isinstance(item, ast.Assign):
                for target in item.targets:
                    if isinstance(target, ast.Name):
                        self.methods.setdefault(target.id, item)

    @property
    def qualified(self):
        return self.module.name + "." + self.name


class ModuleSource:
    """One file: its top-level classes, functions and imports, those under `if` and `try` included."""

    def __init__(self, name, is_package, tree):
        self.name = name
        self.package = name if is_package else name.rpartition(".")[0]
        self.classes = {}
        self.functions = {}
        self.assigned = {}
        self.imports = {}
        self.stars = []
        for node in statements(tree.body):
            if isinstance(node, ast.ClassDef):
                self.classes[node.name] = ClassSource(self, node)
            elif isinstance(node, ast.FunctionDef):
                self.functions[node.name] = node
            elif isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        self.assigned[target.id] = node.value
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.asname:
                        self.imports[alias.asname] = (alias.name, None)
                    else:
                        self.imports[alias.name.split(".")[0]] = (alias.name.split(".")[0], None)
            elif isinstance(node, ast.ImportFrom):
                origin = self.absolute(node)
                for alias in node.names:
                    if alias.name == "*":
                        self.stars.append(origin)
                    else:
                        self.imports[alias.asname or alias.name] = (origin, alias.name)

    def absolute(self, node):
        if not node.level:
            return node.module
        parts = self.package.split(".")
        parts = parts[: len(parts) - node.level + 1]
        return ".".join(parts + ([node.module] if node.module else []))


def statements(body):
    """The statements of a body and of its `if`, `try` and `with` blocks."""
    for node in body:
        yield node
        if isinstance(node, ast.If):
            yield from statements(node.body + node.orelse)
        elif isinstance(node, ast.Try):
            yield from statements(node.body + node.orelse + node.finalbody)
            for handler in node.handlers:
                yield from statements(handler.body)
        elif isinstance(node, ast.With):
            yield from statements(node.body)


def plain_bases(node):
    """The base expressions; those that `six.with_metaclass(Meta, Base)` hides included."""
    for base in node.bases:
        if isinstance(base, ast.Call) and (dotted(base.func) or "").split(".")[-1] == "with_metaclass":
            yield from base.args[1:]
        else:
            yield base


def dotted(node):
    """`a.b.C` of a base expression; of a subscripted or called one, what is subscripted or called."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        head = dotted(node.value)
        return head + "." + node.attr if head else None
    if isinstance(node, ast.Subscript):
        return dotted(node.value)
    if isinstance(node, ast.Call):
        head = dotted(node.func)
        return head + "()" if head else None
    return None


class ModuleTable:
    """Module sources by name, parsed when first asked for. A file that does not parse has no classes."""

    def __init__(self):
        self.paths = {}
        self.parsed = {}

    def __contains__(self, name):
        return name in self.paths

    def get(self, name):
        if name not in self.parsed and name in self.paths:
            path, is_package = self.paths[name]
            with open(path, "rb") as stream:
                try:
                    tree = ast.parse(stream.read())
                except (SyntaxError, ValueError):
                    tree = ast.Module([], [])
            self.parsed[name] = ModuleSource(name, is_package, tree)
        return self.parsed.get(name)


class SourceIndex:
    """The modules of one or more unpacked wheels."""

    def __init__(self):
        self.modules = ModuleTable()

    def add_tree(self, root, prefixes):
        for folder, subfolders, files in os.walk(root):
            subfolders[:] = sorted(f for f in subfolders if f not in ("tests", "test", "testing"))
            for file in sorted(files):
                if not file.endswith(".py"):
                    continue
                path = os.path.join(folder, file)
                parts = os.path.relpath(path, root)[:-3].split(os.sep)
                is_package = parts[-1] == "__init__"
                name = ".".join(parts[:-1] if is_package else parts)
                if not any(name == p or name.startswith(p + ".") for p in prefixes):
                    continue
                self.modules.paths[name] = (path, is_package)

    def resolve(self, module, name, seen=()):
        """The class that `name` means in `module`: a ClassSource, or the dotted name of something outside."""
        if name is None or (module, name) in seen:
            return None
        seen = seen + ((module, name),)
        head, _, rest = name.partition(".")
        source = self.modules.get(module)
        if source is None:
            return module + "." + name
        if not rest and head in source.classes:
            return source.classes[head]
        if not rest and head in source.assigned:
            target = dotted(source.assigned[head])
            if target and target != head:
                return self.resolve(module, target, seen)
        if head in source.imports:
            origin, original = source.imports[head]
            if origin is None:
                return None
            if original is None:
                return self.resolve_path(origin + "." + rest, seen) if rest else None
            if origin + "." + original in self.modules and rest:
                return self.resolve_path(origin + "." + original + "." + rest, seen)
            return self.resolve(origin, original + ("." + rest if rest else ""), seen)
        for origin in source.stars:
            if origin in self.modules:
                found = self.resolve(origin, name, seen)
                if isinstance(found, ClassSource):
                    return found
        if module + "." + head in self.modules and rest:
            return self.resolve(module + "." + head, rest, seen)
        return "builtins." + name if not rest else module + "." + name

    def resolve_path(self, path, seen):
        """`torch.nn.Module`: the longest module prefix, then the rest as a name in it."""
        parts = path.split(".")
        for cut in range(len(parts) - 1, 0, -1):
            module = ".".join(parts[:cut])
            if module in self.modules:
                return self.resolve(module, ".".join(parts[cut:]), seen)
        return path

    def ancestors(self, cls):
        """The class and its bases, most derived first, each once; and the bases that are outside the index."""
        order, outside, pending = [], [], [cls]
        while pending:
            current = pending.pop(0)
            if current in order:
                continue
            order.append(current)
            for base in current.bases:
                found = self.resolve(current.module.name, base)
                if isinstance(found, ClassSource):
                    pending.append(found)
                else:
                    outside.append(found or "?" + str(base))
        return order, outside
