package import Pickle

/// One opcode with its argument, for pickles that a test writes by the names of the opcodes.
///
///     pickle(.proto(4), .global("os", "system"), .text("id"), .tuple1, .reduce, .stop)
package struct PickleOpcode: Sendable {
  package let bytes: [UInt8]

  /// Bytes as they are, where no opcode says it.
  package static func raw(_ bytes: [UInt8]) -> PickleOpcode { PickleOpcode(bytes: bytes) }

  /// An opcode without an argument.
  package static func plain(_ opcode: Opcode) -> PickleOpcode { PickleOpcode(bytes: [opcode.rawValue]) }

  /// An opcode with a little-endian number.
  package static func number(_ opcode: Opcode, _ value: some FixedWidthInteger) -> PickleOpcode {
    var bytes = [opcode.rawValue]
    for shift in 0..<opcode.entry.argument.fixedSize {
      bytes.append(UInt8(truncatingIfNeeded: value >> (8 * shift)))
    }
    return PickleOpcode(bytes: bytes)
  }

  /// An opcode with lines, each given without its line feed.
  package static func lines(_ opcode: Opcode, _ lines: String...) -> PickleOpcode {
    PickleOpcode(bytes: [opcode.rawValue] + lines.flatMap { Array($0.utf8) + [0x0A] })
  }

  /// An opcode with a length and as many bytes, or with a length that lies.
  package static func counted(
    _ opcode: Opcode, _ payload: [UInt8], length: UInt64? = nil
  ) -> PickleOpcode {
    PickleOpcode(bytes: number(opcode, length ?? UInt64(payload.count)).bytes + payload)
  }
}

extension PickleOpcode {
  package static let mark = plain(.mark)
  package static let stop = plain(.stop)
  package static let pop = plain(.pop)
  package static let popMark = plain(.popMark)
  package static let dup = plain(.dup)
  package static let none = plain(.nothing)
  package static let newTrue = plain(.newTrue)
  package static let newFalse = plain(.newFalse)
  package static let emptyTuple = plain(.emptyTuple)
  package static let tuple = plain(.tuple)
  package static let tuple1 = plain(.tuple1)
  package static let tuple2 = plain(.tuple2)
  package static let tuple3 = plain(.tuple3)
  package static let emptyList = plain(.emptyList)
  package static let list = plain(.list)
  package static let append = plain(.append)
  package static let appends = plain(.appends)
  package static let emptyDict = plain(.emptyDict)
  package static let dict = plain(.dict)
  package static let setitem = plain(.setitem)
  package static let setitems = plain(.setitems)
  package static let emptySet = plain(.emptySet)
  package static let additems = plain(.additems)
  package static let frozenset = plain(.frozenset)
  package static let stackGlobal = plain(.stackGlobal)
  package static let reduce = plain(.reduce)
  package static let newobj = plain(.newobj)
  package static let newobjEx = plain(.newobjEx)
  package static let obj = plain(.obj)
  package static let build = plain(.build)
  package static let binpersid = plain(.binpersid)
  package static let memoize = plain(.memoize)
  package static let nextBuffer = plain(.nextBuffer)
  package static let readonlyBuffer = plain(.readonlyBuffer)

  package static func proto(_ version: UInt8) -> PickleOpcode { number(.proto, version) }
  package static func frame(_ length: UInt64) -> PickleOpcode { number(.frame, length) }
  /// A FRAME around opcodes, with the right length.
  package static func framed(_ opcodes: PickleOpcode...) -> PickleOpcode {
    let content = opcodes.flatMap(\.bytes)
    return PickleOpcode(bytes: frame(UInt64(content.count)).bytes + content)
  }

  package static func global(_ module: String, _ name: String) -> PickleOpcode {
    lines(.global, module, name)
  }
  package static func inst(_ module: String, _ name: String) -> PickleOpcode { lines(.inst, module, name) }

  /// SHORT_BINUNICODE, or BINUNICODE where the text is too long for it.
  package static func text(_ text: String) -> PickleOpcode {
    let bytes = Array(text.utf8)
    return counted(bytes.count < 256 ? .shortBinunicode : .binunicode, bytes)
  }

  /// SHORT_BINBYTES, or BINBYTES where they are too many for it.
  package static func bytes(_ bytes: [UInt8]) -> PickleOpcode {
    counted(bytes.count < 256 ? .shortBinbytes : .binbytes, bytes)
  }

  /// The integer as CPython's pickler writes it from protocol 1 on.
  package static func integer(_ value: Int32) -> PickleOpcode {
    switch value {
    case 0...0xFF: number(.binint1, value)
    case 0x100...0xFFFF: number(.binint2, value)
    default: number(.binint, value)
    }
  }

  package static func float(_ value: Double) -> PickleOpcode {
    number(.binfloat, value.bitPattern.byteSwapped)
  }

  package static func put(_ index: Int) -> PickleOpcode { lines(.put, "\(index)") }
  package static func binput(_ index: UInt8) -> PickleOpcode { number(.binput, index) }
  package static func longBinput(_ index: UInt32) -> PickleOpcode { number(.longBinput, index) }
  package static func get(_ index: Int) -> PickleOpcode { lines(.get, "\(index)") }
  package static func binget(_ index: UInt8) -> PickleOpcode { number(.binget, index) }
  package static func longBinget(_ index: UInt32) -> PickleOpcode { number(.longBinget, index) }
}

/// The bytes of a pickle.
package func pickle(_ opcodes: PickleOpcode...) -> [UInt8] { opcodes.flatMap(\.bytes) }

/// The bytes of a pickle that is put together from parts.
package func pickle(_ opcodes: [PickleOpcode]) -> [UInt8] { opcodes.flatMap(\.bytes) }
