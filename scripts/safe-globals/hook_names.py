"""The methods that loading a pickle reaches, by who calls them."""

# Methods that loading a pickle can reach without the stream calling anything by name: object creation, state,
# attribute lookup (BUILD asks for __setstate__, APPENDS for extend), hashing as a dict key, destruction.
PRIMARY_HOOKS = (
    "__new__", "__setstate__", "__del__", "__hash__",
)
# What looks attributes up: BUILD asks for __setstate__ when an instance has no attributes yet.
LOOKUP_HOOKS = ("__getattr__", "__getattribute__")
# Only a class that has a hash compares while loading: the unpickler puts its instances into dicts and sets.
COMPARING_HOOKS = ("__eq__",)
# Methods that the hooks of other classes may reach: they ask whether a value is true, or long.
SECONDARY_HOOKS = (
    "__len__", "__bool__", "__nonzero__",
)
# Methods that only a known function reaches when it is handed an instance: it iterates, indexes, orders or converts
# it. The hooks that are judged harmless do none of it with what the stream gave them.
HANDED_HOOKS = (
    "__iter__", "__next__", "__getitem__", "__reversed__", "__array__", "__array_interface__", "keys", "__contains__",
    "__lt__", "__gt__", "__le__", "__ge__", "__ne__", "__eq__", "__index__", "__int__", "__float__",
)
# What SETITEM(S), APPEND(S) and ADDITEMS call.
ITEM_HOOKS = ("__setitem__", "append", "extend", "add")
# What BUILD reaches only through the second dict of a (state, slots) pair, and only without a __setstate__; property
# setters come on top.
SLOT_HOOKS = ("__setattr__",)
# Ways of pickling that give the constructor arguments: such a class needs an entry written by hand.
REDUCERS = ("__reduce__", "__reduce_ex__", "__getnewargs__", "__getnewargs_ex__", "__getinitargs__")
# Names in a class that turn the meaning of others; no class that binds one is judged.
TURNING = ("__getinitargs__", "__dict__", "__class__", "__mro_entries__", "__set_name__")
