internal import ByteParsing
internal import Wire

extension Web {
  /// Bytes of a list that a registry sends.
  static let listLimit = 64 << 20

  /// A JSON object that an address gives.
  ///
  /// - Throws: where the status is not 200, or what comes is no JSON object.
  func object(_ address: String, body: [UInt8]? = nil, headers: [String] = []) throws(FetchFailure)
    -> JSONValue
  {
    let type = body == nil ? [] : ["Content-Type: application/json"]
    let request = HTTPRequest(headers: ["Accept: application/json"] + type + headers, body: body)
    let (answer, bytes) = try document(address, request, limit: Self.listLimit)
    guard answer.last.status == 200 else { throw Self.refused(answer) }
    return try Self.parse(bytes, from: answer.address)
  }

  static func refused(_ answer: HTTPAnswer) -> FetchFailure {
    let hint =
      switch answer.last.status {
      case 401, 403: ": it asks for credentials, or for others"
      case 404: ": there is no such thing"
      default: ""
      }
    return FetchFailure("the server answers \(answer.last.status) at \(answer.address)\(hint)")
  }

  static func parse(_ bytes: [UInt8], from address: String) throws(FetchFailure) -> JSONValue {
    let value: JSONValue
    do throws(ParseError) {
      value = try StrictJSON.parse(
        bytes, bounds: StrictJSON.Bounds(bytes: listLimit, allowsPythonNumbers: true))
    } catch {
      throw FetchFailure("what \(address) sends is no JSON: \(error)")
    }
    guard value.kind == .object else { throw FetchFailure("what \(address) sends is no JSON object") }
    return value
  }
}

extension JSONValue {
  /// The text under a key.
  func text(_ key: String) throws(FetchFailure) -> String {
    guard let text = first(key)?.string else {
      throw FetchFailure("the server's answer has no text '\(key)'")
    }
    return text
  }

  /// The number under a key that counts bytes; nil where there is none.
  func count(_ key: String) -> Int? { first(key)?.integer.flatMap { $0 >= 0 ? $0 : nil } }
}

/// A text as JSON writes it. RFC 8259, section 7
func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"", "\\": result += "\\\(scalar)"
    case _ where scalar.value < 0x20:
      let digits = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}

extension Credentials {
  /// The value of `Authorization`; nil where there are none. RFC 6750, section 2.1; RFC 7617
  var header: String? {
    switch self {
    case .none: nil
    case .token(let token): "Bearer \(token)"
    case .password(let user, let password): "Basic " + base64(Array("\(user):\(password)".utf8))
    }
  }
}

/// RFC 4648, section 4
private func base64(_ bytes: [UInt8]) -> String {
  let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var text: [UInt8] = []
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let group = bytes[start..<min(start + 3, bytes.count)]
    let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
    for index in 0..<4 {
      text.append(index <= group.count ? digits[bits >> (18 - 6 * index) & 63] : UInt8(ascii: "="))
    }
  }
  return String(decoding: text, as: UTF8.self)
}
