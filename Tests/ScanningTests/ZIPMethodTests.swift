import ByteParsing
import Findings
import TestSupport
import Testing

/// Members that are packed by something else than DEFLATE.
@Suite struct ZIPMethodTests {
  static let methods: [(format: String, method: UInt16)] = [
    ("bzip2", 12), ("lzma", 14), ("zstandard", 93), ("xz", 95),
  ]

  /// A member whose data are a sample's stream.
  private func member(
    _ method: (format: String, method: UInt16), hostile: Bool
  ) throws -> ZIPBuilder.Member {
    let sample = try #require(CompressedSample.all.first { $0.format == method.format })
    var packed = hostile ? sample.hostile : sample.benign
    if method.format == "lzma" {
      // The version of the LZMA SDK, the size of the properties, and no size of what is unpacked.
      packed = [9, 20, 5, 0] + packed[..<5] + packed[13...]
    }
    let unpacked = hostile ? CompressedSample.hostilePickle : CompressedSample.benignPickle
    var member = ZIPBuilder.Member("a/m.pkl", packed: packed, unpacked: unpacked)
    member.setBoth {
      $0.method = method.method
      if method.format == "lzma" { $0.flags |= 2 }
    }
    return member
  }

  @Test(arguments: methods.map(\.format)) func `a member is what it unpacks to`(format: String) throws {
    let method = try #require(Self.methods.first { $0.format == format })
    let benign = Examination.report(ZIPBuilder([try member(method, hostile: false)]).build())
    #expect(benign.verdict == .allow, "\(benign.summary)")
    let hostile = Examination.report(ZIPBuilder([try member(method, hostile: true)]).build())
    #expect(hostile.rules == ["pickle.dangerous-import", "pickle.dangerous-call"], "\(hostile.summary)")
  }

  @Test(arguments: methods.map(\.format)) func `a wrong size is denied`(format: String) throws {
    let method = try #require(Self.methods.first { $0.format == format })
    var member = try member(method, hostile: false)
    member.setBoth { $0.unpackedSize += 1 }
    let report = Examination.report(ZIPBuilder([member]).build())
    #expect(report.rules == ["zip.size-mismatch"], "\(report.summary)")
  }

  @Test func `an LZMA stream of a known size needs no end marker to be named`() throws {
    var member = try member(("lzma", 14), hostile: true)
    member.setBoth { $0.flags &= ~2 }
    let report = Examination.report(ZIPBuilder([member]).build())
    #expect(report.rules.contains("pickle.dangerous-call"), "\(report.summary)")
  }
}
