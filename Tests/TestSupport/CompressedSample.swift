/// A pickle of a dictionary and one that calls `posix.system`, as real compressors pack them (CPython 3.11's modules,
/// python-lz4, python-zstandard).
package struct CompressedSample: Sendable {
  /// The format's name in reports.
  package let format: String
  package let benign: [UInt8]
  package let hostile: [UInt8]

  private init(_ format: String, _ benign: String, _ hostile: String) {
    self.format = format
    self.benign = hexadecimal(benign)
    self.hostile = hexadecimal(hostile)
  }

  /// What the samples unpack to.
  package static let benignPickle = hexadecimal("80027d7100580500000076616c756571014b01732e")
  package static let hostilePickle = hexadecimal(
    "800263706f7369780a73797374656d0a7100580b0000006563686f2063616e6172797101857102" + "5271032e")

  package static let all: [CompressedSample] = [
    CompressedSample(
      "zlib",
      "789c6b60aa2d648860656060284bcc294d2d64f4662cd6030039c2054a",
      "789c6b604a2ec82fceace02aae2c2e49cde52a6488e0666060484dcec857484ecc4b2caa2c646c2d640a2a64d603"
        + "0030d80d41"),
    CompressedSample(
      "gzip",
      "1f8b08000000000002036b60aa2d648860656060284bcc294d2d64f4662cd6030079c8bd9f15000000",
      "1f8b08000000000002036b604a2ec82fceace02aae2c2e49cde52a6488e0666060484dcec857484ecc4b2caa2c64"
        + "6c2d640a2a64d603007d37cec62b000000"),
    CompressedSample(
      "bzip2",
      "425a6839314159265359c3aae86600000a57c0720000010008004022042b0240002000229ea0f4834f28530004d2"
        + "e38017a98294b45c27f177245385090c3aae8660",
      "425a68393141592653593ce02c7a000014d3c07818400110402a63fc6042002000314d1a00d00005351bd507a11a"
        + "1e89e202f88a0c5e2d50cf8b275e80bb284bfe119d77b481b3e8ef91772453850903ce02c7a0"),
    CompressedSample(
      "xz",
      "fd377a585a000004e6d6b446020021010c0000008f98419c01001480027d7100580500000076616c756571014b01"
        + "732e00000000443ce8f1d2fa134c00012d152f0b716d1fb6f37d010000000004595a",
      "fd377a585a000004e6d6b446020021010c0000008f98419c01002a800263706f7369780a73797374656d0a710058"
        + "0b0000006563686f2063616e61727971018571025271032e0000cf3a85560590f3d90001432bad506e571fb6f37d"
        + "010000000004595a"),
    CompressedSample(
      "lzma",
      "5d00000400ffffffffffffffff0040008b29d7816255d5bfa52614dd51ffe33e7c4468713abd02ffffc04b0000",
      "5d00000400ffffffffffffffff0040008803cb87e60e3fc6dba6623ad0e017a8248db49451f9a88f293b2b1fdb49"
        + "6c7f4932ff45d6bc2a499c687d9e50ffffef098000"),
    CompressedSample(
      "lz4",
      "04224d186c4015000000000000004c1500008080027d7100580500000076616c756571014b01732e0000000082c7"
        + "f102",
      "04224d186c402b00000000000000b42b000080800263706f7369780a73797374656d0a7100580b0000006563686f"
        + "2063616e61727971018571025271032e00000000dc8dc8a8"),
    CompressedSample(
      "zstandard",
      "28b52ffd2415a9000080027d7100580500000076616c756571014b01732eeccdff6c",
      "28b52ffd242b590100800263706f7369780a73797374656d0a7100580b0000006563686f2063616e617279710185"
        + "71025271032e3e778f09"),
  ]

  /// Streams whose headers ask for a window or dictionary of 2 GiB or more.
  package static let wideWindows: [(format: String, bytes: [UInt8])] = [
    (
      "xz",
      hexadecimal(
        "fd377a585a000004e6d6b4460200210128000000e6a011b301002a800263706f7369780a73797374656d0a710058"
          + "0b0000006563686f2063616e61727971018571025271032e0000cf3a85560590f3d90001432bad506e571fb6f37d"
          + "010000000004595a")
    ),
    (
      "lzma",
      hexadecimal(
        "5dffffffffffffffffffffffff0040008803cb87e60e3fc6dba6623ad0e017a8248db49451f9a88f293b2b1fdb49"
          + "6c7f4932ff45d6bc2a499c687d9e50ffffef098000")
    ),
    (
      "zstandard",
      hexadecimal(
        "28b52ffd00a8590100800263706f7369780a73797374656d0a7100580b0000006563686f2063616e617279710185"
          + "71025271032e")
    ),
  ]
}

/// Bytes written as hexadecimal digits.
package func hexadecimal(_ digits: String) -> [UInt8] {
  let values = digits.utf8.map { $0 < 0x3A ? $0 - 0x30 : $0 - 0x57 }
  return stride(from: 0, to: values.count - 1, by: 2).map { values[$0] << 4 | values[$0 + 1] }
}
