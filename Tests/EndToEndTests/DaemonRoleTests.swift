import Linux
import TestSupport
import Testing
import Wire

/// Every request by every kind of user, over the socket.
struct DaemonRoleTests {
  private enum Kind: String, CaseIterable {
    case owner, scanning, asking, stranger

    /// Numbers that no account needs to have.
    var user: UInt32 {
      switch self {
      case .owner: 0
      case .scanning: Installed.nobody
      case .asking: 65533
      case .stranger: 65532
      }
    }
  }

  private static let none = String(repeating: "0", count: 64)

  /// Requests, with what goes with each and who may make them.
  private static let requests: [(request: ClientRequest, passes: String, by: Set<Kind>)] = [
    (.scan(ScanRequest(id: 1)), "file", [.owner, .scanning]),
    (.stream(ScanRequest(id: 1), size: 0), "", [.owner, .scanning]),
    (.data(id: 1, bytes: [0]), "", [.owner, .scanning]),
    (.cancel(id: 1, scan: 2), "", [.owner, .scanning]), (.health(id: 1), "", [.owner, .scanning]),
    (.query(id: 1, sha256: none), "", [.owner, .scanning, .asking]),
    (.stats(id: 1), "", [.owner, .scanning, .asking]), (.tree(ScanRequest(id: 1)), "directory", [.owner]),
  ]

  /// Says hello and then one request on each connection; prints the answer to the last that was said.
  private static let program = """
    import os, socket, sys
    path, file, hello = sys.argv[1:4]
    for word in sys.argv[4:]:
        passes, request = word.split(":")
        s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        s.connect(path)
        s.settimeout(60)
        s.send(bytes.fromhex(hello))
        reply = s.recv(65536)
        if reply[0] == 96:
            names = {"file": [file], "directory": [os.path.dirname(file)]}.get(passes, [])
            socket.send_fds(s, [bytes.fromhex(request)], [os.open(name, os.O_RDONLY) for name in names])
            reply = s.recv(65536)
        print(reply.hex())
    """

  private static func word(_ request: ClientRequest) -> String {
    request.encoded().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  @Test(.enabled(if: Installed.canBeNobody)) func `each request is answered to those who may make it`()
    throws
  {
    let lazaret = try Installed()
    #expect(lazaret.place.setMode(".", 0o755))
    let file = try lazaret.place.write("f", Array("allow".utf8))
    guard try lazaret.runTool("/usr/bin/python3", ["-c", "import socket; socket.send_fds"]) == 0 else {
      print("NOTICE: no python3 here: THE REQUESTS OF OTHER USERS WERE NOT TRIED")
      return
    }
    let daemon = try RunningDaemon(
      lazaret, worker: "StandInWorker",
      arguments: ["--allow-uid", "\(Kind.scanning.user)", "--query-uid", "\(Kind.asking.user)"])
    let hello = Self.word(.hello(lowest: 1, highest: 1, name: "test"))
    let words = Self.requests.map { "\($0.passes):\(Self.word($0.request))" }
    for kind in Kind.allCases {
      let run = try lazaret.run(
        "/usr/bin/python3", ["-c", Self.program, daemon.socket, file, hello] + words, user: kind.user)
      #expect(run.status == 0 && run.lines.count == words.count, "\(run.errors)")
      for (line, (request, _, users)) in zip(run.lines, Self.requests) {
        let reply = try DaemonReply(parsing: hexadecimal(line))
        let isRefused =
          switch reply {
          case .refused(_, .role, _): true
          case .refused(_, .forbidden, _): kind == .stranger
          default: false
          }
        #expect(isRefused == !users.contains(kind), "\(kind), \(request): \(reply)")
      }
    }
    let tried = Kind.allCases.count * Self.requests.count
    try Proof.record("\(tried) pairs of user and request over the socket, each answered as its role says")
  }
}
