/// Writes objects of R as `saveRDS` and `save` do, and such as they do not.
package struct RBuilder: Sendable {
  package indirect enum Object: Sendable {
    case null
    case missing
    case unbound
    case global
    case baseNamespace
    case symbol(String)
    case logicals([Int32])
    case integers([Int32])
    case reals([Double])
    case texts([String])
    case raw([UInt8])
    case list([Object])
    case expressions([Object])
    case pairs([(String?, Object)])
    case call(Object, [(String?, Object)])
    case function([(String, Object)], Object, in: Object)
    case promise(Object, value: Object, in: Object)
    /// Bindings, and whether they are active.
    case environment([(String, Object, Bool)], attributes: [(String, Object)])
    case namespace(String)
    case package(String)
    case persistent(String)
    case builtin(String)
    case pointer
    case instance([(String, Object)])
    case alternative(String, String, Object)
    case byteCode([Int32], [Object])
    case repeatedCall(Int32, of: Int32)
    case attributed(Object, [(String, Object)])
    case reference(Int32)
    /// Flags and whatever follows them.
    case flags(UInt32, [Int32])
  }

  package enum Way: Sendable, CaseIterable { case external, native, words }

  package var way = Way.external
  package var version: Int32 = 3
  package var encoding = "UTF-8"
  /// `RDX`, before an image.
  package var image: String?
  /// What stands behind the letter of the way.
  package var second = UInt8(ascii: "\n")

  package init(way: Way = .external, version: Int32 = 3, image: String? = nil) {
    self.way = way
    self.version = version
    self.image = image
  }

  /// A call of a function by its name.
  package static func call(_ name: String, _ arguments: Object...) -> Object {
    .call(.symbol(name), arguments.map { (nil, $0) })
  }

  /// `system("echo lazaret-canary")`.
  package static let hostile = call("system", .texts(["echo lazaret-canary"]))

  package func build(_ object: Object) -> [UInt8] {
    var bytes: [UInt8] = []
    let letter = way == .external ? "X" : way == .native ? "B" : "A"
    if let image { bytes += Array("\(image)\(version)\n".utf8) }
    bytes += Array(letter.utf8) + [second]
    bytes += integer(version) + integer(0x0004_0202) + integer(0x0003_0500)
    if version == 3 { bytes += integer(Int32(encoding.utf8.count)) + characters(Array(encoding.utf8)) }
    return bytes + write(object)
  }

  /// An image of one name.
  package func build(_ name: String, _ object: Object) -> [UInt8] { build(.pairs([(name, object)])) }

  // MARK: Numbers and texts

  private func integer(_ value: Int32) -> [UInt8] {
    switch way {
    case .external: littleEndian(value.byteSwapped)
    case .native: littleEndian(value)
    case .words: Array((value == .min ? "NA\n" : "\(value)\n").utf8)
    }
  }

  private func real(_ value: Double) -> [UInt8] {
    switch way {
    case .external: littleEndian(value.bitPattern.byteSwapped)
    case .native: littleEndian(value.bitPattern)
    case .words: Array("\(value)\n".utf8)
    }
  }

  private func characters(_ bytes: [UInt8]) -> [UInt8] {
    guard way == .words else { return bytes }
    return bytes.flatMap { byte -> [UInt8] in
      guard byte <= 0x20 || byte >= 0x7F || byte == UInt8(ascii: "\\") else { return [byte] }
      return Array("\\\(byte >> 6)\(byte >> 3 & 7)\(byte & 7)".utf8)
    } + [0x0A]
  }

  private func flags(_ kind: Int32, attributes: Bool = false, tag: Bool = false, levels: Int32 = 0)
    -> [UInt8]
  {
    integer(kind | (attributes ? 0x200 : 0) | (tag ? 0x400 : 0) | levels << 12)
  }

  private func text(_ text: String) -> [UInt8] {
    flags(9, levels: 64) + integer(Int32(text.utf8.count)) + characters(Array(text.utf8))
  }

  private func symbol(_ name: String) -> [UInt8] { flags(1) + text(name) }

  // MARK: Objects

  private func write(_ object: Object, attributes: [(String, Object)] = []) -> [UInt8] {
    let has = !attributes.isEmpty
    let rest = has ? pairs(attributes.map { ($0.0, $0.1, false) }) : []
    func vector<T>(_ kind: Int32, _ elements: [T], _ write: (T) -> [UInt8]) -> [UInt8] {
      flags(kind, attributes: has) + integer(Int32(elements.count)) + elements.flatMap { write($0) } + rest
    }
    switch object {
    case .null: return flags(254)
    case .missing: return flags(251)
    case .unbound: return flags(252)
    case .global: return flags(253)
    case .baseNamespace: return flags(250)
    case .symbol(let name): return symbol(name)
    case .logicals(let values): return vector(10, values, integer)
    case .integers(let values): return vector(13, values, integer)
    case .reals(let values): return vector(14, values, real)
    case .texts(let values): return vector(16, values, text)
    case .list(let values): return vector(19, values) { write($0) }
    case .expressions(let values): return vector(20, values) { write($0) }
    case .raw(let bytes):
      let words = bytes.flatMap { Array("\(String($0, radix: 16))\n".utf8) }
      return flags(24, attributes: has) + integer(Int32(bytes.count)) + (way == .words ? words : bytes)
        + rest
    case .pairs(let members): return pairs(members.map { ($0.0, $0.1, false) })
    case .call(let head, let arguments):
      return flags(6, attributes: has) + rest + write(head) + pairs(arguments.map { ($0.0, $0.1, false) })
    case .function(let formals, let body, let environment):
      return flags(3, attributes: has, tag: true) + rest + write(environment)
        + pairs(formals.map { ($0.0, $0.1, false) }) + write(body)
    case .promise(let code, let value, let environment):
      return flags(5, tag: true) + write(environment) + write(value) + write(code)
    case .environment(let bindings, let attributes):
      return flags(4) + integer(0) + flags(253) + pairs(bindings.map { ($0.0, $0.1, $0.2) }) + flags(254)
        + pairs(attributes.map { ($0.0, $0.1, false) })
    case .attributed(let object, let attributes): return write(object, attributes: attributes)
    default: return writeRare(object) + rest
    }
  }

  private func writeRare(_ object: Object) -> [UInt8] {
    switch object {
    case .namespace(let name): return flags(249) + integer(0) + integer(2) + text(name) + text("1.0")
    case .package(let name): return flags(248) + integer(0) + integer(1) + text(name)
    case .persistent(let name): return flags(247) + integer(0) + integer(1) + text(name)
    case .builtin(let name):
      return flags(8) + integer(Int32(name.utf8.count)) + characters(Array(name.utf8))
    case .pointer: return flags(22) + flags(254) + flags(254)
    case .instance(let slots): return flags(25, attributes: true) + pairs(slots.map { ($0.0, $0.1, false) })
    case .alternative(let name, let package, let state):
      return flags(238)
        + pairs([
          (nil, .symbol(name), false), (nil, .symbol(package), false), (nil, .integers([13]), false),
        ])
        + write(state) + flags(254)
    case .byteCode(let code, let constants):
      return flags(21) + integer(1) + write(.integers(code)) + integer(Int32(constants.count))
        + constants.flatMap { constant($0) }
    case .reference(let number): return integer(number << 8 | 255)
    case .flags(let flags, let numbers):
      return integer(Int32(bitPattern: flags)) + numbers.flatMap { integer($0) }
    default: return []
    }
  }

  /// A constant of byte code: calls are written in a way of their own there.
  private func constant(_ object: Object) -> [UInt8] {
    switch object {
    case .call(let head, let arguments): return integer(6) + repeated(head, arguments)
    case .repeatedCall(let number, let count): return integer(count == 0 ? 243 : 244) + integer(number)
    default: return integer(0) + write(object)
    }
  }

  private func repeated(_ head: Object, _ arguments: [(String?, Object)]) -> [UInt8] {
    let end: [UInt8] = integer(0) + flags(254)
    return flags(254) + constant(head)
      + arguments.reversed().reduce(end) { rest, argument in
        integer(2) + (argument.0.map { symbol($0) } ?? flags(254)) + constant(argument.1) + rest
      }
  }

  private func pairs(_ members: [(String?, Object, Bool)]) -> [UInt8] {
    members.flatMap { name, object, isActive in
      flags(2, tag: name != nil, levels: isActive ? 1 << 15 : 0) + (name.map { symbol($0) } ?? [])
        + write(object)
    } + flags(254)
  }
}
