import ByteParsing

// What stands around the graphs of a model.
extension GraphReader {
  private static let nameLimit = 64 << 10
  private static let captureLimit = 1 << 20

  mutating func readAsset(_ message: Int, until end: Int) throws(ParseError) {
    let offset = reader.offset
    var tensor = ""
    var filename: [UInt8] = []
    while let next = try next(of: message, until: end) {
      switch (next.known.name, next.known.kind) {
      case ("tensor_info", .message(let info)):
        let end = try enter(next.field)
        while let next = try self.next(of: info, until: end) {
          if next.known.name == "name" { tensor = try text(next.field) } else { try readOther(next) }
        }
        leave()
      case ("filename", _):
        filename = try reader.read(next.field, limit: Self.nameLimit, "name of an asset")
      default: try readOther(next)
      }
    }
    visit(.asset(tensor: String(tensor.prefix { $0 != ":" }), filename: filename, offset: offset))
  }

  mutating func readSaver(_ message: Int, until end: Int) throws(ParseError) {
    while let next = try next(of: message, until: end) {
      if next.known.name == "filename_tensor_name" {
        visit(.saver(String(try text(next.field).prefix { $0 != ":" })))
      } else {
        try readOther(next)
      }
    }
  }

  mutating func readAny(_ message: Int, until end: Int) throws(ParseError) {
    var type = ""
    var range = reader.offset..<reader.offset
    while let next = try next(of: message, until: end) {
      if next.known.name == "type_url" {
        type = try text(next.field)
      } else {
        range = next.field.range ?? range
        try reader.skip(next.field)
      }
    }
    // Models of before the field of their own keep the names of their assets so.
    if type.hasSuffix("/tensorflow.AssetFileDef"),
      let asset = TensorFlowSchema.table.number(of: "AssetFileDef")
    {
      let after = reader
      reader = ProtobufReader(input, at: range.lowerBound)
      try readAsset(asset, until: range.upperBound)
      reader = after
    } else {
      visit(.opaque(type, range))
    }
  }

  mutating func readObject(_ message: Int, until end: Int) throws(ParseError) {
    var object = TensorFlowGraph.Object.other
    while let next = try next(of: message, until: end) {
      switch (next.known.name, next.known.kind) {
      case ("asset", _):
        object = .asset
        try readOther(next)
      case ("constant", .message(let constant)):
        let end = try enter(next.field)
        while let next = try self.next(of: constant, until: end) {
          if next.known.name == "operation" {
            object = .constant(try text(next.field))
          } else {
            try readOther(next)
          }
        }
        leave()
      default: try readOther(next)
      }
    }
    visit(.object(object))
  }

  /// An entry of the object graph's functions: a name, and what the function is given.
  mutating func readConcreteFunction(_ message: Int, until end: Int) throws(ParseError) {
    var name = ""
    var captures: [Int] = []
    while let next = try next(of: message, until: end) {
      guard case .message(let function) = next.known.kind else {
        name = try text(next.field)
        continue
      }
      let end = try enter(next.field)
      while let next = try self.next(of: function, until: end) {
        if next.known.name == "bound_inputs" {
          try readNumbers(next.field, into: &captures)
        } else {
          try readOther(next)
        }
      }
      leave()
    }
    visit(.captures(name, captures))
  }

  /// Numbers stand one by one, or packed.
  private mutating func readNumbers(_ field: ProtobufField, into numbers: inout [Int]) throws(ParseError) {
    if let number = field.integer {
      numbers.append(Int(truncatingIfNeeded: number))
    } else if let range = field.range {
      while reader.offset < range.upperBound, numbers.count < Self.captureLimit {
        numbers.append(Int(truncatingIfNeeded: try reader.readVarint(range.upperBound)))
      }
    }
    guard numbers.count < Self.captureLimit else {
      throw ParseError(.limit, at: field.offset, "objects that a function is given")
    }
  }

  /// What Keras keeps: the model's own objects in older versions, a file of its own in later ones.
  mutating func readMetadata(_ message: Int, until end: Int) throws(ParseError) {
    while let next = try next(of: message, until: end) {
      if next.known.name == "metadata", let range = next.field.range, !range.isEmpty {
        visit(.metadata(range))
      }
      try readOther(next)
    }
  }
}
