import ByteParsing
import Findings
import Glibc
import Pickle
import Policy
import Scanning
import Supervisor
import Worker

/// The traces of many short streams, in the line format that `scripts/differential` compares with CPython's.
///
/// The file holds each stream behind its length in four little-endian bytes. Of each stream the first pickle is run;
/// its last line begins with `=` and says how it ended, where, what was irregular, and the verdict of the stream as a
/// file.
enum TraceBatch {
  static func run(_ input: Input) throws {
    let policy = try PolicySet(parsing: try PolicyDirectory.read(Latency.root + "/policies"))
    let examiner = Examiner(
      globals: policy.globals, operators: policy.operators, limits: policy.limits,
      decompressor: LibraryDecompressor(), archives: LibraryArchiveOpener())
    var offset = 0
    while offset < input.count {
      let length = try input.bytes(at: offset, count: 4).reversed().reduce(0) { $0 << 8 | Int($1) }
      let stream = Input(try input.bytes(at: offset + 4, count: length))
      offset += 4 + length
      var sink = CanonicalSink()
      let result = Machine.run(stream, at: 0, opcodeLimit: 1_000_000, sink: &sink)
      var report = Report()
      examiner.examine(stream, into: &report)
      report.coverage.finished = true
      let end =
        switch result.end {
        case .stop: "stop \(sink.result)"
        case .stopped(let reason): "stopped \(reason)"
        case .broken(let error): "broken \(error)"
        }
      let irregular = sink.irregularities.map(\.kind.rawValue).joined(separator: ",")
      sink.lines.append(
        "=\t\(policy.scan.verdict(of: report).name)\t\(result.endOffset)\t\(irregular)\t\(end)")
      print(sink.lines.joined(separator: "\n"))
    }
  }
}

/// Writes effects so that two runs of one stream can be compared word by word: what an effect leaves behind is
/// numbered in the order it came, and constants are written by their bytes. `?` stands for what the machine does not
/// follow, and is compared with nothing.
struct CanonicalSink: TraceSink {
  var lines: [String] = []
  var irregularities: [Irregularity] = []
  var result = ""
  private var numbers: [UInt64: Int] = [:]
  private var count = 0
  private var extensions: [Int: Int] = [:]
  private var views: [UInt64: SymbolicValue] = [:]

  private mutating func number(_ value: SymbolicValue) -> String {
    numbers[value.raw] = count
    count += 1
    return "#\(count - 1)"
  }

  mutating func receive(_ effect: Effect, _ values: borrowing ValueTable) -> Reaction {
    let target = write(effect.target, values)
    let operand = write(effect.operand, values)
    switch effect.kind {
    case .importGlobal:
      let name = values.global(effect.target)
      let parts = [name?.module, name?.name, name?.resolvedModule, name?.resolvedName]
      let texts = parts.map { $0.map { hexadecimal(Array($0.utf8)) } ?? "?" }
      lines.append(
        ([
          "I", number(effect.target),
        ] + texts).joined(separator: " "))
    case .reduce, .instantiate:
      let arguments = effect.operand.kind == .tuple ? operand : "?"
      lines.append("C \(number(effect.result)) \(target) \(arguments)")
    case .newObject:
      let arguments = effect.operand.kind == .tuple ? operand : "?"
      lines.append("W \(number(effect.result)) \(target) \(arguments) {}")
    case .newObjectEx:
      let parts = values.elements(effect.operand) ?? []
      let isPlain = parts.count == 2 && parts[0].kind == .tuple && parts[1].kind == .dictionary
      let arguments = isPlain ? parts.map { write($0, values) }.joined(separator: " ") : "? ?"
      lines.append("W \(number(effect.result)) \(target) \(arguments)")
    case .build: item("B", effect, target, operand)
    case .setItems, .appendItems, .addItems: writeItems(effect, target, values)
    case .persistentLoad: lines.append("P \(number(effect.result)) \(operand)")
    case .extensionLookup: lookUp(effect, operand)
    case .buffer where effect.target.kind == .none: lines.append("N \(number(effect.result))")
    case .buffer: views[effect.result.raw] = effect.target
    }
    return .proceed
  }

  mutating func receive(_ irregularity: Irregularity) { irregularities.append(irregularity) }

  mutating func receive(result: SymbolicValue, at offset: Int, _ values: borrowing ValueTable) {
    self.result = write(result, values)
  }

  /// What happens to anything but the stand-ins' objects cannot be seen from outside: such lines begin with `~`.
  private mutating func item(_ kind: String, _ effect: Effect, _ target: String, _ operand: String) {
    let isSeen = target.hasPrefix("#") && effect.target.kind != .buffer
    lines.append("\(isSeen ? "" : "~")\(kind) \(target) \(operand)")
  }

