import ByteParsing

/// One file of a bundle, read as strict JSON.
struct PolicyFile {
  /// Inside the policy folder: `scan/strict.json`.
  let path: String
  /// The file's name without folder and ending: `strict`.
  let stem: String
  let root: JSONValue

  init(_ file: PolicyBundle.File) throws(PolicyError) {
    path = file.path
    stem = Self.stem(of: file.path)
    do {
      root = try StrictJSON.parse(
        file.bytes, bounds: StrictJSON.Bounds(bytes: PolicyBundle.fileByteLimit, depth: 16))
    } catch {
      let line = file.bytes.prefix(error.offset).count { $0 == UInt8(ascii: "\n") } + 1
      let ends = error.kind == .truncated ? "the file ends inside its JSON value" : error.field
      throw PolicyError(file: file.path, line: line, reason: ends)
    }
  }

  static func stem(of path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    return String(name.dropLast(".json".count))
  }

  func error(at value: JSONValue, _ reason: String) -> PolicyError {
    PolicyError(file: path, line: value.line, reason: reason)
  }

  /// The file's value as an object whose `schema` is 1.
  func object(required: [String], optional: [String] = []) throws(PolicyError) -> PolicyObject {
    let object = try PolicyObject(root, in: self, required: ["schema"] + required, optional: optional)
    let schema = try object.value("schema")
    guard schema.integer == 1 else { throw error(at: schema, "\"schema\" is \(schema.source), not 1") }
    return object
  }

  /// Fails unless `key` repeats the file's own name: a copied file that still says it is another.
  func expectStem(_ object: PolicyObject, _ key: String) throws(PolicyError) {
    let name = try object.text(key)
    guard name == stem else {
      throw error(
        at: try object.value(key), "\"\(key)\" is \"\(name)\", but the file is named \(stem).json")
    }
  }
}

/// An object of a policy file: each key known, each there once, none missing.
struct PolicyObject {
  let file: PolicyFile
  let json: JSONValue
  private var values: [(key: String, value: JSONValue)] = []

  init(
    _ json: JSONValue, in file: PolicyFile, required: [String], optional: [String] = []
  ) throws(PolicyError) {
    self.file = file
    self.json = json
    guard json.kind == .object else {
      throw file.error(at: json, "an object is expected, not \(json.kind)")
    }
    for (key, value) in json.members {
      guard let name = required.first(where: key.equals) ?? optional.first(where: key.equals) else {
        throw file.error(at: key, "unknown key \(key.source)")
      }
      guard !values.contains(where: { $0.key == name }) else {
        throw file.error(at: key, "the key \"\(name)\" is there twice")
      }
      values.append((name, value))
    }
    for name in required where !values.contains(where: { $0.key == name }) {
      throw file.error(at: json, "the key \"\(name)\" is missing")
    }
  }

  func has(_ key: String) -> Bool { values.contains { $0.key == key } }

  /// The value of a key that is there.
  func value(_ key: String) throws(PolicyError) -> JSONValue {
    guard let found = values.first(where: { $0.key == key }) else {
      throw file.error(at: json, "the key \"\(key)\" is missing")
    }
    return found.value
  }

  func wrongType(_ key: String, _ expected: String) throws(PolicyError) -> PolicyError {
    let value = try value(key)
    return file.error(at: value, "\"\(key)\" must be \(expected), not \(value.kind)")
  }

  /// A string with something in it.
  func text(_ key: String) throws(PolicyError) -> String {
    guard let text = try value(key).string else { throw try wrongType(key, "a string") }
    guard text.utf8.contains(where: { $0 > UInt8(ascii: " ") }) else {
      throw file.error(at: try value(key), "\"\(key)\" is empty")
    }
    return text
  }

  func boolean(_ key: String) throws(PolicyError) -> Bool {
    guard let boolean = try value(key).boolean else { throw try wrongType(key, "true or false") }
    return boolean
  }

  /// An integer inside `range`.
  func integer(_ key: String, in range: ClosedRange<Int>) throws(PolicyError) -> Int {
    let value = try value(key)
    guard value.kind == .number else { throw try wrongType(key, "an integer") }
    guard let integer = value.integer, range.contains(integer) else {
      throw file.error(
        at: value,
        "\"\(key)\" is \(value.source), not an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return integer
  }

  func array(_ key: String) throws(PolicyError) -> JSONElements {
    let value = try value(key)
    guard value.kind == .array else { throw try wrongType(key, "an array") }
    return value.elements
  }

  /// One of the names of a closed set.
  func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ key: String, of type: Choice.Type = Choice.self
  ) throws(PolicyError) -> Choice {
    let text = try text(key)
    guard let choice = Choice(exactly: text) else {
      let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw file.error(at: try value(key), "\"\(key)\" is \"\(text)\", which is none of \(names)")
    }
    return choice
  }
}

extension RawRepresentable<String> where Self: CaseIterable {
  /// The case of exactly that name, byte for byte: Swift's own comparison takes some strings for equal that
  /// only look alike.
  init?(exactly name: String) {
    guard let found = Self(rawValue: name), found.rawValue.utf8.elementsEqual(name.utf8) else { return nil }
    self = found
  }
}
