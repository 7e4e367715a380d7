import Findings
import Pickle
import Policy

/// pandas takes a time zone as text, alone or inside the name of a type (`datetime64[ns, Europe/Berlin]`), and hands
/// what follows `dateutil/` to `dateutil.tz.gettz`, which opens any path (`pandas/_libs/tslibs/timezones.pyx`,
/// `maybe_get_tz`). A path can be a device or a pipe on which loading never ends.
extension PickleJudge {
  /// As `any`, and no text among the arguments can name such a zone.
  mutating func checkTimeZones(_ arguments: CallArguments, _ values: borrowing ValueTable) -> Judgement {
    var made: [SymbolicValue] = []
    var judgement = Judgement.reviewed
    for argument in arguments.positional + (arguments.keywords.map { [$0] } ?? []) {
      let complete = walk(argument, values) { value, values in
        switch value.kind {
        case .string, .bytes, .bytearray: judgement = judgement.merged(with: zone(value, values))
        case .call, .instance: made.append(value)
        case .unknown: judgement = judgement.merged(with: .unfollowed("an argument could not be followed"))
        default: break
        }
      }
      if !complete {
        judgement = judgement.merged(with: .unfollowed("an argument is too large to be followed"))
      }
    }
    for value in made where mayBeText(value, values) {
      judgement = judgement.merged(with: .unfollowed("a text among its arguments is computed"))
    }
    return judgement
  }

  private func zone(_ text: SymbolicValue, _ values: borrowing ValueTable) -> Judgement {
    guard text.kind == .string else { return .reviewed }
    guard let text = values.string(text, limit: 4096) else {
      return .unfollowed("a text among its arguments is too long, or no text in every encoding")
    }
    return text.contains("dateutil/")
      ? .refused(.unsafeArguments, "the time zone '\(text.prefix(128))' is read from any path") : .reviewed
  }

  /// Whether a call may have made a text: a scalar of NumPy, or an object of a class that is `str` by one of its
  /// names. What nobody knows was reported when it was made.
  private mutating func mayBeText(_ value: SymbolicValue, _ values: borrowing ValueTable) -> Bool {
    guard case .instance(let known) = origin(of: value, values) else { return false }
    if let made = values.callee(value),
      standing(of: callee(made, values), values)?.callShape == .numpyScalar
    {
      guard let tuple = values.arguments(value), let type = values.elements(tuple)?.first,
        case .known(let dtype) = useDtype(type, values)
      else { return true }
      return dtype.kind == UInt8(ascii: "U") || dtype.kind == UInt8(ascii: "S")
    }
    return Self.mayBeString(known.name)
  }
}
