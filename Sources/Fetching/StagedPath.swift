internal import Digest

/// A path that a registry names for a file, found to be one below a folder and nothing else.
struct StagedPath: Hashable {
  /// Bytes of a path, and of one name in it as file systems have it.
  private static let limit = (path: 1024, name: 255)
  /// Folders within each other; those who let models in allow a hundred.
  private static let depth = 32

  let text: String
  let components: [String]

  /// - Throws: for what is absolute, leads upwards, has empty, unprintable or too long names, or too many.
  init(_ text: String) throws(FetchFailure) {
    let components = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard text.utf8.count <= Self.limit.path, components.count <= Self.depth,
      components.allSatisfy({ Self.isPlain($0) })
    else { throw FetchFailure("not a path that a file of a model may have: '\(text.prefix(200))'") }
    self.text = text
    self.components = components
  }

  private static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".." && name.utf8.count <= limit.name
      && name.unicodeScalars.allSatisfy { scalar in
        scalar.properties.generalCategory != .control && scalar != "\u{2028}" && scalar != "\u{2029}"
          && scalar != "\u{FFFD}"
      }
  }

  /// The path as a file system sees it that takes letters of both cases for one.
  var folded: String { text.lowercased() }
}

/// The digest that a registry names for a file.
struct NamedDigest: Equatable {
  enum Form: Equatable {
    /// Of the bytes.
    case sha256, sha512
    /// Of a blob of Git: SHA-1 over a header with the size, and the bytes.
    case gitBlob

    var algorithm: MessageDigest.Algorithm {
      switch self {
      case .sha256: .sha256
      case .sha512: .sha512
      case .gitBlob: .sha1
      }
    }
  }

  let form: Form
  /// Lowercase digits.
  let hexadecimal: String

  /// `sha256:…` or `sha512:…`, as image registries write it.
  init(oci text: String) throws(FetchFailure) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2,
      let form = [("sha256", Form.sha256), ("sha512", .sha512)].first(where: { $0.0 == parts[0] })?.1,
      let digest = NamedDigest(form, String(parts[1]))
    else { throw FetchFailure("not a digest that can be checked: '\(text.prefix(200))'") }
    self = digest
  }

  /// Nil where these are not as many lowercase digits as the form has.
  init?(_ form: Form, _ hexadecimal: String) {
    guard hexadecimal.utf8.count == 2 * form.algorithm.byteCount,
      hexadecimal.utf8.allSatisfy({ 0x30...0x39 ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0 })
    else { return nil }
    self.form = form
    self.hexadecimal = hexadecimal
  }

  /// Whether these bytes have it.
  func isOf(_ bytes: [UInt8]) throws(FetchFailure) -> Bool {
    let form = form
    let found = try digested { () throws(DigestError) in
      let digest = try MessageDigest(form.algorithm)
      if form == .gitBlob { try digest.update(Self.blobHeader(size: bytes.count)) }
      try digest.update(bytes)
      return try digest.finishHexadecimal()
    }
    return found == hexadecimal
  }

  /// What Git digests before the bytes.
  static func blobHeader(size: Int) -> [UInt8] { Array("blob \(size)".utf8) + [0] }

  /// `sha256:…`, as image registries write it.
  var oci: String {
    switch form {
    case .sha256: "sha256:\(hexadecimal)"
    case .sha512: "sha512:\(hexadecimal)"
    case .gitBlob: "git:\(hexadecimal)"
    }
  }
}

/// A file of a model before it is fetched.
struct PlannedFile {
  enum Source {
    case address(String)
    /// What was fetched already, to know the others.
    case bytes([UInt8])
  }

  let path: StagedPath
  let source: Source
  /// Bytes; nil where the registry does not say beforehand.
  var size: Int?
  var digest: NamedDigest?
  /// Whether the answer's own headers name a digest where the registry's list has none.
  var hasDigestInHeaders = false
}
