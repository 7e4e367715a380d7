/// What is known of importable names: exact pairs first, then the modules that are dangerous as a whole.
package struct GlobalTable: Sendable {
  package init() {}

  /// What the policy says of `module.name`; nil where it says nothing, which is at least `review`.
  ///
  /// Exact pairs decide. Otherwise a dangerous module covers every name in it and, where its entry says
  /// so, in its submodules; then the standard library's modules give `.deniedCall`.
  package func entry(module: String, name: String) -> GlobalEntry? { nil }
}
