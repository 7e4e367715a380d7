import ByteParsing
import Formats
import Testing

@Suite struct NativeObjectTests {
  static func name(_ bytes: [UInt8]) -> String? {
    NativeObject(Input(bytes), head: Array(bytes.prefix(4096)))?.name
  }

  static let elf: [UInt8] =
    [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1] + Array(repeating: 0, count: 9) + [3, 0, 62, 0]

  static var portable: [UInt8] {
    var bytes = Array("MZ".utf8) + [UInt8](repeating: 0, count: 62)
    bytes[60] = 64
    return bytes + [0x50, 0x45, 0, 0] + [UInt8](repeating: 0, count: 19) + [0x20]
  }

  @Test func `programs and libraries are named`() {
    #expect(Self.name(Self.elf) == "an ELF shared object or program for x86-64")
    #expect(Self.name(Self.portable) == "a Windows library (PE)")
    #expect(Self.name([0xCF, 0xFA, 0xED, 0xFE, 7, 0, 0, 1]) == "a Mach-O program or library")
    #expect(
      Self.name([0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 2])
        == "a Mach-O program or library for several processors")
    #expect(Self.name([0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 61]) == "a Java class")
    #expect(Self.name([0x00, 0x61, 0x73, 0x6D, 1, 0, 0, 0]) == "WebAssembly")
    #expect(Self.name(Array("MZqFpD='\n#!/bin/sh".utf8))?.contains("llamafile") == true)
  }

  @Test func `two letters are no program`() {
    #expect(
      Self.name(Array("MZ is how this text begins, and it goes on for more than sixty-four bytes.".utf8))
        == nil)
    #expect(Self.name([0x7F, 0x45, 0x4C]) == nil)
    #expect(Self.name([]) == nil)
  }

  @Test func `a digest is that of the standard`() throws {
    func hexadecimal(_ text: String) throws -> String {
      try SHA256Sum.digest(of: Input(Array(text.utf8))).map {
        String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)
      }.joined()
    }
    #expect(try hexadecimal("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(try hexadecimal("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    let million = String(repeating: "a", count: 1_000_000)
    #expect(try hexadecimal(million) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }
}
