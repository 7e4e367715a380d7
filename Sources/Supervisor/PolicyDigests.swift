internal import Digest
package import Policy

/// The digests of a policy's files, each file read once for both.
package struct PolicyDigests {
  /// `sha256:…` of everything a verdict rests on besides the artifact and the engine: all files but the waivers, and
  /// the profile.
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
    let judgement = bundle.manifest(profile: bundle.profile, fileDigests: digests) {
      $0.path != PolicyBundle.waiverPath
    }
    policy = "sha256:" + (try SHA256.hexadecimal(of: judgement))
    // The table is the same under every profile.
    let lists = try SHA256()
    try lists.update(bundle.manifest(profile: "", fileDigests: digests) { $0.isOfGlobals })
    globals = try lists.finish()
  }
}
