import Policy
import Testing
import Wire

@testable import Supervisor

@Suite struct RequiredLayersTests {
  private let policy = ScanPolicy(requiredLayers: [.seccomp], requiredWhereSupported: [.landlock])
  private let all = ["no-new-privs", "seccomp", "landlock:7", "rlimits", "credentials", "deadline"]

  private func missing(_ layers: Layers) -> [String] { policy.missingLayers(from: layers).map(\.layer) }

  @Test func `nothing is missing where every required layer is named`() {
    #expect(missing(Layers(active: all)) == [])
  }

  @Test func `each required layer that nobody names is missing`() {
    for index in all.indices {
      var active = all
      let removed = active.remove(at: index)
      #expect(missing(Layers(active: active)) == [String(removed.prefix { $0 != ":" })])
    }
  }

  @Test func `a layer that the kernel does not have is excused only where the policy says so`() {
    func without(_ layer: String) -> Layers {
      Layers(
        active: all.filter { !$0.hasPrefix(layer) },
        missing: [MissingLayer(layer: layer, reason: "ENOSYS", refused: false)])
    }
    #expect(missing(without("landlock")) == [])
    #expect(missing(without("seccomp")) == ["seccomp"])
  }

  @Test func `a layer that is required where the kernel has it is missing where the kernel refused it`() {
    let layers = Layers(
      active: all.filter { !$0.hasPrefix("landlock") },
      missing: [MissingLayer(layer: "landlock", reason: "EPERM", refused: true)])
    #expect(missing(layers) == ["landlock"])
  }

  @Test func `a layer that no policy requires may be missing`() {
    let layers = Layers(
      active: all, missing: [MissingLayer(layer: "netns", reason: "EPERM", refused: true)])
    #expect(missing(layers) == [])
  }
}
