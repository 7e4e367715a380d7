/// One way to spoil a policy file: a text is replaced by another. Line 0 is the whole file.
package struct Spoilt: Sendable, CustomStringConvertible {
  package let path: String
  private let old: String
  private let new: [UInt8]
  package let line: Int
  /// Parts of the reason that name the trouble.
  package let names: [String]

  init(_ path: String, _ old: String, _ new: String, line: Int, _ names: String...) {
    self.init(path, old, Array(new.utf8), line: line, names)
  }

  init(_ path: String, _ old: String, _ new: [UInt8], line: Int, _ names: [String]) {
    self.path = path
    self.old = old
    self.new = new
    self.line = line
    self.names = names
  }

  package var description: String { "\(path): \(String(decoding: new.prefix(100), as: UTF8.self))" }

  /// The file with the one text replaced; nil where it does not have that.
  package func applied(to text: String) -> [UInt8]? {
    guard let range = old == text ? text.startIndex..<text.endIndex : text.firstRange(of: old) else {
      return nil
    }
    return Array(text[..<range.lowerBound].utf8) + new + Array(text[range.upperBound...].utf8)
  }

  /// Every one, each a spoilt file of ``SamplePolicy``.
  package static let all: [Spoilt] =
    anyFile + limitFiles + scanFiles + seccompFiles + globalFiles + waiverFiles + operatorFile + kerasFile
    + functionFile + damaged
}

extension Spoilt {
  private static let limits = "limits/default.json"
  private static let scan = "scan/default.json"
  private static let seccomp = "seccomp/scan.json"
  private static let safe = "globals/safe/numbers.json"
  private static let dangerous = "globals/dangerous/processes.json"
  private static let library = "globals/standard-library.json"
  private static let waivers = "waivers.json"
  private static let operators = "torchscript/operators.json"
  private static let graphOperators = "tensorflow/operators.json"

  package static let operatorFile: [Spoilt] = [
    .init(operators, "\"_conv\"", "\"add\"", line: 5, "aten::add", "twice"),
    .init(operators, "\"save\"", "\"add\"", line: 6, "aten::add", "twice"),
    .init(operators, "\"save\"", "\"sa.ve\"", line: 6, "sa.ve"),
    .init(operators, "\"save\"", "\"*\"", line: 6, "*"),
    .init(operators, "[\"save\"]", "[]", line: 6, "names", "empty"),
    .init(operators, "\"deny\"", "\"refuse\"", line: 6, "verdict", "refuse", "deny"),
    .init(
      operators, "\"namespace\": \"aten\", \"verdict\": \"deny\"", "\"verdict\": \"deny\"", line: 6,
      "namespace"),
    .init(operators, "\"source\": \"by hand\",", "", line: 1, "source"),
    .init(graphOperators, "\"_Arg\"", "\"Add\"", line: 5, "Add", "twice"),
    .init(graphOperators, "\"WriteFile\"", "\"Add\"", line: 6, "Add", "twice"),
    .init(graphOperators, "\"WriteFile\"", "\"Write File\"", line: 6, "Write File"),
    .init(graphOperators, "[\"WriteFile\"]", "[]", line: 6, "names", "empty"),
    .init(
      graphOperators, "\"verdict\": \"deny\"", "\"namespace\": \"a\", \"verdict\": \"deny\"", line: 6,
      "namespace"),
  ]

  private static let keras = "keras/classes.json"

  package static let kerasFile: [Spoilt] = [
    .init(keras, "\"Add\"", "\"Dense\"", line: 5, "Dense", "twice"),
    .init(keras, "\"relu\"", "\"re.lu\"", line: 7, "re.lu"),
    .init(keras, "\"Lambda\"", "\"Dense\"", line: 8, "Dense", "twice"),
    .init(keras, "\"get_file\"", "\"relu\"", line: 9, "relu", "twice"),
    .init(keras, "\"get_file\"", "\"*\"", line: 9, "*"),
    .init(keras, "\"version\": \"3.0\", ", "", line: 4, "version"),
    .init(keras, "\"source\": \"by hand\",", "", line: 1, "source"),
  ]

