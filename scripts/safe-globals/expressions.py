"""Expressions under judgement: the kinds of their values, or the reason why a person has to read the method."""

import ast

from kinds import ALARMING, LIBRARY, PLAIN, SELF, SUPER, TEXT, TYPE, UNKNOWN, Refused, joined
from lineage import from_items
from syntax import FUNCTIONS, dotted


class Expressions:
    """The part of a method's judgement that gives every expression a kind."""

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
                self.follow([(cls, body)])
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
