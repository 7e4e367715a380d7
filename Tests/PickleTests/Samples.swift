import Pickle
import TestSupport

/// Pickles with something of everything, small enough to damage in every way.
enum Samples {
  /// A state dict as PyTorch writes it: protocol 2, persistent ids, calls, items of a called class.
  static let stateDict = pickle(
    .proto(2), .global("collections", "OrderedDict"), .binput(0), .emptyTuple, .reduce, .binput(1), .mark,
    .counted(.binunicode, Array("w".utf8)), .binput(2), .global("torch._utils", "_rebuild_tensor_v2"),
    .binput(3),
    .mark, .mark, .counted(.binunicode, Array("storage".utf8)), .binput(4),
    .global("torch", "FloatStorage"),
    .binput(5), .counted(.binunicode, Array("0".utf8)), .integer(4), .tuple, .binput(6), .binpersid,
    .integer(0), .integer(2), .integer(2), .tuple2, .binput(7), .newFalse, .binget(0), .emptyTuple, .reduce,
    .tuple, .binput(8), .reduce, .binput(9), .setitems, .emptyDict, .counted(.binunicode, Array("_m".utf8)),
    .binget(1), .setitem, .build, .stop)

  /// Frames, memo, every length of string, sets, NEWOBJ_EX: protocol 5.
  static let framed = pickle(
    .proto(5),
    .framed(
      .emptyDict, .memoize, .mark, .text("name"), .memoize, .bytes([1, 2, 3]), .memoize, .integer(70000),
      .float(2.5), .text("set"), .emptySet, .memoize, .mark, .integer(1), .none, .additems, .setitems,
      .text("a"), .text("B"), .stackGlobal, .memoize, .emptyTuple, .emptyDict, .newobjEx, .memoize),
    .counted(.binbytes8, [9, 9, 9]),
    .framed(
      .counted(.bytearray8, [1]), .counted(.long1, [1, 2, 3, 4, 5, 6, 7, 8, 9]), .tuple3, .mark, .newTrue,
      .frozenset, .tuple2, .binget(0), .tuple2, .number(.ext2, 300), .nextBuffer, .readonlyBuffer, .tuple3,
      .stop))

  /// What Python 2 writes by default: protocol 0, all text.
  static let text = pickle(
    .mark, .dict, .put(0), .lines(.string, "'a\\n\\x41'"), .put(1), .lines(.int, "12"), .setitem,
    .lines(.unicode, "\\u00e9"), .put(2), .mark, .list, .put(3), .lines(.long, "5L"), .append,
    .lines(.float, "1.5"), .append, .lines(.int, "01"), .append, .setitem, .get(1), .mark,
    .lines(.int, "3"), .inst("a", "B"), .put(5), .setitem, .global("copy_reg", "_reconstructor"),
    .mark, .global("m", "C"), .global("__builtin__", "object"), .none, .tuple, .reduce, .mark,
    .lines(.string, "'k'"), .none, .dict, .build, .lines(.persid, "id"), .mark, .global("m", "D"),
    .obj, .tuple3, .stop)

  static let all = [stateDict, framed, text]
}
