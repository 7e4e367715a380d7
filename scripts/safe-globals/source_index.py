"""Reads the Python sources of a library by AST and answers: which classes, with which bases and which methods.

Nothing is imported and nothing is run: the sources are those of wheels nobody here trusts.
"""

import ast
import os
import re
import warnings

from syntax import FUNCTIONS, bound_names, dotted, metaclass_of, plain_bases, statements, targets_of, writes_namespace


class ClassSource:
    """One `class` statement."""

    def __init__(self, module, node):
        self.module = module
        self.node = node
        self.name = node.name
        self.bases = [dotted(base) for base in plain_bases(node)]
        self.decorators = [dotted(decorator) for decorator in node.decorator_list]
        self.metaclass = metaclass_of(node)
        # Every binding of a name, for which one is in force may depend on what is installed.
        self.methods = {}
        self.setters = {}
        # Why nobody can say by syntax what the class holds.
        self.opaque = "keywords of the class" if any(k.arg is None for k in node.keywords) else None
        for item in statements(node.body):
            self.read(item)

    def read(self, item):
        if isinstance(item, FUNCTIONS):
            if any(isinstance(d, ast.Attribute) and d.attr in ("setter", "deleter") for d in item.decorator_list):
                self.setters.setdefault(item.name, []).append(item)
            else:
                self.methods.setdefault(item.name, []).append(item)
            return
        for name in bound_names(item):
            self.methods.setdefault(name, []).append(item)
        if not isinstance(item, (ast.ClassDef, ast.If, ast.Try, ast.With)) and writes_namespace(item):
            self.opaque = "its body writes its own namespace"

    @property
    def qualified(self):
        return self.module.name + "." + self.name

    @property
    def has_slots(self):
        return "__slots__" in self.methods


class ModuleSource:
    """One file: its top-level classes, functions and imports, those under `if` and `try` included."""

    def __init__(self, name, is_package, tree):
        self.name = name
        self.package = name if is_package else name.rpartition(".")[0]
        # Each name's bindings, in order: ClassSource, function, ("import", module, name), or the statement.
        self.bindings = {}
        self.stars = []
        # Whether the file did not parse, and whether it makes names while it is imported.
        self.unread = False
        self.is_dynamic = False
        # Attributes set on classes from outside their body: (class as written, attribute, statement).
        self.patches = []
        for node in statements(tree.body):
            self.read(node)

    def bind(self, name, what):
        self.bindings.setdefault(name, []).append(what)

    def read(self, node):
        if isinstance(node, ast.ClassDef):
            self.bind(node.name, ClassSource(self, node))
        elif isinstance(node, FUNCTIONS):
            node.module_source = self
            self.bind(node.name, node)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                path = alias.name if alias.asname else alias.name.split(".")[0]
                self.bind(alias.asname or path, ("import", path, None))
        elif isinstance(node, ast.ImportFrom):
            origin = self.absolute(node)
            for alias in node.names:
                if alias.name == "*":
                    self.stars.append(origin)
                else:
                    self.bind(alias.asname or alias.name, ("import", origin, alias.name))
        else:
            for name in bound_names(node):
                self.bind(name, node)

    def read_patches(self, tree):
        """`Class.__setstate__ = f`, wherever it stands."""
        for node in ast.walk(tree):
            for target in targets_of(node):
                if isinstance(target, ast.Attribute) and dotted(target.value):
                    self.patches.append((dotted(target.value), target.attr, node))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "setattr" and len(node.args) == 3:
                owner = dotted(node.args[0])
                if owner and isinstance(node.args[1], ast.Constant):
                    self.patches.append((owner, node.args[1].value, node))

    def apply_own_patches(self):
        for written, attribute, statement in self.patches:
            for found in self.bindings.get(written, ()):
                if isinstance(found, ClassSource):
                    found.methods.setdefault(attribute, []).append(statement)
        self.patches = [patch for patch in self.patches if patch[0] not in self.bindings or "." in patch[0]
                        or not any(isinstance(found, ClassSource) for found in self.bindings[patch[0]])]

    @property
    def classes(self):
        return [what for bound in self.bindings.values() for what in bound if isinstance(what, ClassSource)]

    def absolute(self, node):
        if not node.level:
            return node.module
        parts = self.package.split(".")
        parts = parts[: len(parts) - node.level + 1]
        return ".".join(parts + ([node.module] if node.module else []))


