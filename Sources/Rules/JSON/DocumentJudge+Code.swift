import ByteParsing
import Findings
import Formats

/// Compiled Python code that stands in a document as base64: Keras keeps the functions of its Lambda layers so.
extension DocumentJudge {
  /// Texts with code that are read in one document; one more is `incomplete`.
  static let codeLimit = 256

  /// Judges a text as marshalled code, where it begins as one.
  mutating func judgeCode(_ text: [UInt8], at value: JSONValue) {
    guard text.count >= 40, Self.beginsAsCode(text) else { return }
    codeCount += 1
    guard codeCount <= Self.codeLimit else { return }
    let bytes = Base64(decoding: text).bytes
    do throws(ParseError) {
      for reading in try Marshal.read(bytes) {
        reading.value.forEachCode { code in
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
  }

  private static func beginsAsCode(_ text: [UInt8]) -> Bool {
    // The first byte of code, with and without the flag for later reference, in base64: `4w` and `Yw`.
    guard
      text.starts(with: "4w".utf8) || text.starts(with: "Yw".utf8)
        || text.first.map({ $0 <= 0x20 }) ?? false
    else {
      return false
    }
    return MarshalledCode.begins(Base64(decoding: Array(text.prefix(MarshalledCode.headCount * 2))).bytes)
  }
}
