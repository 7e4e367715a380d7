internal import Digest
package import Policy

/// The digests of a policy that are made of those of its files.
package struct PolicyDigests: Sendable {
  /// `sha256:…` of everything a verdict rests on besides the artifact and the engine: all files but the waivers, and
  /// the profile.
  package let policy: String
  /// SHA-256 of the manifest of the lists of globals alone: what a compiled table was made of.
  let globals: [UInt8]

  /// - Throws: `DigestError` where libcrypto refuses.
  package init(_ bundle: PolicyBundle) throws {
    try self.init(PolicyManifest(try bundle.files.map(Self.entry)), profile: bundle.profile)
  }

  init(_ manifest: PolicyManifest, profile: String) throws(DigestError) {
    let judgement = manifest.encoded(profile: profile) { $0.path != PolicyBundle.waiverPath }
    policy = "sha256:" + (try SHA256.hexadecimal(of: judgement))
    // The table is the same under every profile.
    let lists = try SHA256()
    try lists.update(manifest.encoded(profile: "") { PolicyManifest.isOfGlobals($0.path) })
    globals = try lists.finish()
  }

  static func entry(_ file: PolicyBundle.File) throws(DigestError) -> PolicyManifest.Entry {
    let digest = try SHA256()
    try digest.update(file.bytes)
    return PolicyManifest.Entry(path: file.path, byteCount: file.bytes.count, digest: try digest.finish())
  }
}
