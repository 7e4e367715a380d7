package import Findings
package import Formats

extension ArchiveRules {
  /// One entry of the directory, by itself.
  package static func entry(_ entry: ZIPEntry, path: [String]) -> [Finding] {
    var findings: [Finding] = []
    func report(_ rule: Rule, _ detail: String) {
      findings.append(
        Finding(
          rule, at: Location(path: path, offset: entry.offset), detail: detail, evidence: entry.shownName))
    }
    for (rule, detail) in nameProblems(entry.name) { report(rule, detail) }
    if !entry.wideFieldsAgree {
      report(.zip64Disagreement, "The ZIP64 extra field does not hold what the entry's fields need.")
    }
    if entry.extra.hasUnicodePath {
      report(.zipUnicodePathExtra, "The entry has a Unicode path extra field.")
    }
    if !entry.flags.isDisjoint(with: .unreadable) || entry.extra.hasAES {
      report(.zipEncrypted, "The entry's flags are 0x\(String(entry.flags.rawValue, radix: 16)).")
    } else if entry.method != ZIPMethod.stored, ZIPMethod.compression(entry.method) == nil {
      report(.zipUnsupportedMethod, "The member is packed by \(ZIPMethod.name(entry.method)).")
    }
    if entry.method == ZIPMethod.stored, entry.packedSize != entry.unpackedSize {
      report(
        .zipSizeMismatch,
        "A stored member of \(entry.packedSize) bytes is said to unpack to \(entry.unpackedSize).")
    }
    for (rule, detail) in typeProblems(entry) { report(rule, detail) }
    return findings
  }

  private static func typeProblems(_ entry: ZIPEntry) -> [(Rule, String)] {
    var problems: [(Rule, String)] = []
    if entry.nameEndsInSlash, entry.unpackedSize > 0 {
      problems.append(
        (.zipDirectoryWithData, "The folder entry has \(entry.unpackedSize) bytes of data."))
    } else if !entry.nameEndsInSlash, entry.hasDirectoryAttribute {
      problems.append((.zipDirectoryWithData, "The entry has the folder attribute and a file's name."))
    }
    switch entry.system == 3 ? entry.unixFileType : 0 {
    case 0, 0o100000, 0o040000: break
    case 0o120000: problems.append((.zipSymlink, "The entry's mode is that of a symbolic link."))
    case let type:
      problems.append(
        (.zipSpecialFile, "The entry's mode has the file type 0o\(String(type, radix: 8))."))
    }
    return problems
  }

  /// What is wrong with a member's name.
  static func nameProblems(_ name: [UInt8]) -> [(Rule, String)] {
    var problems: [(Rule, String)] = []
    if name.contains(0) { problems.append((.zipNulInName, "The name has a NUL.")) }
    let slashed = name.map { $0 == UInt8(ascii: "\\") ? UInt8(ascii: "/") : $0 }
    let parts = slashed.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let drive = slashed.count >= 2 && slashed[1] == UInt8(ascii: ":")
    if parts.contains([0x2E, 0x2E]) || slashed.first == UInt8(ascii: "/") || drive {
      problems.append((.zipPathTraversal, "The name is absolute or has a part that leads upwards."))
    }
    if name.isEmpty {
      problems.append((.zipAmbiguousName, "The name is empty."))
    } else if name.contains(UInt8(ascii: "\\")) {
      problems.append((.zipAmbiguousName, "The name has a backslash."))
    } else if name.contains(where: { $0 != 0 && $0 < 0x20 || $0 == 0x7F }) {
      problems.append((.zipAmbiguousName, "The name has a control character."))
    }
    return problems
  }

  /// The entry against the header in front of the data.
  package static func local(
    _ local: ZIPLocalHeader, of entry: ZIPEntry, path: [String]
  ) -> [Finding] {
    var differences: [String] = []
    let streamed = local.flags.contains(.descriptor)
    if local.name != entry.name { differences.append("name \(ZIPName.shown(local.name))") }
    let meaningful: ZIPFlags =
      entry.name.allSatisfy { $0 < 0x80 }
      ? ZIPFlags.unreadable.union(.descriptor) : ZIPFlags.unreadable.union([.descriptor, .utf8])
    if local.flags.symmetricDifference(entry.flags).intersection(meaningful) != [] {
      differences.append("flags 0x\(String(local.flags.rawValue, radix: 16))")
    }
    if local.method != entry.method { differences.append("method \(ZIPMethod.name(local.method))") }
    if local.crc != entry.crc, !(streamed && local.crc == 0) { differences.append("CRC-32") }
    if local.packedSize != entry.packedSize, !(streamed && local.packedSize == 0) {
      differences.append("packed size \(local.packedSize)")
    }
    if local.unpackedSize != entry.unpackedSize, !(streamed && local.unpackedSize == 0) {
      differences.append("unpacked size \(local.unpackedSize)")
    }
    let location = Location(path: path, offset: local.offset)
    var findings: [Finding] = []
    if !differences.isEmpty {
      findings.append(
        Finding(
          .zipLocalCentralMismatch, at: location,
          detail: "The local header has another \(differences.joined(separator: ", ")).",
          evidence: entry.shownName))
    }
    if !local.wideFieldsAgree {
      findings.append(
        Finding(
          .zip64Disagreement, at: location,
          detail: "The ZIP64 extra field of the local header does not hold what its fields need.",
          evidence: entry.shownName))
    }
    if local.extra.hasUnicodePath, !entry.extra.hasUnicodePath {
      findings.append(
        Finding(
          .zipUnicodePathExtra, at: location, detail: "The local header has a Unicode path extra field.",
          evidence: entry.shownName))
    }
    return findings
  }

  /// No descriptor behind the data says what the entry says.
  package static func descriptor(of entry: ZIPEntry, at offset: Int, path: [String]) -> Finding {
    Finding(
      .zipLocalCentralMismatch, at: Location(path: path, offset: offset),
      detail: "No data descriptor behind the member has the entry's CRC and sizes.",
      evidence: entry.shownName)
  }
}
