internal import Glibc

/// Looks up names of hosts, in this thread: libcurl would start another for it, and this process may not.
enum Resolver {
  /// An address of a host.
  struct Address: Hashable {
    /// As `getnameinfo` writes it.
    let text: String
    /// Whether it is this machine's own.
    let isLoopback: Bool
    /// Whether it is one that only neighbours have, as services of a cloud's machines do: 169.254.0.0/16, fe80::/10.
    let isLinkLocal: Bool
  }

  /// Most addresses of one host that are tried.
  private static let limit = 8

  /// The addresses of a host; itself where it is one. getaddrinfo(3)
  static func addresses(of host: String) throws(FetchFailure) -> [Address] {
    var name = host
    if host.hasPrefix("[") { name = String(host.dropFirst().dropLast()) }
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    // SAFETY: the list belongs to this call alone, and is given back at its end.
    let code = unsafe getaddrinfo(name, nil, &hints, &list)
    guard code == 0 else {
      let reason = unsafe String(cString: gai_strerror(code))
      throw FetchFailure("\(host): the name cannot be looked up: \(reason)", isTransient: code == EAI_AGAIN)
    }
    defer { unsafe freeaddrinfo(list) }
    var addresses: [Address] = []
    var next = unsafe list
    while let entry = unsafe next?.pointee, addresses.count < limit {
      if let address = unsafe address(entry), !addresses.contains(address) { addresses.append(address) }
      unsafe next = unsafe entry.ai_next
    }
    guard !addresses.isEmpty else { throw FetchFailure("\(host): the name has no address") }
    return addresses
  }

  private static func address(_ entry: addrinfo) -> Address? {
    guard let socketAddress = unsafe entry.ai_addr else { return nil }
    var buffer = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    // SAFETY: the address and its length are of one entry; the buffer has the size that is told.
    let code = unsafe getnameinfo(
      socketAddress, entry.ai_addrlen, &buffer, socklen_t(buffer.count), nil, 0, NI_NUMERICHOST)
    guard code == 0 else { return nil }
    let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let plain = text.hasPrefix("::ffff:") ? String(text.dropFirst(7)) : text
    return Address(
      text: text,
      isLoopback: plain.hasPrefix("127.") || plain == "::1" || plain == "0.0.0.0" || plain == "::",
      isLinkLocal: plain.hasPrefix("169.254.") || ["fe8", "fe9", "fea", "feb"].contains(plain.prefix(3)))
  }
}
