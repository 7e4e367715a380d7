import ByteParsing
import Findings
import Pickle
import Policy

/// Sizes of PyTorch's element types.
enum TorchElements {
  /// Bytes of one element of a storage class. QUInt4x2 and QUInt2x4 pack several into a byte, and their
  /// `numel` counts bytes (torch, `StorageImpl`).
  static let storageSizes: [String: Int] = [
    "DoubleStorage": 8, "FloatStorage": 4, "HalfStorage": 2, "BFloat16Storage": 2, "LongStorage": 8,
    "IntStorage": 4, "ShortStorage": 2, "CharStorage": 1, "ByteStorage": 1, "BoolStorage": 1,
    "ComplexDoubleStorage": 16, "ComplexFloatStorage": 8, "QUInt8Storage": 1, "QInt8Storage": 1,
    "QInt32Storage": 4, "QUInt4x2Storage": 1, "QUInt2x4Storage": 1, "UntypedStorage": 1,
  ]

  /// Bytes of one element of a dtype that is stored untyped (torch, `_rebuild_tensor_v3`).
  static let dtypeSizes: [String: Int] = [
    "float64": 8, "double": 8, "float32": 4, "float": 4, "float16": 2, "half": 2, "bfloat16": 2, "int64": 8,
    "long": 8, "int32": 4, "int": 4, "int16": 2, "short": 2, "int8": 1, "uint8": 1, "bool": 1, "uint16": 2,
    "uint32": 4, "uint64": 8, "complex32": 4, "chalf": 4, "complex64": 8, "cfloat": 8, "complex128": 16,
    "cdouble": 16, "float8_e4m3fn": 1, "float8_e5m2": 1, "float8_e4m3fnuz": 1, "float8_e5m2fnuz": 1,
    "float8_e8m0fnu": 1, "float4_e2m1fn_x2": 1,
  ]

  /// What `torch.load` restores storages to: the names that its location tags can have.
  static let devices: Set<String> = [
    "cpu", "cuda", "mps", "meta", "xpu", "hpu", "npu", "mlu", "ipu", "xla", "mtia", "privateuseone", "hip",
    "vulkan",
  ]

  /// Whether a location tag is a device with or without an index: `cuda:0`.
  static func isLocation(_ tag: String) -> Bool {
    let parts = tag.split(separator: ":", omittingEmptySubsequences: false)
    guard let device = parts.first, devices.contains(String(device)), parts.count <= 2 else { return false }
    guard parts.count == 2 else { return true }
    return (1...3).contains(parts[1].count) && parts[1].allSatisfy { $0.isASCII && $0.isNumber }
  }
}

extension PickleJudge {
  /// `_rebuild_tensor(storage, offset, size, stride, ...)`: every element must lie inside the storage. A dtype
  /// among the later arguments (`_rebuild_tensor_v3`) gives the element size of an untyped storage.
  mutating func checkTensor(_ arguments: [SymbolicValue], _ values: borrowing ValueTable) -> Judgement {
    guard arguments.count >= 4 else { return .unfollowed("it has \(arguments.count) arguments") }
    guard let offset = values.integer(arguments[1]), let size = integers(arguments[2], values),
      let stride = integers(arguments[3], values)
    else { return .unfollowed("offset, size or stride are no plain numbers") }
    guard size.count == stride.count else {
      return .refused(.tensorOutOfBounds, "it has \(size.count) sizes and \(stride.count) strides")
    }
    guard let last = Self.lastElement(offset: offset, size: size, stride: stride) else {
      return .refused(.tensorOutOfBounds, "offset \(offset), size \(size) and stride \(stride) cannot be")
    }
    guard let capacity = capacity(of: arguments[0], values) else {
      return .unfollowed("its storage could not be followed")
    }
    // An empty tensor reads nothing, wherever it begins.
    guard let last else { return .reviewed }
    let width = capacity.untyped ? untypedWidth(arguments, values) : 1
    let (end, overflow) = last.multipliedReportingOverflow(by: width)
    guard !overflow, end <= capacity.count - width else {
      return .refused(
        .tensorOutOfBounds,
        "offset \(offset), size \(size) and stride \(stride) reach element \(last) of \(capacity.count / width)"
      )
    }
    return .reviewed
  }

