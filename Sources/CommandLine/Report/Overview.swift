internal import Findings

/// The head of a page: the answer, and what it rests on.
struct Overview {
  let tally: Tally
  let admission: Admission?
  let context: ArtifactObject.Context
  /// Seconds since 1970, UTC.
  let time: Int

  /// In a sentence, for the title too.
  var answer: HTML {
    let all = tally.artifacts
    if all == 0 { return "Nothing was examined" }
    let denied = tally.count(.deny)
    if all == 1 {
      return "The file is \(tally.count(.allow) == 1 ? "allowed" : denied == 1 ? "denied" : "not allowed")"
    }
    if denied > 0 { return "\(HTML.grouped(denied)) of \(files) \(denied == 1 ? "is" : "are") denied" }
    let open = all - tally.count(.allow)
    if open > 0 { return "\(HTML.grouped(open)) of \(files) \(open == 1 ? "is" : "are") not allowed" }
    return "All \(files) are allowed"
  }

  private var files: HTML { HTML.count(tally.artifacts, "file", "files") }

  var html: HTML {
    """
    <header><p class="product">Lazaret</p>
    <h1>\(answer)</h1>
    \(bar)\(remarks)<dl><dt>Time</dt><dd>\(Timestamp.text(time))</dd>\
    <dt>Engine</dt><dd>\(context.engine)</dd>\
    <dt>Policy</dt><dd><code class="digest">\(context.policy)</code></dd></dl></header>

    """
  }

  // MARK: Counts

  /// The worst first, as everything in the page.
  private static let order = Array(Verdict.allCases.reversed())
  /// Units of the bar's width, and the fewest of a part that is there at all.
  private static let (width, least) = (1000, 8)

  private var bar: HTML {
    guard tally.artifacts > 0 else { return "" }
    let shown = Self.order.filter { tally.count($0) > 0 }
    let room = Self.width - Self.least * shown.count
    var (parts, left): (HTML, Int) = ("", 0)
    for verdict in shown {
      // Not a product that could be too large.
      let share = Double(tally.count(verdict)) / Double(tally.artifacts)
      let width = verdict == shown.last ? Self.width - left : Self.least + Int(share * Double(room))
      parts += "<rect class=\"\(verdict.name)\" x=\"\(left)\" width=\"\(width)\" height=\"16\"/>"
      left += width
    }
    let legend: [HTML] = Self.order.map { verdict in
      let meaning = HTML(stringLiteral: verdict.summary)
      return
        "<li>\(verdict.badge) <b>\(HTML.grouped(tally.count(verdict)))</b> <span>\(meaning)</span></li>"
    }
    return """
      <svg class="bar" viewBox="0 0 1000 16" preserveAspectRatio="none" aria-hidden="true">\(parts)</svg>
      <ul class="legend">\(legend.joined())</ul>

      """
  }

  private var remarks: HTML {
    var remarks: [HTML] = []
    if tally.packages > 0 {
      let counts: [HTML] = Self.order.filter { tally.packages($0) > 0 }.map {
        "\(HTML.grouped(tally.packages($0))) \($0.name)"
      }
      remarks.append("\(HTML.count(tally.packages, "model", "models")): \(counts.joined(separator: ", ")).")
    }
    if tally.waived > 0 {
      remarks.append(
        "\(HTML.count(tally.waived, "file", "files")) may be used by a waiver, whatever the verdict.")
    }
    if tally.failures > 0 {
      remarks.append(
        "<strong>\(HTML.count(tally.failures, "part", "parts")) of the request failed.</strong>")
    }
    if let admission {
      remarks.append(
        """
        <strong>\(admission.isAdmitted ? "Admitted" : "Not admitted"):</strong> \
        <code class="path">\(admission.destination)</code>\
        \(admission.isAdmitted ? "" : " is as it was").
        """)
      remarks += admission.quarantined.map { "Quarantined: <code class=\"path\">\($0)</code>" }
    }
    return remarks.map { "<p class=\"remark\">\($0)</p>\n" }.joined()
  }
}

extension Verdict {
  /// In a few words, beside its count.
  fileprivate var summary: StaticString {
    switch self {
    case .allow: "known to be safe"
    case .review: "a person decides"
    case .incomplete: "not examined to the end"
    case .deny: "known to be dangerous"
    }
  }
}
