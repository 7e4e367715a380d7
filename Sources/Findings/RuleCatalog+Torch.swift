extension RuleCatalog {
  static let torch: [Rule] = []
}
