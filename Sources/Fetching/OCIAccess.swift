internal import ByteParsing
internal import Wire

/// How a registry of images lets somebody in.
///
/// Source: the distribution specification's "Determining Support"; `docs/spec/auth/token.md` of distribution for the
/// tokens; RFC 9110, section 11.6.1 for challenges.
final class OCIAccess {
  private static let tokenLimit = 1 << 20

  private let web: Web
  private let credentials: Credentials
  private var scope = ""

  init(_ web: Web, _ credentials: Credentials) {
    self.web = web
    self.credentials = credentials
  }

  /// Asks what the registry wants to see, and gets it.
  func open(scope: String) throws(FetchFailure) {
    guard scope != self.scope else { return }
    self.scope = scope
    try open()
    web.renew = { [unowned self] () throws(FetchFailure) in try open() }
  }

  private func open() throws(FetchFailure) {
    web.authorization = nil
    let renew = web.renew
    web.renew = nil
    defer { web.renew = renew }
    let (answer, _) = try web.document("\(web.base)/v2/", limit: Self.tokenLimit)
    switch answer.last.status {
    case 200: return
    case 401: break
    default: throw Web.refused(answer)
    }
    let challenges = answer.last.headers["www-authenticate"] ?? []
    for challenge in challenges.compactMap({ Challenge($0) }) {
      if challenge.scheme == "basic", let header = credentials.header {
        return web.authorization = header
      }
      if challenge.scheme == "bearer" {
        return web.authorization = "Bearer " + (try token(challenge, scope: scope))
      }
    }
    throw FetchFailure(
      "the registry asks for credentials: LAZARET_REGISTRY_USER and LAZARET_REGISTRY_PASSWORD")
  }

  /// A token of the service that the registry names. It gets the credentials, which are for it; nothing else does.
  private func token(_ challenge: Challenge, scope: String) throws(FetchFailure) -> String {
    guard let realm = challenge.parameters["realm"] else {
      throw FetchFailure("a challenge without a realm")
    }
    var query = "scope=" + PercentEncoding.encode(scope)
    if let service = challenge.parameters["service"] {
      query += "&service=" + PercentEncoding.encode(service)
    }
    let address = realm + (realm.contains("?") ? "&" : "?") + query
    let issuer = try web.issuer(of: address)
    issuer.authorization = credentials.header
    let answer = try issuer.object(address)
    for key in ["token", "access_token"] {
      if let token = answer.first(key)?.string, !token.isEmpty { return token }
    }
    throw FetchFailure("the service at \(realm) gives no token")
  }
}

/// What a server asks for: `Bearer realm="https://auth.example/token",service="registry"`.
struct Challenge: Equatable {
  /// In lower case.
  let scheme: String
  /// By their names in lower case.
  private(set) var parameters: [String: String] = [:]

  /// Nil for what is none.
  init?(_ text: String) {
    guard let space = text.firstIndex(of: " ") else {
      guard !text.isEmpty else { return nil }
      scheme = text.lowercased()
      return
    }
    scheme = text[..<space].lowercased()
    var rest = Array(text[text.index(after: space)...].utf8)[...]
    while !rest.isEmpty {
      rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ",") }
      guard let equals = rest.firstIndex(of: UInt8(ascii: "=")) else { return }
      let name = String(decoding: rest[..<equals], as: UTF8.self).lowercased()
      rest = rest[(equals + 1)...]
      parameters[name] = Self.value(&rest)
    }
  }

  private static func value(_ rest: inout ArraySlice<UInt8>) -> String {
    var value: [UInt8] = []
    guard rest.first == UInt8(ascii: "\"") else {
      while let byte = rest.first, byte != UInt8(ascii: ",") {
        value.append(byte)
        rest.removeFirst()
      }
      return String(decoding: value, as: UTF8.self)
    }
    rest.removeFirst()
    while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
      value.append(byte == UInt8(ascii: "\\") ? rest.popFirst() ?? byte : byte)
    }
    return String(decoding: value, as: UTF8.self)
  }
}