  private static let functions = "r/functions.json"

  package static let functionFile: [Spoilt] = [
    .init(functions, "\"system\"", "\"c\"", line: 7, "base::c", "twice"),
    .init(functions, "\"system\"", "\"sys tem\"", line: 7, "sys tem"),
    .init(functions, "[\"system\"]", "[]", line: 7, "names", "empty"),
    .init(functions, "\"deny\"", "\"refuse\"", line: 7, "verdict", "refuse", "deny"),
    .init(functions, "[\"base\"]", "[\"\"]", line: 4, "package"),
    .init(functions, "\"source\": \"by hand\",", "", line: 1, "source"),
  ]

  package static let anyFile: [Spoilt] = [
    .init(limits, "\"schema\": 1,", "", line: 1, "\"schema\"", "missing"),
    .init(limits, "\"schema\": 1,", "\"schema\": 2,", line: 2, "\"schema\"", "2"),
    .init(limits, "\"schema\": 1,", "\"schema\": \"1\",", line: 2, "\"schema\""),
    .init(limits, "\"schema\": 1,", "// comment", line: 2, "key"),
    .init(limits, "\"wall_seconds\": 180", "\"wall_seconds\": 180,", line: 15, "key"),
    .init(limits, "180\n}", "180\n} x", line: 15, "after"),
    .init(limits, "180\n}", "180\n", line: 15, "ends"),
    .init(limits, "{", "[{", line: 15, "ends"),
    .init(limits, "{", "\u{feff}{", line: 1, "byte order mark"),
    .init(waivers, SamplePolicy.waivers, "", line: 1, "ends"),
    .init(waivers, SamplePolicy.waivers, "[]", line: 1, "object", "array"),
  ]

  package static let limitFiles: [Spoilt] = [
    .init(limits, "\"ratio\": 1000,", "", line: 1, "\"ratio\"", "missing"),
    .init(limits, "\"ratio\": 1000,", "\"ratio\": 1000, \"ratio\": 1000,", line: 5, "\"ratio\"", "twice"),
    .init(
      limits, "\"ratio\": 1000,", "\"ratio\": 1000, \"rat\\u0069o\": 1,", line: 5, "\"ratio\"", "twice"),
    .init(limits, "\"ratio\": 1000,", "\"ratio\": 1000, \"Ratio\": 1,", line: 5, "\"Ratio\"", "unknown"),
    .init(limits, "\"ratio\": 1000,", "\"ratio\": \"1000\",", line: 5, "\"ratio\"", "string"),
    .init(limits, "\"ratio\": 1000,", "\"ratio\": 0,", line: 5, "\"ratio\"", "0"),
    .init(limits, "\"ratio\": 1000,", "\"ratio\": -5,", line: 5, "\"ratio\"", "-5"),
    .init(limits, "\"ratio\": 1000,", "\"ratio\": 1e3,", line: 5, "\"ratio\"", "1e3"),
    .init(limits, "\"ratio\": 1000,", "\"ratio\": 99999999999999999999,", line: 5, "99999999999999999999"),
    .init(limits, "\"depth\": 16", "\"depth\": 65", line: 8, "\"depth\"", "65", "64"),
    .init(limits, "\"cpu_seconds\": 120", "\"cpu_seconds\": null", line: 13, "\"cpu_seconds\"", "null"),
  ]

