extension RuleCatalog {
  static let keras: [Rule] = []
}
