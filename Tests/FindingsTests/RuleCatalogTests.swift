import Findings
import Testing

@Suite struct RuleCatalogTests {
  @Test func `no id is there twice`() {
    let ids = RuleCatalog.all.map(\.id)
    #expect(!ids.isEmpty)
    #expect(Set(ids).count == ids.count, "\(ids.filter { id in ids.count { $0 == id } > 1 })")
  }

  @Test(arguments: RuleCatalog.all) func `a rule is found by its id and explains itself`(rule: Rule) {
    #expect(RuleCatalog.rule(rule.id)?.title == rule.title)
    #expect(rule.id.wholeMatch(of: /[a-z0-9]+\.[a-z0-9]+(-[a-z0-9]+)*/) != nil)
    #expect(!rule.title.isEmpty && !rule.title.hasSuffix("."))
    #expect(rule.explanation.hasSuffix("."))
    #expect(rule.remediation.hasSuffix("."))
    #expect(rule.cwe.allSatisfy { $0.wholeMatch(of: /CWE-[0-9]+/) != nil })
    #expect(rule.atlas.allSatisfy { $0.wholeMatch(of: /AML\.T[0-9]{4}(\.[0-9]{3})?/) != nil })
  }

  @Test(arguments: RuleCatalog.all) func `a rule that is critical denies`(rule: Rule) {
    if rule.severity == .critical { #expect(rule.verdict == .deny) }
  }

  @Test func `an id that no rule has is not found`() {
    for id in ["", "pickle", "pickle.", "pickle.no-such-rule", "PICKLE.DANGEROUS-CALL"] {
      #expect(RuleCatalog.rule(id) == nil)
    }
  }
}
