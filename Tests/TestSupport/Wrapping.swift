import Formats

/// Puts bytes into a container or stream that gives back just these bytes to whoever unpacks it.
package struct Wrapping: Sendable, CustomStringConvertible {
  package let description: String
  private let wrap: @Sendable ([UInt8]) -> [UInt8]

  private init(_ name: String, _ wrap: @escaping @Sendable ([UInt8]) -> [UInt8]) {
    description = name
    self.wrap = wrap
  }

  package func callAsFunction(_ bytes: [UInt8]) -> [UInt8] { wrap(bytes) }

  package static let all = archives + streams

  /// The name of the member in all archives; no loader takes it for anything.
  private static let name = "m"

  /// A ZIP with one member, which `change` makes to be written otherwise.
  private static func zip(
    _ name: String, _ change: @escaping @Sendable (inout ZIPBuilder.Member) -> Void = { _ in },
    builder: @escaping @Sendable (inout ZIPBuilder) -> Void = { _ in }
  ) -> Wrapping {
    Wrapping("zip, \(name)") { bytes in
      var member = ZIPBuilder.Member(Self.name, bytes)
      change(&member)
      var archive = ZIPBuilder([member])
      builder(&archive)
      return archive.build()
    }
  }

  package static let archives: [Wrapping] = [
    zip("stored"),
    Wrapping("zip, deflated") { bytes in
      ZIPBuilder([.init(name, packed: ZIPBuilder.deflateStored(bytes), unpacked: bytes)]).build()
    },
    zip("streamed", { $0.stream() }),
    zip("streamed without a signature", { $0.stream(signed: false) }),
    zip("streamed with wide sizes", { $0.stream(wide: true) }, builder: { $0.wide = true }),
    zip("zip64", builder: { $0.wide = true }),
    zip(
      "zip64 in its header",
      { member in
        let size = littleEndian(UInt64(member.data.count))
        member.local.packedSize = .max
        member.local.unpackedSize = .max
        member.local.extra = [1, 0, 16, 0] + size + size
      }),
    zip("behind a program", builder: { $0.prefix = Array("#!/bin/sh\nexit\n".utf8) }),
    zip("with a comment", builder: { $0.comment = Array("made by hand".utf8) }),
    Wrapping("tar") { TarBuilder.archive(TarBuilder.member(name, $0)) },
    Wrapping("tar of GNU") { bytes in
      var fields = TarBuilder.Fields()
      fields.magic = "ustar  \u{0}"
      return TarBuilder.archive(TarBuilder.member(name, bytes, fields))
    },
    Wrapping("tar with pax headers") { bytes in
      TarBuilder.archive(
        TarBuilder.pax([("path", name), ("mtime", "1.5")]), TarBuilder.member("x", bytes))
    },
    Wrapping("tar with more empty blocks") {
      TarBuilder.archive(TarBuilder.member(name, $0)) + [UInt8](repeating: 0, count: 8192)
    },
  ]

  package static let streams: [Wrapping] = [
    Wrapping("gzip") { bytes in
      [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] + ZIPBuilder.deflateStored(bytes)
        + littleEndian(ZIPBuilder.crc(bytes)) + littleEndian(UInt32(bytes.count))
    },
    Wrapping("zlib") { bytes in
      [0x78, 0x01] + ZIPBuilder.deflateStored(bytes) + littleEndian(adler(bytes).byteSwapped)
    },
    Wrapping("xz", xz),
    Wrapping("zstandard") { bytes in
      blocks(of: 1 << 17, in: bytes).reduce(
        into: [0x28, 0xB5, 0x2F, 0xFD, 0xA0] + littleEndian(UInt32(bytes.count))
      ) { output, block in
        let header = UInt32(block.bytes.count) << 3 | (block.isLast ? 1 : 0)
        output += littleEndian(header).prefix(3) + block.bytes
      }
    },
    Wrapping("lz4") { bytes in
      blocks(of: 1 << 16, in: bytes).reduce(into: [0x04, 0x22, 0x4D, 0x18, 0x60, 0x40, 0x82]) {
        // The highest bit says that the block is not compressed.
        $0 += littleEndian(UInt32($1.bytes.count) | 1 << 31) + $1.bytes
      } + [0, 0, 0, 0]
    },
  ]

  private static func blocks(of size: Int, in bytes: [UInt8]) -> [(bytes: ArraySlice<UInt8>, isLast: Bool)]
  {
    stride(from: 0, to: max(1, bytes.count), by: size).map { start in
      let end = min(bytes.count, start + size)
      return (bytes[start..<end], end == bytes.count)
    }
  }

  private static func adler(_ bytes: [UInt8]) -> UInt32 {
    var low: UInt32 = 1
    var high: UInt32 = 0
    for byte in bytes {
      low = (low + UInt32(byte)) % 65521
      high = (high + low) % 65521
    }
    return high << 16 | low
  }

  /// One block of LZMA2 chunks that are not compressed.
  private static func xz(_ bytes: [UInt8]) -> [UInt8] {
    let header: [UInt8] = [2, 0, 0x21, 1, 0x0C, 0, 0, 0]
    var block = header + littleEndian(ZIPBuilder.crc(header))
    for (index, chunk) in blocks(of: 1 << 16, in: bytes).enumerated() where !chunk.bytes.isEmpty {
      block += [index == 0 ? 1 : 2] + littleEndian(UInt16(chunk.bytes.count - 1).byteSwapped) + chunk.bytes
    }
    block.append(0)
    // What the index gives is counted without the padding.
    let size = block.count + 4
    block += filling(block.count) + littleEndian(ZIPBuilder.crc(bytes))
    var index = [0, 1] + variable(size) + variable(bytes.count)
    index += filling(index.count)
    let footer = littleEndian(UInt32(index.count / 4)) + [0, 1]
    return [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 1] + littleEndian(ZIPBuilder.crc([0, 1])) + block + index
      + littleEndian(ZIPBuilder.crc(index)) + littleEndian(ZIPBuilder.crc(footer)) + footer + [0x59, 0x5A]
  }

  private static func filling(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: (4 - count % 4) % 4) }

  private static func variable(_ value: Int) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + variable(value >> 7)
  }
}
