/// The 68 opcodes of pickle protocols 0 to 5.
package enum Opcode: UInt8, CaseIterable, Sendable {
  case mark = 0x28
  case stop = 0x2e
  case pop = 0x30
  case popMark = 0x31
  case dup = 0x32
  case float = 0x46
  case binfloat = 0x47
  case int = 0x49
  case binint = 0x4a
  case binint1 = 0x4b
  case binint2 = 0x4d
  case long = 0x4c
  case long1 = 0x8a
  case long4 = 0x8b
  case nothing = 0x4e
  case newTrue = 0x88
  case newFalse = 0x89
  case string = 0x53
  case binstring = 0x54
  case shortBinstring = 0x55
  case binbytes = 0x42
  case shortBinbytes = 0x43
  case binbytes8 = 0x8e
  case bytearray8 = 0x96
  case unicode = 0x56
  case binunicode = 0x58
  case shortBinunicode = 0x8c
  case binunicode8 = 0x8d
  case nextBuffer = 0x97
  case readonlyBuffer = 0x98
  case emptyTuple = 0x29
  case tuple1 = 0x85
  case tuple2 = 0x86
  case tuple3 = 0x87
  case tuple = 0x74
  case emptyList = 0x5d
  case list = 0x6c
  case append = 0x61
  case appends = 0x65
  case emptyDict = 0x7d
  case dict = 0x64
  case setitem = 0x73
  case setitems = 0x75
  case emptySet = 0x8f
  case additems = 0x90
  case frozenset = 0x91
  case global = 0x63
  case stackGlobal = 0x93
  case inst = 0x69
  case obj = 0x6f
  case reduce = 0x52
  case newobj = 0x81
  case newobjEx = 0x92
  case build = 0x62
  case persid = 0x50
  case binpersid = 0x51
  case put = 0x70
  case binput = 0x71
  case longBinput = 0x72
  case memoize = 0x94
  case get = 0x67
  case binget = 0x68
  case longBinget = 0x6a
  case proto = 0x80
  case frame = 0x95
  case ext1 = 0x82
  case ext2 = 0x83
  case ext4 = 0x84
}

/// What follows an opcode's byte. Numbers are little-endian unless it says otherwise.
package enum ArgumentEncoding: Sendable {
  case none
  case uint8, uint16, int32, uint32, uint64
  /// A double, big-endian.
  case float64
  /// A length of so many bits, and as many bytes.
  case bytes8, bytes32, bytes64
  /// As `bytes32`, with a length that at least one unpickler takes as signed.
  case bytes32Signed
  /// Text up to a line feed.
  case line
  case twoLines

  /// How many bytes stand between the opcode and its payload; 0 for lines.
  package var fixedSize: Int {
    switch self {
    case .none, .line, .twoLines: 0
    case .uint8, .bytes8: 1
    case .uint16: 2
    case .int32, .uint32, .bytes32, .bytes32Signed: 4
    case .uint64, .float64, .bytes64: 8
    }
  }
}

/// What an opcode finds on the stack and leaves there.
package struct StackEffect: Sendable {
  /// Whether it takes everything above the mark, and the mark.
  package let takesMark: Bool
  /// The values it needs: on top, or right below the mark it takes.
  package let needs: Int
  /// How many values stand on the stack in the place of the needed ones.
  package let leaves: Int
}

/// One row of the opcode table.
package struct OpcodeEntry: Sendable {
  package let opcode: Opcode
  /// The name that `pickletools` gives it.
  package let name: String
  package let argument: ArgumentEncoding
  package let stack: StackEffect
  /// The protocol that introduced it. Unpicklers accept every opcode under every protocol.
  package let introduced: UInt8
  package let meaning: String

  fileprivate init(
    _ opcode: Opcode, _ name: String, _ argument: ArgumentEncoding, _ stack: StackEffect,
    _ introduced: UInt8, _ meaning: String
  ) {
    self.opcode = opcode
    self.name = name
    self.argument = argument
    self.stack = stack
    self.introduced = introduced
    self.meaning = meaning
  }
}

extension StackEffect {
  fileprivate static func top(_ needs: Int, _ leaves: Int) -> StackEffect {
    StackEffect(takesMark: false, needs: needs, leaves: leaves)
  }

  fileprivate static func mark(below needs: Int, _ leaves: Int) -> StackEffect {
    StackEffect(takesMark: true, needs: needs, leaves: leaves)
  }
}

extension Opcode {
  /// The row of this opcode.
  package var entry: OpcodeEntry {
    Opcode.byCode[Int(rawValue)] ?? Opcode.table[0]  // the tests prove that every opcode has a row
  }

