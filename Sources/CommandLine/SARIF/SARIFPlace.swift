internal import Findings

/// A file of the run, as SARIF names it.
struct SARIFPlace {
  /// A relative reference where the file is below the folder of the run, or the whole address.
  let uri: String
  private let isRelative: Bool

  /// - Parameters:
  ///   - path: as the walk has it.
  ///   - root: the folder of the run.
  init(_ path: [UInt8], below root: [UInt8]) {
    let slash = UInt8(ascii: "/")
    var path = path
    if path.starts(with: root + [slash]) { path.removeFirst(root.count + 1) }
    isRelative = path.first != slash
    let parts = path.split(separator: slash).filter { $0 != [UInt8(ascii: ".")] }
    let encoded = parts.map(Self.encoded).joined(separator: "/")
    uri = isRelative ? (encoded.isEmpty ? "." : encoded) : "file:///" + encoded
  }

  /// RFC 3986, section 2.1: every byte that is not unreserved, so a colon or a `%` of a name is no syntax.
  private static func encoded(_ part: some Sequence<UInt8>) -> String {
    var text = ""
    for byte in part {
      let scalar = Unicode.Scalar(byte)
      switch scalar {
      case "A"..."Z", "a"..."z", "0"..."9", "-", ".", "_", "~": text.unicodeScalars.append(scalar)
      default: text += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
    return text
  }

  func location(_ place: Location) -> SARIF.Location {
    let member = place.member.map { Escaping.visible($0) }
    return SARIF.Location(
      physicalLocation: SARIF.PhysicalLocation(
        artifactLocation: SARIF.ArtifactLocation(uri: uri, uriBaseId: isRelative ? SARIF.root : nil),
        region: member == nil ? place.offset.map { SARIF.Region(byteOffset: $0) } : nil),
      logicalLocations: member.map { member in
        let name = place.path.last.map { Escaping.visible($0) } ?? member
        return [SARIF.LogicalLocation(name: name, fullyQualifiedName: member)]
      })
  }
}
