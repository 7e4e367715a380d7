import Formats
import ByteParsing
import Findings

/// The metadata of a Zarr array: which codecs its chunks go through.
extension DocumentJudge {
  /// Codecs that only pack numbers and texts (`numcodecs`, `zarr/codecs`, TensorStore's drivers).
  private static let codecs: Set<String> = [
    "adler32", "astype", "base64", "bitround", "blosc", "bytes", "bz2", "categorize", "crc32", "crc32c",
    "delta", "endian", "fixedscaleoffset", "fletcher32", "gzip", "jenkins_lookup3", "json2", "lz4", "lzma",
    "msgpack2", "packbits", "pcodec", "quantize", "sharding_indexed", "shuffle", "transpose", "vlen-array",
    "vlen-bytes", "vlen-utf8", "zfpy", "zlib", "zstd",
  ]

  /// Judges an object with `zarr_format`: `compressor` and `filters` of version 2, `codecs` of version 3.
  mutating func judgeZarr(_ array: JSONValue) {
    var open = ["compressor", "filters", "codecs"].flatMap { array.all($0) }
    while let value = open.popLast() {
      open += value.elements.filter { $0.kind == .object }
      guard value.kind == .object else { continue }
      for configuration in value.all("configuration") {
        open += ["codecs", "index_codecs"].flatMap { configuration.all($0) }
      }
      for name in value.all("id") + value.all("name") { judgeCodec(name) }
    }
  }

  private mutating func judgeCodec(_ value: JSONValue) {
    let name = (value.string ?? "").split(separator: ".").last.map(String.init) ?? ""
    if name == "pickle" {
      report(
        .configurationDangerousName, at: value, "The chunks of the array are pickles.",
        evidence: value.shown)
    } else if !Self.codecs.contains(name) {
      report(.configurationObjects, at: value, "The chunks go through '\(name)'.", evidence: value.shown)
    }
  }
}
