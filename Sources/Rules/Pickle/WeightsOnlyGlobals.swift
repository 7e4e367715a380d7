/// The names that torch's `weights_only` unpickler resolves by itself, as a file spells them.
///
/// Source: `_get_allowed_globals` in `torch/_weights_only_unpickler.py` of torch 2.13, with what
/// `torch/storage.py` and `torch/__init__.py` put into it.
enum WeightsOnlyGlobals {
  /// Modules of which no name can be added.
  static let blockedModules: Set<String> = ["sys", "os", "posix", "nt"]

  /// What SETITEM is for.
  static let dictionaries: Set<String> = ["collections.OrderedDict", "collections.Counter"]

  static func allows(module: String, name: String) -> Bool {
    names[module]?.contains(name) ?? false
  }

  private static let dtypes: Set<String> = [
    "bfloat16", "bits16", "bits1x8", "bits2x4", "bits4x2", "bits8", "bool", "complex128", "complex32",
    "complex64", "float16", "float32", "float4_e2m1fn_x2", "float64", "float8_e4m3fn", "float8_e4m3fnuz",
    "float8_e5m2", "float8_e5m2fnuz", "float8_e8m0fnu", "int1", "int16", "int2", "int3", "int32", "int4",
    "int5", "int6", "int64", "int7", "int8", "qint32", "qint8", "quint2x4", "quint4x2", "quint8", "uint1",
    "uint16", "uint2", "uint3", "uint32", "uint4", "uint5", "uint6", "uint64", "uint7", "uint8",
  ]

  private static let quantizers: Set<String> = [
    "per_channel_affine", "per_channel_affine_float_qparams", "per_channel_symmetric", "per_tensor_affine",
    "per_tensor_symmetric",
  ]

  private static let storages: Set<String> = [
    "BFloat16Storage", "BoolStorage", "ByteStorage", "CharStorage", "ComplexDoubleStorage",
    "ComplexFloatStorage", "DoubleStorage", "FloatStorage", "HalfStorage", "IntStorage", "LongStorage",
    "QInt32Storage", "QInt8Storage", "QUInt2x4Storage", "QUInt4x2Storage", "QUInt8Storage", "ShortStorage",
  ]

  private static let tensors: Set<String> = [
    "BFloat16Tensor", "BoolTensor", "ByteTensor", "CharTensor", "DoubleTensor", "FloatTensor", "HalfTensor",
    "IntTensor", "LongTensor", "ShortTensor",
  ]

  private static let names: [String: Set<String>] = [
    "_codecs": ["encode"],
    "builtins": ["bytearray", "complex", "set"],
    "collections": ["Counter", "OrderedDict"],
    "torch": dtypes.union(quantizers).union(storages).union(tensors).union(["Size", "Tensor", "device"]),
    "torch._tensor": ["_rebuild_from_type_v2"],
    "torch._utils": [
      "_rebuild_device_tensor_from_cpu_tensor", "_rebuild_device_tensor_from_numpy",
      "_rebuild_meta_tensor_no_storage", "_rebuild_nested_tensor", "_rebuild_parameter",
      "_rebuild_parameter_with_state", "_rebuild_qtensor", "_rebuild_sparse_tensor", "_rebuild_tensor",
      "_rebuild_tensor_v2", "_rebuild_tensor_v3", "_rebuild_wrapper_subclass",
    ],
    "torch.cuda": tensors.union(storages),
    "torch.cuda.sparse": tensors,
    "torch.nn.parameter": ["Parameter"],
    "torch.serialization": ["_get_layout"],
    "torch.sparse": tensors,
    "torch.storage": ["TypedStorage", "UntypedStorage"],
  ]
}
