package import Policy
package struct FilterSet { package func encoded() -> [UInt8] { [] } }
package enum SeccompCompiler {
  package static func compile(_ p: [String: SeccompPolicy]) throws(PolicyError) -> FilterSet { FilterSet() }
  package static func systemCallName(_ number: Int32) -> String? { nil }
}
