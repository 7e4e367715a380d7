package import Findings
import Formats
package import Pickle
package import Policy

/// Judges what a pickle would do: reads the machine's trace while it is made, and says what is wrong at once.
///
/// The policy's table decides what is known. A known name in a reviewed use gives no finding; anything else
/// gives one, so that silence over a complete trace is the proof that `allow` needs.
package struct PickleJudge<Sink: ReportSink>: TraceSink {
  let table: GlobalTable
  let profile: PickleProfile
  let reading: PickleReading
  let path: [String]
  /// Characters of evidence in a finding.
  let evidenceLimit: Int

  /// Where findings and gaps go. The caller takes it back when the pickle has been run.
  package var sink: Sink
  /// Modules that come with the pickle, in a package of PyTorch: their names are the file's own code.
  package var ownModules: Set<String> = []
  /// Constants that are files of their own, at most ``PickleJudgeLimits/nestedInputs``.
  package internal(set) var nested: [NestedInput] = []
  /// Storages in the order they are first referred to, at most ``PickleJudgeLimits/storages``.
  package internal(set) var storages: [TorchStorage] = []

  /// Where other readings part from this one.
  package internal(set) var partings = ReadingPartings()
  /// Opcodes of the pickles inside arrays of objects, which come on top of the machine's own.
  package internal(set) var innerOpcodes = 0
  /// Whether the judge stopped the machine where every unpickler raises an exception.
  package internal(set) var hasFailed = false

  /// The offset of the effect up to which another judge has reported everything; -1 for none.
  var knownUntil: Int
  /// Whether the effect that is being judged was reported by another judge.
  var isKnown = false
  /// Words before the detail of each finding.
  var prefix: String
  /// The wrapper of joblib that the pickle's arrays have.
  var arrayWrapper: String?
  /// Code that the pickle carries, inner functions before those that hold them.
  package internal(set) var codeObjects: [CarriedCode] = []
  var reported: Set<ReportKey> = []
  var gapReasons: Set<String> = []
  /// What is known of imported names, by the global's value.
  var standings: [UInt64: Standing] = [:]
  /// Storages by key: the first reference decides, as in PyTorch's loader.
  var storageIndex: [String: Int] = [:]
  var numpy = NumpyFacts()
  /// How many more arguments are looked at for objects that no function may be handed.
  var handedBudget = PickleJudgeLimits.handedValues
  var storedFunctions = StoredFunctions()
  var carriedPlaces = CarriedPlaces()
  /// Objects that a function was handed, and those that have functions as attributes: the function may call them as
  /// methods (`calendar.holidays()`).
  var handed = NodeSet()
  var functionHolders = NodeSet()
  /// What objects hold, for those who are handed them come to it.
  var contents = ObjectContents()
  /// Whether there is an object that no function may be handed.
  var makesUnreviewed = false
  /// Arrays whose own pickle, which is judged by itself, makes such an object.
  var unreadHolders = NodeSet()
  /// Maps that were given something else than the states of an optimiser's parameters.
  var unevenMaps = NodeSet()
  /// Objects that have been given their state.
  var stated = NodeSet()
  /// Constants that are on the list of nested files, and those of them that are loaded.
  var nestedSeen: Set<UInt64> = []
  var nestedLoaded: Set<UInt64> = []
  /// Sees what the judge sees and says; nil where nobody asked for an explanation.
  package var observer: (any PickleObserver)?
  /// The effect that the observer has not seen yet, and what was said since it saw the last.
  var unseen: Effect?
  var remarks: [Remark] = []
  var codes: [CodeObject] = []
  var codeBuilder = CodeBuilder()
  /// Constants that have been read as marshalled code.
  var marshalledSeen: Set<UInt64> = []
  /// Pieces of code that a finding describes.
  var describedCode = 0

  /// - Parameters:
  ///   - table: what the policy knows of importable names.
  ///   - reading: what becomes of raw arrays between the opcodes.
  ///   - parting: the offset of the BUILD after which `reading` differs from another that was judged already; what
  ///     comes before is not reported again.
  ///   - path: the containers around the pickle, for the findings' locations.
  ///   - evidenceLimit: characters of pseudo-Python shown in a finding.
  package init(
    table: GlobalTable, profile: PickleProfile, reading: PickleReading = .joblib, parting: Int? = nil,
    path: [String], evidenceLimit: Int, sink: Sink
  ) {
    self.table = table
    self.profile = profile
    self.reading = reading
    knownUntil = parting ?? -1
    prefix = parting == nil ? "" : reading.clause
    self.path = path
    self.evidenceLimit = evidenceLimit
    self.sink = sink
  }

  package mutating func receive(_ effect: Effect, _ values: borrowing ValueTable) -> Reaction {
    guard observer != nil else { return judge(effect, values) }
    return judgeObserved(effect, values)
  }

  mutating func judge(_ effect: Effect, _ values: borrowing ValueTable) -> Reaction {
    isKnown = effect.offset <= knownUntil
    if isBeyondParting {
      switch outcome(effect, values) {
      case .effect: break
      case .nothing: return .proceed
      case .exception(let reason):
        hasFailed = true
        return .stop(reason: reason)
      }
    }
    switch effect.kind {
    case .importGlobal: judgeImport(effect, values)
    case .reduce, .instantiate, .newObject, .newObjectEx: judgeCall(effect, values)
    case .build:
      judgeBuild(effect, values)
      judgeSideFile(effect, values)
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
  /// Likewise where they are models: an ensemble has one for each of its parts.
  static let nestedBoosters = 4096
  /// Bytes of a nested file that have to be decoded into memory.
  static let nestedCopy = 64 << 20
  static let storages = 1 << 20
  /// Names whose standing is kept at one time.
  static let standings = 1 << 16
  /// Opcodes of a pickle inside another.
  static let innerOpcodes = 10_000_000
  /// NumPy types and arrays that are followed.
  static let numpyValues = 1 << 22
  /// Arrays whose elements can be read later, and the bytes of one that are.
  static let readableArrays = 1 << 16
  static let checkedArrayBytes = 64 << 20
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
