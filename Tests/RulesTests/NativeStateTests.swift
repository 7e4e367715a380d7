import Findings
import Pickle
import TestSupport
import Testing

/// Compiled code follows the indices in these states without a look at the bounds.
@Suite struct NativeStateTests {
  private static func bytes(_ numbers: [Int64]) -> [UInt8] {
    numbers.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * Int64($0))) } }
  }

  /// `numpy.dtype(code, False, True)` with the state that NumPy 1.x writes.
  private static func dtype(_ code: String, _ state: [PickleOpcode]) -> [PickleOpcode] {
    [
      .global("numpy", "dtype"), .mark, .text(code), .newFalse, .newTrue, .tuple, .reduce, .mark,
      .integer(3), .text("<"),
    ] + state + [.tuple, .build]
  }

  private static let integers = dtype(
    "i8", [.none, .none, .none, .integer(-1), .integer(-1), .integer(0)])

  /// A structure of three integers, as the first fields of a tree's nodes.
  private static let nodes = dtype(
    "V24",
    [
      .none, .mark, .text("left_child"), .text("right_child"), .text("feature"), .tuple, .emptyDict, .mark,
      .text("left_child"),
    ] + integers + [.integer(0), .tuple2, .text("right_child")] + integers + [
      .integer(8), .tuple2, .text("feature"),
    ] + integers + [
      .integer(16), .tuple2, .setitems, .integer(24), .integer(1), .integer(16),
    ])

  private static func array(_ type: [PickleOpcode], _ count: Int32, _ data: [UInt8]) -> [PickleOpcode] {
    [
      .global("numpy.core.multiarray", "_reconstruct"), .global("numpy", "ndarray"), .integer(0), .tuple1,
      .bytes([UInt8(ascii: "b")]), .tuple3, .reduce, .mark, .integer(1), .integer(count), .tuple1,
    ] + type + [.newFalse, .bytes(data), .tuple, .build]
  }

  /// A tree of three nodes over two features: the root, and two leaves.
  private static func tree(_ root: [Int64], count: Int32 = 3) -> [UInt8] {
    let table = bytes(root + [-1, -1, -2] + [-1, -1, -2])
    return pickle(
      [
        .proto(3), .global("sklearn.tree._tree", "Tree"), .integer(2), .none, .integer(1), .tuple3, .reduce,
        .emptyDict, .mark, .text("node_count"), .integer(count), .text("nodes"),
      ] + array(nodes, 3, table) + [.setitems, .build, .stop])
  }

  @Test func `an honest tree is allowed`() {
    let judged = judge(Self.tree([1, 2, 0]))
    #expect(judged.verdict == .allow, judged.account)
  }

  @Test(arguments: [
    [3, 2, 0], [1, 1 << 40, 0], [0, 2, 0], [-2, 2, 0], [1, 2, 2], [1, 2, -1],
  ])
  func `a node that leads out of the tree is denied`(_ root: [Int64]) {
    #expect(judge(Self.tree(root)).rules == ["pickle.forged-native-state"])
  }

  @Test(arguments: [Int32(4), -1])
  func `a number of nodes that the array does not have is denied`(_ count: Int32) {
    #expect(judge(Self.tree([1, 2, 0], count: count)).rules == ["pickle.forged-native-state"])
  }

  /// A matrix of two rows and three columns with two numbers stored.
  private static func matrix(_ name: String, _ indptr: [Int64], _ indices: [Int64]) -> [UInt8] {
    let shape: [PickleOpcode] = [.text("_shape"), .integer(2), .integer(3), .tuple2]
    let data: [PickleOpcode] = [.text("data")] + array(integers, 2, bytes([7, 8]))
    let places: [PickleOpcode] =
      [.text("indices")] + array(integers, Int32(indices.count), bytes(indices))
    let starts: [PickleOpcode] = [.text("indptr")] + array(integers, Int32(indptr.count), bytes(indptr))
    return pickle(
      [
        .proto(3), .global("scipy.sparse._\(name)", "\(name)_matrix"), .emptyTuple, .newobj, .emptyDict,
        .mark,
      ]
        + shape + data + places + starts + [.setitems, .build, .stop])
  }

  @Test func `an honest sparse matrix is allowed`() {
    #expect(judge(Self.matrix("csr", [0, 1, 2], [0, 2])).verdict == .allow)
    #expect(judge(Self.matrix("csc", [0, 1, 1, 2], [0, 1])).verdict == .allow)
  }

  @Test(
    arguments: [
      ("csr", [0, 1, 2], [0, 3]), ("csr", [0, 1, 2], [-1, 0]), ("csr", [0, 2, 1], [0, 2]),
      ("csr", [0, 1, 3], [0, 2]), ("csr", [0, 2], [0, 2]), ("csr", [1, 1, 2], [0, 2]),
      ("csc", [0, 1, 1, 2], [0, 2]),
    ] as [(String, [Int64], [Int64])])
  func `an index out of a sparse matrix is denied`(_ name: String, _ indptr: [Int64], _ indices: [Int64]) {
    #expect(judge(Self.matrix(name, indptr, indices)).rules == ["pickle.forged-native-state"])
  }
}