  private static let byCode: [OpcodeEntry?] = {
    var rows = [OpcodeEntry?](repeating: nil, count: 256)
    for row in table { rows[Int(row.opcode.rawValue)] = row }
    return rows
  }()

  /// The opcode table.
  ///
  /// Source: CPython's `Lib/pickle.py`, `Modules/_pickle.c` and `Lib/pickletools.py`.
  package static let table: [OpcodeEntry] = [
    OpcodeEntry(.mark, "MARK", .none, .top(0, 1), 0, "pushes a mark"),
    OpcodeEntry(.stop, "STOP", .none, .top(1, 0), 0, "ends the pickle; the top of the stack is its result"),
    OpcodeEntry(
      .pop, "POP", .none, .top(0, 0), 0, "drops the top of the stack, or the mark where the mark is on top"),
    OpcodeEntry(
      .popMark, "POP_MARK", .none, .mark(below: 0, 0), 1, "drops everything above the mark, and the mark"),
    OpcodeEntry(.dup, "DUP", .none, .top(1, 2), 0, "pushes the top of the stack again"),
    OpcodeEntry(.float, "FLOAT", .line, .top(0, 1), 0, "a float in decimal"),
    OpcodeEntry(.binfloat, "BINFLOAT", .float64, .top(0, 1), 1, "a big-endian double"),
    OpcodeEntry(.int, "INT", .line, .top(0, 1), 0, "an integer in decimal; 00 and 01 are the booleans"),
    OpcodeEntry(.binint, "BININT", .int32, .top(0, 1), 1, "a signed integer"),
    OpcodeEntry(.binint1, "BININT1", .uint8, .top(0, 1), 1, "an unsigned integer"),
    OpcodeEntry(.binint2, "BININT2", .uint16, .top(0, 1), 1, "an unsigned integer"),
    OpcodeEntry(.long, "LONG", .line, .top(0, 1), 0, "an integer in decimal with an L after it"),
    OpcodeEntry(.long1, "LONG1", .bytes8, .top(0, 1), 2, "a little-endian two's complement integer"),
    OpcodeEntry(.long4, "LONG4", .bytes32Signed, .top(0, 1), 2, "a little-endian two's complement integer"),
    OpcodeEntry(.nothing, "NONE", .none, .top(0, 1), 0, "None"),
    OpcodeEntry(.newTrue, "NEWTRUE", .none, .top(0, 1), 2, "True"),
    OpcodeEntry(.newFalse, "NEWFALSE", .none, .top(0, 1), 2, "False"),
    OpcodeEntry(
      .string, "STRING", .line, .top(0, 1), 0,
      "a quoted string with escapes, decoded with the unpickler's encoding"),
    OpcodeEntry(
      .binstring, "BINSTRING", .bytes32Signed, .top(0, 1), 1,
      "a string, decoded with the unpickler's encoding"),
    OpcodeEntry(
      .shortBinstring, "SHORT_BINSTRING", .bytes8, .top(0, 1), 1,
      "a string, decoded with the unpickler's encoding"),
    OpcodeEntry(.binbytes, "BINBYTES", .bytes32, .top(0, 1), 3, "bytes"),
    OpcodeEntry(.shortBinbytes, "SHORT_BINBYTES", .bytes8, .top(0, 1), 3, "bytes"),
    OpcodeEntry(.binbytes8, "BINBYTES8", .bytes64, .top(0, 1), 4, "bytes"),
    OpcodeEntry(.bytearray8, "BYTEARRAY8", .bytes64, .top(0, 1), 5, "a bytearray"),
    OpcodeEntry(.unicode, "UNICODE", .line, .top(0, 1), 0, "a string in raw-unicode-escape"),
    OpcodeEntry(.binunicode, "BINUNICODE", .bytes32, .top(0, 1), 1, "a string in UTF-8"),
    OpcodeEntry(.shortBinunicode, "SHORT_BINUNICODE", .bytes8, .top(0, 1), 4, "a string in UTF-8"),
    OpcodeEntry(.binunicode8, "BINUNICODE8", .bytes64, .top(0, 1), 4, "a string in UTF-8"),
    OpcodeEntry(.nextBuffer, "NEXT_BUFFER", .none, .top(0, 1), 5, "the next out-of-band buffer"),
    OpcodeEntry(
      .readonlyBuffer, "READONLY_BUFFER", .none, .top(1, 1), 5, "a read-only view of the top of the stack"),
    OpcodeEntry(.emptyTuple, "EMPTY_TUPLE", .none, .top(0, 1), 1, "()"),
    OpcodeEntry(.tuple1, "TUPLE1", .none, .top(1, 1), 2, "a tuple of the top value"),
    OpcodeEntry(.tuple2, "TUPLE2", .none, .top(2, 1), 2, "a tuple of the top two values"),
    OpcodeEntry(.tuple3, "TUPLE3", .none, .top(3, 1), 2, "a tuple of the top three values"),
    OpcodeEntry(.tuple, "TUPLE", .none, .mark(below: 0, 1), 0, "a tuple of everything above the mark"),
    OpcodeEntry(.emptyList, "EMPTY_LIST", .none, .top(0, 1), 1, "[]"),
    OpcodeEntry(.list, "LIST", .none, .mark(below: 0, 1), 0, "a list of everything above the mark"),
    OpcodeEntry(.append, "APPEND", .none, .top(2, 1), 0, "appends the top value to the list below it"),
    OpcodeEntry(
      .appends, "APPENDS", .none, .mark(below: 1, 1), 1,
      "extends the list below the mark by everything above it"),
    OpcodeEntry(.emptyDict, "EMPTY_DICT", .none, .top(0, 1), 1, "{}"),
    OpcodeEntry(.dict, "DICT", .none, .mark(below: 0, 1), 0, "a dict of the pairs above the mark"),
    OpcodeEntry(
      .setitem, "SETITEM", .none, .top(3, 1), 0, "sets one item of the dict below the top two values"),
    OpcodeEntry(
      .setitems, "SETITEMS", .none, .mark(below: 1, 1), 1,
      "sets the pairs above the mark in the dict below it"),
    OpcodeEntry(.emptySet, "EMPTY_SET", .none, .top(0, 1), 4, "set()"),
    OpcodeEntry(
      .additems, "ADDITEMS", .none, .mark(below: 1, 1), 4,
      "adds everything above the mark to the set below it"),
    OpcodeEntry(
      .frozenset, "FROZENSET", .none, .mark(below: 0, 1), 4, "a frozenset of everything above the mark"),
    OpcodeEntry(.global, "GLOBAL", .twoLines, .top(0, 1), 0, "imports module and name"),
    OpcodeEntry(
      .stackGlobal, "STACK_GLOBAL", .none, .top(2, 1), 4, "imports the module and name on the stack"),
    OpcodeEntry(
      .inst, "INST", .twoLines, .mark(below: 0, 1), 0,
      "imports module and name, and calls it with everything above the mark"),
    OpcodeEntry(
      .obj, "OBJ", .none, .mark(below: 0, 1), 1, "calls the first value above the mark with the others"),
    OpcodeEntry(.reduce, "REDUCE", .none, .top(2, 1), 0, "calls a callable with a tuple of arguments"),
    OpcodeEntry(
      .newobj, "NEWOBJ", .none, .top(2, 1), 2, "calls __new__ of a class with a tuple of arguments"),
    OpcodeEntry(
      .newobjEx, "NEWOBJ_EX", .none, .top(3, 1), 4, "calls __new__ of a class with arguments and keywords"),
    OpcodeEntry(.build, "BUILD", .none, .top(2, 1), 0, "sets the state of the object below the top"),
    OpcodeEntry(.persid, "PERSID", .line, .top(0, 1), 0, "calls persistent_load with the text"),
    OpcodeEntry(
      .binpersid, "BINPERSID", .none, .top(1, 1), 1, "calls persistent_load with the top of the stack"),
    OpcodeEntry(.put, "PUT", .line, .top(1, 1), 0, "keeps the top of the stack in the memo"),
    OpcodeEntry(.binput, "BINPUT", .uint8, .top(1, 1), 1, "keeps the top of the stack in the memo"),
    OpcodeEntry(
      .longBinput, "LONG_BINPUT", .uint32, .top(1, 1), 1, "keeps the top of the stack in the memo"),
    OpcodeEntry(
      .memoize, "MEMOIZE", .none, .top(1, 1), 4,
      "keeps the top of the stack at the number of entries the memo has"),
    OpcodeEntry(.get, "GET", .line, .top(0, 1), 0, "pushes a value of the memo"),
    OpcodeEntry(.binget, "BINGET", .uint8, .top(0, 1), 1, "pushes a value of the memo"),
    OpcodeEntry(.longBinget, "LONG_BINGET", .uint32, .top(0, 1), 1, "pushes a value of the memo"),
    OpcodeEntry(.proto, "PROTO", .uint8, .top(0, 0), 2, "sets the protocol"),
    OpcodeEntry(.frame, "FRAME", .uint64, .top(0, 0), 4, "announces the size of a frame"),
    OpcodeEntry(.ext1, "EXT1", .uint8, .top(0, 1), 2, "imports what copyreg registered for a code"),
    OpcodeEntry(.ext2, "EXT2", .uint16, .top(0, 1), 2, "imports what copyreg registered for a code"),
    OpcodeEntry(.ext4, "EXT4", .int32, .top(0, 1), 2, "imports what copyreg registered for a code"),
  ]
}