  package static let scanFiles: [Spoilt] = [
    .init(scan, "\"seccomp\", ", "", line: 3, "\"seccomp\"", "without"),
    .init(scan, "\"seccomp\", ", "\"seccomp\", \"seccomp\", ", line: 3, "\"seccomp\"", "twice"),
    .init(
      scan, "\"seccomp\", ", "\"seccomp\", \"selinux\", ", line: 3, "\"selinux\"", "no isolation layer"),
    .init(scan, "\"seccomp\", ", "\"seccomp\", 7, ", line: 3, "7"),
    .init(scan, "[\"landlock\"]", "[\"seccomp\"]", line: 4, "\"seccomp\"", "already"),
    .init(
      scan, "[\"landlock\"]", "\"landlock\"", line: 4, "\"required_where_supported\"", "array", "string"),
    .init(
      scan, "\"review_becomes\": \"review\"", "\"review_becomes\": \"allow\"", line: 5, "allow", "raise"),
    .init(
      scan, "\"review_becomes\": \"review\"", "\"review_becomes\": \"Deny\"", line: 5, "Deny", "no verdict"),
    .init(scan, "\"review_becomes\": \"review\",", "", line: 1, "\"review_becomes\"", "missing"),
    .init(scan, "\"review_becomes\": \"review\"", "\"review_becomes\": \"deny\"", line: 6, "better than"),
    .init(
      scan, "\"incomplete_becomes\": \"incomplete\"", "\"incomplete_becomes\": \"review\"", line: 6,
      "review"),
    .init(scan, "\"deny\"\n", "\"allow\"\n", line: 8, "artifact.unrecognised", "better"),
    .init(scan, "\"deny\"\n", "\"review\"\n", line: 8, "artifact.unrecognised", "already"),
    .init(scan, "\"deny\"\n", "true\n", line: 8, "true", "no verdict"),
    .init(scan, "artifact.unrecognised", "artifact.unknown", line: 8, "artifact.unknown", "no rule"),
    .init(
      scan, "\"deny\"\n", "\"deny\",\n\"artifact.unrecognised\": \"deny\"\n", line: 9,
      "artifact.unrecognised", "twice"),
  ]

  package static let seccompFiles: [Spoilt] = [
    .init(seccomp, "\"role\": \"scan\"", "\"role\": \"zygote\"", line: 3, "\"zygote\"", "scan.json"),
    .init(seccomp, "\"default\": \"notify\",", "", line: 1, "\"default\"", "missing"),
    .init(seccomp, "\"notify\"", "\"allow\"", line: 4, "\"allow\"", "notify", "kill_process"),
    .init(seccomp, "\"notify\"", "\"kill_thread\"", line: 4, "kill_thread"),
    .init(seccomp, "[\"execve\", ", "[\"execve\", \"ptrace\", ", line: 5, "ptrace", "twice"),
    .init(seccomp, "[\"execve\", ", "[\"exec ve\", ", line: 5, "exec ve"),
    .init(seccomp, "[\"execve\", ", "[\"mmap\", ", line: 8, "mmap", "never"),
    .init(seccomp, "\"why\": \"input\"", "\"why\": \" \"", line: 7, "\"why\"", "empty"),
    .init(seccomp, ", \"why\": \"input\"", "", line: 7, "\"why\"", "missing"),
    .init(
      seccomp, "\"why\": \"input\"", "\"why\": \"input\", \"comment\": \"x\"", line: 7, "\"comment\"",
      "unknown"),
    .init(seccomp, "\"read\"", "\"\"", line: 7, "system call"),
    .init(
      seccomp, "\"action\": \"allow\", \"why\": \"input\"", "\"action\": \"log\", \"why\": \"input\"",
      line: 7, "log"),
    .init(seccomp, "{\"errno\": \"ENOSYS\"}", "{\"errno\": 38}", line: 11, "\"errno\"", "number"),
    .init(seccomp, "{\"errno\": \"ENOSYS\"}", "{\"errno\": \"nosys\"}", line: 11, "nosys"),
    .init(
      seccomp, "{\"errno\": \"ENOSYS\"}", "{\"errno\": \"ENOSYS\", \"log\": true}", line: 11, "\"log\"",
      "unknown"),
    .init(seccomp, "\"clone3\"", "\"read\"", line: 11, "read", "second rule"),
    .init(seccomp, "\"op\": \"masked_equal\"", "\"op\": \"mask_eq\"", line: 9, "mask_eq", "masked_equal"),
    .init(seccomp, "\"mask\": \"PROT_EXEC\", ", "", line: 9, "\"mask\""),
    .init(seccomp, "\"op\": \"masked_equal\"", "\"op\": \"equal\"", line: 9, "\"mask\"", "masked_equal"),
    .init(seccomp, "\"arg\": 2", "\"arg\": 6", line: 9, "\"arg\"", "6"),
    .init(seccomp, ", \"width\": 32", "", line: 9, "\"width\"", "missing"),
    .init(seccomp, "\"width\": 32", "\"width\": 33", line: 9, "\"width\"", "33"),
    .init(seccomp, "\"value\": 0", "\"value\": 4294967296", line: 9, "4294967296"),
    .init(seccomp, "\"value\": 0", "\"value\": -1", line: 9, "-1"),
    .init(seccomp, "\"value\": 0", "\"value\": \"0x4\"", line: 9, "0x4"),
    .init(
      seccomp, "\"width\": 32}]",
      "\"width\": 32}, {\"arg\": 2, \"op\": \"equal\", \"value\": 1, \"width\": 64}]",
      line: 9, "argument 2", "twice"),
    .init(
      seccomp, "\"never\": [\"execve\", \"ptrace\"],", "\"never\": [], \"deny_all\": true,", line: 5,
      "deny_all"),
    .init("seccomp/hash.json", ", \"deny_all\": true", "", line: 1, "deny_all"),
    .init("seccomp/hash.json", "\"deny_all\": true", "\"deny_all\": false", line: 1, "deny_all"),
  ]

