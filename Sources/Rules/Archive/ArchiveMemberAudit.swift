package import Findings
package import Formats

/// The members of an archive against each other, and each by itself: what unpacking them would do. Keeps two hashes a
/// member, and the names of links.
package struct ArchiveMemberAudit {
  private let path: [String]
  private var names: Set<UInt64> = []
  private var foldedNames: Set<UInt64> = []
  /// Normalised names of links.
  private var links: Set<[UInt8]> = []
  private var barren = 0

  /// Links whose names are remembered.
  private static let linkLimit = 100_000
  /// Members after each other that have nothing in them: no honest archive has so many.
  package static let barrenLimit = 100_000
  /// What file systems take: a name, and a path.
  private static let (nameBytes, pathBytes) = (255, 4095)

  package init(path: [String]) { self.path = path }

  /// Whether so many members had nothing in them that there is no sense in going on.
  package var isFlood: Bool { barren >= Self.barrenLimit }

  /// What is wrong with the next member.
  ///
  /// - Parameter isBarren: whether nothing is in it.
  package mutating func findings(of member: ArchiveMember, isBarren: Bool) -> [Finding] {
    var findings = nameProblems(member) + kindProblems(member)
    if member.isEncrypted {
      findings.append(finding(.archiveEncrypted, member, "The member is encrypted."))
    }
    if member.kind != .folder, member.kind != .table, let repeated = repeatedName(member) {
      findings.append(repeated)
    }
    barren = isBarren ? barren + 1 : 0
    if isFlood {
      findings.append(
        finding(.archiveEntryFlood, member, "\(barren) members after each other have nothing in them."))
    }
    return findings
  }

  /// Data of a member that is said to be no file.
  package static func dataOfNoFile(_ member: ArchiveMember, count: Int, path: [String]) -> Finding? {
    guard !member.isFile, count > 0 else { return nil }
    return Finding(
      .archiveDataOfNoFile, at: Location(path: path, offset: member.offset),
      detail: "A \(member.kind.rawValue) has \(count) bytes of data.", evidence: member.shownName)
  }

  private func finding(_ rule: Rule, _ member: ArchiveMember, _ detail: String) -> Finding {
    Finding(
      rule, at: Location(path: path, offset: member.offset), detail: detail, evidence: member.shownName)
  }

  private func nameProblems(_ member: ArchiveMember) -> [Finding] {
    let name = member.name
    var findings: [Finding] = []
    if ArchivePath.leadsOut(name) {
      findings.append(
        finding(.archivePathTraversal, member, "The name is absolute or has a part that leads upwards."))
    }
    let parts = ArchivePath.parts(name)
    if parts.indices.dropLast().contains(where: { links.contains(ArchivePath.joined(parts[...$0])) }) {
      findings.append(
        finding(.archiveWriteThroughLink, member, "A part of its name is a link of this archive."))
    }
    if let detail = ambiguity(name, parts) {
      findings.append(finding(.archiveAmbiguousName, member, detail))
    }
    return findings
  }

  private func ambiguity(_ name: [UInt8], _ parts: [ArraySlice<UInt8>]) -> String? {
    if name.isEmpty { return "The name is empty." }
    if name.contains(UInt8(ascii: "\\")) { return "The name has a backslash." }
    if name.contains(where: { $0 < 0x20 || $0 == 0x7F }) { return "The name has a control character." }
    if name.count > Self.pathBytes || parts.contains(where: { $0.count > Self.nameBytes }) {
      return "The name has \(name.count) bytes, more than file systems take."
    }
    return nil
  }

  private mutating func kindProblems(_ member: ArchiveMember) -> [Finding] {
    switch member.kind {
    case .file, .folder, .table: return []
    case .symbolicLink, .hardLink:
      let isOutside =
        member.kind == .symbolicLink
        ? ArchivePath.leadsOut(member.target, from: member.name) : ArchivePath.leadsOut(member.target)
      // A hard link to a file of the archive is another name for it; nothing can be written through it to a folder.
      if member.kind == .symbolicLink, links.count < Self.linkLimit {
        links.insert(ArchivePath.joined(ArchivePath.parts(member.name)[...]))
      }
      let target = ZIPName.shown(member.target)
      return [
        finding(
          isOutside ? .archiveLinkOutside : .archiveLink, member, "A \(member.kind.rawValue) to \(target).")
      ]
    case .device: return [finding(.archiveDevice, member, "The member is a device.")]
    case .pipe, .socket, .other:
      return [finding(.archiveSpecialFile, member, "A \(member.kind.rawValue).")]
    }
  }

  private mutating func repeatedName(_ member: ArchiveMember) -> Finding? {
    let name = ArchivePath.joined(ArchivePath.parts(member.name)[...])
    let isNew = names.insert(ZIPName.fingerprint(name)).inserted
    let isNewFolded = foldedNames.insert(ZIPName.foldedFingerprint(name)).inserted
    if !isNew { return finding(.archiveDuplicateName, member, "An earlier member has the same name.") }
    guard !isNewFolded else { return nil }
    return finding(
      .archiveCaseFoldedName, member, "An earlier member's name differs only in case or spelling.")
  }
}

/// Paths as unpackers take them: parts between slashes, a backslash being one too for some.
enum ArchivePath {
  /// The parts of a path, without empty ones and those that stay where they are.
  static func parts(_ path: [UInt8]) -> [ArraySlice<UInt8>] {
    path.split(whereSeparator: isSlash).filter { !$0.elementsEqual([0x2E]) }
  }

  static func joined(_ parts: ArraySlice<ArraySlice<UInt8>>) -> [UInt8] {
    Array(parts.joined(separator: [UInt8(ascii: "/")]))
  }

  /// Whether a path is absolute or has a part that leads upwards.
  static func leadsOut(_ path: [UInt8]) -> Bool {
    isAbsolute(path) || parts(path).contains { $0.elementsEqual([0x2E, 0x2E]) }
  }

  /// Whether a link leads out of the folder in which the archive is unpacked.
  static func leadsOut(_ target: [UInt8], from link: [UInt8]) -> Bool {
    if isAbsolute(target) { return true }
    var depth = parts(link).count - 1
    for part in parts(target) {
      depth += part.elementsEqual([0x2E, 0x2E]) ? -1 : 1
      if depth < 0 { return true }
    }
    return false
  }

  private static func isAbsolute(_ path: [UInt8]) -> Bool {
    guard let first = path.first else { return false }
    return isSlash(first) || path.count > 1 && path[1] == UInt8(ascii: ":")
  }

  private static func isSlash(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\")
  }
}
