import Testing
import Wire

@testable import Daemon

/// Who may ask for what.
struct RoleTests {
  private static let none = String(repeating: "0", count: 64)

  /// Every request with the roles that it is for.
  private static let requests: [(request: ClientRequest, asking: Bool, scanning: Bool)] = [
    (.tree(ScanRequest(id: 1)), false, false),
    (.hello(lowest: 1, highest: 1, name: ""), true, true), (.scan(ScanRequest(id: 1)), false, true),
    (.query(id: 1, sha256: none), true, true), (.cancel(id: 1, scan: 2), false, true),
    (.stats(id: 1), true, true), (.health(id: 1), false, true),
    (.stream(ScanRequest(id: 1), size: 1), false, true), (.data(id: 1, bytes: [0]), false, true),
  ]

  @Test func `each user may do just what the role allows`() {
    let roles = Roles(owner: 100, scanning: [33], asking: [33, 44])
    let users: [(user: UInt32, role: Role)] = [
      (0, .owning), (100, .owning), (33, .scanning), (44, .asking), (55, .none), (.max, .none),
    ]
    for (user, role) in users { #expect(roles.role(of: user) == role, "user \(user)") }
    for (request, asking, scanning) in Self.requests {
      #expect(!Role.none.allows(request), "\(request)")
      #expect(Role.asking.allows(request) == asking, "\(request)")
      #expect(Role.scanning.allows(request) == scanning, "\(request)")
      #expect(Role.owning.allows(request), "\(request)")
    }
    // What parses as a request of some type, or fails behind its type, is one that needs a row.
    let types = (UInt8.min...UInt8.max).filter { type in
      do throws(WireError) {
        _ = try ClientRequest(parsing: [type])
        return true
      } catch {
        return !error.reason.contains("unknown type")
      }
    }
    #expect(types.sorted() == Set(Self.requests.map { $0.request.encoded()[0] }).sorted())
    #expect(roles.isShared && Roles(owner: 0, asking: [1]).isShared && !Roles(owner: 0).isShared)
  }
}
