"""A class as its hooks see it."""

import ast

from source_index import ClassSource


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


def from_items(node):
    """`x.items()`, `zip(...)`, `enumerate(...)`: pairs of Python's own making."""
    return isinstance(node, ast.Call) and (
        isinstance(node.func, ast.Attribute) and node.func.attr == "items"
        or isinstance(node.func, ast.Name) and node.func.id in ("zip", "enumerate"))
