internal import Wire

/// Fetches files into the staging folder: what is there already is kept, what is cut off goes on.
struct Download: ~Copyable {
  private static let attemptLimit = 4

  private let web: Web
  private let staging: Staging
  private let session: Session
  private let byteLimit: Int
  /// Bytes of the files that are whole.
  private var wholeBytes = 0

  init(_ web: Web, _ staging: consuming Staging, _ session: Session, byteLimit: Int) {
    self.web = web
    self.staging = staging
    self.session = session
    self.byteLimit = byteLimit
  }

  /// Fetches all of a model; nothing is in its place before everything is.
  ///
  /// - Returns: its bytes.
  consuming func run(_ files: [PlannedFile]) throws(FetchFailure) -> Int {
    let known = try FilePlan.check(files, byteLimit: byteLimit)
    session.expect(known)
    try staging.keepOnly(files)
    for file in files {
      do throws(FetchFailure) {
        try fetch(file)
      } catch {
        throw FetchFailure("\(file.path.text): \(error.reason)")
      }
    }
    try staging.assemble(files)
    return wholeBytes
  }

  private mutating func fetch(_ file: PlannedFile) throws(FetchFailure) {
    let part = try staging.part(file.path)
    switch file.source {
    case .bytes(let bytes):
      try part.restart(entityTag: nil)
      try part.append(bytes)
    case .address(let address):
      if try !isWhole(part, file) { try fetch(file, from: address, into: part) }
    }
    try part.synchronize()
    wholeBytes += try part.size()
    guard wholeBytes <= byteLimit else { throw Self.beyond(byteLimit) }
  }

  /// Whether an earlier run has got all of it, as a digest shows.
  private func isWhole(_ part: StagedPart, _ file: PlannedFile) throws(FetchFailure) -> Bool {
    let size = try part.size()
    guard let digest = file.digest, size > 0, size == file.size ?? size else { return false }
    return try part.has(digest) { session.beat() }
  }

  private func fetch(
    _ file: PlannedFile, from address: String, into part: StagedPart
  ) throws(FetchFailure) {
    var attempt = 1
    var isFresh = false
    while true {
      let transfer = Transfer(part, file, session, spent: wholeBytes, limit: byteLimit)
      do throws(FetchFailure) {
        if isFresh { try part.restart(entityTag: nil) }
        let answer = try web.get(
          address, HTTPRequest(headers: try transfer.headers()),
          receive: { answer, bytes throws(FetchFailure) in try transfer.take(bytes, of: answer) })
        switch try transfer.end(answer) {
        case .whole: return
        case .again:
          // What was there is of something else. What comes from the start cannot be.
          guard !isFresh else { throw FetchFailure("the server goes on with something else each time") }
          isFresh = true
        }
      } catch {
        guard error.isTransient, attempt < Self.attemptLimit else { throw error }
        isFresh = false
        attempt += 1
        Pause.milliseconds(500 * attempt)
      }
    }
  }

  static func beyond(_ limit: Int) -> FetchFailure {
    FetchFailure("the model is larger than the limit of \(limit) bytes")
  }
}

/// What a plan must be before a byte of it is fetched.
enum FilePlan {
  /// - Returns: the bytes of the files whose size is known.
  /// - Throws: for too many files or bytes, and for names of which one file system or another has only one.
  static func check(_ files: [PlannedFile], byteLimit: Int) throws(FetchFailure) -> Int {
    guard !files.isEmpty else { throw FetchFailure("the registry names no files") }
    guard files.count <= FetchLimit.files else { throw FetchFailure("more than \(FetchLimit.files) files") }
    var bytes = 0
    var names: Set<String> = []
    var folders: Set<String> = []
    for file in files {
      let (sum, overflow) = bytes.addingReportingOverflow(file.size ?? 0)
      guard !overflow, sum <= byteLimit else { throw Download.beyond(byteLimit) }
      bytes = sum
      guard names.insert(file.path.folded).inserted else {
        throw FetchFailure(
          "two files of one name, letters of both cases taken for one: '\(file.path.text)'")
      }
      for count in 1..<max(1, file.path.components.count) {
        folders.insert(file.path.components.prefix(count).joined(separator: "/").lowercased())
      }
    }
    if let both = names.first(where: folders.contains) {
      throw FetchFailure("a file and a folder of one name: '\(both)'")
    }
    return bytes
  }
}
