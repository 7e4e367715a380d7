import Pickle

extension Bypass {
  /// One call of a callable of the standard library; without a canary of its own it is itself what is reached.
  private static func gadget(
    _ source: String, _ module: String, _ name: String, _ arguments: [PickleOpcode],
    _ canary: String? = nil,
    seen: Bool = true, note: String = ""
  ) -> Bypass {
    Bypass(
      "\(module).\(name) is called", source,
      pickle([.proto(4), .imported(module, name), .mark] + arguments + [.tuple, .reduce, .stop]),
      seen ? .fires(canary ?? "\(module).\(name)", with: note) : .notSeen(note))
  }

  private static let source = PickleOpcode.text(code)
  private static let run = "posix.system"
  private static let list = PickleOpcode.listOf(command)
  private static let path = PickleOpcode.text("/nonexistent/lazaret-canary")
  private static let compiled = PickleOpcode.call("builtins", "compile", source, .text("x"), .text("exec"))
  private static let nested = PickleOpcode.bytes(pickle(.proto(4), .run, .stop))

  /// Names that lists of bad names lacked when they were published.
  static let gadgets: [Bypass] = [
    // What evaluates text or runs code objects.
    gadget("CVE-2025-71366", "timeit", "timeit", [source], run),
    gadget("GHSA-9w88-8rmg-7g2p, CVE-2026-22607", "cProfile", "run", [source], run),
    gadget("GHSA-7wx9-6375-f5wh, CVE-2026-53873", "profile", "run", [source], run),
    gadget("GHSA-x696-vm39-cp64", "profile", "Profile.run", [.call("profile", "Profile"), source], run),
    gadget("GHSA-6vqj-c2q5-j97w", "cProfile", "Profile.run", [.call("cProfile", "Profile"), source], run),
    gadget("GHSA-5qwp-399c-mjwf", "trace", "Trace.run", [.call("trace", "Trace"), source], run),
    gadget(
      "GHSA-g344-hcph-8vgg", "trace", "Trace.runctx",
      [.call("trace", "Trace"), source, .emptyDict, .emptyDict], run),
    gadget(
      "GHSA-cj3c-v495-4xqh", "code", "InteractiveInterpreter.runcode",
      [.call("code", "InteractiveInterpreter"), compiled], run),
    gadget(
      "CVE-2026-22609", "code", "InteractiveInterpreter.runsource",
      [.call("code", "InteractiveInterpreter"), source], run),
    gadget("picklescan: bdb", "bdb", "Bdb.run", [.call("bdb", "Bdb"), source], run),
    gadget("GHSA-fqq6-7vqf-w3fg", "doctest", "debug_script", [source]),
    gadget("CVE-2026-22612", "builtins", "eval", [source], run),
    gadget("CVE-2026-22612", "builtins", "exec", [source], run),
    gadget(
      "GHSA-f54q-57x4-jg88", "lib2to3.pgen2.grammar", "Grammar.loads",
      [.call("lib2to3.pgen2.grammar", "Grammar"), nested], run),
    gadget(
      "GHSA-p9w7-82w4-7q8m", "lib2to3.pgen2.pgen", "ParserGenerator.make_label", [.none, .none, source]),
    gadget(
      "GHSA-8r4j-24qv-fmq9", "idlelib.calltip", "get_entity", [source], seen: false, note: "needs tkinter"),
    gadget(
      "GHSA-6w4w-5w54-rjvr", "idlelib.autocomplete", "AutoComplete.get_entity", [.none, source],
      seen: false,
      note: "needs tkinter"),
    gadget(
      "GHSA-m869-42cg-3xwr", "idlelib.run", "Executive.runcode", [.none, compiled], seen: false,
      note: "needs tkinter"),
    gadget(
      "GHSA-j343-8v2j-ff7w", "idlelib.pyshell", "ModifiedInterpreter.runcode", [.none, compiled],
      seen: false,
      note: "needs tkinter"),
    gadget("CVE-2025-67747", "marshal", "loads", [.bytes([0x4E])]),
    gadget("CVE-2025-67747", "types", "FunctionType", [compiled, .emptyDict], "builtins.compile"),
    gadget("CVE-2026-22606", "runpy", "run_path", [path]),
    gadget("CVE-2026-22606", "runpy", "run_module", [.text("this")]),
    gadget(
      "typing.get_type_hints over an argparse.Namespace", "typing", "get_type_hints",
      [
        .raw(
          pickle(
            .imported("argparse", "Namespace"), .emptyTuple,
            .dictOf(.text("__annotations__"), .dictOf(.text("a"), source)), .newobjEx))
      ],
      seen: false, note: "a chain has the same call with a class that it makes"),
    gadget(
      "GHSA-6ggj-6f2q-f7mx", "_xxsubinterpreters", "run_string",
      [.call("_xxsubinterpreters", "create"), source]),
    // What starts processes.
    gadget("CVE-2026-14534, GHSA-5cxw-w2xg-2m8h", "_posixsubprocess", "fork_exec", [list]),
    gadget("picklescan: bootsubprocess", "_bootsubprocess", "check_output", [list]),
    gadget("GHSA-m273-6v24-x4m4", "distutils.spawn", "spawn", [list], "subprocess.Popen"),
    gadget(
      "GHSA-m273-6v24-x4m4", "setuptools._distutils.spawn", "spawn", [list], "subprocess.Popen",
      seen: false, note: "setuptools"),
    gadget(
      "fickling GHSA-5cxw-w2xg-2m8h", "platform", "popen", [command], seen: false,
      note: "gone from Python 3.8 on"),
    gadget(
      "picklescan#69", "mailcap", "findmatch",
      [
        .dictOf(.text("a/b"), .listOf(.dictOf(.text("test"), command, .text("view"), .text("x")))),
        .text("a/b"),
      ],
      "os.system"),
    gadget("picklescan: _osx_support", "_osx_support", "_read_output", [command], "os.system"),
    gadget(
      "picklescan: _aix_support", "_aix_support", "_read_cmd_output", [command], seen: false,
      note: "not in Python 3.11"),
    gadget("picklescan: uuid", "uuid", "_get_command_stdout", [.text("true")], "subprocess.Popen"),
    gadget("picklescan: imaplib", "imaplib", "IMAP4_stream", [command], "subprocess.Popen"),
    gadget(
      "picklescan: _pyrepl", "_pyrepl.pager", "pipe_pager", [command, command], seen: false,
      note: "Python 3.13"),
    gadget(
      "GHSA-g38g-8gr9-h9xp, CVE-2026-56315", "test.support.script_helper", "assert_python_ok",
      [.text("-V")],
      "subprocess.Popen"),
    gadget(
      "modelscan#338", "multiprocessing.util", "spawnv_passfds",
      [.bytes([0x78]), .listOf(.bytes([0x78])), .emptyTuple],
      "_posixsubprocess.fork_exec"),
    gadget(
      "CVE-2025-10157, GHSA-f7qq-56ww-84cr", "asyncio.unix_events", "_UnixSubprocessTransport._start",
      [.none, list]),
    gadget("GHSA-vqmv-47xg-9wpr, CVE-2025-67748", "pty", "spawn", [list]),
    gadget("GHSA-655q-fx9r-782v", "pydoc", "pipepager", [.text("x"), command], "subprocess.Popen"),
    gadget("GHSA-655q-fx9r-782v", "venv", "create", [path]),
    gadget("GHSA-655q-fx9r-782v", "compileall", "compile_file", [path]),
    gadget("GHSA-xp4f-hrf8-rxw7", "ensurepip", "_run_pip", [list], "subprocess.run"),
    gadget("CVE-2025-1716", "pip", "main", [list]),
    gadget("CVE-2026-22609", "multiprocessing", "Process", [.none, .imported("posix", "system")]),
    // What loads libraries, files and pickles.
    gadget("GHSA-4675-36f9-wf6r, CVE-2026-22608", "ctypes", "CDLL", [path]),
    gadget("picklescan: loaders", "shelve", "open", [path]),
    gadget("modelscan#267", "_pickle", "loads", [nested], run),
    gadget("modelscan#267", "pickle", "loads", [nested], run),
    gadget(
      "picklescan: logging.config", "logging.config", "dictConfig",
      [
        .dictOf(
          .text("version"), .integer(1), .text("formatters"),
          .dictOf(.text("f"), .dictOf(.text("()"), .text("posix.system"))))
      ],
      "logging.config.dictConfig"),
    gadget("GHSA-m7j5-r2p5-c39r", "logging", "FileHandler", [path]),
    gadget("GHSA-9726-w42j-3qjr", "_io", "FileIO", [path, .text("r")]),
    gadget("picklescan: files", "builtins", "open", [path]),
    gadget("picklescan: files", "io", "open", [path]),
    gadget("picklescan: files", "codecs", "open", [path]),
    gadget(
      "picklescan: files", "pathlib", "Path.write_text",
      [.call("pathlib", "PurePosixPath", path), .text("x")]),
    gadget("r48f-3986-4f9c", "linecache", "getline", [path, .integer(1)]),
    gadget("picklescan: files", "zipfile", "ZipFile", [path]),
    gadget("picklescan: files", "tarfile", "open", [path]),
    gadget("picklescan: network", "urllib.request", "urlopen", [.text("http://127.0.0.1:9/")]),
    gadget(
      "picklescan: network", "http.client", "HTTPConnection.request", [.none, .text("GET"), .text("/")]),
    gadget("picklescan: network", "smtplib", "SMTP", [.text("127.0.0.1"), .integer(9)]),
    gadget("picklescan: network", "ftplib", "FTP", [.text("127.0.0.1")]),
    gadget(
      "picklescan: network", "ssl", "get_server_certificate",
      [.raw(pickle(.text("127.0.0.1"), .integer(9), .tuple2))]),
    gadget(
      "picklescan: network", "socket", "create_connection",
      [.raw(pickle(.text("127.0.0.1"), .integer(9), .tuple2))]),
    // What changes the loading program.
    gadget("CVE-2026-14534", "atexit", "register", [.imported("posix", "system"), command]),
    gadget("CVE-2026-14534", "site", "addsitedir", [path]),
    gadget(
      "picklescan: state", "weakref", "finalize",
      [.imported("builtins", "set"), .imported("posix", "system"), command]),
    gadget("picklescan: state", "signal", "signal", [.integer(15), .imported("posix", "system")]),
    gadget("picklescan: state", "threading", "Thread", [.none, .imported("posix", "system")]),
    gadget(
      "picklescan: state", "copyreg", "pickle",
      [.imported("builtins", "set"), .imported("posix", "system")]),
    gadget("r48f-3986-4f9c", "gc", "get_objects", []),
    gadget("GHSA-955r-x9j8-7rhh", "_operator", "attrgetter", [.text("system")]),
  ]
}
