package import ByteParsing
package import Findings
package import Formats

/// What is wrong with the headers of a tar archive.
package enum TarRules {
  /// What readers see differently in a header.
  package static func finding(_ difference: TarDifference, _ entry: TarEntry, path: [String]) -> Finding {
    let (rule, detail): (Rule, String) =
      switch difference {
      case .sizeOfNoFile(let size):
        (
          .tarReaderDifference,
          "A \(entry.member.kind.rawValue) with a size of \(size) bytes: some readers skip so many, others none."
        )
      case .twoSizes(let header, let pax):
        (.tarSizeDisagreement, "The header says \(header) bytes, the extended header \(pax).")
      case .prefixOfGNU:
        (.tarReaderDifference, "Python takes bytes of a GNU header for the first part of the name.")
      case .repeatedKey: (.tarReaderDifference, "The extended header gives the name or the size twice.")
      case .fileNamedFolder: (.tarReaderDifference, "The name of a file ends in a slash.")
      case .unknownType(let type):
        (.tarReaderDifference, "The type is 0x\(String(type, radix: 16)); Python reads it as a file.")
      }
    return Finding(
      rule, at: Location(path: path, offset: entry.member.offset), detail: detail,
      evidence: entry.member.shownName)
  }

  /// A file of holes that is far larger than what the archive has of it.
  package static func bomb(
    _ sparse: TarSparse, _ entry: TarEntry, limits: Limits, path: [String]
  ) -> Finding? {
    guard sparse.size > limits.ratioFreeBytes,
      sparse.size / max(1, sparse.packedBytes) > limits.ratio
    else { return nil }
    return Finding(
      .archiveSparseBomb, at: Location(path: path, offset: entry.member.offset),
      detail: "\(sparse.packedBytes) bytes are said to be a file of \(sparse.size).",
      evidence: entry.member.shownName)
  }
}
