import ByteParsing
import Findings

extension PolicyBundle {
  /// Where the waivers are.
  package static let waiverPath = "waivers.json"

  /// The waivers alone, without reading the rest.
  ///
  /// - Throws: where the file is missing or not wholly understood.
  package func waivers() throws(PolicyError) -> [Waiver] {
    guard let file = files.first(where: { $0.path == Self.waiverPath }) else {
      throw PolicyError(file: Self.waiverPath, line: 0, reason: "the file is missing")
    }
    return try Waiver.list(parsing: PolicyFile(file))
  }
}

extension Waiver {
  /// Reads `waivers.json`.
  static func list(parsing file: PolicyFile) throws(PolicyError) -> [Waiver] {
    var waivers: [Waiver] = []
    for element in try file.object(required: ["waivers"]).array("waivers") {
      let waiver = try Waiver(
        parsing: try PolicyObject(
          element, in: file, required: ["digest", "verdict", "reason", "owner", "until"]))
      guard !waivers.contains(where: { $0.digest == waiver.digest }) else {
        throw file.error(at: element, "a second waiver for \(waiver.digest)")
      }
      waivers.append(waiver)
    }
    return waivers
  }

  private init(parsing object: PolicyObject) throws(PolicyError) {
    let digest = try object.text("digest")
    guard digest.utf8.count == 64, digest.utf8.allSatisfy(Self.isLowercaseHexadecimal) else {
      throw object.file.error(
        at: try object.value("digest"), "\"digest\" is not a SHA-256 of 64 lowercase hexadecimal digits")
    }
    let verdict: WaivedVerdict = try object.choice("verdict")
    guard let until = Self.seconds(fromTimestamp: try object.text("until")) else {
      throw object.file.error(
        at: try object.value("until"), "\"until\" is not a time like \"2027-01-31T00:00:00Z\"")
    }
    self.init(
      digest: digest, verdict: verdict.verdict, reason: try object.text("reason"),
      owner: try object.text("owner"), until: until)
  }

  private static func isLowercaseHexadecimal(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte
  }

  /// Seconds since 1970 of `YYYY-MM-DDTHH:MM:SSZ` (RFC 3339, UTC, no fraction), the year from 1970 to 9999.
  package static func seconds(fromTimestamp text: String) -> Int? {
    let bytes = Array(text.utf8)
    let pattern = Array("0000-00-00T00:00:00Z".utf8)
    guard bytes.count == pattern.count else { return nil }
    for (byte, expected) in zip(bytes, pattern) {
      let isDigit = UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
      guard expected == UInt8(ascii: "0") ? isDigit : byte == expected else { return nil }
    }
    func number(_ range: Range<Int>) -> Int { bytes[range].reduce(0) { $0 * 10 + Int($1 & 0x0f) } }
    let (year, month, day) = (number(0..<4), number(5..<7), number(8..<10))
    let (hour, minute, second) = (number(11..<13), number(14..<16), number(17..<19))
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let monthDays = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard year >= 1970, 1...12 ~= month, 1...monthDays[month - 1] ~= day, hour < 24, minute < 60,
      second < 60
    else { return nil }
    let leapDays = { (year: Int) in year / 4 - year / 100 + year / 400 }
    let days =
      (year - 1970) * 365 + leapDays(year - 1) - leapDays(1969) + monthDays[..<(month - 1)].reduce(0, +)
      + day - 1
    return ((days * 24 + hour) * 60 + minute) * 60 + second
  }
}

/// The verdicts that can be waived.
private enum WaivedVerdict: String, CaseIterable {
  case review, incomplete, deny

  var verdict: Verdict {
    switch self {
    case .review: .review
    case .incomplete: .incomplete
    case .deny: .deny
    }
  }
}
