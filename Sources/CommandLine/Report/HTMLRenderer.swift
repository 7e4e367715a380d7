internal import Findings
internal import Supervisor

/// One page for people, with nothing in it from anywhere else: the answer, then the models, the other files and the
/// rules, what is worst first.
///
/// What is worst is known only at the end, so everything is put aside in a temporary file until then. Kept in memory are
/// counts, and where in that file each folder is.
final class HTMLRenderer: Renderer {
  private let output: Output
  private let context: ArtifactObject.Context
  private let clock: () -> Int
  /// Leaves out files that are allowed, as such.
  private let isQuiet: Bool
  private var spool: Spool
  /// The folders that are not ended yet, the innermost last.
  private var folders: [FolderSection] = []
  private var models: [Verdict: Spool.Passage] = [:]
  private var others: [Verdict: Spool.Passage] = [:]
  private var rules = RuleSummary()

  /// - Parameters:
  ///   - output: where the page is written, at the end.
  ///   - clock: seconds since 1970, UTC.
  /// - Throws: where there can be no temporary file.
  init(
    on output: Output, context: ArtifactObject.Context, clock: @escaping () -> Int, isQuiet: Bool = false
  ) throws {
    self.output = output
    self.context = context
    self.clock = clock
    self.isQuiet = isQuiet
    spool = try Spool()
  }

  func opening() -> String { "" }

  func enter(_ folder: PackageFolder) throws {
    try leave(whileNotAround: folder.path)
    folders.append(FolderSection(folder, partOf: folders.last { $0.folder.model != nil }?.folder.model))
  }

  func artifact(_ result: ArtifactResult, index: Int) throws -> String {
    try leave(whileNotAround: result.path)
    let parent = Self.parent(of: result.path)
    if folders.last.map({ !$0.mayBeModel && $0.folder.path != parent }) ?? true {
      folders.append(FolderSection(path: parent))
    }
    let anchor = Anchor.record(index)
    try folders[folders.count - 1].add(result, anchor, showsAllowed: !isQuiet, to: &spool)
    rules.add(result.examination?.report.findings ?? [], at: result.path, anchor)
    return ""
  }

  func package(_ result: PackageResult, index: Int) throws -> String {
    try leaveOrdinary()
    let anchor = Anchor.record(index)
    if !folders.isEmpty { folders[folders.count - 1].conclude(result, anchor) }
    rules.add(result.findings, at: result.folder.path, anchor)
    return ""
  }

  func leave() throws {
    try leaveOrdinary()
    try end()
  }

  /// Writes the page.
  func closing(_ tally: Tally, milliseconds: Double, _ admission: Admission?) throws -> String {
    while !folders.isEmpty { try end() }
    let overview = Overview(tally: tally, admission: admission, context: context, time: clock())
    let navigation = Page.navigation(
      hasModels: !models.isEmpty, hasOthers: !others.isEmpty, hasRules: !rules.isEmpty)
    output.write(try Page.head(title: overview.answer).text)
    output.write(overview.html.text)
    output.write(navigation.text)
    if !models.isEmpty { try write(models, as: "Models", "models") }
    if !others.isEmpty { try write(others, as: models.isEmpty ? "Files" : "Other files", "files") }
    if !rules.isEmpty {
      output.write(Page.section("Rules", "rules").text + rules.html.text + Page.sectionEnd.text)
    }
    return Page.end.text
  }

  private func write(_ folders: [Verdict: Spool.Passage], as title: HTML, _ id: HTML) throws {
    output.write(Page.section(title, id).text)
    for verdict in Verdict.allCases.reversed() {
      if let passage = folders[verdict] { try spool.write(passage, to: output) }
    }
    output.write(Page.sectionEnd.text)
  }

  // MARK: Folders

  /// Ends folders that a path is not below. Those that may be models are ended by the walk.
  private func leave(whileNotAround path: [UInt8]) throws {
    while let last = folders.last, !last.mayBeModel, !last.contains(path) { try end() }
  }

  private func leaveOrdinary() throws {
    while let last = folders.last, !last.mayBeModel { try end() }
  }

  private func end() throws {
    guard let folder = folders.popLast() else { return }
    if isQuiet, folder.verdict == .allow { return }
    let passage = try folder.passage(in: &spool)
    if folder.package != nil {
      models[folder.verdict, default: Spool.Passage()].append(passage)
    } else if !folder.isEmpty {
      others[folder.verdict, default: Spool.Passage()].append(passage)
    }
  }

  /// Empty for a name without a folder.
  private static func parent(of path: [UInt8]) -> [UInt8] {
    guard let slash = path.lastIndex(of: UInt8(ascii: "/")) else { return [] }
    return slash == 0 ? [UInt8(ascii: "/")] : Array(path[..<slash])
  }
}
