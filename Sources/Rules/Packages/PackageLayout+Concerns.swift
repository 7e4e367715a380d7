import Findings
import Formats
import Policy

extension PackageLayout {
  /// What the names of members alone say against a package.
  func concerns(path: [String], table: GlobalTable) -> [Finding] {
    var findings: [Finding] = []
    func add(_ rule: Rule, _ name: String, _ detail: String) {
      findings.append(
        Finding(
          rule, at: Location(path: path + [name]), detail: detail,
          evidence: PythonText.plain(name, limit: 120)))
    }
    let isLayer = kinds.contains(.lambdaLayer)
    for name in isLayer ? extensions : [] {
      add(.layerExtension, name, "\(PythonText.plain(name, limit: 80)) is started as a process of its own.")
    }
    for name in isLayer ? programs : [] {
      add(.layerProgram, name, "\(PythonText.plain(name, limit: 80)) is found before the system's own.")
    }
    let lonely = bytecode.filter { !hasSource(of: $0) }
    if let first = lonely.first {
      add(.bytecodeOnly, first, "\(lonely.count) compiled modules have no source in the package.")
    }
    if let first = whiteouts.first {
      add(.whiteout, first, "\(whiteouts.count) members hide or delete files of the layers below.")
    }
    for (name, module, isSingle) in rootModules {
      if let rule = ShadowedModules.rule(module, isSingle: isSingle, table: table) {
        add(
          rule, name,
          "\(PythonText.plain(name, limit: 80)) is found before Python's own \(PythonText.plain(module, limit: 40))."
        )
      }
    }
    return findings
  }

  /// Whether the source of a compiled module is in the package.
  private func hasSource(of name: String) -> Bool {
    let parts = name.split(separator: "/").map(String.init)
    guard let base = parts.last, let stem = base.split(separator: ".").first.map(String.init) else {
      return false
    }
    var folder = Array(parts.dropLast())
    if folder.last == "__pycache__" { folder.removeLast() }
    let source = (folder + ["\(stem).py"]).joined(separator: "/")
    return sources.contains(Self.hash(source))
  }

  /// The modules directly in a folder that Python searches, each once.
  private var rootModules: [(name: String, module: String, isSingle: Bool)] {
    var found: [(name: String, module: String, isSingle: Bool)] = []
    var seen: Set<String> = []
    for name in modules {
      for root in roots where name.hasPrefix(root) {
        let rest = name.dropFirst(root.count).split(separator: "/")
        guard let first = rest.first else { continue }
        let isSingle = rest.count == 1
        // A folder is a package where it has an initializer; without one Python's own wins.
        guard isSingle || rest.count == 2 && rest[1].hasPrefix("__init__.") else { continue }
        let module = String(first.prefix { $0 != "." })
        if seen.insert(root + module).inserted { found.append((name, module, isSingle)) }
      }
    }
    return found
  }
}

/// Names of modules that Python or a platform has already.
enum ShadowedModules {
  /// The rule that a module of that name in a searched folder breaks.
  static func rule(_ module: String, isSingle: Bool, table: GlobalTable) -> Rule? {
    if isSingle, sdks.contains(module) { return .shadowedSDK }
    guard table.isStandardLibrary(module), !common.contains(module) else { return nil }
    return backports.contains(module) ? .backportedModule : .shadowedModule
  }

  private static let sdks: Set<String> = [
    "boto3", "botocore", "s3transfer", "awslambdaric", "sagemaker", "torch", "numpy",
  ]

  /// Names that honest packages on the index take: backports, and modules that later versions of Python left out.
  private static let backports: Set<String> = [
    "argparse", "asynchat", "asyncio", "asyncore", "audioop", "cgi", "cgitb", "chunk", "concurrent",
    "configparser",
    "contextvars", "copyreg", "crypt", "dataclasses", "distutils", "enum", "graphlib", "hashlib", "html",
    "http", "imghdr",
    "imp", "importlib", "ipaddress", "lib2to3", "mailcap", "msilib", "multiprocessing", "nis", "nntplib",
    "ossaudiodev",
    "pathlib", "pipes", "queue", "reprlib", "selectors", "smtpd", "sndhdr", "socketserver", "spwd", "ssl",
    "statistics",
    "sunau", "telnetlib", "tomllib", "typing", "unittest", "uu", "uuid", "winreg", "wsgiref", "xdrlib",
    "xmlrpc",
    "zoneinfo", "aifc", "builtins", "_dummy_thread", "_markupbase", "_thread", "tkinter", "pickle5",
    "sqlite3",
    "ensurepip", "turtle", "compression", "cmath", "pyrepl", "annotationlib",
  ]

  /// Names that are the standard library's and everybody's: tests, a program's main module, modules that only Python 2
  /// or another system has.
  private static let common: Set<String> = [
    "test", "tests", "__main__", "this", "antigravity", "commands", "user", "new", "sets", "md5", "sha",
    "mimify",
    "dircache", "fpformat", "htmllib", "ihooks", "imputil", "linuxaudiodev", "mutex", "posixfile", "rexec",
    "rfc822",
    "robotparser", "sgmllib", "statvfs", "stringold", "sunaudio", "toaiff", "urllib2", "urlparse", "xmllib",
    "popen2",
    "Queue", "SocketServer", "ConfigParser", "Cookie", "Tkinter", "StringIO", "audiodev", "compiler", "dl",
    "fm", "gl",
    "hotshot", "thread", "dummy_thread", "future_builtins", "multifile", "mimetools", "anydbm", "dbhash",
    "dumbdbm",
    "gdbm", "whichdb", "bsddb", "exceptions", "cPickle", "cStringIO", "itertools2", "Dialog", "FileDialog",
    "idlelib",
    "pydoc_data", "sre", "tokenize2", "__phello__", "__hello__", "xxlimited", "htmlentitydefs",
    "HTMLParser",
  ]
}