  /// A function that works on a tensor: its first argument must be one that torch's own functions made.
  mutating func checkOnTensor(_ arguments: [SymbolicValue], _ values: borrowing ValueTable) -> Judgement {
    guard let tensor = arguments.first, tensor.kind == .call, let callee = values.callee(tensor),
      let standing = standing(of: callee, values)
    else { return .refused(.unsafeArguments, "its first argument is not a tensor of the pickle") }
    switch standing.callShape {
    case .torchRebuildTensor, .torchTensor, .torchRebuildFromType: return .reviewed
    case .any where standing.name.hasPrefix("torch._utils._rebuild"): return .reviewed
    default:
      if case .unknown = standing.kind { return .unfollowed("\(standing.name) made its first argument") }
      return .refused(.unsafeArguments, "\(standing.name) made its first argument, which is no tensor")
    }
  }

  /// The index of the last element of a tensor: `.some(nil)` for one without elements, nil where a number is
  /// negative or the sum overflows.
  static func lastElement(offset: Int, size: [Int], stride: [Int]) -> Int?? {
    guard offset >= 0, size.allSatisfy({ $0 >= 0 }), stride.allSatisfy({ $0 >= 0 }) else { return nil }
    var count = 1
    for length in size where length > 0 {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard !overflow else { return nil }
      count = product
    }
    if size.contains(0) { return .some(nil) }
    var last = offset
    for (length, step) in zip(size, stride) {
      let (distance, overflow) = (length - 1).multipliedReportingOverflow(by: step)
      let (sum, carried) = last.addingReportingOverflow(distance)
      guard !overflow, !carried else { return nil }
      last = sum
    }
    return .some(last)
  }

  /// A tuple or list of integers, or a `torch.Size` of one.
  private func integers(_ value: SymbolicValue, _ values: borrowing ValueTable) -> [Int]? {
    var container = value
    if value.kind == .call || value.kind == .instance {
      guard let callee = values.callee(value), let name = values.global(callee),
        name.resolvedModule == "torch",
        name.resolvedName == "Size", let tuple = values.arguments(value), let only = values.elements(tuple),
        only.count == 1
      else { return nil }
      container = only[0]
    }
    guard container.kind == .tuple || container.kind == .list, let elements = values.elements(container),
      elements.count <= 64
    else { return nil }
    var numbers: [Int] = []
    for element in elements {
      guard let number = values.integer(element) else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  /// How many elements a storage holds; bytes for an untyped one.
  private mutating func capacity(
    of value: SymbolicValue, _ values: borrowing ValueTable
  ) -> (count: Int, untyped: Bool)? {
    if value.kind == .persistent {
      guard let id = values.persistentID(value), let parts = values.elements(id), parts.count >= 5,
        let key = storageKey(parts[2], values), let index = storageIndex[key]
      else { return nil }
      let storage = storages[index]
      var count = storage.elementCount
      if parts.count == 6, parts[5].kind == .tuple {
        // A view of the storage, as old legacy files have them.
        guard let view = values.elements(parts[5]), view.count == 3, let size = values.integer(view[2])
        else {
          return nil
        }
        count = min(count, size)
      }
      return (count, storage.type == "UntypedStorage")
    }
    // A storage inside the pickle, as bytes that are examined on their own. Each element takes a byte at least, so
    // the bytes bound what the tensor can make PyTorch allocate.
    guard value.kind == .call, let callee = values.callee(value), callee.kind == .global,
      standing(of: callee, values)?.callShape == .torchLoadFromBytes,
      let tuple = values.arguments(value), let bytes = values.elements(tuple)?.first,
      let contents = values.contents(encodedText(bytes, values) ?? bytes)
    else { return nil }
    return (contents.count, false)
  }

  private func untypedWidth(_ arguments: [SymbolicValue], _ values: borrowing ValueTable) -> Int {
    for argument in arguments.dropFirst(4) where argument.kind == .global {
      if let dtype = values.global(argument), dtype.resolvedModule == "torch",
        let size = TorchElements.dtypeSizes[dtype.resolvedName]
      {
        return size
      }
    }
    return 1
  }
}
