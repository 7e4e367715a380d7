internal import Findings
internal import Supervisor

/// A folder of a page with its files: one model, or files that are no part of any.
struct FolderSection {
  /// Files of a package that count as something else in it, and that are named.
  private static let exceptionLimit = 20

  let folder: PackageFolder
  /// Whether it may turn out to be one model.
  let mayBeModel: Bool
  /// The model of a registry that the folder is a part of.
  let whole: ModelName?
  /// What came of it as a model, and where that stands in the page.
  private(set) var package: (result: PackageResult, anchor: Anchor)?
  private var counts: [Verdict: Int] = [:]
  private var deciding: [Rule: Int] = [:]
  private var details = Spool.Passage()
  private var rows = Spool.Passage()

  /// A folder of a walk that may be one model.
  init(_ folder: PackageFolder, partOf whole: ModelName?) {
    self.folder = folder
    self.whole = whole
    mayBeModel = true
  }

  /// A folder that is nothing but a folder.
  init(path: [UInt8]) {
    folder = PackageFolder(path: path, kinds: [])
    whole = nil
    mayBeModel = false
  }

  private var path: [UInt8] { folder.path }

  var verdict: Verdict { package?.result.verdict ?? counts.keys.max() ?? .allow }

  private var files: Int { counts.values.reduce(0, +) }

  var isEmpty: Bool { files == 0 }

  /// Whether a path leads to something below the folder.
  func contains(_ file: [UInt8]) -> Bool {
    path.isEmpty || file.starts(with: path) && file.dropFirst(path.count).first == UInt8(ascii: "/")
      || path.elementsEqual([UInt8(ascii: "/")]) && file.first == UInt8(ascii: "/")
  }

  /// - Throws: as the spool does.
  mutating func add(
    _ result: ArtifactResult, _ anchor: Anchor, showsAllowed: Bool, to spool: inout Spool
  ) throws {
    counts[result.verdict, default: 0] += 1
    for rule in result.examination?.report.findings.decidingRules ?? [] { deciding[rule, default: 0] += 1 }
    let name = folder.names(of: result.path).first ?? result.path
    let section = FileSection(result: result, anchor: anchor, name: name)
    if result.verdict > .allow {
      try spool.append(section.details, to: &details)
    } else if showsAllowed {
      try spool.append(section.row, to: &rows)
    }
  }

  mutating func conclude(_ result: PackageResult, _ anchor: Anchor) { package = (result, anchor) }

  /// The section with its files.
  ///
  /// - Throws: as the spool does.
  func passage(in spool: inout Spool) throws -> Spool.Passage {
    var passage = Spool.Passage()
    try spool.append(head, to: &passage)
    passage.append(details)
    if !rows.isEmpty {
      let number = HTML.count(counts[.allow] ?? 0, "allowed file", "allowed files")
      // Where nothing else is in it, opening the folder is enough.
      let isAlone = details.isEmpty
      let (start, end): (HTML, HTML) =
        isAlone ? ("", "") : ("<details class=\"allowed\"><summary>\(number)</summary>\n", "</details>")
      try spool.append("\(start)<div class=\"wide\">\(FileSection.tableHead)", to: &passage)
      passage.append(rows)
      try spool.append("\(FileSection.tableEnd)</div>\(end)\n", to: &passage)
    }
    try spool.append("</div></details>\n", to: &passage)
    return passage
  }

  private var head: HTML {
    let why: HTML = verdict > .allow ? "<span class=\"why\">\(reasons)</span>" : ""
    let id: HTML = package.map { " id=\"\($0.anchor.id)\"" } ?? ""
    let account = package.map { self.account(of: $0.result) } ?? ""
    return """
      <details class="folder \(verdict.name)"\(verdict > .allow ? " open" : "")><summary>\(verdict.badge) \
      \(title) <span class="count">\(numbers)</span>\
      \(why)</summary>
      <div class="body"\(id)>
      \(account)
      """
  }

  /// What the registry calls the model, or the folder's path; and what else there is to call it.
  private var title: HTML {
    let path: HTML = "\(self.path.isEmpty ? Array(".".utf8) : self.path)"
    var tags = folder.model?.labels ?? []
    if package != nil { tags += folder.kinds.map(\.rawValue) }
    if let whole { tags.append("in \(whole.text)") }
    let shown = tags.map { " <span class=\"tag\">\($0)</span>" as HTML }.joined()
    guard let model = folder.model else { return "<h3 class=\"path\">\(path)</h3>\(shown)" }
    return "<h3 class=\"path\">\(model.text)</h3> <span class=\"at path\">\(path)</span>\(shown)"
  }

  /// `3 files: 1 deny, 2 allow`, or `3 files`.
  private var numbers: HTML {
    let all = HTML.count(files, "file", "files")
    // The badge says it of all of them.
    if Array(counts.keys) == [verdict] { return all }
    let parts: [HTML] = Verdict.allCases.reversed().compactMap { verdict in
      counts[verdict].map { "\(HTML.grouped($0)) \(verdict.name)" }
    }
    return parts.isEmpty ? all : "\(all): \(parts.joined(separator: ", "))"
  }

  /// What decides about the whole: the worst rules, the most frequent first.
  private var reasons: HTML {
    var counts: [String: Int] = [:]
    if let result = package?.result {
      let inFiles = result.files.filter { $0.counted == verdict }.flatMap(\.rules)
      let ofAll = result.findings.decidingRules.filter { $0.verdict == verdict }.map(\.id)
      for id in inFiles + ofAll { counts[id, default: 0] += 1 }
    } else {
      for (rule, count) in deciding where rule.verdict == verdict { counts[rule.id] = count }
    }
    return FileSection.reasons(counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key))
  }

  private func account(of result: PackageResult) -> HTML {
    let findings = result.findings.worthShowing
    let list = FindingList(
      findings: findings, gaps: result.gaps, findingLimit: FileSection.findingLimit,
      gapLimit: FileSection.gapLimit)
    let digest: HTML =
      result.sha256.map {
        "<ul class=\"facts\"><li>SHA-256 of the list of its files <code class=\"digest\">\($0)</code></li></ul>\n"
      } ?? ""
    return "\(digest)\(list.html)\(exceptions(of: result))\(elsewhere(result))"
  }

  /// Files that count as better than they are by themselves.
  private func exceptions(of result: PackageResult) -> HTML {
    let files = result.files.filter { $0.counted != $0.verdict }
    guard !files.isEmpty else { return "" }
    let names: [HTML] = files.prefix(Self.exceptionLimit).map { file in
      "<code class=\"path\">\(file.path)</code> as \(file.counted.name)"
    }
    let more: HTML =
      files.count > names.count ? " and \(HTML.grouped(files.count - names.count)) more" : ""
    return """
      <p>Counted in the model, since another of its files says what their bytes are: \
      \(names.joined(separator: ", "))\(more).</p>

      """
  }

  /// Files that belong to the package, and are shown where they belong more closely.
  private func elsewhere(_ result: PackageResult) -> HTML {
    let count = result.files.count - files
    guard count > 0 else { return "" }
    return "<p>\(HTML.count(count, "more file", "more files")) in folders shown on their own.</p>\n"
  }
}
