import Findings
import Pickle
import Policy

// A reading that has parted from the one that the file was made for, and takes data for opcodes. Whatever it imports,
// calls or builds counts like everything else. Nearly always it breaks at once, and so breaking is no finding.
extension PickleJudge {
  /// Whether the effect or irregularity being judged comes of data taken for opcodes.
  var isBeyondParting: Bool { knownUntil >= 0 && !isKnown && reading.isOther }

  /// Why an effect is none: every unpickler raises an exception instead. A pickle of an array of objects, read with
  /// the memo of the one around it, ends like that.
  mutating func certainFailure(_ effect: Effect, _ values: borrowing ValueTable) -> String? {
    switch effect.kind {
    case .importGlobal:
      guard effect.operand.kind != .none || values.global(effect.target) == nil else { return nil }
      return isNoString(effect.operand, values) ? "an import by something that is no string" : nil
    case .reduce, .newObject, .newObjectEx, .instantiate:
      return isPlain(effect.target) ? "a call of something that cannot be called" : nil
    case .build:
      // Python's unpickler passes over a state that is empty.
      guard isPlain(effect.target), effect.operand.kind == .dictionary,
        values.elementCount(effect.operand) ?? 0 > 0
      else { return nil }
      return "attributes for a value that has none"
    case .setItems, .appendItems, .addItems, .persistentLoad, .extensionLookup, .buffer: return nil
    }
  }

  /// Whether the value is a constant or a container of Python's own, which can neither be called nor hold attributes.
  private func isPlain(_ value: SymbolicValue) -> Bool {
    switch value.kind {
    case .none, .true, .false, .integer, .bigInteger, .float, .string, .bytes, .bytearray, .tuple, .list,
      .dictionary, .set, .frozenSet:
      true
    case .unknown, .global, .call, .instance, .persistent, .extension, .buffer: false
    }
  }

  /// Whether STACK_GLOBAL refuses the value: it takes nothing but `str` itself.
  private mutating func isNoString(_ value: SymbolicValue, _ values: borrowing ValueTable) -> Bool {
    if value.kind == .string { return false }
    if isPlain(value) { return true }
    // An instance of a known class. Of an import itself it is not known what it is.
    guard value.kind == .instance, let type = values.callee(value), type.kind == .global,
      let standing = standing(of: type, values), case .listed(.safeClass(_, _, _)) = standing.kind
    else { return false }
    return standing.name != "builtins.str"
  }

  /// An irregularity among data that are taken for opcodes. Those after which every unpickler raises an exception, or
  /// goes on in the same way, say nothing; behind the others an unpickler may go where the machine does not.
  mutating func receiveBeyondParting(_ irregularity: Irregularity) {
    switch irregularity.kind {
    case .protocolRepeated, .protocolUnknown, .allocationBomb, .belowMark: break
    // The effect that follows is judged, and knows the value.
    case .computedImport: break
    case .frameCrossed, .frameMalformed, .numberNotCanonical, .lineControl, .lineUnterminated,
      .nameMalformed,
      .memoBomb, .expansion:
      report(
        .rawArray, at: irregularity.offset, subject: irregularity.kind.rawValue,
        "bytes of an array are an irregular pickle: \(irregularity.detail)")
    }
  }
}

extension PickleReading {
  /// Whether it is not the reading that files are made for today.
  var isOther: Bool {
    switch self {
    case .joblib: false
    case .joblibWithoutPadding, .plain: true
    }
  }
}
