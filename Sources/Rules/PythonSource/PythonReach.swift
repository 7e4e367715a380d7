import Policy

/// What code can do that a model's code need not, and that a person wants to be told.
enum PythonReach: String, CaseIterable {
  case programs, evaluation, network, native, objects, internals, secrets, startUp

  /// What the use of a dotted name means; nil for names that mean nothing of the kind.
  static func of(_ written: String) -> PythonReach? {
    let beginning = written.utf8.prefix { $0 != UInt8(ascii: ".") }
    guard tops.contains(Substring(beginning)) || written.utf8.count > beginning.count else { return nil }
    // Most names begin with a module that means nothing, and end with no attribute of Python's own.
    guard
      tops.contains(Substring(beginning)) || written.hasSuffix("_") || written.contains(".f_")
        || written.hasSuffix("func_globals")
    else { return nil }
    let path = PolicyPath.normalized(written)
    if let reach = exact[path] { return reach }
    guard let dot = path.firstIndex(of: ".") else { return nil }
    let top = String(path[..<dot])
    let last = path[dot...].split(separator: ".").last.map(String.init) ?? ""
    if CarriedCodeTable.functions.contains(path) {
      return top == "os" || top == "asyncio" || top == "multiprocessing"
        ? .programs : top == "socket" ? .network : top == "torch" ? .native : .evaluation
    }
    if harmless.contains(where: { path == $0 || path.hasPrefix($0 + ".") }) { return nil }
    if let reach = modules[top] { return reach }
    if internalAttributes.contains(last) { return .internals }
    return nil
  }

  /// Whether calling it starts a program: the first argument is the program or a command.
  static func startsProgram(_ path: String) -> Bool {
    of(path) == .programs && !notStarting.contains(path)
  }

  private static let notStarting: Set<String> = [
    "subprocess.PIPE", "subprocess.DEVNULL", "subprocess.STDOUT", "subprocess.CalledProcessError",
    "subprocess.TimeoutExpired", "subprocess.list2cmdline", "subprocess.STARTUPINFO", "os.fork",
    "os.forkpty",
  ]

  private static let modules: [String: PythonReach] = {
    var table: [String: PythonReach] = [:]
    for name in [
      "subprocess", "pty", "pexpect", "ptyprocess", "sh", "plumbum", "popen2", "commands",
      "_posixsubprocess",
      "_winapi", "sarge", "delegator", "invoke", "fabric",
    ] { table[name] = .programs }
    for name in ["runpy", "code", "codeop", "imp"] { table[name] = .evaluation }
    for name in [
      "socket", "requests", "httpx", "aiohttp", "urllib", "urllib2", "urllib3", "httplib", "ftplib",
      "smtplib",
      "telnetlib", "paramiko", "xmlrpc", "websocket", "websockets", "pycurl", "wget", "gdown",
      "socketserver",
      "SocketServer", "http", "nntplib", "poplib", "imaplib", "grpc", "zmq", "httplib2", "requests_html",
    ] { table[name] = .network }
    for name in ["ctypes", "_ctypes", "cffi", "pyximport", "cppyy"] { table[name] = .native }
    for name in [
      "pickle", "cPickle", "_pickle", "dill", "cloudpickle", "marshal", "shelve", "jsonpickle", "pickle5",
    ] { table[name] = .objects }
    return table
  }()

  /// The first parts of all names that mean something.
  private static let tops: Set<Substring> = {
    var tops: Set<Substring> = []
    for name in Array(modules.keys) + exact.keys + CarriedCodeTable.functions
      + CarriedCodeTable.aliases.keys
    {
      tops.insert(name.prefix { $0 != "." })
    }
    return tops
  }()

  private static let exact: [String: PythonReach] = {
    var table: [String: PythonReach] = [:]
    for name in [
      "exec", "eval", "execfile", "compile", "__import__", "importlib.import_module", "importlib.reload",
      "importlib.util.spec_from_file_location", "importlib.util.module_from_spec",
      "importlib.machinery.SourceFileLoader",
      "importlib.__import__", "builtins", "types.CodeType", "types.FunctionType",
    ] { table[name] = .evaluation }
    for name in [
      "joblib.load", "torch.load", "numpy.load", "pandas.read_pickle", "yaml.load", "yaml.unsafe_load",
      "yaml.full_load", "yaml.load_all", "yaml.UnsafeLoader", "torch.jit.load",
      "torch.package.PackageImporter",
    ] { table[name] = .objects }
    for name in [
      "__builtins__", "sys._getframe", "sys.settrace", "sys.setprofile", "gc.get_objects",
      "gc.get_referrers",
      "sys.meta_path", "sys.path_hooks", "sys.modules", "sys._current_frames",
    ] { table[name] = .internals }
    for name in [
      "torch.ops.load_library", "torch.utils.cpp_extension.load", "torch.classes.load_library",
      "tensorflow.load_op_library", "tensorflow.load_library", "numpy.ctypeslib.load_library",
    ] { table[name] = .native }
    for name in [
      "asyncio.open_connection", "asyncio.start_server", "torch.hub.load",
      "torch.hub.load_state_dict_from_url",
      "torch.hub.download_url_to_file", "webbrowser.open",
    ] { table[name] = .network }
    return table
  }()

