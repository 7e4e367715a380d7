internal import CCurl

/// An address of the web, taken apart by the code that will connect to it: no two readers of one text.
///
/// Only `http` and `https`, no user's name, and a host of letters, digits, dots, hyphens and underscores, or a
/// numeric one. curl_url_set(3)
@safe struct WebAddress: ~Copyable {
  /// Bytes of an address.
  private static let limit = 16_384

  let handle: OpaquePointer
  /// The whole address, as it was understood.
  let text: String
  let origin: Origin
  /// With its escapes.
  let path: String

  /// Whom a credential is for.
  struct Origin: Hashable {
    let scheme: String
    /// In lower case; of version 6 in brackets.
    let host: String
    let port: Int

    /// Whether the host is an address already.
    var isNumeric: Bool {
      host.hasPrefix("[") || host.utf8.allSatisfy { $0 == UInt8(ascii: ".") || 0x30...0x39 ~= $0 }
    }

    var description: String { "\(scheme)://\(host):\(port)" }
  }

  /// The address that a text is, seen from `base` where it is relative.
  init(_ text: String, from base: String? = nil) throws(FetchFailure) {
    guard text.utf8.count <= Self.limit, text.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
      throw FetchFailure("not an address: '\(text.prefix(200))'")
    }
    guard let handle = unsafe curl_url() else { throw FetchFailure("no memory") }
    do throws(FetchFailure) {
      for part in [base, text].compactMap({ $0 }) {
        // SAFETY: the text ends in a zero and outlives the call.
        guard unsafe curl_url_set(handle, CURLUPART_URL, part, 0) == CURLUE_OK else {
          throw FetchFailure("not an address of the web: '\(part)'")
        }
      }
      guard unsafe Self.part(handle, CURLUPART_USER) == nil,
        unsafe Self.part(handle, CURLUPART_PASSWORD) == nil
      else { throw FetchFailure("an address with a user's name: '\(text)'") }
      let scheme = unsafe Self.part(handle, CURLUPART_SCHEME) ?? ""
      guard scheme == "http" || scheme == "https" else {
        throw FetchFailure("neither http nor https: '\(text)'")
      }
      let host = (unsafe Self.part(handle, CURLUPART_HOST) ?? "").lowercased()
      guard Self.isPlainHost(host) else { throw FetchFailure("not a plain name of a host: '\(host)'") }
      let port = unsafe Self.part(handle, CURLUPART_PORT, UInt32(CURLU_DEFAULT_PORT)) ?? ""
      guard let number = Int(port), 1...65535 ~= number else {
        throw FetchFailure("not a port: '\(port)'")
      }
      origin = Origin(scheme: scheme, host: host, port: number)
      path = unsafe Self.part(handle, CURLUPART_PATH) ?? "/"
      self.text = unsafe Self.part(handle, CURLUPART_URL) ?? text
    } catch {
      unsafe curl_url_cleanup(handle)
      throw error
    }
    unsafe self.handle = unsafe handle
  }

  // SAFETY: nobody else has the handle.
  deinit { unsafe curl_url_cleanup(handle) }

  private static func part(
    _ handle: OpaquePointer, _ part: CURLUPart, _ flags: UInt32 = 0
  ) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    // SAFETY: libcurl gives a text of its own, which is copied and given back.
    guard unsafe curl_url_get(handle, part, &text, flags) == CURLUE_OK, let text = unsafe text else {
      return nil
    }
    defer { unsafe curl_free(text) }
    return unsafe String(cString: text)
  }

  private static func isPlainHost(_ host: String) -> Bool {
    let isNumeric = host.hasPrefix("[") && host.hasSuffix("]")
    let inner = isNumeric ? host.dropFirst().dropLast() : host[...]
    return !inner.isEmpty && inner.utf8.count <= 253
      && inner.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "."):
          true
        case UInt8(ascii: "-"), UInt8(ascii: "_"): !isNumeric
        case UInt8(ascii: ":"): isNumeric
        default: false
        }
      }
  }
}

/// Text as part of an address. RFC 3986, section 2.1
enum PercentEncoding {
  /// Everything but letters, digits and `-._~` escaped; with `keepingSlashes`, slashes stay.
  static func encode(_ text: String, keepingSlashes: Bool = false) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: "/") where keepingSlashes: result += "/"
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.utf8.count < 2 ? "0" : "") + digits
      }
    }
    return result
  }
}
