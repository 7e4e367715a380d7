package import Findings
package import Pickle
package import Policy

/// Judges what a pickle would do: reads the machine's trace while it is made, and says what is wrong at once.
///
/// The policy's table decides what is known. A known name in a reviewed use gives no finding; anything else
/// gives one, so that silence over a complete trace is the proof that `allow` needs.
package struct PickleJudge<Sink: ReportSink>: TraceSink {
  let table: GlobalTable
  let profile: PickleProfile
  let path: [String]
  /// Characters of evidence in a finding.
  let evidenceLimit: Int

  /// Where findings and gaps go. The caller takes it back when the pickle has been run.
  package var sink: Sink
  /// Constants that are files of their own, at most ``PickleJudgeLimits/nestedInputs``.
  package internal(set) var nested: [NestedInput] = []
  /// Storages in the order they are first referred to, at most ``PickleJudgeLimits/storages``.
  package internal(set) var storages: [TorchStorage] = []

  /// How many pickles this one is inside of.
  var depth = 0
  var reported: Set<ReportKey> = []
  var gapReasons: Set<String> = []
  /// What is known of imported names, by the global's value.
  var standings: [UInt64: Standing] = [:]
  /// Storages by key: the first reference decides, as in PyTorch's loader.
  var storageIndex: [String: Int] = [:]
  var numpy = NumpyFacts()
  /// How many more arguments are looked at for objects that no function may be handed.
  var handedBudget = PickleJudgeLimits.handedValues
  /// Objects that have been given their state.
  var stated = NodeSet()
  /// Constants that are on the list of nested files, and those of them that are loaded.
  var nestedSeen: Set<UInt64> = []
  var nestedLoaded: Set<UInt64> = []

  /// - Parameters:
  ///   - table: what the policy knows of importable names.
  ///   - path: the containers around the pickle, for the findings' locations.
  ///   - evidenceLimit: characters of pseudo-Python shown in a finding.
  package init(
    table: GlobalTable, profile: PickleProfile, path: [String], evidenceLimit: Int, sink: Sink
  ) {
    self.table = table
    self.profile = profile
    self.path = path
    self.evidenceLimit = evidenceLimit
    self.sink = sink
  }

  package mutating func receive(_ effect: Effect, _ values: borrowing ValueTable) -> Reaction {
    switch effect.kind {
    case .importGlobal: judgeImport(effect, values)
    case .reduce, .instantiate, .newObject, .newObjectEx: judgeCall(effect, values)
    case .build:
      judgeBuild(effect, values)
      return readArray(effect, values)
    case .setItems, .appendItems, .addItems: judgeItems(effect, values)
    case .persistentLoad: judgePersistentID(effect, values)
    case .extensionLookup:
      report(
        .extensionCode, at: effect.offset, subject: "",
        "extension code \(values.describe(effect.operand, limit: 24)) is looked up in the loading program's registry"
      )
    case .buffer:
      report(.outOfBandBuffer, at: effect.offset, subject: "", "a buffer is taken from outside the stream")
    }
    return .proceed
  }
}

/// How much a judge keeps of one pickle. What lies beyond is a gap, never forgotten.
enum PickleJudgeLimits {
  /// Findings of one pickle. The verdict of further ones is kept: see `report`.
  static let findings = 512
  static let gaps = 64
  static let nestedInputs = 256
  /// Bytes of a nested file that have to be decoded into memory.
  static let nestedCopy = 64 << 20
  static let storages = 1 << 20
  /// Names whose standing is kept at one time.
  static let standings = 1 << 16
  /// Opcodes of a pickle inside another.
  static let innerOpcodes = 10_000_000
  /// NumPy types and arrays that are followed.
  static let numpyValues = 1 << 22
  /// Bytes of constants read to count what they decode to.
  static let countedBytes = 16 << 30
  /// Values looked at below one argument or state.
  static let walkedValues = 4096
  static let walkDepth = 8
  /// Arguments and their elements looked at, over all calls.
  static let handedValues = 1 << 24
  /// Components of a dotted name.
  static let nameComponents = 16
}
