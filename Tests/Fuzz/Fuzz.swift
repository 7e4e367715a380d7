import Fuzzing
import Glibc

/// The one entry of every fuzz target: libFuzzer's bytes go straight to one scanner, whatever they look like, and what
/// is inside them to all. `LAZARET_FUZZ_TARGET` names the scanner by its format.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  // SAFETY: libFuzzer lends as many bytes for the call; they are copied.
  let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: size))
  target.run(bytes, asAnything: true)
  return 0
}

private let target: FuzzTarget = {
  // SAFETY: the text belongs to the environment, which nobody changes, and is copied.
  let name = unsafe getenv("LAZARET_FUZZ_TARGET").map { unsafe String(cString: $0) } ?? ""
  guard let target = FuzzTarget(name) else { fatalError("LAZARET_FUZZ_TARGET names no format: '\(name)'") }
  return target
}()
