package import ByteParsing

/// Everything that the files of a policy bundle say, checked.
package struct PolicySet: Sendable {
  /// The profile in force.
  package let profile: String
  /// The limits of the profile in force.
  package let limits: Limits
  /// The scan policy of the profile in force.
  package let scan: ScanPolicy
  /// The system calls of each role: `seccomp["scan"]`.
  package let seccomp: [String: SeccompPolicy]
  package let globals: GlobalTable
  package let operators: OperatorTable
  package let keras: KerasTable
  package let rFunctions: RFunctionTable
  package let waivers: [Waiver]

  /// Reads every file of the bundle, those of other profiles too.
  ///
  /// - Parameter compiled: what the lists of globals say, where that is known already; they are not read then.
  /// - Throws: at the first file that is not wholly understood, that does not belong, or that is missing.
  package init(parsing bundle: PolicyBundle, globals compiled: GlobalTable? = nil) throws(PolicyError) {
    var limits: [String: Limits] = [:]
    var scan: [String: ScanPolicy] = [:]
    var seccomp: [String: SeccompPolicy] = [:]
    var globals: [PolicyBundle.File] = []
    var torch: PolicyBundle.File?
    var tensorflow: PolicyBundle.File?
    var keras: KerasTable?
    var rFunctions: RFunctionTable?
    var waivers: [Waiver]?
    for file in bundle.files {
      let folder = file.path.split(separator: "/").dropLast().joined(separator: "/")
      switch folder {
      case "limits": limits[PolicyFile.stem(of: file.path)] = try Limits(parsing: PolicyFile(file))
      case "scan": scan[PolicyFile.stem(of: file.path)] = try ScanPolicy(parsing: PolicyFile(file))
      case "seccomp": seccomp[PolicyFile.stem(of: file.path)] = try SeccompPolicy(parsing: PolicyFile(file))
      case "globals", "globals/safe", "globals/dangerous", "globals/functions": globals.append(file)
      case "torchscript" where file.path == OperatorTable.path: torch = file
      case "tensorflow" where file.path == OperatorTable.tensorflowPath: tensorflow = file
      case "keras" where file.path == KerasTable.path: keras = try KerasTable(parsing: file)
      case "r" where file.path == RFunctionTable.path: rFunctions = try RFunctionTable(parsing: file)
      case "" where file.path == PolicyBundle.waiverPath:
        waivers = try Waiver.list(parsing: PolicyFile(file))
      default: throw PolicyError(file: file.path, line: 0, reason: "no policy file has this name")
      }
    }
    for folder in ["globals/safe/", "globals/dangerous/"]
    where compiled == nil && !globals.contains(where: { $0.path.hasPrefix(folder) }) {
      throw PolicyError(file: folder, line: 0, reason: "no list of globals is there")
    }
    for profile in Set(limits.keys).union(scan.keys).union(["default", bundle.profile]).sorted() {
      guard limits[profile] != nil else { throw Self.missing("limits/\(profile).json") }
      guard scan[profile] != nil else { throw Self.missing("scan/\(profile).json") }
    }
    guard let chosenLimits = limits[bundle.profile] else {
      throw Self.missing("limits/\(bundle.profile).json")
    }
    guard let chosenScan = scan[bundle.profile] else { throw Self.missing("scan/\(bundle.profile).json") }
    guard seccomp["scan"] != nil else { throw Self.missing("seccomp/scan.json") }
    guard let torch else { throw Self.missing(OperatorTable.path) }
    guard let tensorflow else { throw Self.missing(OperatorTable.tensorflowPath) }
    guard let keras else { throw Self.missing(KerasTable.path) }
    guard let rFunctions else { throw Self.missing(RFunctionTable.path) }
    guard let waivers else { throw Self.missing(PolicyBundle.waiverPath) }
    guard compiled != nil || globals.contains(where: { $0.path == GlobalTable.standardLibraryPath }) else {
      throw Self.missing(GlobalTable.standardLibraryPath)
    }
    self.profile = bundle.profile
    self.limits = chosenLimits
    self.scan = chosenScan
    self.seccomp = seccomp
    if let compiled { self.globals = compiled } else { self.globals = try GlobalTable(parsing: globals) }
    self.operators = try OperatorTable(parsing: torch, tensorflow: tensorflow)
    self.keras = keras
    self.rFunctions = rFunctions
    self.waivers = waivers
  }

  private static func missing(_ path: String) -> PolicyError {
    PolicyError(file: path, line: 0, reason: "the file is missing")
  }
}