  package static let globalFiles: [Spoilt] = [
    .init(safe, "\"list\": \"numbers\"", "\"list\": \"torch\"", line: 3, "\"torch\"", "numbers.json"),
    .init(safe, "\"source\": \"by hand\",", "", line: 1, "\"source\"", "missing"),
    .init(safe, "[\"OrderedDict\"]", "\"*\"", line: 6, "\"names\"", "array"),
    .init(safe, "[\"OrderedDict\"]", "[\"*\"]", line: 6, "\"*\""),
    .init(safe, "[\"OrderedDict\"]", "[]", line: 6, "\"names\"", "empty"),
    .init(
      safe, "[\"OrderedDict\"]", "[\"OrderedDict\", \"OrderedDict\"]", line: 6, "collections.OrderedDict",
      "already"),
    .init(safe, "[\"OrderedDict\"]", "[\"Ordered Dict\"]", line: 6, "Ordered Dict"),
    .init(safe, "[\"OrderedDict\"]", "[\"a..b\"]", line: 6, "a..b"),
    .init(safe, "[\"OrderedDict\"]", "[\"\\u212A\"]", line: 6, "\\u212A"),
    .init(
      safe, "[\"collections\"], \"names\": [\"OrderedDict\"]", "[\"os\"], \"names\": [\"system\"]", line: 6,
      "os.system", "processes", "already"),
    .init(safe, "\"kind\": \"class\"", "\"kind\": \"type\"", line: 6, "\"type\"", "class, function"),
    .init(safe, "\"items\": true", "\"items\": 1", line: 6, "\"items\"", "number"),
    .init(safe, "\"arguments\": \"constants\", ", "", line: 7, "\"arguments\"", "missing"),
    .init(safe, "\"constants\"", "\"konstants\"", line: 8, "konstants"),
    .init(safe, "\"numpy-array\"", "\"array\"", line: 8, "\"array\""),
    .init(
      safe, "\"kind\": \"value\"", "\"kind\": \"value\", \"state\": \"any\"", line: 9, "\"state\"", "value"),
    .init(
      safe, "\"kind\": \"enum\"", "\"kind\": \"enum\", \"arguments\": \"any\"", line: 10, "\"arguments\"",
      "enum"),
    .init(safe, "[\"Mode\"]", "[\"float32\"]", line: 10, "numbers.float32", "already"),
    .init(dangerous, "\"list\": \"processes\"", "\"list\": \"process\"", line: 3, "\"process\""),
    .init(
      dangerous, "\"when\": \"imported\", \"why\": \"runs a command\"",
      "\"when\": \"seen\", \"why\": \"x\"", line: 5, "seen"),
    .init(dangerous, ", \"why\": \"runs a command\"", "", line: 5, "\"why\""),
    .init(dangerous, "[\"system\"]", "\"sys*\"", line: 5, "\"names\""),
    .init(dangerous, "[\"system\"]", "[\"system\"], \"submodules\": true", line: 5, "submodules"),
    .init(dangerous, "[\"numbers.tools\"]", "[\"numbers\"]", line: 8, "\"numbers\"", "already"),
    .init(library, "\"html\"", "\"os\"", line: 2, "\"os\"", "twice"),
    .init(library, "\"html\"", "\"ht ml\"", line: 2, "ht ml"),
    .init(library, "\"source\": \"by hand\",", "", line: 1, "\"source\""),
  ]
  package static let waiverFiles: [Spoilt] = [
    .init(waivers, "e3b0c442", "E3B0C442", line: 4, "\"digest\"", "lowercase"),
    .init(waivers, "e3b0c442", "e3b0c44", line: 4, "\"digest\"", "64"),
    .init(waivers, "e3b0c442", "sha256:e3b0c442", line: 4, "\"digest\""),
    .init(waivers, "\"owner\": \"a person\", ", "", line: 4, "\"owner\"", "missing"),
    .init(waivers, "\"a person\"", "\"\"", line: 5, "\"owner\"", "empty"),
    .init(waivers, "\"verdict\": \"review\"", "\"verdict\": \"allow\"", line: 5, "\"verdict\"", "none of"),
    .init(waivers, "\"verdict\": \"review\", ", "", line: 4, "\"verdict\"", "missing"),
    .init(waivers, "\"2027-01-31T00:00:00Z\"", "\"never\"", line: 5, "\"until\"", "time"),
    .init(waivers, "\"2027-01-31T00:00:00Z\"", "1801353600", line: 5, "\"until\"", "string"),
    .init(waivers, "\"reason\":", "\"reason\": \"x\", \"reason\":", line: 5, "\"reason\"", "twice"),
    .init(
      waivers, "\"2027-01-31T00:00:00Z\"}",
      """
      "2027-01-31T00:00:00Z"},
      {"digest": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
       "verdict": "deny", "reason": "again", "owner": "another", "until": "2027-02-28T00:00:00Z"}
      """, line: 6, "second waiver"),
  ]