class ModuleTable:
    """Module sources by name, parsed when first asked for. A file that does not parse has no classes."""

    PATCH = re.compile(rb"\.(__\w+__|append|extend|add|keys)\s*=[^=]|setattr\(\s*\w+\s*,\s*['\"]__")

    DYNAMIC = re.compile(rb"__getattr__|sys\.modules\[|globals\(\)|(?i:lazy)")
    # Parsed files by path: the trees that many releases inherit from are parsed once.
    cache = {}

    def __init__(self):
        self.paths = {}
        self.parsed = {}

    def __contains__(self, name):
        return name in self.paths

    def get(self, name):
        if name not in self.parsed and name in self.paths:
            path, is_package = self.paths[name]
            if path not in self.cache:
                self.cache[path] = self.read(path, name, is_package)
            self.parsed[name] = self.cache[path]
        return self.parsed.get(name)

    def read(self, path, name, is_package):
        with open(path, "rb") as stream:
            text = stream.read()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError):
            tree = None
        module = ModuleSource(name, is_package, tree or ast.Module([], []))
        module.unread = tree is None
        module.is_dynamic = self.DYNAMIC.search(text) is not None
        if self.PATCH.search(text):
            module.read_patches(tree)
            module.apply_own_patches()
        return module


class SourceIndex:
    """The modules of one or more unpacked wheels."""

    def __init__(self):
        self.modules = ModuleTable()
        self.lineages = {}
        self.resolved = {}
        # The last names of what is no `class` statement and is given methods from outside.
        self.patched = set()

    def add_tree(self, root, prefixes):
        for folder, subfolders, files in os.walk(root):
            subfolders[:] = sorted(f for f in subfolders if f not in ("tests", "test"))
            for file in sorted(files):
                if not file.endswith(".py"):
                    continue
                path = os.path.join(folder, file)
                parts = os.path.relpath(path, root)[:-3].split(os.sep)
                is_package = parts[-1] == "__init__"
                name = ".".join(parts[:-1] if is_package else parts)
                # A script beside the modules; nothing imports it by name.
                if not all(part.isidentifier() and part.isascii() for part in name.split(".")):
                    continue
                if not any(name == p or name.startswith(p + ".") for p in prefixes):
                    continue
                if not all(part.isidentifier() for part in name.split(".")):
                    continue  # a script with a dash in its name: no policy file can name it
                self.modules.paths[name] = (path, is_package)

    def add_patches(self):
        """Gives classes what other statements put on them: as bindings of unknown make."""
        for name in list(self.modules.parsed):
            module = self.modules.parsed[name]
            for written, attribute, statement in module.patches:
                classes = [found for found in self.resolve(name, written) if isinstance(found, ClassSource)]
                for found in classes:
                    found.methods.setdefault(attribute, []).append(statement)
                if not classes and attribute not in ("__annotations__", "__doc__", "__module__"):
                    self.patched.add(written.split(".")[-1])
            module.patches = []

    def resolve(self, module, name, seen=None):
        """What `name` may mean in `module`: ClassSources, functions, and dotted names of what is outside, as a list.

        A name of something that is no class, or cannot be followed, begins with `?`. `seen` are the names looked up on
        the way, each of which is followed once: star imports form large and circular graphs.
        """
        if seen is not None:
            return self.resolve_once(module, name, seen)
        key = (module, name)
        if key not in self.resolved:
            found = self.resolve_once(module, name, set())
            self.resolved[key] = [one for at, one in enumerate(found) if one not in found[:at]] or ["?" + str(name)]
        return self.resolved[key]

    def resolve_once(self, module, name, seen, imported=False):
        """As `resolve`; `imported`: for an import statement, which knows no builtins and fails where a name is missing."""
        if name is None:
            return ["?"]
        if (module, name) in seen:
            return []
        seen.add((module, name))
        if name.endswith("()"):
            return [found + "()" if isinstance(found, str) else "?" + name for found in self.resolve_once(module, name[:-2], seen, imported)]
        head, _, rest = name.partition(".")
        source = self.modules.get(module)
        if source is None:
            return [module + "." + name]
        found = []
        for what in source.bindings.get(head, ()):
            found += self.follow(source, what, head, rest, seen)
        if found or head in source.bindings:
            return found
        if module + "." + head in self.modules:
            return self.resolve(module + "." + head, rest, seen) if rest else ["?module " + name]
        outside = [star for star in source.stars if star not in self.modules]
        for origin in source.stars:
            if origin in self.modules and self.modules.get(origin) is not None:
                for result in self.resolve(origin, name, seen):
                    if not isinstance(result, str):
                        found.append(result)
        if found:
            return found
        if outside:
            return ["?" + origin + ".* " + name for origin in outside]
        if imported:
            return ["?" + module + "." + name] if source.is_dynamic or source.unread else []
        return ["builtins." + name if not rest else "?" + module + "." + name]

    def follow(self, source, what, head, rest, seen):
        """What one binding of `head` means, and `rest` in it."""
        if isinstance(what, tuple):
            _, origin, original = what
            if original is None:
                return self.resolve_path(origin + "." + rest, seen) if rest else ["?module " + origin]
            if origin + "." + original in self.modules and not self.is_rebound(origin, original):
                return self.resolve_path(origin + "." + original + "." + rest, seen) if rest else ["?module " + origin + "." + original]
            return self.resolve_once(origin, original + ("." + rest if rest else ""), seen, True) if origin else ["?" + head]
        if isinstance(what, ClassSource) or isinstance(what, FUNCTIONS):
            return [what] if not rest else ["?" + source.name + "." + head + "." + rest]
        if isinstance(what, ast.Assign) and isinstance(what.value, ast.Constant) and len(source.bindings[head]) > 1:
            return []  # `Name = None`, where what it stands for is not installed: nothing can be made of it
        if isinstance(what, ast.Assign) and len(what.targets) == 1 and isinstance(what.targets[0], ast.Name):
            target = dotted(what.value)
            if target and target != head and not isinstance(what.value, ast.Subscript):
                return self.resolve(source.name, target + ("." + rest if rest else ""), seen)
        return ["?" + source.name + "." + head]

    def is_rebound(self, package, name):
        """Whether a package has something else under the name of its submodule: `from .DAG import DAG`."""
        source = self.modules.get(package)
        return source is not None and any(what != ("import", package, name) for what in source.bindings.get(name, ()))

    def resolve_path(self, path, seen=None):
        """`torch.nn.Module`: the longest module prefix, then the rest as a name in it."""
        parts = path.split(".")
        for cut in range(len(parts) - 1, 0, -1):
            module = ".".join(parts[:cut])
            if module in self.modules:
                return self.resolve(module, ".".join(parts[cut:]), seen)
        return [path]

    def lineage(self, cls, pending=()):
        """Python's method resolution order of a class: ClassSources, and the names of bases that are outside.

        The second part of the answer is false where a base is ambiguous or the order could not be computed: then
        any of the methods may be in force.
        """
        if cls in pending or len(pending) > 40:
            return [cls, "?circular"], False
        if cls not in self.lineages:
            self.lineages[cls] = self.linearized(cls, pending)
        return self.lineages[cls]

    def linearized(self, cls, pending):
        sequences, clear = [], True
        heads = []
        for base in cls.bases:
            found = self.resolve(cls.module.name, base)
            clear = clear and len(found) == 1
            for one in found:
                if isinstance(one, ClassSource):
                    order, sure = self.lineage(one, tuple(pending) + (cls,))
                    clear = clear and sure
                    sequences.append(order)
                elif isinstance(one, str):
                    sequences.append([one])
                else:
                    sequences.append(["?function " + str(base)])
                heads.append(sequences[-1][0])
        merged = merge([list(s) for s in sequences] + [heads])
        if merged is None:
            merged, clear = [], False
            for sequence in sequences:
                merged += [one for one in sequence if one not in merged]
        return [cls] + merged, clear


def merge(sequences):
    """C3, as CPython's `mro_implementation`; None where the bases contradict each other."""
    result = []
    sequences = [s for s in sequences if s]
    while sequences:
        for sequence in sequences:
            head = sequence[0]
            if not any(head in other[1:] for other in sequences):
                break
        else:
            return None
        result.append(head)
        sequences = [rest for rest in ([one for one in s if one is not head and one != head] for s in sequences) if rest]
    return result
