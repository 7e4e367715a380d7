/// The reviewed shape of a call: with these arguments, and no others, the callee is known to be safe.
/// The names are what `policies/globals/safe/*.json` writes under `"arguments"`; the checks are in Rules.
package enum CallShape: String, CaseIterable, Sendable {
  /// Any arguments, themselves made of known-safe values only.
  case any
  /// Created without arguments and without being called: NEWOBJ or NEWOBJ_EX with none, INST or OBJ with none,
  /// or `copyreg._reconstructor`. None of them runs `__init__` (CPython, `_pickle.c`, `instantiate`), so what
  /// `__init__` does needs no review. A call is refused, an empty one too.
  case created
  /// As `any`, and no text among the arguments names a time zone that pandas would read from a path of the file's choice.
  case timeZones = "time-zones"
  /// Created as above. Its constructor opens files or runs what it is given, so a call is no matter of review but a
  /// `deny`.
  case neverCalled = "never-called"
  /// No arguments at all: created as above, or called as `callee()`.
  case none
  /// Constants, and tuples, lists and dicts of constants.
  case constants
  /// `(str, 'latin1')`, as protocol 2 writes bytes.
  case codecsEncode = "codecs-encode"
  /// `copyreg._reconstructor(known class, object or its builtin base, state)`.
  case reconstructor
  /// `copyreg.__newobj__(known class, *args)` or `__newobj_ex__(known class, args, kwargs)`.
  case newObject = "newobj"
  /// The first argument is a class of the same list as the callee, the rest as `any`: the callee hands them to that
  /// class's `__new__`, and another class's might open a file (`numpy.memmap`).
  case ownClass = "own-class"
  /// As `any`, but no integer, range or repetition that makes the callee allocate without bound.
  case bounded
  /// `Fraction(3, 4)` or `Fraction('3/4')`: integers, or text of digits, signs and slashes. An exponent in the text would
  /// be multiplied out.
  case rational
  /// `getattr(known class, 'public_name')`.
  case publicAttribute = "public-attribute"
  /// `functools.partial(known function or class, ...)`.
  case partial
  /// `numpy.dtype('f8', False, True)`.
  case numpyDtype = "numpy-dtype"
  /// `_reconstruct(known ndarray class, (0,), b'b')`.
  case numpyReconstruct = "numpy-reconstruct"
  /// `scalar(dtype, bytes)`, the bytes as long as the dtype says and the dtype without objects.
  case numpyScalar = "numpy-scalar"
  /// `_frombuffer(buffer, dtype, shape, order)`.
  case numpyFromBuffer = "numpy-frombuffer"
  /// `_mareconstruct(known subtype, known base class, (0,), b'b')`.
  case numpyMaskedReconstruct = "numpy-masked-reconstruct"
  /// `_ufunc_reconstruct('numpy.core.umath', 'log1p')`, as numpy before 1.20 pickles a ufunc. It imports the module and
  /// takes the name, so the pair must itself be known as a value.
  case numpyUfunc = "numpy-ufunc"
  /// `__randomstate_ctor('MT19937', __bit_generator_ctor)` and its like: every argument is a string constant, or a
  /// global, a call or an instance of one of numpy.random's modules. numpy calls the second argument with the first,
  /// and creates the class it is given, so any other callable there would be run.
  case numpyRandom = "numpy-random"
  /// `_rebuild_tensor(storage, offset, size, stride)` and the later forms that begin so: every element
  /// inside the storage.
  case torchRebuildTensor = "torch-rebuild-tensor"
  /// The first argument is a tensor, made by one of torch's rebuild functions; the rest as `any`. torch calls
  /// `detach` and `to` on it, which on any other instance could be an attribute that the stream chose.
  case torchTensor = "torch-tensor"
  /// `_rebuild_from_type_v2(known function, known class, args, state)`.
  case torchRebuildFromType = "torch-rebuild-from-type"
  /// `torch.storage._load_from_bytes(bytes)`: the bytes are themselves examined as a torch file.
  case torchLoadFromBytes = "torch-load-from-bytes"
  /// dill's `_create_array(_reconstruct, (ndarray class, (0,), b'b'), state, None)`: both steps of an array in one.
  case dillArray = "dill-array"
  /// `defaultdict(factory, ...)`: whoever asks it for a missing key calls the factory, which must make a plain value of Python
  /// or NumPy.
  case factory
  /// `logging.getLogger(name)`: a short name, for each part of it makes another logger.
  case loggerName = "logger-name"
  /// `ZoneInfo._unpickle(key, from_cache)`: the key is a relative name of a zone, so no path leaves the folder of zones.
  case zoneKey = "zone-key"
  /// `types.GenericAlias(known class, arguments)`: `list[int]`.
  case genericAlias = "generic-alias"
  /// `operator.getitem(typing's form, types)`: `typing.List[int]`, as the module `typing` pickles it.
  case typeSubscript = "type-subscript"
  /// `functools.reduce(operator.or_, types)`: `int | None`, as Python 3.10 to 3.13 pickle it.
  case typeUnion = "type-union"
  /// `re._compile(pattern, flags)`: a constant pattern that is compiled in seconds at most.
  case regularExpression = "regular-expression"
  /// The bytes of one geometry as OGC writes them, not too deep: its reader calls itself.
  case wellKnownBinary = "well-known-binary"
  /// Keeps what it is given, to call it or to look names up in it later: a person decides, whatever the arguments.
  case deferred
  /// dill's `_load_type(name)` of a known type of Python's own. What is done with the type counts as done with its name.
  case dillType = "dill-type"
}

