extension RuleCatalog {
  static let zip: [Rule] = []
}