  /// Parts of those modules that reach nowhere.
  private static let harmless = [
    "urllib.parse", "urllib.error", "urllib.quote", "urllib.unquote", "urllib.urlencode", "http.HTTPStatus",
    "http.cookies", "pickle.PicklingError", "pickle.UnpicklingError", "pickle.HIGHEST_PROTOCOL",
    "pickle.DEFAULT_PROTOCOL", "pickle.dump", "pickle.dumps", "pickle.Pickler", "marshal.dump",
    "marshal.dumps",
    "socket.error", "socket.timeout", "socket.gaierror", "socket.gethostname", "requests.exceptions",
    "ctypes.c_int", "ctypes.sizeof", "http.client.HTTPException", "imp.reload", "code.co_filename",
  ]

  private static let internalAttributes: Set<String> = CarriedCodeTable.classWalk.union([
    "__subclasses__", "__globals__", "func_globals", "f_globals", "f_builtins", "__builtins__", "f_locals",
  ])
}

/// Functions by what they do with data on its way to being run.
enum PythonFunctions {
  /// What turns data into other data: of these the result is decoded.
  static let decoders: Set<String> = [
    "base64.b64decode", "base64.b32decode", "base64.b16decode", "base64.a85decode", "base64.b85decode",
    "base64.decodebytes", "base64.decodestring", "base64.urlsafe_b64decode", "base64.standard_b64decode",
    "base64.b32hexdecode", "base64.z85decode",
    "zlib.decompress", "bz2.decompress", "lzma.decompress", "gzip.decompress", "codecs.decode",
    "binascii.unhexlify", "binascii.a2b_base64", "binascii.a2b_hex", "binascii.a2b_uu",
    "binascii.rledecode_hqx",
    "bytes.fromhex", "bytearray.fromhex", "marshal.loads", "marshal.load", "zlib.decompressobj",
    "quopri.decodestring",
  ]

  /// Codecs of `decode` that hide text.
  static let hidingCodecs: Set<String> = [
    "rot13", "rot_13", "rot-13", "hex", "base64", "zlib", "bz2", "hex_codec", "base64_codec", "zlib_codec",
    "bz2_codec", "uu", "utf-7", "utf7", "unicode_escape", "unicode-escape",
  ]

  /// What gives what came over the network.
  static let fetchers: Set<String> = [
    "urllib.request.urlopen", "urllib.urlopen", "urllib2.urlopen", "urllib.request.urlretrieve",
    "urllib.urlretrieve",
    "requests.get", "requests.post", "requests.request", "requests.put", "httpx.get", "httpx.post",
    "httpx.request",
    "urllib3.request", "wget.download", "httplib2.Http",
  ]

  /// Those that write what came into a file, and where the file's name stands among the arguments.
  static let downloaders: [String: (index: Int, keyword: String)] = [
    "urllib.request.urlretrieve": (1, "filename"), "urllib.urlretrieve": (1, "filename"),
    "wget.download": (1, "out"), "torch.hub.download_url_to_file": (1, "dst"),
    "gdown.download": (1, "output"),
  ]

  /// What sends its arguments to somebody.
  static let senders: Set<String> = [
    "requests.post", "requests.put", "requests.get", "requests.request", "requests.patch", "httpx.post",
    "httpx.put",
    "httpx.get", "urllib.request.urlopen", "urllib.request.Request", "urllib2.urlopen", "urllib2.Request",
    "urllib.urlopen", "aiohttp.request",
  ]

  static let sendingMethods: Set<String> = [
    "send", "sendall", "sendto", "sendmail", "storbinary", "post", "put",
  ]

  /// Methods and functions that give what they are given, in another dress.
  static let passing: Set<String> = [
    "read", "readline", "readlines", "decode", "encode", "strip", "rstrip", "lstrip", "split", "splitlines",
    "text",
    "content", "recv", "recvfrom", "str", "bytes", "bytearray", "compile", "BytesIO", "StringIO", "join",
    "replace",
    "format", "lower", "getvalue", "open", "makefile", "list", "tuple", "reversed", "iter", "next",
    "fileno",
    "Path", "abspath", "realpath", "expanduser", "dedent", "decompress", "raw", "copy", "dict", "dumps",
    "urlencode",
  ]

  static let evaluators: Set<String> = [
    "exec", "eval", "execfile", "compile", "__import__", "runpy.run_path",
  ]
}
