import ByteParsing

/// Geometries as OGC's simple features write them, which GEOS reads by a function that calls itself for each geometry
/// inside another.
///
/// Source: OGC 06-103r4, section 8.2; GEOS `io/WKBReader.cpp`; PostGIS `doc/ZMSgeoms.txt` for the flags.
package enum WellKnownBinary {
  /// Geometries inside each other, more than anybody draws.
  private static let depthLimit = 32

  /// Why a reader may not survive these bytes; nil where they are one geometry, of honest depth.
  package static func fault(in bytes: [UInt8]) -> String? {
    // SAFETY: `bytes` outlives the reader, which is gone when this returns.
    var reader = ByteReader(unsafe bytes.span.bytes)
    do throws(ParseError) {
      // How many geometries are still to come at each depth.
      var open = [1]
      while let left = open.last {
        if left == 0 {
          open.removeLast()
          continue
        }
        open[open.count - 1] -= 1
        let inner = try readGeometry(&reader)
        guard inner > 0 else { continue }
        guard open.count < depthLimit else { return "geometries lie \(depthLimit) deep in each other" }
        open.append(inner)
      }
    } catch {
      return "its bytes are no geometry: \(error.field)"
    }
    return nil
  }

  /// Reads a geometry up to those inside it, and gives how many these are.
  private static func readGeometry(_ reader: inout ByteReader) throws(ParseError) -> Int {
    let order = try reader.readByte("byte order")
    guard order <= 1 else { throw ParseError(.malformed, at: reader.offset, "byte order") }
    func readNumber(_ field: StaticString) throws(ParseError) -> Int {
      Int(
        try order == 0 ? reader.readBigEndian(UInt32.self, field) : reader.readInteger(UInt32.self, field))
    }
    let type = try readNumber("geometry type")
    if type & 0x2000_0000 != 0 { try reader.skip(4, "reference system") }
    // Readers differ in what other bits mean, and in what both ways of saying that there is a height mean together.
    let code = type & 0x1FFF_FFFF
    let thousands = code / 1000
    guard thousands <= 3, thousands == 0 || type >> 30 == 0 else {
      throw ParseError(.malformed, at: reader.offset, "geometry type")
    }
    let dimensions = 2 + (thousands & 1) + (thousands >> 1) + (type >> 31) + (type >> 30 & 1)
    func skipPoints(_ count: Int) throws(ParseError) {
      try reader.skip(try Checked.product(count, 8 * dimensions, at: reader.offset, "points"), "points")
    }
    switch code % 1000 {
    case 1: try skipPoints(1)
    case 2, 8: try skipPoints(try readNumber("point count"))
    case 3, 17:
      for _ in 0..<(try readNumber("ring count")) { try skipPoints(try readNumber("point count")) }
    case 4...7, 9...12, 15, 16: return try readNumber("geometry count")
    default: throw ParseError(.malformed, at: reader.offset, "geometry type")
    }
    return 0
  }
}
