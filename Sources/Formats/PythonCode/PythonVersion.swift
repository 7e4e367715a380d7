/// A version of CPython whose bytecode is known.
package enum PythonVersion: Int, CaseIterable, Comparable, Sendable {
  case v2_7 = 207
  case v3_6 = 306
  case v3_7 = 307
  case v3_8 = 308
  case v3_9 = 309
  case v3_10 = 310
  case v3_11 = 311
  case v3_12 = 312
  case v3_13 = 313
  case v3_14 = 314

  package static func < (left: PythonVersion, right: PythonVersion) -> Bool {
    left.rawValue < right.rawValue
  }

  /// `3.11`.
  package var text: String { "\(rawValue / 100).\(rawValue % 100)" }
}

/// Which fields a code object has and in which order marshal writes them. Marshal does not say.
///
/// Source: CPython, `Python/marshal.c`, `r_object`, `TYPE_CODE`, of the versions named.
package enum CodeLayout: CaseIterable, Sendable {
  /// 3.11 and later: one list of all local names with their kinds, a qualified name, an exception table.
  case localsPlus
  /// 3.8 to 3.10: positional-only arguments are counted.
  case positionalOnly
  /// 3.0 to 3.7: keyword-only arguments are counted.
  case keywordOnly
  /// 2.7.
  case python2

  /// The versions that write it, of those whose bytecode is known.
  package var versions: [PythonVersion] {
    switch self {
    case .localsPlus: [.v3_11, .v3_12, .v3_13, .v3_14]
    case .positionalOnly: [.v3_8, .v3_9, .v3_10]
    case .keywordOnly: [.v3_6, .v3_7]
    case .python2: [.v2_7]
    }
  }
}

extension PythonVersion {
  package var layout: CodeLayout {
    switch self {
    case .v2_7: .python2
    case .v3_6, .v3_7: .keywordOnly
    case .v3_8, .v3_9, .v3_10: .positionalOnly
    case .v3_11, .v3_12, .v3_13, .v3_14: .localsPlus
    }
  }
}
