"""Calls under judgement."""

import ast

from kinds import (
    ALARMING, BUILTIN_TYPES, CONTAINER_METHODS, EXCEPTIONS, FRESH, GIVE_ELEMENT, GIVE_PLAIN, GIVE_TEXT, ITERATING, LIBRARY, MESSAGES, PLAIN,
    PURE_OUTSIDE, SELF, STRING_METHODS, SUPER, TEXT, TEXT_TO_TEXT, TYPE, UNKNOWN, Refused, joined)
from lineage import FunctionOwner, Lineage
from source_index import ClassSource
from syntax import dotted


class Calls:
    """The part of a method's judgement that follows what it calls."""

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
                self.follow_class(what)
                given = UNKNOWN
            elif isinstance(what, ast.FunctionDef):
                self.follow_function(FunctionOwner(what.module_source), what)
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

    def call_attribute(self, node, values, keywords):
        function = node.func
        name = function.attr
        if isinstance(function.value, ast.Name) and function.value.id not in self.locals:
            return self.call_on_name(function.value.id, name, node, values, keywords)
        base = self.kind(function.value)
        if base is SUPER:
            return self.call_super(name, values)
        if base is TYPE:
            self.follow(self.lineage.find(name))
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
        self.follow(found)
        return UNKNOWN

    def call_super(self, name, values):
        found = self.lineage.find(name, after=self.owner)
        if found:
            self.follow(found, name == self.name and self.arguments_known)
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
                    self.follow(bodies, name == self.name and self.arguments_known)
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
