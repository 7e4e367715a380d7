internal import CCurl
internal import Findings

/// One exchange after the other with web servers, by libcurl. Follows no redirect by itself and knows no credentials.
@safe final class HTTPClient {
  /// Bytes of all headers of one answer.
  private static let headerLimit = 256 << 10
  private static let connectSeconds = 30
  /// Slower than this for so long is as good as over: bytes a second, seconds.
  private static let slowest = (speed: 512, seconds: 60)

  /// Owns the connections that stay open between exchanges.
  private let handle: UnsafeMutableRawPointer
  /// Called about once a second while an exchange lasts.
  private let watch: () -> Void

  /// - Parameter certificates: PEM, whom to believe that a server is who it says; none where empty.
  init(certificates: [UInt8], watch: @escaping () -> Void) throws(FetchFailure) {
    guard let handle = unsafe curl_easy_init() else { throw FetchFailure("libcurl cannot be used") }
    unsafe self.handle = unsafe handle
    self.watch = watch
    try set(CURLOPT_NOSIGNAL, 1)
    try set(CURLOPT_FOLLOWLOCATION, 0)
    try set(CURLOPT_SSL_VERIFYPEER, 1)
    try set(CURLOPT_SSL_VERIFYHOST, 2)
    try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    try set(CURLOPT_CONNECTTIMEOUT, Self.connectSeconds)
    try set(CURLOPT_LOW_SPEED_LIMIT, Self.slowest.speed)
    try set(CURLOPT_LOW_SPEED_TIME, Self.slowest.seconds)
    try set(CURLOPT_DNS_CACHE_TIMEOUT, -1)
    try set(CURLOPT_BUFFERSIZE, 256 << 10)
    try set(CURLOPT_PROTOCOLS_STR, "http,https")
    // An empty text is no proxy, whatever the environment says.
    try set(CURLOPT_PROXY, "")
    try set(CURLOPT_USERAGENT, "lazaret/\(Engine.version)")
    // Nothing but these: no folder and no file of the system's is looked at.
    let code = unsafe certificates.withUnsafeBytes { bytes in
      unsafe ccurl_set_bytes(handle, CURLOPT_CAINFO_BLOB, bytes.baseAddress, bytes.count)
    }
    guard code == CURLE_OK else { throw FetchFailure("libcurl takes no certificates") }
    unsafe ccurl_set_pointer(handle, CURLOPT_CAPATH, nil)
    try set(CURLOPT_NOPROGRESS, 0)
  }

  // SAFETY: nobody else has the handle.
  deinit { unsafe curl_easy_cleanup(handle) }

  private func set(_ option: CURLoption, _ value: Int) throws(FetchFailure) {
    // SAFETY: the handle lives as long as self.
    guard unsafe ccurl_set_number(handle, option, value) == CURLE_OK else {
      throw FetchFailure("libcurl does not know option \(option.rawValue)")
    }
  }

  private func set(_ option: CURLoption, _ value: String) throws(FetchFailure) {
    // SAFETY: as above; libcurl copies the text.
    guard unsafe ccurl_set_text(handle, option, value) == CURLE_OK else {
      throw FetchFailure("libcurl does not know option \(option.rawValue)")
    }
  }

  /// What the callbacks of one exchange share.
  private final class Exchange {
    var head = HTTPHead()
    var headerBytes = 0
    var hasBody = false
    var failure: FetchFailure?
    let receive: (HTTPHead, [UInt8]) throws(FetchFailure) -> Void
    let watch: () -> Void

    init(
      _ receive: @escaping (HTTPHead, [UInt8]) throws(FetchFailure) -> Void, watch: @escaping () -> Void
    ) {
      self.receive = receive
      self.watch = watch
    }

    /// Whether the exchange goes on.
    func take(header bytes: [UInt8]) -> Bool {
      headerBytes += bytes.count
      guard headerBytes <= HTTPClient.headerLimit else {
        failure = FetchFailure("more than \(HTTPClient.headerLimit) bytes of headers")
        return false
      }
      // What comes after the body changes nothing that was decided by what came before it.
      if !hasBody { head.add(line: String(decoding: bytes, as: UTF8.self)) }
      return true
    }

    /// Whether the exchange goes on.
    func take(body bytes: [UInt8]) -> Bool {
      hasBody = true
      do throws(FetchFailure) {
        try receive(head, bytes)
        return true
      } catch {
        failure = error
        return false
      }
    }
  }

