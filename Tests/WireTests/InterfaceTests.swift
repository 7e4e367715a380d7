import Fuzzing
import TestSupport
import Testing

/// Where bytes come in that are no model. What each must hold is checked where it takes them, and ends the process.
struct InterfaceTests {
  @Test func `every interface has something for a fuzz run to begin with`() {
    #expect(Set(Seeds.interfaces.map(\.scanner)) == Set(Interface.allCases.map(\.rawValue)))
    #expect(Seeds.interfaces.allSatisfy { !$0.files.isEmpty })
  }

  @Test(arguments: Seeds.interfaces.map(\.name))
  func `damaged bytes are refused, or say what they say`(name: String) throws {
    let seeds = try #require(Seeds.interfaces.first { $0.name == name })
    let target = try #require(FuzzTarget(seeds.scanner))
    for file in seeds.files { target.run(file, asAnything: false) }
    let damage = RandomDamage(of: seeds.files, seed: 1)
    for number in 0..<200 { target.run(damage.copy(number), asAnything: false) }
  }
}
