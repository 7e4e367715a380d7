/// Makes HDF5 files by hand, in the forms that the library writes: the old one, which Keras's files have, and the new
/// one with its tables for what is too much for an object's header.
package struct HDF5Builder {
  /// How groups and headers are written.
  package enum Form: Sendable, CaseIterable {
    /// Superblock 0, object headers 1, symbol tables.
    case old
    /// Superblock 3, object headers 2, links in them.
    case new
    /// As the new one, with links and attributes in fractal heaps.
    case dense
  }

  package indirect enum Node: Sendable {
    case group([(String, Node)], [Attribute])
    case dataset(Dataset, [Attribute])
    case soft(String)
    case external(String, String)
    case userDefined
    /// The root once more.
    case root
    /// A whole object header of one's own making.
    case raw([Message])
  }

  package struct Message: Sendable {
    package var type: UInt8
    package var body: [UInt8]
    package var flags: UInt8 = 0

    package init(_ type: UInt8, _ body: [UInt8], flags: UInt8 = 0) {
      self.type = type
      self.body = body
      self.flags = flags
    }
  }

  package struct Attribute: Sendable {
    package var name: String
    package var type: [UInt8]
    package var lengths: [UInt64]
    package var data: [UInt8]
    /// Texts that go into the global heap; ``data`` is then made of them.
    package var heap: [[UInt8]] = []

    package init(_ name: String, type: [UInt8], lengths: [UInt64] = [], data: [UInt8]) {
      self.name = name
      self.type = type
      self.lengths = lengths
      self.data = data
    }

    /// Text of variable length, as h5py writes text.
    package static func text(_ name: String, _ text: String) -> Attribute {
      var attribute = Attribute(name, type: HDF5Type.variableText, data: [])
      attribute.heap = [Array(text.utf8)]
      return attribute
    }

    /// Texts of one size, as Keras writes names of layers.
    package static func names(_ name: String, _ texts: [String]) -> Attribute {
      let size = texts.map(\.utf8.count).max() ?? 1
      return Attribute(
        name, type: HDF5Type.text(size), lengths: [UInt64(texts.count)],
        data: texts.flatMap { Array($0.utf8) + Array(repeating: 0, count: size - $0.utf8.count) })
    }

    package static func opaque(_ name: String, _ data: [UInt8]) -> Attribute {
      Attribute(name, type: HDF5Type.opaque(data.count), data: data)
    }
  }

  package struct Dataset: Sendable {
    package enum Layout: Sendable {
      case compact
      case contiguous
      /// One chunk, found by a version 1 tree.
      case chunked(filters: [(id: UInt16, values: [UInt32])], packed: [UInt8])
      case external(String)
      case virtual([UInt8])
      /// Nothing was written; the shape claims what it likes.
      case missing
    }

    package var type: [UInt8] = HDF5Type.float
    package var lengths: [UInt64] = [2]
    package var data: [UInt8] = [0, 0, 0, 0, 0, 0, 128, 63]
    package var layout = Layout.contiguous
    /// Elements of variable length; ``data`` is then made of them.
    package var heap: [[UInt8]] = []

    package init() {}
  }

  package var form = Form.old
  package var root: [(String, Node)] = []
  package var attributes: [Attribute] = []
  package var userBlock: [UInt8] = []
  /// Bytes behind the end that the superblock names.
  package var tail: [UInt8] = []

  package init(_ form: Form = .old) { self.form = form }

  /// A Keras model of before `.keras`.
  package static func model(_ configuration: String, training: String? = nil, form: Form = .old) -> [UInt8]
  {
    var builder = HDF5Builder(form)
    builder.attributes = [.text("keras_version", "2.15.0"), .text("backend", "tensorflow")]
    builder.attributes.append(.text("model_config", configuration))
    if let training { builder.attributes.append(.text("training_config", training)) }
    let kernel = Node.dataset(Dataset(), [])
    builder.root = [
      (
        "model_weights",
        .group(
          [("dense", .group([("kernel:0", kernel)], [.names("weight_names", ["dense/kernel:0"])]))],
          [.names("layer_names", ["dense"])])
      )
    ]
    return builder.build()
  }
}

/// Types of elements.
package enum HDF5Type {
  package static let float: [UInt8] = [
    0x11, 0x20, 0x1F, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0,
  ]
  package static let byte: [UInt8] = [0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0]
  package static let reference: [UInt8] = [0x17, 0, 0, 0, 8, 0, 0, 0]
  package static let fileReference: [UInt8] = [0x47, 2, 0, 0, 16, 0, 0, 0]
  package static let variableText: [UInt8] = [0x19, 0x01, 0x01, 0, 16, 0, 0, 0] + byte
  package static let variableBytes: [UInt8] = [0x19, 0, 0, 0, 16, 0, 0, 0] + byte

  package static func text(_ size: Int) -> [UInt8] { [0x13, 0, 0, 0] + little(size, 4) }

  package static func opaque(_ size: Int) -> [UInt8] {
    [0x15, 8, 0, 0] + little(size, 4) + Array("lazaret\0".utf8)
  }

  /// Two members, a float and a text.
  package static func compound(textSize: Int) -> [UInt8] {
    [0x36, 2, 0, 0] + little(4 + textSize, 4) + Array("a\0".utf8) + [0] + float + Array("b\0".utf8) + [4]
      + text(textSize)
  }

  package static func array(_ count: Int, of type: [UInt8]) -> [UInt8] {
    [0x3A, 0, 0, 0] + little(0, 4) + [1] + little(count, 4) + type
  }

  static func little(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
