/// One request for one file, from what it asks to what it got.
final class Transfer {
  enum End {
    case whole
    /// The server has something else than what is there: all of it must be fetched.
    case again
  }

  private let part: StagedPart
  private let file: PlannedFile
  private let session: Session
  /// Bytes of the model that are there already, and those that it may have.
  private let spent: Int
  private let limit: Int
  /// What was there when the request was made.
  private var earlier = 0
  private var hasBegun = false
  private var size: Int?
  private var digest: NamedDigest?
  private var count = 0

  init(_ part: StagedPart, _ file: PlannedFile, _ session: Session, spent: Int, limit: Int) {
    self.part = part
    self.file = file
    self.session = session
    self.spent = spent
    self.limit = limit
    size = file.size
    digest = file.digest
  }

  /// The headers of the request: only the rest of a file whose beginning is there.
  ///
  /// Where no digest tells at the end whether both halves belong together, the server must know the half that is
  /// there by its tag. RFC 9110, sections 13.1.5 and 14.2
  func headers() throws(FetchFailure) -> [String] {
    earlier = try part.size()
    if let size, earlier >= size { earlier = 0 }
    let tag = try part.entityTag()
    guard earlier > 0, digest != nil || file.hasDigestInHeaders || tag != nil else {
      earlier = 0
      return []
    }
    let range = "Range: bytes=\(earlier)-"
    guard digest == nil, let tag else { return [range] }
    return [range, "If-Range: \(tag)"]
  }

  /// Takes the next bytes of the body.
  func take(_ bytes: [UInt8], of answer: HTTPAnswer) throws(FetchFailure) {
    if !hasBegun { try begin(answer) }
    count += bytes.count
    guard count <= limit - spent else { throw Download.beyond(limit) }
    if let size, count > size { throw FetchFailure("more than the \(size) bytes that were announced") }
    try part.append(bytes)
    session.beat(adding: bytes.count)
  }

  private func begin(_ answer: HTTPAnswer) throws(FetchFailure) {
    hasBegun = true
    let head = answer.last
    if let encoding = head["content-encoding"], encoding.lowercased() != "identity" {
      throw FetchFailure("the server sends it encoded, which was not asked for: \(encoding)")
    }
    var announced = head.contentLength
    if head.status == 206 {
      guard let range = head.contentRange, range.start == earlier, earlier > 0 else {
        throw FetchFailure("the server sends another part than was asked for")
      }
      announced = range.whole
      try part.goOn()
      count = earlier
    } else {
      try part.restart(entityTag: head.strongEntityTag)
      count = 0
    }
    try adoptHeaders(of: answer)
    if let announced {
      if let size, size != announced {
        throw FetchFailure("the server sends \(announced) bytes, and \(size) were announced")
      }
      size = announced
    }
    if let size, size > limit - spent { throw Download.beyond(limit) }
  }

  /// What a server of the Hub's kind says of a file, perhaps before it sends the request on.
  private func adoptHeaders(of answer: HTTPAnswer) throws(FetchFailure) {
    guard file.hasDigestInHeaders else { return }
    if let text = answer.first("x-linked-size"), let announced = Int(text), announced >= 0 {
      if let size, size != announced {
        throw FetchFailure("the server speaks of \(announced) bytes, and \(size) were announced")
      }
      size = announced
    }
    guard digest == nil else { return }
    let linked = answer.first("x-linked-etag")
    let tag = (linked ?? answer.heads.first?["etag"] ?? "").filter { $0 != "\"" }
    digest = NamedDigest(.sha256, tag) ?? NamedDigest(.gitBlob, tag)
  }

  /// Judges what came.
  func end(_ answer: HTTPAnswer) throws(FetchFailure) -> End {
    let head = answer.last
    if head.status == 416, earlier > 0 { return .again }
    guard head.status == 200 || head.status == 206 else {
      throw FetchFailure(
        "the server answers \(head.status) at \(answer.address)", isTransient: Web.isBusy(head.status))
    }
    // A body of no bytes.
    if !hasBegun { try begin(answer) }
    if let size {
      guard count == size else {
        throw FetchFailure("\(count) of \(size) bytes came", isTransient: true)
      }
    } else if digest == nil, head["transfer-encoding"]?.lowercased() != "chunked" {
      throw FetchFailure("the server does not say how long it is, so nobody knows whether it is whole")
    }
    guard let digest, try !part.has(digest, each: { session.beat() }) else { return .whole }
    if head.status == 206 { return .again }
    try part.restart(entityTag: nil)
    throw FetchFailure("the bytes are not those of the digest \(digest.oci)")
  }
}
