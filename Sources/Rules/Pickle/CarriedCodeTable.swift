import Formats

/// What a function that a model carries has no reason to do: start programs, run text as code, load native code, build
/// code from bytes, or dig through Python's internals for what it was not given.
///
/// This list is shorter than the policy's dangerous names on purpose. Those are what no pickle may *call* while it
/// loads. A function that runs later may well read its artifacts (`open`, `joblib.load`, `pickle.load`), look at the
/// environment, ask a server or start threads; that it carries code is for a person to judge, and the person is told
/// these names. What stands here no honest predict or preprocessing function was found to need. `eval` does not stand
/// here: functions that turn the text of a table's cell into a list use it.
///
/// Every name here is also dangerous in the policy; a test keeps it so.
enum CarriedCodeTable {
  /// Modules that are denied when they are imported.
  static let modules: Set<String> = [
    "_ctypes", "_posixsubprocess", "_winapi", "cffi", "code", "codeop", "commands", "ctypes", "ensurepip",
    "marshal",
    "pexpect", "pip", "plumbum", "popen2", "pty", "ptyprocess", "pyximport", "runpy", "sh", "subprocess",
  ]

  /// Those of them that a global of that name means without doubt, when the import is not seen.
  static let unmistakable: Set<String> = [
    "_ctypes", "_posixsubprocess", "ctypes", "marshal", "pexpect", "pty", "runpy", "subprocess",
  ]

  /// Single functions: builtins without a module.
  static let functions: Set<String> = [
    "exec", "execfile", "compile",
    "os.system", "os.popen", "os.popen2", "os.popen3", "os.popen4", "os.fork", "os.forkpty", "os.startfile",
    "os.execl", "os.execle", "os.execlp", "os.execlpe", "os.execv", "os.execve", "os.execvp", "os.execvpe",
    "os.spawnl", "os.spawnle", "os.spawnlp", "os.spawnlpe", "os.spawnv", "os.spawnve", "os.spawnvp",
    "os.spawnvpe", "os.posix_spawn", "os.posix_spawnp",
    "asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell", "multiprocessing.popen_fork.Popen",
    "socket.socket", "socket.create_connection", "socket.create_server", "socket.socketpair",
    "socket.fromfd",
    "types.CodeType", "types.FunctionType", "types.LambdaType", "importlib.util.spec_from_loader",
    "pydoc.locate", "timeit.timeit", "timeit.repeat", "webbrowser.open", "sys.settrace", "sys.setprofile",
    "torch.utils.cpp_extension.load", "torch.utils.cpp_extension.load_inline",
  ]

  /// Attributes that mean the same on whatever they are: names that only what starts programs and loads libraries has.
  static let attributes: Set<String> = [
    "CDLL", "LoadLibrary", "PyDLL", "WinDLL", "OleDLL", "windll", "Popen", "check_call", "check_output",
    "fork_exec",
    "getoutput", "getstatusoutput", "posix_spawn", "posix_spawnp", "execl", "execle", "execlp", "execlpe",
    "execv",
    "execve", "execvp", "execvpe", "spawnl", "spawnle", "spawnlp", "spawnlpe", "spawnv", "spawnve",
    "spawnvp",
    "spawnvpe", "create_subprocess_exec", "create_subprocess_shell",
    "__builtins__", "__globals__", "func_globals", "f_globals", "f_builtins",
  ]

  /// Attributes by which `__subclasses__` is reached without a class of one's own.
  static let classWalk: Set<String> = ["__base__", "__bases__", "__mro__"]

  /// Modules under whose other names the same functions are.
  static let aliases: [String: String] = [
    "posix": "os", "nt": "os", "builtins": "", "__builtin__": "", "_socket": "socket", "__builtins__": "",
  ]

  /// What turns data into other data on the way to `eval`.
  static let decoders: Set<String> = [
    "base64", "binascii", "bz2", "codecs", "gzip", "lzma", "marshal", "zlib",
  ]

  /// Whether the code uses one of them.
  static func decodes(_ uses: CodeUses) -> Bool {
    uses.paths.contains { decoders.contains(String($0.prefix { $0 != "." })) || $0.hasSuffix(".fromhex") }
  }

  /// What a text that is evaluated holds when it is an attack: a call that reaches out.
  static let evaluatedMarks = [
    "__import__", "__subclasses__", "__builtins__", "__globals__", "os.system", "os.popen", "subprocess",
    "exec(",
    "compile(", "eval(",
  ]
}

extension CodeObject {
  /// Whether one of its own constants is a text that reaches out when it is evaluated.
  var hasEvaluatedMark: Bool {
    constants.contains { constant in
      guard case .string(let text) = constant else { return false }
      return CarriedCodeTable.evaluatedMarks.contains { text.contains($0) }
    }
  }
}
