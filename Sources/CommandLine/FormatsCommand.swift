internal import Findings

/// `formats`: what is recognised, and how far it is examined.
enum FormatsCommand {
  static func run(_ invocation: Invocation, _ host: Host) throws -> ExitStatus {
    switch invocation.options.format {
    case .json, .jsonl, .html: host.output.write(try json(FormatEntry.all))
    case .text: host.output.write(table(FormatEntry.all))
    }
    return .allowed
  }

  static func table(_ formats: [FormatEntry]) -> String {
    let rows = [["format", "examined", "known by", "files", "page"]] + formats.map(row)
    // The last column needs no width.
    let widths = rows[0].indices.dropLast().map { column in (rows.map { $0[column].count }.max() ?? 0) + 2 }
    let lines = rows.map { cells in
      zip(cells, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined()
        + (cells.last ?? "") + "\n"
    }
    return lines.joined() + "\n" + legend
  }

  private static func row(_ format: FormatEntry) -> [String] {
    [
      format.name, format.extent.rawValue, format.recognizedBy, format.files.joined(separator: " "),
      format.page,
    ]
  }

  private static let legend = """
    The bytes count, and no name. whole: all of it; partly: all but rare parts, which make a file incomplete;
    code: read, and never better than review; named: recognised, and not examined further.

    """

  private struct FormatObject: Encodable {
    let name: String
    let files: [String]
    let recognizedBy: String
    let examined: String
    let extent: String
    let page: String

    init(_ format: FormatEntry) {
      name = format.name
      files = format.files
      recognizedBy = format.recognizedBy
      examined = format.examined
      extent = format.extent.rawValue
      page = format.page
    }
  }

  static func json(_ formats: [FormatEntry]) throws -> String {
    let lines = try formats.map { try JSONText.line(FormatObject($0)) }
    return "{\"schema\":\(JSONRenderer.schema),\"formats\":[\n\(lines.joined(separator: ",\n"))\n]}\n"
  }
}
