"""What statements bind, and how names are written: helpers over Python's syntax trees."""

import ast

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def statements(body):
    """The statements of a body and of its `if`, `try` and `with` blocks."""
    for node in body:
        yield node
        if isinstance(node, ast.If):
            if is_main(node.test):
                continue
            yield from statements(node.body + node.orelse)
        elif isinstance(node, ast.Try):
            yield from statements(node.body + node.orelse + node.finalbody)
            for handler in node.handlers:
                yield from statements(handler.body)
        elif isinstance(node, ast.With):
            yield from statements(node.body)


def is_main(test):
    """`__name__ == "__main__"`: not run where the module is imported."""
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__" and isinstance(test.ops[0], ast.Eq)


def targets_of(node):
    if isinstance(node, ast.Assign):
        return node.targets
    if isinstance(node, (ast.AugAssign, ast.AnnAssign, ast.For)):
        return [node.target]
    return []


def bound_names(item):
    """The names that a statement binds in the scope it stands in, those of its inner statements included."""
    if isinstance(item, ast.AnnAssign) and item.value is None:
        return
    if isinstance(item, FUNCTIONS + (ast.ClassDef,)):
        yield item.name
        return
    pending = [item]
    # Their blocks are statements of their own.
    if isinstance(item, ast.If):
        pending = [item.test]
    elif isinstance(item, ast.With):
        pending = list(item.items)
    elif isinstance(item, ast.Try):
        yield from (handler.name for handler in item.handlers if handler.name)
        return
    while pending:
        node = pending.pop()
        if isinstance(node, FUNCTIONS + (ast.ClassDef,)):
            yield node.name
            continue
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).split(".")[0]
        pending.extend(ast.iter_child_nodes(node))


def writes_namespace(item):
    """`locals()[name] = ...`, `vars().update(...)`, `exec(...)` in a class body."""
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("locals", "vars", "exec", "globals")
        for node in ast.walk(item))


def metaclass_of(node):
    for keyword in node.keywords:
        if keyword.arg == "metaclass":
            return dotted(keyword.value) or "?"
    for base in node.bases:
        if isinstance(base, ast.Call) and (dotted(base.func) or "").split(".")[-1] == "with_metaclass" and base.args:
            return dotted(base.args[0]) or "?"
    return None


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