  /// Asks one server and hands on what it answers.
  ///
  /// - Parameters:
  ///   - addresses: where the host of the address is.
  ///   - headers: `Name: value`, no more than one line each.
  ///   - receive: gets the bytes of the body in order, with the head before them.
  /// - Throws: what `receive` throws; where the connection fails or breaks, a transient failure.
  func exchange(
    _ address: borrowing WebAddress, at addresses: [Resolver.Address], headers: [String],
    _ request: HTTPRequest, receive: @escaping (HTTPHead, [UInt8]) throws(FetchFailure) -> Void
  ) throws(FetchFailure) -> HTTPHead {
    for line in headers where line.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      throw FetchFailure("a header with a control character: '\(line.prefix(40))'")
    }
    let exchange = Exchange(receive, watch: watch)
    let lines = unsafe list(headers + ["Expect:"])
    var hosts: UnsafeMutablePointer<curl_slist>?
    if !address.origin.isNumeric {
      let places = addresses.map { $0.text.contains(":") ? "[\($0.text)]" : $0.text }.joined(separator: ",")
      unsafe hosts = unsafe list(["\(address.origin.host):\(address.origin.port):\(places)"])
    }
    defer {
      unsafe curl_slist_free_all(lines)
      unsafe curl_slist_free_all(hosts)
    }
    try set(CURLOPT_TIMEOUT, request.seconds ?? 0)
    if let body = request.body {
      let code = unsafe body.withUnsafeBufferPointer { bytes in
        unsafe bytes.withMemoryRebound(to: CChar.self) { text in
          unsafe ccurl_set_body(handle, text.baseAddress, text.count)
        }
      }
      guard code == CURLE_OK else { throw FetchFailure("libcurl takes no body") }
    } else {
      try set(CURLOPT_HTTPGET, 1)
    }
    var detail = [CChar](repeating: 0, count: Int(CURL_ERROR_SIZE))
    let code = unsafe detail.withUnsafeMutableBufferPointer { buffer in
      unsafe perform(address, exchange, lines, hosts, buffer)
    }
    if let failure = exchange.failure { throw failure }
    guard code == CURLE_OK else {
      let text = String(decoding: detail.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let reason = text.isEmpty ? unsafe String(cString: curl_easy_strerror(code)) : text
      throw FetchFailure("\(address.origin.description): \(reason)", isTransient: Self.isTransient(code))
    }
    return exchange.head
  }

  private func perform(
    _ address: borrowing WebAddress, _ exchange: Exchange, _ headers: UnsafeMutablePointer<curl_slist>?,
    _ hosts: UnsafeMutablePointer<curl_slist>?, _ detail: UnsafeMutableBufferPointer<CChar>
  ) -> CURLcode {
    // SAFETY: everything that is handed over here outlives the call, and is taken back before it returns.
    let context = unsafe Unmanaged.passUnretained(exchange).toOpaque()
    unsafe ccurl_set_pointer(handle, CURLOPT_CURLU, UnsafeMutableRawPointer(address.handle))
    unsafe ccurl_set_pointer(handle, CURLOPT_HTTPHEADER, headers)
    unsafe ccurl_set_pointer(handle, CURLOPT_RESOLVE, hosts)
    unsafe ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, detail.baseAddress)
    unsafe ccurl_set_pointer(handle, CURLOPT_HEADERDATA, context)
    unsafe ccurl_set_pointer(handle, CURLOPT_WRITEDATA, context)
    unsafe ccurl_set_pointer(handle, CURLOPT_XFERINFODATA, context)
    unsafe ccurl_set_receiver(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      unsafe HTTPClient.forward(bytes, size, count, context) { $0.take(header: $1) }
    }
    unsafe ccurl_set_receiver(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      unsafe HTTPClient.forward(bytes, size, count, context) { $0.take(body: $1) }
    }
    unsafe ccurl_set_watcher(handle) { context, _, _, _, _ in
      if let context = unsafe context {
        unsafe Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue().watch()
      }
      return 0
    }
    let code = unsafe curl_easy_perform(handle)
    for option in [CURLOPT_CURLU, CURLOPT_HTTPHEADER, CURLOPT_RESOLVE, CURLOPT_ERRORBUFFER] {
      unsafe ccurl_set_pointer(handle, option, nil)
    }
    return code
  }

  /// Gives the bytes of a callback to an exchange; what is not `count` ends it. CURLOPT_WRITEFUNCTION(3)
  private static func forward(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?,
    _ take: (Exchange, [UInt8]) -> Bool
  ) -> Int {
    guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
    // SAFETY: the context is the exchange of the call that is under way; libcurl gives `size * count` bytes, size 1.
    let exchange = unsafe Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
    let array = unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: size * count))
    // Whatever is not the count is an error, and the count of nothing is nothing.
    return take(exchange, array) ? array.count : array.count &+ 1
  }

  private func list(_ texts: [String]) -> UnsafeMutablePointer<curl_slist>? {
    var list: UnsafeMutablePointer<curl_slist>?
    // SAFETY: libcurl copies each text; the caller gives the list back.
    for text in texts { unsafe list = unsafe curl_slist_append(list, text) }
    return unsafe list
  }

  private static func isTransient(_ code: CURLcode) -> Bool {
    [
      CURLE_COULDNT_CONNECT, CURLE_OPERATION_TIMEDOUT, CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING,
      CURLE_SEND_ERROR, CURLE_RECV_ERROR,
    ].contains(code)
  }
}
