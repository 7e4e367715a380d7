internal import Pickle

/// A file whose reader would need far more memory than the file is long, were it careless.
package struct MemoryBomb: Sendable, CustomStringConvertible {
  package let description: String
  package let bytes: [UInt8]

  private init(_ description: String, _ bytes: [UInt8]) {
    self.description = description
    self.bytes = bytes
  }

  /// Those that unpack to so many MiB; none may be allowed.
  package static func packed(_ times: Int) -> [MemoryBomb] {
    let bzip2 = Array(repeating: hexadecimal(bzip2Zeros), count: times).flatMap { $0 }
    let gzip = gzipZeros(times)
    return [
      MemoryBomb("zeros in gzip", gzip),
      MemoryBomb("zeros in bzip2", bzip2),
      MemoryBomb("zeros in xz", Array(repeating: hexadecimal(xzZeros), count: times).flatMap { $0 }),
      MemoryBomb("zeros in Zstandard", zstandardZeros(times)),
      MemoryBomb("gzip in gzip in gzip", gzipStored(gzipStored(gzip))),
      MemoryBomb("zeros in gzip in ZIP", ZIPBuilder([.init("a.gz", gzip), .init("b.gz", gzip)]).build()),
      MemoryBomb("zeros in ZIP", zipZeros(times)),
      MemoryBomb("zeros in an array in ZIP", arrayZeros(times)),
      MemoryBomb("zeros in bzip2 in tar", TarBuilder.archive(TarBuilder.member("a.bz2", bzip2))),
      MemoryBomb(
        "a file of holes in tar",
        TarBuilder.archive(TarBuilder.header("a", size: times << 20, TarBuilder.Fields()))),
    ]
  }

  /// Those that claim what they do not have; none may be allowed.
  package static var claims: [MemoryBomb] {
    let huge = "1152921504606846976"
    var array = HDF5Builder.Dataset()
    array.lengths = [1 << 40]
    array.layout = .missing
    var packed = array
    packed.layout = .chunked(filters: [(id: 1, values: [9])], packed: [0x78, 0x9C, 3, 0, 0, 0, 0, 1])
    var dataset = HDF5Builder()
    dataset.root = [("a", .dataset(array, [])), ("b", .dataset(packed, []))]
    var tensors = GGUFBuilder()
    tensors.entryCount = 1 << 60
    tensors.tensorCount = 1 << 60
    var header = SafetensorsBuilder()
    header.length = 1 << 62
    return [
      MemoryBomb(
        "a shape beyond memory in NumPy", NpyBuilder("'<f8'", shape: "(\(huge),)", data: []).build()),
      MemoryBomb(
        "a shape beyond memory in ZIP",
        ZIPBuilder([.init("a.npy", NpyBuilder("'<f8'", shape: "(\(huge), 8)", data: []).build())]).build()),
      MemoryBomb("datasets beyond memory in HDF5", dataset.build()),
      MemoryBomb(
        "a long text that is not there", pickle(.proto(4), .counted(.binunicode8, [], length: 1 << 60))),
      MemoryBomb(
        "long bytes that are not there", pickle(.proto(5), .counted(.bytearray8, [], length: 1 << 62))),
      MemoryBomb(
        "a long integer that is not there", pickle(.proto(2), .counted(.long4, [], length: 0x7FFF_FFFF))),
      MemoryBomb("a frame beyond memory", pickle(.proto(4), .frame(1 << 60), .none, .stop)),
      MemoryBomb("entries beyond memory in GGUF", tensors.build()),
      MemoryBomb("a header beyond memory in safetensors", header.build()),
      MemoryBomb("a YAML text of aliases", Array(aliases.utf8)),
      MemoryBomb("an XML text of entities", Array(entities.utf8)),
      MemoryBomb(
        "a ZIP directory beyond memory",
        {
          var archive = ZIPBuilder([.init("a", [1])])
          archive.entryCount = 0xFFFE
          return archive.build()
        }()),
    ]
  }

  // MARK: - Zeros

  /// 1 MiB of zeros, by CPython's bz2.
  private static let bzip2Zeros =
    "425a683931415926535938571ce50008084000c0040008200030cc0529a60806c4201e2ee48a70a12070ae39ca"

  /// 1 MiB of zeros, by CPython's lzma.
  private static let xzZeros =
    "fd377a585a000004e6d6b4460200210116000000742fe5a3efffff00d95d00006ffdffffa3b7ff473e4815723961"
    + "51b89228e6a38607f9eee41e82d32fc53a3c014bb17ec98a8a4d2fa30dd97fa6e38c231153e05918c5758ae277f8b694"
    + "7f0c6ac0de744964e2e95c53b204d8f7440cab5f0d6d46e9e5c37688b79657acb64de1691d6ffb4b88106c42cb883f5c"
    + "008fd04eaf262894711f3d8f24e1709ea7235fec28cb85d195988a7e2a91f22775f719c006984d98fdd8afd5900fc425"
    + "53f8f591363105a5b0ee6fc1704d470cd19111aaad601dbaceb127185c5986e9665258bee976ac59e4e55b0508f9c7da"
    + "adfcfb522af7e495250000000000c2f6ba3ea2706b600001f5018080400079977f47b1c467fb020000000004595a"

  private static let gzipHead: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]

  private static func deflateZeros(_ times: Int) -> [UInt8] {
    let piece = ZIPBuilder.deflateZeros(matches: (1 << 20) / 258, isLast: false)
    return Array(repeating: piece, count: times).flatMap { $0 } + [1, 0, 0, 0xFF, 0xFF]
  }

  private static func gzipZeros(_ times: Int) -> [UInt8] {
    gzipHead + deflateZeros(times) + [0, 0, 0, 0, 0, 0, 0, 0]
  }

  private static func gzipStored(_ bytes: [UInt8]) -> [UInt8] {
    gzipHead + ZIPBuilder.deflateStored(bytes) + littleEndian(ZIPBuilder.crc(bytes))
      + littleEndian(UInt32(bytes.count))
  }

  /// One frame with a window of 128 KiB, each block of that many zeros in four bytes.
  private static func zstandardZeros(_ times: Int) -> [UInt8] {
    let size = UInt32(1 << 17)
    let blocks = times << 3
    return [0x28, 0xB5, 0x2F, 0xFD, 0, 0x38]
      + (1...blocks).flatMap { index in
        littleEndian(size << 3 | 1 << 1 | (index == blocks ? 1 : 0)).prefix(3) + [0]
      }
  }

  private static func zipZeros(_ times: Int) -> [UInt8] {
    var member = ZIPBuilder.Member("a.bin", packed: deflateZeros(times), unpacked: [])
    member.setBoth { $0.unpackedSize = UInt32(times << 20) }
    return ZIPBuilder([member]).build()
  }

  private static func arrayZeros(_ times: Int) -> [UInt8] {
    let head = NpyBuilder("'|u1'", shape: "(\(times << 20),)", data: []).build()
    var member = ZIPBuilder.Member(
      "a.npy", packed: ZIPBuilder.deflateStored(head, isLast: false) + deflateZeros(times), unpacked: [])
    member.setBoth { $0.unpackedSize = UInt32(head.count + times << 20) }
    return ZIPBuilder([member]).build()
  }

  // MARK: - Texts that grow

  private static let aliases =
    "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    + (1..<12).map { level in
      "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", "))]\n"
    }.joined()

  private static let entities =
    "<?xml version=\"1.0\"?>\n<!DOCTYPE a [\n<!ENTITY e0 \"xxxxxxxxx\">\n"
    + (1..<12).map { level in
      "<!ENTITY e\(level) \"\(String(repeating: "&e\(level - 1);", count: 9))\">\n"
    }.joined() + "]>\n<a>&e11;</a>\n"
}

