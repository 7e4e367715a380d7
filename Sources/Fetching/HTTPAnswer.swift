/// The beginning of what a server answered: the status and the headers.
struct HTTPHead {
  private(set) var status = 0
  /// By their names in lower case, in the order in which they came.
  private(set) var headers: [String: [String]] = [:]

  /// The first value of a header.
  subscript(_ name: String) -> String? { headers[name]?.first }

  var isSuccess: Bool { 200...299 ~= status }
  var isRedirect: Bool { [301, 302, 303, 307, 308].contains(status) && self["location"] != nil }

  /// Adds a line. A status line begins a new head: an interim answer came before. RFC 9110, section 15.2
  mutating func add(line: String) {
    if line.hasPrefix("HTTP/") {
      self = HTTPHead()
      let words = line.split(separator: " ", maxSplits: 2)
      status = words.count > 1 ? Int(words[1]) ?? 0 : 0
    } else if let colon = line.firstIndex(of: ":") {
      headers[line[..<colon].lowercased(), default: []].append(
        Self.trimmed(line[line.index(after: colon)...]))
    }
  }

  private static func trimmed(_ text: Substring) -> String {
    let isSpace: (Character) -> Bool = {
      $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\n" || $0 == "\r\n"
    }
    var rest = text.drop(while: isSpace)
    while let last = rest.last, isSpace(last) { rest.removeLast() }
    return String(rest)
  }

  /// How many bytes the server says it sends.
  var contentLength: Int? { self["content-length"].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil } }

  /// Where a part begins and how large the whole is, of a partial answer. RFC 9110, section 14.4
  var contentRange: (start: Int, whole: Int?)? {
    guard let value = self["content-range"], value.lowercased().hasPrefix("bytes ") else { return nil }
    let parts = value.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let start = parts[0].split(separator: "-").first.flatMap({ Int($0) }),
      start >= 0
    else { return nil }
    return (start, Int(parts[1]))
  }

  /// The validator of the whole file: an entity tag that stands for these very bytes. RFC 9110, section 8.8.3
  var strongEntityTag: String? {
    self["etag"].flatMap { $0.hasPrefix("\"") && $0.utf8.count <= 1024 ? $0 : nil }
  }
}

/// What came of a request: the heads of the answers that sent it elsewhere, and that of the last.
struct HTTPAnswer {
  var heads: [HTTPHead]
  /// Where the last answer came from.
  var address: String

  var last: HTTPHead { heads.last ?? HTTPHead() }

  /// The first value of a header in the first answer that has it.
  func first(_ name: String) -> String? { heads.lazy.compactMap { $0[name] }.first }
}

/// What is asked of a server.
struct HTTPRequest {
  /// Sent to whoever answers in the end, wherever that is.
  var headers: [String] = []
  /// The body of a POST; nil for a GET.
  var body: [UInt8]?
  /// Seconds for all of it; nil where only the speed counts.
  var seconds: Int?
}