  private mutating func writeItems(_ effect: Effect, _ target: String, _ values: borrowing ValueTable) {
    let letter = effect.kind == .setItems ? "S" : effect.kind == .appendItems ? "A" : "D"
    guard let elements = values.elements(effect.operand) else { return item(letter, effect, target, "?") }
    let step = effect.kind == .setItems ? 2 : 1
    for index in stride(from: 0, to: elements.count - step + 1, by: step) {
      let items = elements[index..<index + step].map { write($0, values) }
      item(letter, effect, target, items.joined(separator: " "))
    }
  }

  /// A code that was looked up before comes from the registry's cache.
  private mutating func lookUp(_ effect: Effect, _ operand: String) {
    if let known = extensions[effect.operand.payload] {
      numbers[effect.result.raw] = known
    } else {
      extensions[effect.operand.payload] = count
      lines.append("X \(number(effect.result)) \(operand)")
    }
  }

  // MARK: values

  private func write(_ value: SymbolicValue, _ values: borrowing ValueTable) -> String {
    var budget = 400
    let text = write(value, values, depth: 0, budget: &budget)
    return budget < 0 ? "?" : text
  }

  private func write(
    _ value: SymbolicValue, _ values: borrowing ValueTable, depth: Int, budget: inout Int,
    asKey: Bool = false
  ) -> String {
    budget -= 1
    guard budget >= 0, depth <= 6 else { return "?" }
    switch value.kind {
    case .unknown: return "?"
    case .none: return "N"
    case .true: return asKey ? "n1" : "T"
    case .false: return asKey ? "n0" : "F"
    case .integer, .bigInteger: return values.integer(value).map { (asKey ? "n" : "i") + "\($0)" } ?? "?"
    case .float: return writeFloat(values.float(value), asKey: asKey)
    case .string: return writeString(value, values)
    case .bytes, .bytearray:
      guard let bytes = try? values.contents(value).map({ try $0.bytes(at: 0, count: $0.count) }) else {
        return "?"
      }
      return (value.kind == .bytes ? "b:" : "a:") + hexadecimal(bytes)
    case .tuple: return "(" + list(value, values, depth, &budget, asKey: asKey) + ")"
    case .list: return "[" + list(value, values, depth, &budget) + "]"
    case .dictionary: return writeDictionary(value, values, depth, &budget)
    case .set, .frozenSet:
      guard let elements = values.elements(value) else { return "?" }
      let keys = Set(
        elements.map { write($0, values, depth: depth + 1, budget: &budget, asKey: true) })
      // Two NaNs are two elements unless they are one object.
      guard !keys.contains(where: { $0.contains("?") || $0.contains("nan") }) else { return "?" }
      return (value.kind == .set ? "set{" : "frozenset{") + keys.sorted().joined(separator: ",") + "}"
    case .buffer:
      guard let viewed = views[value.raw] else { break }
      let text = write(viewed, values, depth: depth + 1, budget: &budget, asKey: asKey)
      return viewed.kind == .bytearray ? "view" : text
    case .global, .call, .instance, .persistent, .extension: break
    }
    return numbers[value.raw].map { "#\($0)" } ?? "?"
  }

  private func list(
    _ value: SymbolicValue, _ values: borrowing ValueTable, _ depth: Int, _ budget: inout Int,
    asKey: Bool = false
  ) -> String {
    guard let elements = values.elements(value) else { return "?" }
    return elements.map { write($0, values, depth: depth + 1, budget: &budget, asKey: asKey) }
      .joined(separator: ",")
  }

  /// As CPython has it: a key that comes again keeps its place and takes the later value.
  private func writeDictionary(
    _ value: SymbolicValue, _ values: borrowing ValueTable, _ depth: Int, _ budget: inout Int
  ) -> String {
    guard let elements = values.elements(value) else { return "?" }
    var order: [String] = []
    var items: [String: String] = [:]
    for index in stride(from: 0, to: elements.count - 1, by: 2) {
      let key = write(elements[index], values, depth: depth + 1, budget: &budget, asKey: true)
      if key.contains("?") || key.contains("nan") { return "?" }
      let item = write(elements[index + 1], values, depth: depth + 1, budget: &budget)
      if items.updateValue(item, forKey: key) == nil { order.append(key) }
    }
    return "{" + order.map { "\($0)=\(items[$0] ?? "")" }.joined(separator: ",") + "}"
  }

  private func writeFloat(_ number: Double?, asKey: Bool) -> String {
    guard let number else { return "?" }
    if number.isNaN { return "nan" }
    if asKey, let whole = Int(exactly: number) { return "n\(whole)" }
    return "f\(String(number.bitPattern, radix: 16))"
  }

  /// Strings of Python 2 have their reader's encoding, and are followed as far as they are ASCII.
  private func writeString(_ value: SymbolicValue, _ values: borrowing ValueTable) -> String {
    guard let text = values.string(value) else { return "?" }
    switch values.opcode(of: value) {
    case .string, .binstring, .shortBinstring:
      guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return "?" }
    default: break
    }
    return "s:" + hexadecimal(Array(text.utf8))
  }

  private func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits: [Character] = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
