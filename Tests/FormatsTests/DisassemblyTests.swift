import Formats
import TestSupport
import Testing

/// What CPython's own `marshal` and `dis` said of the same code, written by scripts/opcode-tables/disassembly.py.
@Suite struct DisassemblyTests {
  /// One file of `Tests/Bytecode`.
  struct Recording {
    let marshalled: [UInt8]
    /// Names of code objects and their instructions, in the order of a walk from the outermost inwards.
    let objects: [(name: String, lines: [Substring])]

    init(_ version: PythonVersion) throws {
      let text = try #require(Repository.text(of: "Tests/Bytecode/\(version.text).txt"))
      let lines = text.split(separator: "\n")
      let digits = Array(lines[0].utf8)
      marshalled = stride(from: 0, to: digits.count, by: 2).map { index in
        UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) ?? 0
      }
      var objects: [(name: String, lines: [Substring])] = []
      for line in lines.dropFirst() {
        if line.hasPrefix("= ") {
          objects.append((String(line.dropFirst(2)), []))
        } else {
          objects[objects.count - 1].lines.append(line)
        }
      }
      self.objects = objects
    }
  }

  static func walk(_ code: CodeObject, _ visit: (CodeObject) -> Void) {
    visit(code)
    for constant in code.constants { constant.forEachCode { walk($0, visit) } }
  }

  /// The recording's lines beside ours, where they differ.
  static func differences(_ version: PythonVersion) throws -> [String] {
    let recording = try Recording(version)
    let readings = try Marshal.read(recording.marshalled)
    #expect(readings.count == 1)
    let reading = try #require(readings.first)
    #expect(reading.byteCount == recording.marshalled.count)
    var found: [CodeObject] = []
    reading.value.forEachCode { walk($0) { found.append($0) } }
    #expect(found.count == recording.objects.count)
    var differences: [String] = []
    for (code, expected) in zip(found, recording.objects) {
      // 3.7 has all of 3.6 and two instructions more.
      let isSame = code.version == version || version == .v3_6 && code.version == .v3_7
      if code.title != expected.name || !isSame || !code.isPlausible {
        differences.append("\(expected.name): \(code.title) \(code.version) \(code.isPlausible)")
      }
      let lines = code.disassembly(limit: 1 << 20)
      if lines.count != expected.lines.count {
        differences.append("\(expected.name): \(lines.count) instructions, not \(expected.lines.count)")
      }
      for (line, wanted) in zip(lines, expected.lines) {
        let argument = line.argument.map { "\($0)" } ?? "-"
        let isCompared = !wanted.hasSuffix(" *")
        let ours = "\(line.offset) \(line.operation) \(argument) \(isCompared ? line.meaning : "*")"
        if ours != wanted { differences.append("\(expected.name): \(ours) | \(wanted)") }
      }
    }
    return differences
  }

  @Test(arguments: PythonVersion.allCases.filter { $0 != .v3_14 })
  func `a disassembly is what Python's own says`(_ version: PythonVersion) throws {
    let differences = try Self.differences(version)
    #expect(differences.isEmpty, "\(differences.count): \(differences.prefix(20).joined(separator: "\n"))")
  }
}
