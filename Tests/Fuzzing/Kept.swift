import ByteParsing
import Formats
package import Linux
import Scanning
import TestSupport
import Worker

/// Inputs that stay in the repository, for every test run to try again.
package enum Kept {
  private static let root = Repository.root + "/Tests/Fuzzing"
  /// Bytes of a corpus, unpacked.
  private static let limit = 64 << 20

  /// The names of the targets that have a corpus: those of their seeds.
  package static func corpora() throws(SystemCallError) -> Set<String> {
    Set(try names(in: "Corpora").map { $0.replacing(".tar.xz", with: "") })
  }

  /// What runs have found for a target: the least that reaches as much.
  package static func corpus(_ name: String) throws -> [[UInt8]] {
    let packed = try FileDescriptor.open("\(root)/Corpora/\(name).tar.xz").readAll(limit: limit)
    let archive = Input(try unpacked(packed))
    var reader = TarReader(archive)
    var inputs: [[UInt8]] = []
    while let entry = try reader.next() {
      inputs.append(Array(try archive.bytes(at: entry.data.lowerBound, count: entry.data.count, "input")))
    }
    return inputs
  }

  private static func unpacked(_ packed: [UInt8]) throws(ParseError) -> [UInt8] {
    let stream = try LibraryDecompressor().open(Input(packed), as: .xz)
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count < limit {
      let count = try fill(&block, from: stream)
      guard count > 0 else { return bytes }
      bytes += block[..<count]
    }
    throw ParseError(.limit, at: 0, "bytes of a corpus")
  }

  private static func fill(
    _ block: inout [UInt8], from stream: any UnpackingStream
  ) throws(ParseError) -> Int {
    var span = block.mutableSpan
    var buffer = unsafe span.mutableBytes
    return try stream.read(into: &buffer)
  }

  /// An input that once stopped a target, was let through, or took too long.
  package struct Regression: Sendable {
    /// Below the folder of regressions: the target's format or interface, and a name.
    package let path: String
    /// What it did.
    package let fault: String

    package var target: String { String(path.prefix { $0 != "/" }) }

    package func bytes() throws(SystemCallError) -> [UInt8] {
      try FileDescriptor.open("\(root)/Regressions/\(path)").readAll(limit: limit)
    }
  }

  /// The lines of the list: the path, a tab, and what the input did.
  package static func regressions() throws(SystemCallError) -> [Regression] {
    let bytes = try FileDescriptor.open("\(root)/Regressions/list.tsv").readAll(limit: limit)
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
      let cells = line.split(separator: "\t", maxSplits: 1).map(String.init)
      return Regression(path: cells[0], fault: cells.count > 1 ? cells[1] : "")
    }
  }

  /// The paths of all inputs that are there.
  package static func regressionFiles() throws(SystemCallError) -> Set<String> {
    var paths: Set<String> = []
    for target in try names(in: "Regressions") where target != "list.tsv" {
      for name in try names(in: "Regressions/\(target)") { paths.insert("\(target)/\(name)") }
    }
    return paths
  }

  private static func names(in folder: String) throws(SystemCallError) -> [String] {
    try Directory(try FileDescriptor.open("\(root)/\(folder)", [.readOnly, .directory])).names()
      .map { String(decoding: $0, as: UTF8.self) }
  }
}
