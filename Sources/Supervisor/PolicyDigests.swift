internal import Digest
package import Policy

/// The digests of a policy's files, each file read once for both.
package struct PolicyDigests {
  /// `sha256:…` of everything a verdict rests on besides the artifact and the engine.
  package let policy: String
  /// SHA-256 of the manifest of the lists of globals alone: what a compiled table was made of.
  let globals: [UInt8]

  /// - Throws: `DigestError` where libcrypto refuses.
  package init(_ bundle: PolicyBundle) throws {
    var digests: [[UInt8]] = []
    for file in bundle.files {
      let digest = try SHA256()
      try digest.update(file.bytes)
      digests.append(try digest.finish())
    }
    policy = "sha256:" + (try SHA256.hexadecimal(of: bundle.manifest(fileDigests: digests)))
    let lists = bundle.files.indices.filter { bundle.files[$0].isOfGlobals }
    // The table is the same under every profile.
    let part = try PolicyBundle(lists.map { bundle.files[$0] })
    let whole = try SHA256()
    try whole.update(part.manifest(fileDigests: lists.map { digests[$0] }))
    globals = try whole.finish()
  }
}
