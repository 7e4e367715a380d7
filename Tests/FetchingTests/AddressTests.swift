import Testing
import Wire

@testable import Fetching

/// Addresses, headers and credentials.
@Suite struct AddressTests {
  @Test func `an address is taken apart as the code that connects takes it apart`() throws {
    let plain = try WebAddress("https://Hub.Example:8443/a/b?c=d")
    #expect(plain.origin == WebAddress.Origin(scheme: "https", host: "hub.example", port: 8443))
    #expect(plain.path == "/a/b")
    #expect(
      try WebAddress("http://[::1]:80/x").origin
        == WebAddress.Origin(scheme: "http", host: "[::1]", port: 80))
    #expect(try WebAddress("https://h").origin.port == 443)
  }

  @Test(arguments: [
    ("https://a/b/c", "d", "https://a/b/d"), ("https://a/b/c", "/d", "https://a/d"),
    ("https://a/b/c", "//e/f", "https://e/f"), ("https://a/b/c", "https://g/h", "https://g/h"),
    ("https://a/b/c", "?q=1", "https://a/b/c?q=1"),
  ]) func `a relative address is one seen from another`(base: String, text: String, whole: String) throws {
    #expect(try WebAddress(text, from: base).text == whole)
  }

  @Test(arguments: [
    "", "a", "ftp://h/x", "file:///etc/passwd", "http://", "https://user@h/", "https://user:pass@h/",
    "https://h:0/",
    "https://h:70000/", "https://h h/", "https://h/\r\nX: y", "https://h\u{1}/", "https://ünïcode/",
    "gopher://h/",
    "https://h%2fx/", String(repeating: "x", count: 20_000),
  ]) func `what is no plain address of the web is refused`(text: String) {
    #expect(throws: FetchFailure.self) { _ = try WebAddress(text) }
  }

  @Test func `names are escaped in addresses`() {
    #expect(PercentEncoding.encode("a/b c?d#é%", keepingSlashes: true) == "a/b%20c%3Fd%23%C3%A9%25")
    #expect(PercentEncoding.encode("name='x/y'") == "name%3D%27x%2Fy%27")
    #expect(PercentEncoding.encode("\n\0") == "%0A%00")
  }

  @Test func `the first value of a header counts, and an interim answer none`() {
    var head = HTTPHead()
    for line in [
      "HTTP/1.1 100 Continue\r\n", "ETag: \"old\"\r\n", "\r\n", "HTTP/1.1 206 Partial Content\r\n",
      "ETag:\t\"a\" \r\n",
      "etag: \"b\"\r\n", "Content-Range: bytes 5-9/10\r\n", "Content-Length: 5\r\n", "no header\r\n",
    ] {
      head.add(line: line)
    }
    #expect(head.status == 206 && head.strongEntityTag == "\"a\"" && head.contentLength == 5)
    #expect(head.contentRange?.start == 5 && head.contentRange?.whole == 10)
  }

  @Test(arguments: ["W/\"a\"", "a", ""]) func `a weak tag says nothing of bytes`(tag: String) {
    var head = HTTPHead()
    head.add(line: "ETag: \(tag)\r\n")
    #expect(head.strongEntityTag == nil)
  }

  @Test func `challenges are read with their quotes`() throws {
    let bearer = try #require(
      Challenge(
        #"Bearer realm="https://auth.example/token?a=b,c",service="reg \"x\"",scope="repository:a:pull""#))
    #expect(bearer.scheme == "bearer")
    #expect(
      bearer.parameters == [
        "realm": "https://auth.example/token?a=b,c", "service": "reg \"x\"", "scope": "repository:a:pull",
      ])
    #expect(Challenge("Basic realm=x")?.parameters == ["realm": "x"])
    #expect(Challenge("Negotiate")?.scheme == "negotiate")
    #expect(Challenge("") == nil)
    #expect(Challenge("Bearer realm=\"unfinished")?.parameters["realm"] == "unfinished")
  }

  @Test func `credentials are written as their standards say`() {
    #expect(Credentials.none.header == nil)
    #expect(Credentials.token("abc").header == "Bearer abc")
    // RFC 7617, section 2
    #expect(
      Credentials.password(user: "Aladdin", password: "open sesame").header
        == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
    #expect(Credentials.password(user: "a", password: "").header == "Basic YTo=")
  }

  @Test func `a text is quoted as JSON has it`() {
    #expect(quoted("a\"b\\c\nd\u{1}é") == #""a\"b\\c\u000ad\u0001é""#)
  }
}
