/// Requests of one endpoint: who is told the credentials, where a redirect may lead, and what is tried again.
final class Web {
  private static let redirectLimit = 5
  private static let attemptLimit = 3
  /// Seconds that an answer which is held in memory may take.
  private static let documentSeconds = 300
  /// Bytes of a body that nobody wants: that of a redirect or of a refusal.
  private static let refusedLimit = 1 << 20

  private let client: HTTPClient
  private let allowsInsecureHTTP: Bool
  /// The endpoint's own address, with no slash at its end.
  let base: String
  let home: WebAddress.Origin
  /// The value of `Authorization` for requests to the endpoint itself, and to nobody else.
  var authorization: String?
  /// Asks anew to be let in, where the endpoint no longer knows the authorization: tokens end.
  var renew: (() throws(FetchFailure) -> Void)?
  private var places: [String: [Resolver.Address]] = [:]

  init(_ client: HTTPClient, endpoint: String, allowsInsecureHTTP: Bool) throws(FetchFailure) {
    let address = try WebAddress(endpoint)
    guard !address.text.contains("?"), !address.text.contains("#") else {
      throw FetchFailure("the address of the endpoint has a query: '\(endpoint)'")
    }
    self.client = client
    self.allowsInsecureHTTP = allowsInsecureHTTP
    home = address.origin
    var text = address.text
    while text.hasSuffix("/") { text.removeLast() }
    base = text
  }

  /// For requests to the service that gives out tokens for this endpoint. It is not this endpoint: it sees what it is
  /// given itself.
  func issuer(of address: String) throws(FetchFailure) -> Web {
    let place = try WebAddress(address)
    guard place.origin.scheme == "https" || home.scheme == "http" else {
      throw FetchFailure("a token would be fetched by plain http: '\(place.text)'")
    }
    return try Web(client, endpoint: place.origin.description, allowsInsecureHTTP: allowsInsecureHTTP)
  }

  /// Whether an authority, `host:port` or `host`, is that of this endpoint. None is.
  func isHome(_ authority: String) throws(FetchFailure) -> Bool {
    if authority.isEmpty { return true }
    return try WebAddress("\(home.scheme)://\(authority)").origin == home
  }

  /// Fetches what has an address, from wherever that is in the end.
  ///
  /// - Parameter receive: gets the body of an answer of 200 or 206, with all heads before it.
  /// - Returns: the answer, of whatever status.
  func get(
    _ address: String, _ request: HTTPRequest,
    receive: @escaping (HTTPAnswer, [UInt8]) throws(FetchFailure) -> Void
  ) throws(FetchFailure) -> HTTPAnswer {
    var answer = HTTPAnswer(heads: [], address: address)
    var renewal = renew
    for _ in 0...Self.redirectLimit {
      let place = try WebAddress(answer.address)
      let earlier = answer
      var refused = 0
      let head = try client.exchange(
        place, at: try addresses(of: place, isRedirect: !earlier.heads.isEmpty),
        headers: request.headers + credentials(for: place.origin), request,
        receive: { head, bytes throws(FetchFailure) in
          guard head.status == 200 || head.status == 206 else {
            refused += bytes.count
            guard refused <= Self.refusedLimit else {
              throw FetchFailure("an answer of status \(head.status) does not end")
            }
            return
          }
          try receive(HTTPAnswer(heads: earlier.heads + [head], address: earlier.address), bytes)
        })
      if head.status == 401, place.origin == home, let renew = renewal {
        renewal = nil
        try renew()
        continue
      }
      answer.heads.append(head)
      guard head.isRedirect, let location = head["location"] else { return answer }
      guard request.body == nil else { throw FetchFailure("\(address): what is sent would go elsewhere") }
      let next = try WebAddress(location, from: answer.address)
      guard next.origin.scheme == "https" || place.origin.scheme == "http" else {
        throw FetchFailure("\(address): a redirect from https to http: '\(next.text)'")
      }
      answer.address = next.text
    }
    throw FetchFailure("\(address): more than \(Self.redirectLimit) redirects")
  }

  private func credentials(for origin: WebAddress.Origin) -> [String] {
    guard origin == home, let authorization else { return [] }
    return ["Authorization: \(authorization)"]
  }

  /// Where the host of an address is, if it may be spoken to.
  private func addresses(
    of address: borrowing WebAddress, isRedirect: Bool
  ) throws(FetchFailure) -> [Resolver.Address] {
    let origin = address.origin
    let found: [Resolver.Address]
    if let known = places[origin.host] {
      found = known
    } else {
      found = try Resolver.addresses(of: origin.host)
      places[origin.host] = found
    }
    if origin.scheme == "http", !allowsInsecureHTTP, !found.allSatisfy(\.isLoopback) {
      throw FetchFailure(
        "\(origin.description): plain http to another machine: anybody on the way could change what comes, and read "
          + "the credentials")
    }
    if isRedirect, origin.host != home.host {
      let homeIsLocal = places[home.host]?.contains { $0.isLoopback || $0.isLinkLocal } ?? false
      if !homeIsLocal, found.contains(where: { $0.isLoopback || $0.isLinkLocal }) {
        throw FetchFailure("a redirect to this machine or its neighbours: '\(origin.description)'")
      }
    }
    return found
  }

  /// An answer that is held in memory.
  ///
  /// - Parameter limit: its bytes.
  /// - Throws: for more; transient failures after some attempts. A status is no failure.
  func document(
    _ address: String, _ request: HTTPRequest = HTTPRequest(), limit: Int
  ) throws(FetchFailure) -> (answer: HTTPAnswer, body: [UInt8]) {
    var request = request
    request.seconds = Self.documentSeconds
    var attempt = 1
    while true {
      let body = Body()
      do throws(FetchFailure) {
        let answer = try get(address, request) { _, bytes throws(FetchFailure) in
          guard bytes.count <= limit - body.bytes.count else {
            throw FetchFailure("\(address): more than \(limit) bytes")
          }
          body.bytes += bytes
        }
        guard Self.isBusy(answer.last.status), attempt < Self.attemptLimit else {
          return (answer, body.bytes)
        }
      } catch {
        guard error.isTransient, attempt < Self.attemptLimit else { throw error }
      }
      Pause.milliseconds(500 * attempt)
      attempt += 1
    }
  }

  private final class Body { var bytes: [UInt8] = [] }

  /// Whether a server may do better in a moment.
  static func isBusy(_ status: Int) -> Bool { [429, 500, 502, 503, 504].contains(status) }
}