extension MemoryBomb {
  /// Those that are long, or deep, or of many parts: about as many as `count` says. Some of them are harmless, but for what
  /// they could cost.
  package static func long(_ count: Int) -> [MemoryBomb] { pickles(count) + texts(count) + tables(count) }

  private static func pickles(_ count: Int) -> [MemoryBomb] {
    func times(_ bytes: UInt8..., opcodes number: Int? = nil) -> PickleOpcode {
      .raw(Array(repeating: bytes, count: number ?? count).flatMap { $0 })
    }
    let indices = (0..<count).flatMap { [Opcode.longBinput.rawValue] + littleEndian(UInt32($0)) }
    let texts = (0..<count).flatMap {
      [Opcode.shortBinunicode.rawValue, 4] + littleEndian(UInt32($0) & 0x7F7F_7F7F)
    }
    let shared: [UInt8] = [0x5D, 0x28, 0x68, 0, 0x68, 0, 0x65, 0x71, 0]
    return [
      MemoryBomb("lists in lists", pickle(.proto(2), times(0x5D), times(0x61, opcodes: count - 1), .stop)),
      MemoryBomb("tuples in tuples", pickle(.proto(2), times(0x28), times(0x74), .stop)),
      MemoryBomb(
        "dictionaries in dictionaries", pickle(.proto(2), times(0x7D, 0x4E), .none, times(0x73), .stop)),
      MemoryBomb("a list of lists", pickle(.proto(2), .emptyList, .mark, times(0x5D), .appends, .stop)),
      MemoryBomb("marks", pickle(.proto(2), times(0x28), .stop)),
      MemoryBomb("a memo of many", pickle([.proto(2), .emptyList, .raw(indices), .stop])),
      MemoryBomb("a memo far away", pickle(.proto(2), .emptyList, .longBinput(.max), .stop)),
      MemoryBomb("many texts", pickle([.proto(4), .emptyList, .mark, .raw(texts), .appends, .stop])),
      MemoryBomb(
        "lists that share lists",
        pickle([
          .proto(2), .emptyList, .binput(0), .raw(Array(repeating: shared, count: 64).flatMap { $0 }),
          .stop,
        ])),
      MemoryBomb(
        "a long integer", pickle(.proto(2), .counted(.long4, Array(repeating: 0x55, count: count)), .stop)),
      MemoryBomb(
        "long bytes", pickle(.proto(4), .counted(.binbytes, Array(repeating: 0x55, count: count)), .stop)),
      MemoryBomb(
        "a long name", pickle(.proto(2), .global(String(repeating: "a", count: count), "b"), .stop)),
      MemoryBomb(
        "objects on objects",
        pickle(.proto(2), .global("collections", "OrderedDict"), times(0x29, 0x52), .stop)),
    ]
  }

