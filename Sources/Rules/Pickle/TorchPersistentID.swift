import Findings
import Pickle
import Policy

extension PickleJudge {
  /// A persistent id: in a torch file it names a storage, elsewhere nobody can say what it is.
  mutating func judgePersistentID(_ effect: Effect, _ values: borrowing ValueTable) {
    guard profile != .plain else {
      report(
        .persistentID, at: effect.offset, subject: "", "a persistent id is looked up",
        showing: effect.operand, values)
      return
    }
    guard effect.operand.kind == .tuple, let parts = values.elements(effect.operand),
      let head = parts.first,
      let kind = values.string(head, limit: 64)
    else {
      report(
        .unknownPersistentID, at: effect.offset, subject: "", "the id is no tuple that begins with a word",
        showing: effect.operand, values)
      return
    }
    switch kind {
    case "storage": judgeStorage(effect, parts, values)
    case "module":
      report(
        .sourcePatch, at: effect.offset, subject: "", "a module is given with its source",
        showing: effect.operand, values)
    case "reduce_package": judgePackageReduce(effect, parts, values)
    default:
      report(
        .unknownPersistentID, at: effect.offset, subject: kind, "the id is of the kind '\(kind)'",
        showing: effect.operand, values)
    }
  }

  /// `('storage', type, key, location, numel)`, in legacy files with view metadata after it (torch,
  /// `serialization.py`, `persistent_load`).
  private mutating func judgeStorage(
    _ effect: Effect, _ parts: [SymbolicValue], _ values: borrowing ValueTable
  ) {
    guard parts.count == 5 || parts.count == 6, parts[1].kind == .global,
      let standing = standing(of: parts[1], values), let type = values.global(parts[1])?.resolvedName,
      let key = storageKey(parts[2], values), let location = values.string(parts[3], limit: 64),
      let count = values.integer(parts[4]), count >= 0, isView(parts, of: count, values)
    else {
      report(
        .storageContradiction, at: effect.offset, subject: "", "the storage's id is malformed",
        showing: effect.operand, values)
      return
    }
    let size = standing.name.hasPrefix("torch.") ? TorchElements.storageSizes[type] : nil
    if size == nil {
      report(
        .unknownStorageType, at: effect.offset, subject: standing.name,
        "\(standing.name) is no storage of PyTorch",
        showing: effect.operand, values)
    }
    if !TorchElements.isLocation(location) {
      report(
        .unknownLocation, at: effect.offset, subject: location,
        "the device '\(location)' is none of PyTorch's",
        showing: effect.operand, values)
    }
    record(
      TorchStorage(
        key: key, type: type, elementSize: size, elementCount: count, location: location,
        offset: effect.offset), showing: effect.operand, values)
  }

  /// `('reduce_package', id, function, arguments)`: the importer of a package calls the function with itself and the
  /// arguments (torch, `package/package_importer.py`, `load_pickle`).
  private mutating func judgePackageReduce(
    _ effect: Effect, _ parts: [SymbolicValue], _ values: borrowing ValueTable
  ) {
    guard parts.count == 4, parts[2].kind == .global, let function = standing(of: parts[2], values) else {
      report(
        .computedCall, at: effect.offset, subject: "reduce_package",
        "the package's importer calls what is no imported name", showing: effect.operand, values)
      return
    }
    switch function.kind {
    case .listed(.dangerous), .listed(.deniedCall), .walk:
      report(
        .dangerousCall, at: effect.offset, subject: function.name,
        "\(function.name) is called by the package's importer: \(function.reason)", showing: effect.operand,
        values)
    default:
      report(
        .unknownCall, at: effect.offset, subject: function.name,
        "\(function.name) is called by the package's importer", showing: effect.operand, values)
    }
  }

  /// A storage's key: a string, or in old files a number.
  func storageKey(_ value: SymbolicValue, _ values: borrowing ValueTable) -> String? {
    values.string(value, limit: 128) ?? values.integer(value).map(String.init)
  }

  /// Whether the view metadata `(key, offset, size)` of a legacy id, where it has any, lie inside the storage.
  private func isView(_ parts: [SymbolicValue], of whole: Int, _ values: borrowing ValueTable) -> Bool {
    guard parts.count == 6, parts[5].kind != .none else { return true }
    guard parts[5].kind == .tuple, let fields = values.elements(parts[5]), fields.count == 3,
      storageKey(fields[0], values) != nil, let offset = values.integer(fields[1]), offset >= 0,
      let count = values.integer(fields[2]), count >= 0
    else { return false }
    return offset <= whole && count <= whole - offset
  }

  /// Keeps a storage by the first reference to its key, which is the one PyTorch uses for all.
  private mutating func record(
    _ storage: TorchStorage, showing operand: SymbolicValue, _ values: borrowing ValueTable
  ) {
    guard let index = storageIndex[storage.key] else {
      guard storages.count < PickleJudgeLimits.storages else {
        recordGap("more than \(PickleJudgeLimits.storages) storages", at: storage.offset)
        return
      }
      storageIndex[storage.key] = storages.count
      storages.append(storage)
      return
    }
    let first = storages[index]
    if first.type != storage.type || first.elementCount != storage.elementCount {
      report(
        .storageContradiction, at: storage.offset, subject: storage.key,
        "storage '\(storage.key)' is \(first.type) of \(first.elementCount) elements and \(storage.type) of \(storage.elementCount)",
        showing: operand, values)
    }
  }
}
