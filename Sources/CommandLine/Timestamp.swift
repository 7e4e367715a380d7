internal import FoundationEssentials
internal import Policy

/// Times on the command line and in reports: RFC 3339, UTC, to the second.
enum Timestamp {
  /// `2027-01-31T00:00:00Z` for seconds since 1970.
  static func text(_ seconds: Int) -> String {
    Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
  }

  /// Seconds since 1970 of `2027-01-31T00:00:00Z`, or of the first second of `2027-01-31`; nil for anything else.
  static func seconds(_ text: String) -> Int? {
    Waiver.seconds(fromTimestamp: text) ?? Waiver.seconds(fromTimestamp: text + "T00:00:00Z")
  }
}
