package import ByteParsing

/// A program or library for a machine, real or virtual, recognised by its first bytes.
///
/// Source: the ELF specification; Microsoft's PE format; Apple's `mach-o/loader.h` and `fat.h`; the WebAssembly core
/// specification, 5.5.16; the Java virtual machine specification, 4.1; Cosmopolitan's `ape/ape.S`.
package struct NativeObject: Equatable, Sendable {
  package enum Kind: Equatable, Sendable {
    case machineCode
    /// At the same time a program of several systems and whatever follows.
    case polyglot
    case bytecode
  }

  package let kind: Kind
  /// What it is, in words: `ELF shared object for x86-64`.
  package let name: String

  /// - Parameter head: the first bytes, some thousand of them where there are so many.
  package init?(_ input: Input, head: [UInt8]) {
    if head.starts(with: Array("MZqFpD".utf8)) || head.starts(with: Array("jartsr".utf8))
      || head.starts(with: Array("APEDBG".utf8))
    {
      self.init(kind: .polyglot, name: "an Actually Portable Executable, as llamafile makes them")
    } else if head.starts(with: [0x7F, 0x45, 0x4C, 0x46]) {
      self.init(kind: .machineCode, name: Self.elf(head))
    } else if head.starts(with: Array("MZ".utf8)), let name = Self.windows(input, head) {
      self.init(kind: .machineCode, name: name)
    } else if let name = Self.apple(head) {
      self.init(kind: .machineCode, name: name)
    } else if head.starts(with: [0x00, 0x61, 0x73, 0x6D]), head.count >= 8, head[4] < 0x20, head[7] == 0 {
      self.init(kind: .bytecode, name: "WebAssembly")
    } else if head.starts(with: [0xCA, 0xFE, 0xBA, 0xBE]), head.count >= 8, head[6] == 0,
      (45...100).contains(head[7])
    {
      self.init(kind: .bytecode, name: "a Java class")
    } else if head.starts(with: [0xDE, 0xC0, 0x17, 0x0B]) || head.starts(with: [0x42, 0x43, 0xC0, 0xDE]) {
      self.init(kind: .bytecode, name: "LLVM bitcode")
    } else if head.starts(with: Array("dex\n03".utf8)) {
      self.init(kind: .bytecode, name: "Dalvik bytecode")
    } else {
      return nil
    }
  }

  private init(kind: Kind, name: String) {
    self.kind = kind
    self.name = name
  }

  private static func elf(_ head: [UInt8]) -> String {
    guard head.count >= 20 else { return "the beginning of an ELF object" }
    let isLittle = head[5] != 2
    func half(_ offset: Int) -> Int {
      isLittle
        ? Int(head[offset]) | Int(head[offset + 1]) << 8 : Int(head[offset]) << 8 | Int(head[offset + 1])
    }
    let kind =
      switch half(16) {
      case 1: "an ELF object file"
      case 2: "an ELF program"
      case 3: "an ELF shared object or program"
      case 4: "an ELF core dump"
      default: "an ELF object of an unknown kind"
      }
    let machines = [
      3: "x86", 40: "ARM", 62: "x86-64", 183: "AArch64", 243: "RISC-V", 21: "PowerPC", 22: "S/390",
      8: "MIPS",
      190: "CUDA", 224: "AMD GPU", 247: "BPF", 258: "LoongArch",
    ]
    return "\(kind) for \(machines[half(18)] ?? "machine \(half(18))")"
  }

  /// A PE, or an old program of MS-DOS; nil for two letters that happen to be those.
  private static func windows(_ input: Input, _ head: [UInt8]) -> String? {
    guard head.count >= 64 else { return nil }
    let offset = Int(head[60]) | Int(head[61]) << 8 | Int(head[62]) << 16 | Int(head[63]) << 24
    let signature = try? input.bytes(at: offset, count: 24, "PE header")
    guard let signature, signature.starts(with: [0x50, 0x45, 0, 0]) else {
      // The count of pages and the size of the header of a program of MS-DOS.
      let header = Int(head[8]) | Int(head[9]) << 8
      return (2...4096).contains(header) && head[2...].prefix(6).contains { $0 != 0 }
        ? "a program of MS-DOS, or a damaged one of Windows" : nil
    }
    return signature[23] & 0x20 != 0 ? "a Windows library (PE)" : "a Windows program (PE)"
  }

  private static func apple(_ head: [UInt8]) -> String? {
    guard head.count >= 8 else { return nil }
    switch Array(head[..<4]) {
    case [0xCF, 0xFA, 0xED, 0xFE], [0xCE, 0xFA, 0xED, 0xFE], [0xFE, 0xED, 0xFA, 0xCF],
      [0xFE, 0xED, 0xFA, 0xCE]:
      return "a Mach-O program or library"
    case [0xCA, 0xFE, 0xBA, 0xBE], [0xCA, 0xFE, 0xBA, 0xBF]:
      // A Java class has its version here, from 45 on; a fat file the count of its architectures.
      let count = Int(head[4]) << 24 | Int(head[5]) << 16 | Int(head[6]) << 8 | Int(head[7])
      return (1..<45).contains(count) ? "a Mach-O program or library for several processors" : nil
    default: return nil
    }
  }
}
