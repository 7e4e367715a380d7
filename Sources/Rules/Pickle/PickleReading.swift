/// How a loader reads a pickle that has raw arrays between its opcodes. Where a pickle has none, all are the same.
package enum PickleReading: Sendable {
  /// joblib from 1.2 on: takes an array and the padding before it from the stream.
  case joblib
  /// joblib 0.10 to 1.1: takes an array from the stream, and knows of no padding.
  case joblibWithoutPadding
  /// `pickle.load`: takes the bytes of an array for opcodes.
  case plain

  /// Who reads it so.
  package var loader: String {
    switch self {
    case .joblib: "joblib"
    case .joblibWithoutPadding: "joblib before 1.2"
    case .plain: "pickle.load"
    }
  }

  /// The beginning of a finding's sentence.
  var clause: String {
    switch self {
    case .joblib: ""
    case .joblibWithoutPadding, .plain: "as \(loader) reads the file: "
    }
  }
}

/// Where the readings of one pickle part: offsets of the first BUILD after which they differ.
package struct ReadingPartings: Sendable {
  /// From ``PickleReading/plain``: the first array.
  package internal(set) var fromPlain: Int?
  /// From ``PickleReading/joblibWithoutPadding``: the first array with padding.
  package internal(set) var fromUnpadded: Int?
}
