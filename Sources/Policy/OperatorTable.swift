/// What is known of the operators that programs which are no Python may use: those of TorchScript and of exported programs
/// by namespace and name, those of TensorFlow's graphs by name.
///
/// An operator is a native function of the process that loads the program, and the only way in which such a program
/// reaches anything: see `policies/torchscript/operators.json` and `policies/tensorflow/operators.json`.
package struct OperatorTable: Sendable {
  /// What the policy says of one operator.
  package enum Verdict: String, CaseIterable, Sendable {
    /// It computes, and has no effect outside of the values that it is given.
    case allow
    /// It is the library's own, and trusts its arguments, opens what it is given, or was not reviewed.
    case review
    /// No honest program uses it: it reaches files, processes or the network.
    case deny
  }

  package struct Entry: Equatable, Sendable {
    package let verdict: Verdict
    /// Why it is on the list.
    package let reason: String
  }

  private(set) var entries: [Entry] = []
  private var index = NameIndexBuilder()
  private var tensorflow: [String: Int] = [:]

  /// A table that knows nothing.
  package init() {}

  /// How many operators it knows.
  package var count: Int { index.count + tensorflow.count }

  /// What the policy says of `namespace::name`; nil where it says nothing, which is at least `review`.
  package func entry(namespace: String, name: String) -> Entry? {
    let namespace = Array(namespace.utf8)
    let name = Array(name.utf8)
    return index.value(module: namespace, name: name).map { entries[Int($0)] }
  }

  /// What the policy says of an operator of TensorFlow; nil where it says nothing, which is at least `review`.
  package func entry(tensorflow name: String) -> Entry? { tensorflow[name].map { entries[$0] } }

  /// Adds operators of TensorFlow.
  ///
  /// - Returns: the first name that was there already.
  mutating func add(tensorflow names: [[UInt8]], _ entry: Entry) -> [UInt8]? {
    let number = entries.count
    entries.append(entry)
    return names.first {
      tensorflow.updateValue(number, forKey: String(decoding: $0, as: UTF8.self)) != nil
    }
  }

  /// Adds operators of one namespace.
  ///
  /// - Returns: the first name that was there already.
  mutating func add(_ names: [[UInt8]], namespace: [UInt8], _ entry: Entry) -> [UInt8]? {
    let number = UInt32(entries.count)  // a bundle's bytes bound the entries
    entries.append(entry)
    let module = index.intern(namespace)
    for name in names {
      guard index.insert(module: module, name: index.intern(name), value: number) == nil else {
        return name
      }
    }
    return nil
  }
}
