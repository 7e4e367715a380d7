extension CodeObject {
  /// Finds the version of Python whose bytecode it reads as, for itself and the code inside it.
  ///
  /// Nothing stores the version. Numbers of instructions, sizes of caches, and what arguments point at differ enough
  /// that all but the smallest functions read as one version only; of several the newest is taken.
  package mutating func inferVersion(among candidates: [PythonVersion]) {
    var best: (version: PythonVersion, judgement: Plausibility)?
    for version in candidates {
      let judgement = plausibility(version)
      if best.map({ judgement <= $0.judgement }) ?? true { best = (version, judgement) }
    }
    guard let best else { return }
    assign(best.version)
  }

  /// Sets the version throughout, and whether each piece of bytecode reads without trouble.
  fileprivate mutating func assign(_ version: PythonVersion) {
    self.version = version
    isPlausible = ownPlausibility(version).errors == 0
    for index in constants.indices {
      if let constant = constants[index].assigning(version) { constants[index] = constant }
    }
  }

  /// The judgement of all code in the tree.
  private func plausibility(_ version: PythonVersion) -> Plausibility {
    var sum = ownPlausibility(version)
    for constant in constants {
      constant.forEachCode { sum.add($0.plausibility(version)) }
    }
    return sum
  }

  /// How well one piece of bytecode reads as that of a version.
  private struct Plausibility: Comparable {
    /// What cannot be.
    var errors = 0
    /// What a compiler of that version does not do.
    var oddities = 0

    mutating func add(_ other: Plausibility) {
      errors += other.errors
      oddities += other.oddities
    }

    static func < (left: Plausibility, right: Plausibility) -> Bool {
      (left.errors, left.oddities) < (right.errors, right.oddities)
    }
  }

  private func ownPlausibility(_ version: PythonVersion) -> Plausibility {
    var result = Plausibility()
    var reader = InstructionReader(bytecode, version: version)
    var last: Instruction?
    var resumes = version < .v3_11
    var jumps = 0
    var evenJumps = 0
    while let instruction = reader.next() {
      let operation = instruction.operation
      result.errors += errors(instruction, version)
      resumes = resumes || operation?.name == "RESUME"
      if version == .v3_12, operation?.name == "RETURN_VALUE", last?.operation?.name == "LOAD_CONST" {
        result.oddities += 1  // it is RETURN_CONST there
      }
      if instruction.target(version) != nil {
        jumps += 1
        if instruction.argument % 2 == 0 { evenJumps += 1 }
      }
      last = instruction
    }
    if !resumes { result.errors += 1 }
    if last.map({ $0.next < bytecode.count }) ?? !bytecode.isEmpty { result.errors += 1 }
    // Up to 3.9 jumps count bytes, of which instructions have two.
    if version == .v3_10, jumps > 0, jumps == evenJumps { result.oddities += 1 }
    return result
  }

  private func errors(_ instruction: Instruction, _ version: PythonVersion) -> Int {
    guard let operation = instruction.operation else { return 1 }
    var errors = 0
    if operation.caches > 0 {
      let end = min(instruction.next, bytecode.count)
      let start = min(instruction.offset + 2, end)
      if instruction.next > bytecode.count || bytecode[start..<end].contains(where: { $0 != 0 }) {
        errors += 1
      }
    }
    if let index = instruction.nameIndex(version), index >= names.count { errors += 1 }
    switch operation.argument {
    case .const where instruction.argument >= constants.count: errors += 1
    case .local where instruction.argument >= localCount: errors += 1
    case .free where instruction.argument >= freeCount(version): errors += 1
    case .compare where compareIndex(instruction.argument, version) >= compareCount(version): errors += 1
    default: break
    }
    if let target = instruction.target(version) {
      let isBetween = version != .v2_7 && target % 2 != 0
      if target < 0 || target > bytecode.count || isBetween { errors += 1 }
    }
    return errors
  }

  private var localCount: Int { max(variables.count, localsPlus.count) }

  private func freeCount(_ version: PythonVersion) -> Int {
    version >= .v3_11 ? localsPlus.count : cellVariables.count + freeVariables.count
  }

  /// Comparisons: `in`, `is` and exception matches are among them up to 3.8.
  private func compareCount(_ version: PythonVersion) -> Int { version <= .v3_8 ? 12 : 6 }
}

extension CodeObject {
  /// The number of a comparison in the argument of COMPARE_OP.
  func compareIndex(_ argument: Int, _ version: PythonVersion) -> Int {
    switch version {
    case .v3_12: argument >> 4
    case .v3_13, .v3_14: argument >> 5
    default: argument
    }
  }
}

extension CodeConstant {
  /// The same constant with the code in it told its version; nil where there is none in it.
  fileprivate func assigning(_ version: PythonVersion) -> CodeConstant? {
    switch self {
    case .code(var code):
      code.assign(version)
      return .code(code)
    case .tuple(var elements):
      var changed = false
      for index in elements.indices {
        guard let element = elements[index].assigning(version) else { continue }
        elements[index] = element
        changed = true
      }
      return changed ? .tuple(elements) : nil
    default: return nil
    }
  }

  /// Hands the code objects directly in the constant, or in tuples of it, to `body`; what is inside those is not
  /// entered.
  package func forEachCode(_ body: (CodeObject) -> Void) {
    switch self {
    case .code(let code): body(code)
    case .tuple(let elements), .list(let elements), .dictionary(let elements), .set(let elements),
      .frozenSet(let elements), .slice(let elements):
      for element in elements { element.forEachCode(body) }
    default: break
    }
  }
}
