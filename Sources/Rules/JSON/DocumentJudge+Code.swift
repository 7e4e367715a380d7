import ByteParsing
import Findings
import Formats

/// Compiled Python code that stands in a document as base64: Keras keeps the functions of its Lambda layers so.
extension DocumentJudge {
  /// Texts with code that are read in one document; one more is `incomplete`.
  static let codeLimit = 256

  /// Judges a text as marshalled code, where it begins as one.
  ///
  /// - Parameter isExpected: whether a loader takes the text for code whatever it begins with. What it cannot decode as base64
  ///   it takes as it is (`python_utils.py`, `func_load`).
  /// - Returns: whether it is code.
  @discardableResult
  mutating func judgeCode(_ text: [UInt8], at value: JSONValue, isExpected: Bool = false) -> Bool {
    var bytes: [UInt8] = []
    if text.count >= 40, Self.beginsAsCode(text) {
      guard !isExpected else { return true }
      bytes = Base64(decoding: text).bytes
    } else if isExpected {
      bytes = Base64(decoding: text.filter { $0 != UInt8(ascii: "\n") }).bytes
      if !MarshalledCode.begins(Array(bytes.prefix(MarshalledCode.headCount))) {
        bytes = Self.rawBytes(text)
      }
      guard MarshalledCode.begins(Array(bytes.prefix(MarshalledCode.headCount))) else { return false }
    } else {
      return false
    }
    codeCount += 1
    guard codeCount <= Self.codeLimit else { return true }
    do throws(ParseError) {
      for reading in try Marshal.read(bytes) {
        reading.value.forEachCode { code in
          codes.append(code)
          let judgement = CarriedCodeJudgement(code, table: table)
          let title = PythonText.plain(code.title, limit: 80)
          if !judgement.denied.isEmpty {
            report(
              .dangerousEmbeddedCode, at: value, "\(title) uses \(judgement.account)",
              evidence: CodeSummary.evidence(code))
          }
          report(
            .carriedFunction, at: value, CodeSummary.detail(code, judgement, maker: "the document"),
            evidence: CodeSummary.evidence(code))
        }
      }
    } catch {
      report(.carriedFunction, at: value, "What begins as compiled code cannot be read: \(error.field).")
    }
    return true
  }

  /// The characters of a text as bytes, as `raw_unicode_escape` has those below 256.
  private static func rawBytes(_ text: [UInt8]) -> [UInt8] {
    String(decoding: text, as: UTF8.self).unicodeScalars.compactMap { UInt8(exactly: $0.value) }
  }

  private static func beginsAsCode(_ text: [UInt8]) -> Bool {
    // The first byte of code, with and without the flag for later reference, in base64: `4w` and `Yw`.
    let head = Base64.beginning(of: text, count: MarshalledCode.headCount * 2)
    guard head.starts(with: "4w".utf8) || head.starts(with: "Yw".utf8) else { return false }
    return MarshalledCode.begins(Base64(decoding: head).bytes)
  }
}