/// The state that BUILD may give to an instance of a known class.
package enum StateShape: String, CaseIterable, Sendable {
  /// Anything made of known-safe values only.
  case any
  /// None or one dict, for `__dict__` or `__setstate__`. Not the pair with a second dict of slots: BUILD sets those by
  /// `setattr`, which runs the class's property setters.
  case dictionary = "dict"
  /// As `any`, but no function may be handed the object itself: what iterates, indexes or converts it was not
  /// reviewed, or calls what the state holds.
  case kept
  /// As `dict`, and no function may be handed the object itself.
  case keptDictionary = "kept-dict"
  /// No BUILD at all.
  case none
  /// A dict without the keys `restore_design_info` and `restore_model_spec`: where one of them stands, statsmodels evaluates
  /// the formula text of the state as Python (`statsmodels/base/data.py`, `ModelData.__setstate__`).
  case noFormula = "no-formula"
  /// As `any`; where it holds an array of tree nodes, every child and feature that a node names is there.
  case treeNodes = "tree-nodes"
  /// As `any`; what it holds under `nodes` is an array.
  case arrayNodes = "array-nodes"
  /// As `any`; where it holds a compressed sparse matrix, pointers and indices fit its shape and data.
  case sparseIndices = "sparse-indices"
  /// As `any`; a tree over points, whose nodes name only nodes and points that there are.
  case spatialTree = "spatial-tree"
  /// A dtype's state, checked field by field: forged flags give arbitrary object pointers.
  case numpyDtype = "numpy-dtype"
  /// `(version, shape, dtype, fortran, data)`, the data as long as shape and dtype say.
  case numpyArray = "numpy-array"
  /// Tuples of numbers and None: what computes with a text formats it, `'%2000000000d' % 1`.
  case numbers
  /// `functools.partial`'s `(function, args, kwargs, dict)`, the function known.
  case partial
}

/// What the policy says of one importable name.
package struct GlobalEntry: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// Pickle may construct it in every way it has, and give it state; `items` says whether it may also be
    /// filled by SETITEM, APPEND and ADDITEMS.
    case safeClass(arguments: CallShape, state: StateShape, items: Bool)
    /// Pickle may call it with arguments of that shape; the result may take state of `state`.
    case safeFunction(arguments: CallShape, state: StateShape, items: Bool)
    /// May be referred to, never called: a dtype object, a layout, a constant.
    case safeValue
    /// Importing it is enough for a `deny`.
    case dangerous
    /// Referring to it proves nothing, calling it is a `deny`: no honest pickle calls this.
    case deniedCall
    /// Builds a function or a code object out of the pickle's own bytes (dill's and cloudpickle's
    /// constructors): what the pickle carries is then code of its author.
    case embeddedCode
  }

  package let kind: Kind
  /// Why it is on its list: for a dangerous name, what it does when called.
  package let reason: String
  /// The policy file's stem: `numpy`, `processes`.
  package let list: String
  /// What it does when it is called, where the lists of functions say so.
  package let effect: FunctionEffect?

  package init(_ kind: Kind, reason: String, list: String, effect: FunctionEffect? = nil) {
    self.kind = kind
    self.reason = reason
    self.list = list
    self.effect = effect
  }
}
