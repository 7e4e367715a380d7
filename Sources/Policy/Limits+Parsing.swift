import ByteParsing

extension Limits {
  /// Reads `limits/<profile>.json`: every limit by its name, a whole number of at least 1.
  init(parsing file: PolicyFile) throws(PolicyError) {
    let object = try file.object(required: [
      "unpacked_bytes", "held_bytes", "ratio", "ratio_free_bytes", "members", "depth", "pickle_opcodes",
      "evidence_bytes", "report_bytes", "memory_bytes", "cpu_seconds", "wall_seconds",
    ])
    // Sums of a few limits must stay far from overflow.
    let anyBytes = 1...(1 << 50)
    self.init(
      unpackedBytes: try object.integer("unpacked_bytes", in: anyBytes),
      heldBytes: try object.integer("held_bytes", in: anyBytes),
      ratio: try object.integer("ratio", in: 1...1_000_000),
      ratioFreeBytes: try object.integer("ratio_free_bytes", in: anyBytes),
      members: try object.integer("members", in: 1...1_000_000_000),
      depth: try object.integer("depth", in: 1...64),
      pickleOpcodes: try object.integer("pickle_opcodes", in: 1...1_000_000_000_000),
      evidenceBytes: try object.integer("evidence_bytes", in: 16...(1 << 20)),
      reportBytes: try object.integer("report_bytes", in: 4096...(1 << 30)),
      memoryBytes: try object.integer("memory_bytes", in: (1 << 24)...(1 << 40)),
      cpuSeconds: try object.integer("cpu_seconds", in: 1...86400),
      wallSeconds: try object.integer("wall_seconds", in: 1...86400))
  }
}