  private static func texts(_ count: Int) -> [MemoryBomb] {
    func text(_ description: String, _ parts: String...) -> MemoryBomb {
      MemoryBomb(description, Array(parts.joined().utf8))
    }
    func times(_ text: String, _ divisor: Int = 1) -> String {
      String(repeating: text, count: count / divisor)
    }
    let keys = (0..<count / 8).map { "\"k\($0)\":[]" }.joined(separator: ",")
    return [
      text("JSON in JSON", times("[", 2), times("]", 2)),
      text("a JSON list of lists", "[", times("[],", 3), "[]]"),
      text("a JSON object of many", "{", keys, "}"),
      text("a long JSON text", "{\"class_name\":\"", times("x"), "\"}"),
      text("a long number", "[1", times("0"), "]"),
      text("YAML in YAML", "a: ", times("[", 2), times("]", 2), "\n"),
      text("a YAML list", "a:\n", times("- b: c\n", 7)),
      text("elements in elements", "<?xml version=\"1.0\"?>\n", times("<a>", 7), times("</a>", 7), "\n"),
      text("an XML list", "<?xml version=\"1.0\"?>\n<r>", times("<a b=\"c\"/>", 10), "</r>\n"),
      text("brackets in brackets of Python", "import os\nx = ", times("(", 2), "1", times(")", 2), "\n"),
      text("a long line", "import os\nx = '", times("y"), "'\n"),
      text("many lines", "import os\n", times("x = os.path\n", 12)),
      text("a long template", "{%- for a in b %}", times("{{ a }}", 7), "{%- endfor %}\n"),
      text("blocks in blocks of a template", times("{% if a %}", 20), times("{% endif %}", 20), "\n"),
    ]
  }

  private static func tables(_ count: Int) -> [MemoryBomb] {
    let members = (0..<min(count / 64, 60_000)).map { ZIPBuilder.Member("\($0)", []) }
    let files = (0..<count / 512).flatMap { TarBuilder.header("\($0)", size: 0, TarBuilder.Fields()) }
    let tensors = (0..<count / 64).map {
      "\"t\($0)\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}"
    }
    var nested: [UInt8] = []
    for _ in 0..<1_000 { nested = Protobuf.bytes(6, Protobuf.bytes(5, nested)) }
    return [
      MemoryBomb("many members in ZIP", ZIPBuilder(members).build()),
      MemoryBomb("many members in tar", TarBuilder.archive(files)),
      MemoryBomb(
        "a long record in tar",
        TarBuilder.archive(
          TarBuilder.pax([("comment", String(repeating: "x", count: count))]), TarBuilder.member("a", [1]))),
      MemoryBomb(
        "many tensors in safetensors",
        SafetensorsBuilder(header: "{\(tensors.joined(separator: ","))}", data: []).build()),
      MemoryBomb(
        "many entries in GGUF", GGUFBuilder((0..<count / 32).map { ("k\($0)", .text("v")) }).build()),
      MemoryBomb(
        "graphs in graphs of ONNX",
        {
          var model = OnnxBuilder()
          model.nodes.append(nested)
          return model.build()
        }()),
    ]
  }
}
