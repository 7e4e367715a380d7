internal import Linux
internal import Wire

/// What a client may ask for.
enum Role: Hashable, Sendable {
  /// Nothing.
  case none
  /// What is known: verdicts of the store, and the daemon's numbers.
  case asking
  /// That, and to have files examined.
  case scanning
  /// That, and to have the daemon open files by itself, with its own rights.
  case owning

  func allows(_ request: ClientRequest) -> Bool {
    switch request {
    case .hello, .query, .stats: self != .none
    // A test of its health is work for dozens of workers.
    case .scan, .stream, .data, .cancel, .health: self == .scanning || self == .owning
    case .tree: self == .owning
    }
  }
}

/// Who has which role, by the user whom the kernel saw connecting. unix(7), SO_PEERCRED
///
/// Nobody may stop the daemon or have it reload over the socket: that is done by signals, for which the kernel has
/// rules of its own.
struct Roles: Equatable, Sendable {
  /// The daemon's own user, who may do everything, as root may.
  let owner: UInt32
  var scanning: Set<UInt32> = []
  var asking: Set<UInt32> = []

  func role(of user: UInt32) -> Role {
    if user == 0 || user == owner { return .owning }
    if scanning.contains(user) { return .scanning }
    return asking.contains(user) ? .asking : .none
  }

  /// Whether anybody else than its own user and root is served.
  var isShared: Bool { !scanning.isEmpty || !asking.isEmpty }
}
