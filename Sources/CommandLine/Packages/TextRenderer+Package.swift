internal import Findings
internal import Supervisor

extension TextRenderer {
  /// Files of one package that are shown; the other formats have them all.
  private static let fileLimit = 20

  func package(_ result: PackageResult, index: Int) -> String {
    if isQuiet, result.verdict == .allow { return "" }
    let name = result.verdict.name
    let files = "\(result.files.count) \(result.files.count == 1 ? "file" : "files")"
    let traits = result.folder.kinds.map(\.rawValue) + [files]
    var text = style.verdict(result.verdict, name) + String(repeating: " ", count: 12 - name.count)
    text += title(result.folder) + ": \(traits.joined(separator: ", "))\n"
    var report = Report()
    report.findings = result.findings
    report.coverage.gaps = result.gaps
    text += account(of: report)
    let open = result.files.filter { $0.counted > .allow }.sorted { $0.counted > $1.counted }
    for file in open.prefix(Self.fileLimit) { text += line(4, reason(file)) }
    return text + omitted(open.count, Self.fileLimit, "files")
  }

  private func title(_ folder: PackageFolder) -> String {
    let path = Escaping.visible(folder.path)
    guard let model = folder.model else { return "\(path) as a package" }
    let labels = model.labels.isEmpty ? "" : " (\(model.labels.joined(separator: ", ")))"
    return style.heading(Escaping.visible(model.text + labels)) + " at \(path)"
  }

  private func reason(_ file: PackageResult.File) -> String {
    let why = file.rules.isEmpty ? "not examined to its end" : file.rules.joined(separator: ", ")
    let waived = file.isWaived ? ", waived" : ""
    return style.verdict(file.counted, file.counted.name)
      + " \(Escaping.visible(file.path)): \(why)\(waived)"
  }
}
