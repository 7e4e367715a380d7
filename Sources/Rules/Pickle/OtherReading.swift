import Findings
import Pickle
import Policy

/// What comes of an effect when data are misread for opcodes.
enum MisreadOutcome {
  /// What its judgement says.
  case effect
  /// Nothing: it is refused, or changes a plain value of the stream.
  case nothing
  /// Every unpickler raises an exception and is done.
  case exception(String)
}

// A reading that has parted from the one that the file was made for, and takes data for opcodes. Whatever it imports,
// calls or builds counts like everything else. Nearly always it breaks at once, and so breaking is no finding.
extension PickleJudge {
  /// Whether the effect or irregularity being judged comes of data taken for opcodes.
  var isBeyondParting: Bool { knownUntil >= 0 && !isKnown && reading.isOther }

  /// What an effect of misread data comes to, as far as it is certain for every unpickler. A pickle of an array of
  /// objects, read with the memo of the one around it, has many that come to nothing.
  mutating func outcome(_ effect: Effect, _ values: borrowing ValueTable) -> MisreadOutcome {
    switch effect.kind {
    case .importGlobal:
      guard values.global(effect.target) == nil else { return .effect }
      return isNoString(effect.operand, values)
        ? .exception("an import by something that is no string") : .effect
    case .reduce, .newObject, .newObjectEx, .instantiate:
      return isPlain(effect.target) ? .exception("a call of something that cannot be called") : .effect
    // Such a value has no `__setstate__`, no attributes, and no methods but its own type's.
    case .build, .setItems, .appendItems, .addItems: return isPlain(effect.target) ? .nothing : .effect
    // Whoever has no persistent ids and no buffers to give, as joblib and pickle.load without further arguments.
    case .persistentLoad: return .exception("a persistent id")
    case .buffer:
      return effect.target.kind == .none ? .exception("a buffer from outside the stream") : .nothing
    // The registry is empty, or has what the loading program put there itself. A call of that is a computed call.
    case .extensionLookup: return .nothing
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
    switch value.kind {
    case .global:
      // A known class or function is itself no string; a known value may be one.
      guard let standing = standing(of: value, values) else { return false }
      return standing.callShape != nil
    case .instance, .call:
      guard let type = values.callee(value), type.kind == .global, let maker = standing(of: type, values),
        case .instance(let known) = origin(of: value, values)
      else { return false }
      // What a function gives is not known, but for those that create the class they are given.
      switch maker.kind {
      case .listed(.safeClass(_, _, _)): break
      default:
        guard maker.callShape == .reconstructor || maker.callShape == .newObject else { return false }
      }
      return !Self.mayBeString(known.name)
    default: return false
    }
  }

  /// Whether a class may be `str` by one of its names: `builtins.str`, `numpy.unicode`, `six.text_type`.
  static func mayBeString(_ name: String) -> Bool {
    let last = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
    return ["str", "unicode", "text"].contains { last.contains($0) }
  }

  /// An irregularity among data that are taken for opcodes. Those after which every unpickler raises an exception, or
  /// goes on in the same way, say nothing; behind the others an unpickler may go where the machine does not.
  mutating func receiveBeyondParting(_ irregularity: Irregularity) {
    switch irregularity.kind {
    case .protocolRepeated, .protocolUnknown, .allocationBomb, .belowMark, .nameMalformed: break
    // The machine reads the number as whoever takes it for one, and the others refuse it.
    case .lineControl, .numberNotCanonical: break
    // The effect that follows is judged, and knows the value or the name.
    case .computedImport, .lineUnterminated: break
    case .frameCrossed, .frameMalformed, .memoBomb, .expansion:
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
