import Linux
import TestSupport
import Testing

/// The programs as they were built, run in surroundings of a test's own.
struct Installed {
  /// What a run of a program left behind.
  struct Run {
    let status: Int32
    let output: String
    let errors: String

    /// Its lines on standard output.
    var lines: [String] { output.split(separator: "\n").map(String.init) }
  }

  let place: TemporaryDirectory
  /// The default store of these surroundings.
  var store: String { place.path + "/state/lazaret/verdicts.db" }

  init() throws {
    place = try TemporaryDirectory()
    _ = Self.compiledLists
  }

  /// Compiles the lists of the checkout once, or every run would read them all. Where that cannot be, it does.
  private static let compiledLists: Void = {
    do {
      let program = Repository.program("lazaret")
      let null = try FileDescriptor.open("/dev/null", .readWrite)
      let process = try Process.spawn(
        program, arguments: [program, "policy", "compile", Repository.root + "/policies"], environment: [],
        descriptors: [null.number, null.number, null.number])
      _ = try Child.awaitEnd(process, program)
    } catch {
      print("NOTICE: the lists were not compiled, so the programs start slowly: \(error)")
    }
  }()

  /// Runs `lazaret` with these arguments; the test fails where it dies of a signal.
  func lazaret(_ arguments: String..., user: UInt32? = nil, environment: [String: String] = [:]) throws
    -> Run
  {
    try run("lazaret", arguments, user: user, environment: environment)
  }

  /// - Parameter program: one of ours by name, or any by its whole path.
  func run(
    _ program: String, _ arguments: [String], user: UInt32? = nil,
    environment changes: [String: String] = [:]
  ) throws -> Run {
    let run = "\(place.path)/run-\(UInt64.random(in: 0...(.max)))"
    let input = try FileDescriptor.open("/dev/null")
    let output = try FileDescriptor.open(run + ".out", [.readWrite, .create])
    let errors = try FileDescriptor.open(run + ".err", [.readWrite, .create])
    var environment = [
      "HOME": place.path, "XDG_STATE_HOME": place.path + "/state",
      "LAZARET_POLICIES": Repository.root + "/policies", "SWIFT_BACKTRACE": "enable=no",
    ]
    environment.merge(changes) { _, new in new }
    var words = [program.hasPrefix("/") ? program : Repository.program(program)] + arguments
    if let user {
      words = ["/usr/bin/setpriv", "--reuid=\(user)", "--regid=\(user)", "--clear-groups"] + words
    }
    let process = try Process.spawn(
      words[0], arguments: words, environment: environment.map { "\($0.key)=\($0.value)" },
      descriptors: [input.number, output.number, errors.number])
    let end = try Child.awaitEnd(process, words.joined(separator: " "))
    guard case .exited(let status) = end else {
      Issue.record("\(program) died: \(end)")
      return Run(status: -1, output: "", errors: "")
    }
    let limit = 64 << 20
    return Run(
      status: status, output: String(decoding: try output.readAll(limit: limit), as: UTF8.self),
      errors: String(decoding: try errors.readAll(limit: limit), as: UTF8.self))
  }

  /// Runs a program of the system in the same surroundings; gives its exit status.
  func runTool(_ path: String, _ arguments: [String]) throws -> Int32 { try run(path, arguments).status }

  /// Writes a small policy that works, and gives its folder: the sample's lists and limits, the repository's rules for
  /// system calls.
  func smallPolicies(_ name: String) throws -> String {
    for (path, text) in SamplePolicy.files { try place.write("\(name)/\(path)", Array(text.utf8)) }
    for role in ["scan", "zygote", "fetch"] {
      let text = try #require(Repository.text(of: "policies/seccomp/\(role).json"))
      try place.write("\(name)/seccomp/\(role).json", Array(text.utf8))
    }
    return "\(place.path)/\(name)"
  }

  /// Somebody whom no file of ours belongs to.
  static let nobody: UInt32 = 65534

  /// Whether a test may become that user, and that user may run the programs as they lie here.
  static let canBeNobody: Bool = {
    do {
      guard Process.effectiveUser == 0 else { return false }
      return try Installed().lazaret("--version", user: nobody).status == 0
    } catch {
      return false
    }
  }()
}

/// Files whose verdicts are certain.
enum Artifact {
  static let benignPickle = pickle(
    .proto(4), .emptyDict, .mark, .text("layers"), .emptyList, .mark, .integer(3), .float(0.5), .appends,
    .text("name"), .text("small"), .setitems, .stop)

  /// One of many that differ and are all harmless.
  static func number(_ number: Int32) -> [UInt8] { pickle(.proto(4), .integer(number), .stop) }

  static let benignTorch = TorchBuilder().archive().build()

  /// Runs a command as it is loaded.
  static let hostilePickle = pickle([.proto(2)] + TorchBuilder.hostileCall + [.stop])

  static let hostileTorch: [UInt8] = {
    var builder = TorchBuilder()
    builder.prelude = TorchBuilder.hostileCall
    return builder.archive().build()
  }()

  /// Calls what nobody has judged.
  static let unknownPickle = pickle(.proto(2), .global("nobody.knows", "this"), .emptyTuple, .reduce, .stop)
}