  /// What is no text, or no JSON.
  private static let damaged: [Spoilt] = [
    .init(limits, "schema", [0xFF], line: 2, ["UTF-8"]),
    .init(limits, "schema", [0xC0, 0xAF], line: 2, ["UTF-8"]),
    .init(limits, "schema", [0xED, 0xA0, 0x80], line: 2, ["UTF-8"]),
    .init(limits, "schema", [0xF4, 0x90, 0x80, 0x80], line: 2, ["UTF-8"]),
    .init(limits, "schema", [0], line: 2, ["control"]),
    .init(limits, SamplePolicy.limits, [0xFF, 0xFE, 0x7B, 0, 0x7D, 0], line: 1, ["JSON value"]),
    .init(limits, SamplePolicy.limits, [0x7F, 0x45, 0x4C, 0x46], line: 1, ["JSON value"]),
    .init(limits, "1,", "\"\\ud800\",", line: 2, "surrogate"),
    .init(limits, "1,", "01,", line: 2, "begins with 0"),
    .init(limits, "1,", "0x1,", line: 2, "expected"),
    .init(limits, "1,", "NaN,", line: 2, "JSON value"),
    .init(limits, "1,", "1.0,", line: 2, "\"schema\"", "1.0"),
    .init(limits, "1,", "true,", line: 2, "\"schema\""),
    .init(limits, "1,", String(repeating: "[", count: 100_000), line: 2, "deeper"),
    .init(limits, "1,", "\"\n\",", line: 2, "control"),
    .init(limits, "\"schema\"", "'schema'", line: 2, "key"),
  ]
}
