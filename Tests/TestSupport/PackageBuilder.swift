/// Archives of members with texts, as packages are.
package enum PackageBuilder {
  /// A ZIP of stored members.
  package static func zip(_ members: [(String, String)]) -> [UInt8] {
    ZIPBuilder(members.map { ZIPBuilder.Member($0.0, Array($0.1.utf8)) }).build()
  }

  /// A wheel of one module, with a RECORD of what `recorded` says its text is.
  package static func wheel(module: String, digest: String, more: [(String, String)] = []) -> [UInt8] {
    let record =
      "m.py,sha256=\(digest),\(module.utf8.count)\nm-1.dist-info/WHEEL,,\nm-1.dist-info/RECORD,,\n"
    return zip(
      [("m.py", module), ("m-1.dist-info/WHEEL", "Wheel-Version: 1.0\n"), ("m-1.dist-info/RECORD", record)]
        + more)
  }

  /// A TorchServe archive.
  package static func modelArchive(handler: String, _ members: [(String, String)]) -> [UInt8] {
    zip(
      [("MAR-INF/MANIFEST.json", "{\"model\": {\"modelName\": \"m\", \"handler\": \"\(handler)\"}}")]
        + members)
  }
}
