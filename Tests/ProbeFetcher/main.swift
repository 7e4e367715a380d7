import CLinux
import CProbes
import Fetching
import Glibc
import Linux
import Wire

/// Tries what a fetcher that its server has taken over would try, under the fetcher's own confinement, and says what came
/// of it. The model's name says what, its revision with which path.
func attempt(_ request: FetchRequest, _ session: Session) {
  do {
    switch request.model.name {
    case "say-ready": session.send(.ready(Layers()))
    case "say-model": session.send(.model(RemoteModel(name: "a", revision: "b")))
    default: break
    }
    try perform(request.model.name, request.model.revision)
    session.send(.end(files: 0, bytes: 0))
  } catch {
    session.send(.failure(reason: "\(error)"))
  }
}

func perform(_ what: String, _ path: String) throws {
  switch what {
  case "nothing", "say-ready", "say-model": return
  case "read": _ = try FileDescriptor.open(path).read(limit: 16)
  case "list": _ = try Directory(.open(path, [.readOnly, .directory])).names()
  case "write": try FileDescriptor.open(path, [.writeOnly, .create]).write([1])
  case "make-folder":
    try FileDescriptor.open("/", [.readOnly, .directory]).makeDirectory(name: Array(path.utf8), mode: 0o755)
  case "local-socket": try systemCall("socket") { socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0) }
  case "raw-socket": try systemCall("socket") { socket(AF_PACKET, Int32(SOCK_RAW.rawValue), 0) }
  case "write-much":
    let file = try FileDescriptor.open(path, [.writeOnly, .create])
    for _ in 0..<16 { try file.write([UInt8](repeating: 0, count: 1 << 20)) }
  case "abort": abort()
  case "grow": try demand(cprobes_grow(), what)
  case "exhaust": try demand(cprobes_exhaust(), what)
  case "say-garbage": try FileDescriptor(owning: 3).send([255, 1])
  case "say-nothing": _exit(0)
  case "exit":
    try FileDescriptor(owning: 3).send(FetchMessage.end(files: 0, bytes: 0).encoded())
    _exit(3)
  default:
    let answer = unsafe clinux_attack(what, getppid())
    guard answer >= 0 else { throw SystemCallError("attack", Int32(-answer), what) }
  }
}

func demand(_ result: Int32, _ what: String) throws {
  guard result == 1 else { throw SystemCallError("malloc", ENOMEM, what) }
}

FetchProgram.run(arguments: CommandLine.arguments) { request, surroundings in
  attempt(request, surroundings.session)
}
