/// The files of a policy folder and the name of the profile that is in force: everything a judgement
/// rests on besides the artifact and the engine, as one value.
///
/// The SHA-256 of its `PolicyManifest` without the waivers is the policy digest: waivers change no judgement, and a verdict
/// that was stored before one was given is still the verdict after it. The profile is part of it, so that a verdict made
/// under one profile never answers for another. The order in which a folder lists its files is not.
///
/// Encoding, integers little-endian:
///
/// | field | size | meaning |
/// | --- | --- | --- |
/// | magic | 8 | `LZPOLICY` |
/// | version | 4 | 1 |
/// | profile | 4 + n | length in bytes, ASCII |
/// | count | 4 | how many files follow, in ascending order of path |
/// | path | 4 + n | length in bytes, ASCII |
/// | content | 8 + n | length in bytes, the file as it is |
package struct PolicyBundle: Equatable, Sendable {
  /// One file of the folder.
  package struct File: Equatable, Sendable {
    /// Relative to the policy folder, parts separated by `/`.
    package let path: String
    package let bytes: [UInt8]

    package init(path: String, bytes: [UInt8]) {
      self.path = path
      self.bytes = bytes
    }
  }

  /// The profile in force: `default`, `strict`.
  package let profile: String
  /// Ascending by path, compared byte by byte; no path twice.
  package let files: [File]

  /// Files a bundle may have.
  package static let fileLimit = 1024
  /// Bytes a file may have.
  package static let fileByteLimit = 16 << 20
  /// Bytes all files together may have.
  package static let byteLimit = 64 << 20
  /// Bytes a path or the profile's name may have.
  package static let nameByteLimit = 200

  /// Puts the files in order.
  ///
  /// - Throws: where a path is not made of plain ASCII names, is there twice, does not end in `.json`, or a
  ///   limit is passed.
  package init(_ files: [File], profile: String = "default") throws(PolicyError) {
    guard files.count <= Self.fileLimit else {
      throw PolicyError(file: ".", line: 0, reason: "more than \(Self.fileLimit) files")
    }
    guard Self.isPlainName(profile.utf8) else {
      throw PolicyError(file: ".", line: 0, reason: "the profile name is not a plain name")
    }
    let sorted = files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    var total = 0
    var previous: String?
    for file in sorted {
      guard Self.isPlainPath(file.path) else {
        throw PolicyError(file: file.path, line: 0, reason: "not a plain path of a .json file")
      }
      guard file.path != previous else {
        throw PolicyError(file: file.path, line: 0, reason: "the file is there twice")
      }
      guard file.bytes.count <= Self.fileByteLimit else {
        throw PolicyError(file: file.path, line: 0, reason: "larger than \(Self.fileByteLimit) bytes")
      }
      total += file.bytes.count  // at most fileLimit * fileByteLimit
      previous = file.path
    }
    guard total <= Self.byteLimit else {
      throw PolicyError(file: ".", line: 0, reason: "larger than \(Self.byteLimit) bytes together")
    }
    self.profile = profile
    self.files = sorted
  }

  /// The bundle but for what pickles may import and call.
  package func withoutGlobals() throws(PolicyError) -> PolicyBundle {
    try PolicyBundle(files.filter { !PolicyManifest.isOfGlobals($0.path) }, profile: profile)
  }

  /// Whether these bytes are a name of ASCII letters, digits, `_`, `-` and `.` that does not begin with `.`.
  static func isPlainName(_ name: some Collection<UInt8>) -> Bool {
    guard let first = name.first, first != UInt8(ascii: "."), name.count <= nameByteLimit else {
      return false
    }
    return name.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
        true
      default: false
      }
    }
  }

  private static func isPlainPath(_ path: String) -> Bool {
    path.utf8.count <= nameByteLimit && path.hasSuffix(".json")
      && path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        .allSatisfy { isPlainName($0) }
  }
}
