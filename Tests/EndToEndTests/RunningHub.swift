import Linux
import TestSupport
import Testing

/// A hub of models on this machine, which does what a test tells it, until it goes out of use.
final class RunningHub {
  /// One request that it got.
  struct Request {
    let json: JSONDocument
    var path: String { json["path"].text ?? "" }
    /// Whether it came to the store of large files, which is another server.
    var isOfStore: Bool { json["store"] == .bool(true) }
    var range: String? { json["range"].text }
  }

  static let python = "/usr/bin/python3"
  static let isAvailable: Bool = {
    do {
      _ = try FileIdentity(path: python, followingLinks: true)
      return true
    } catch {
      print("NOTICE: no python3 here: REGISTRIES OVER HTTP WERE NOT TRIED")
      return false
    }
  }()

  let installed: Installed
  private var process: Int32?
  private let log: String
  private(set) var address = ""

  /// Serves the folder `hub` of the surroundings.
  init(_ installed: Installed, token: String? = nil) throws {
    self.installed = installed
    log = installed.place.path + "/hub.log"
    try Directory.create(installed.place.path + "/hub")
    let null = try FileDescriptor.open("/dev/null", .readWrite)
    let output = try FileDescriptor.open(log, [.writeOnly, .create, .append])
    let port = installed.place.path + "/port"
    let words =
      [
        Self.python, Repository.root + "/scripts/model-hub.py", installed.place.path + "/hub",
        "--port-file", port,
        "--behave", installed.place.path + "/behave.json",
      ] + (token.map { ["--token", $0] } ?? [])
    process = try Process.spawn(
      words[0], arguments: words, environment: ["PYTHONDONTWRITEBYTECODE=1"],
      descriptors: [null.number, output.number, output.number])
    try installed.wait("the hub listens") {
      do {
        let text = String(decoding: try FileDescriptor.open(port).readAll(limit: 16), as: UTF8.self)
        address = "http://127.0.0.1:\(text)"
        return true
      } catch {
        return false
      }
    }
  }

  deinit {
    guard let process else { return }
    do {
      try FileDescriptor.process(process).signalProcess(Signal.kill)
      try Process.reap(process)
    } catch {
      print("the hub stays behind: \(error)")
    }
  }

  /// From now on, this is what it does.
  func behave(_ rules: String...) throws {
    try installed.place.write("behave.json", Array("[\(rules.joined(separator: ","))]".utf8))
  }

  func requests() throws -> [Request] {
    let text = String(decoding: try FileDescriptor.open(log).readAll(limit: 64 << 20), as: UTF8.self)
    return try text.split(separator: "\n").filter { $0.hasPrefix("{") }
      .map { Request(json: try JSONDocument.parse(String($0))) }
  }
}

extension Installed {
  /// Asks again and again until it is so.
  func wait(_ what: String, _ condition: () throws -> Bool) throws {
    let deadline = MonotonicClock.nanoseconds + 120_000_000_000
    while try !condition() {
      guard MonotonicClock.nanoseconds < deadline else {
        throw SystemCallError.badMessage("wait", what)
      }
      var none: [PollEntry] = []
      try poll(&none, milliseconds: 20)
    }
  }
}
