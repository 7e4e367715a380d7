import Pickle

extension Bypass {
  /// Streams that scanners read otherwise than unpicklers.
  static let streams: [Bypass] = [
    Bypass(
      "MEMOIZE after POP keeps the top of the stack and not the last argument",
      "picklescan#14, #22, #52; arXiv 2607.17503",
      pickle(
        .proto(4), .text("posix"), .text("x"), .pop, .memoize, .text("system"), .text("x"), .pop, .memoize,
        .pop,
        .pop, .binget(0), .binget(1), .stackGlobal, command, .tuple1, .reduce, .stop)),
    Bypass(
      "MEMOIZE after BINGET keeps the value and not the index", "arXiv 2607.17503",
      pickle(
        .proto(4), .text("posix"), .memoize, .pop, .binget(0), .memoize, .pop, .text("system"), .memoize,
        .pop,
        .binget(1), .binget(2), .stackGlobal, command, .tuple1, .reduce, .stop)),
    Bypass(
      "INT in base 16 stops a reader of decimals before the call", "cpython#126992",
      pickle(
        .proto(2), .lines(.int, "0x10"), .pop, .global("posix", "system"), command, .tuple1, .reduce, .stop)
    ),
    Bypass(
      "LONG in base 16 stops a reader of decimals before the call", "cpython#126992",
      pickle(
        .proto(2), .lines(.long, "0x10L"), .pop, .global("posix", "system"), command, .tuple1, .reduce,
        .stop)),
    Bypass(
      "STACK_GLOBAL needs no PROTO before it", "CVE-2025-71325, GHSA-9gvj-pp9x-gcfr, CVE-2025-46417",
      pickle(.text("posix"), .text("system"), .stackGlobal, command, .tuple1, .reduce, .stop)),
    Bypass(
      "numbers for names after the call do not lose it", "modelscan#338",
      pickle(.proto(4), .run, .pop, .integer(1), .integer(2), .stackGlobal, .stop)),
    Bypass(
      "a bytearray for a name after the call does not lose it", "modelscan#338",
      pickle(.proto(5), .run, .pop, .counted(.bytearray8, [1]), .text("x"), .stackGlobal, .stop)),
    Bypass(
      "GET of a missing entry after the call does not lose it", "picklescan#52, modelscan#348",
      pickle(.proto(4), .run, .binget(99), .stop)),
    Bypass(
      "a memo entry is put twice, and the later value counts", "picklescan#14, cpython#123309",
      pickle(
        .proto(4), .text("math"), .binput(0), .pop, .text("posix"), .put(0), .pop, .get(0), .text("system"),
        .stackGlobal, command, .tuple1, .reduce, .stop)),
    Bypass(
      "PUT and MEMOIZE number one memo", "picklescan#14",
      pickle(
        .proto(4), .text("math"), .binput(1), .pop, .text("posix"), .memoize, .pop, .binget(1),
        .text("system"),
        .stackGlobal, command, .tuple1, .reduce, .stop)),
    Bypass(
      "a pickle without STOP has run what came before", "picklescan#33 (nullifAI)", pickle(.proto(4), .run)),
    Bypass(
      "an opcode that does not exist comes after the call", "picklescan#33 (nullifAI)",
      pickle(.proto(4), .run, .raw([0xFF]))),
    Bypass(
      "INST calls without REDUCE", "picklescan#21",
      pickle(.mark, .lines(.string, "'lazaret-canary'"), .inst("posix", "system"), .stop)),
    Bypass(
      "OBJ calls, and its result is thrown away", "GHSA-mxhj-88fx-4pcv",
      pickle(.mark, .global("posix", "system"), command, .obj, .pop, .none, .stop)),
    Bypass(
      "NEWOBJ creates a process", "fickling#317 and before",
      pickle(
        .proto(2), .global("builtins", "map"), .global("posix", "system"), .listOf(command), .tuple2,
        .newobj)
        + pickle(.text("x"), .tuple1, .pop, .stop)
        + pickle(
          .proto(4), .imported("builtins", "list"), .imported("builtins", "map"),
          .imported("posix", "system"),
          .listOf(command), .tuple2, .newobj, .tuple1, .reduce, .stop)),
    Bypass(
      "NEWOBJ_EX creates an object with keywords", "fickling: traceback on NEWOBJ_EX",
      pickle(
        .proto(4), .imported("builtins", "list"), .imported("builtins", "map"),
        .imported("posix", "system"),
        .listOf(command), .tuple2, .emptyDict, .newobjEx, .tuple1, .reduce, .stop)),
    Bypass(
      "an extension code that the pickle registers itself", "fickling: traceback on EXT1",
      pickle(
        .proto(4), .call("copyreg", "add_extension", .text("posix"), .text("system"), .integer(7)), .pop,
        .number(.ext1, 7), command, .tuple1, .reduce, .stop)),
    Bypass(
      "a dotted name is walked attribute by attribute", "GHSA-5j3x-jp52-966f",
      pickle(.proto(4), .imported("pathlib", "os.system"), command, .tuple1, .reduce, .stop),
      .fires("os.system")),
    Bypass(
      "PROTO in the middle makes a dotted name mean another", "fickling: duplicate PROTO",
      pickle(
        .proto(2), .none, .pop, .proto(4), .global("pathlib", "os.system"), command, .tuple1, .reduce, .stop
      ),
      .fires("os.system")),
    Bypass(
      "a float as text stops a reader that does not know it", "fickling#322, #324",
      pickle(.lines(.float, "1.5"), .pop, .global("posix", "system"), command, .tuple1, .reduce, .stop)),
    Bypass(
      "out-of-band buffers stop a reader that does not know them", "fickling#322, #324",
      pickle(
        .proto(5), .counted(.bytearray8, [1]), .readonlyBuffer, .pop, .run, .stop)),
    Bypass(
      "escapes spell the name", "picklescan: escapes in names",
      pickle(
        .proto(4), .lines(.string, "'\\x70osix'"), .lines(.unicode, "syste\\u006d"), .stackGlobal, command,
        .tuple1,
        .reduce, .stop)),
  ]

  /// Frames, and pickles behind pickles.
  static let framing: [Bypass] = [
    straddledFrame,
    Bypass(
      "a second pickle follows the STOP of the first", "modelscan: only the first pickle is read",
      pickle(.proto(4), .emptyDict, .stop) + pickle(.proto(4), .run, .stop)),
    Bypass(
      "STOP before the end of a frame hides the pickle behind the frame",
      "this project: a reader of a file goes on behind the frame",
      pickle(.proto(4), .frame(9), .none, .stop) + pickle(.proto(2))
        + pickle(.counted(.binbytes, pickle(.proto(4), .run, .stop)), .stop)),
    Bypass(
      "two bytes stand between two pickles", "picklescan: junk between pickles",
      pickle(.proto(4), .emptyDict, .stop) + [0, 0] + pickle(.proto(4), .run, .stop),
      .notSeen("a loader has to step over the bytes itself")),
    Bypass(
      "six pickles after each other, the last one hostile", "picklescan: the legacy loop reads five",
      Array(repeating: pickle(.proto(2), .emptyDict, .stop), count: 5).flatMap { $0 }
        + pickle(.proto(4), .run, .stop)),
  ]

  /// A FRAME that ends inside an opcode: read from memory the opcodes go on, and read from a file the next one begins
  /// behind the frame.
  private static let straddledFrame = Bypass(
    "a frame ends inside the argument of an opcode", "fickling#317, cpython#154848",
    pickle(.proto(4), .frame(3), .text(String(repeating: "x", count: 20)), .pop, .run, .stop))
}
