/// Makes models as Stable-Baselines3 saves them: parameters as JSON, and torch files.
package struct StableBaselinesBuilder {
  /// Names, and the pickles that stand for their values.
  package var pickled: [(String, [UInt8])] = []
  /// More parameters: JSON text after a comma.
  package var parameters = "\"n_envs\": 1, \"gamma\": 0.99"
  /// Put behind the base64 of every pickle.
  package var encodingTail = ""
  package var policy = TorchBuilder().archive().build()
  package var members: [ZIPBuilder.Member] = []

  package init(_ pickled: (String, [UInt8])...) { self.pickled = pickled }

  package func data() -> [UInt8] {
    let values = pickled.map { name, bytes in
      "\"\(name)\": {\":type:\": \"<class 'dict'>\", \":serialized:\": \"\(Self.base64(bytes))\(encodingTail)\"}"
    }
    return Array("{\n    \((values + [parameters]).joined(separator: ",\n    "))\n}".utf8)
  }

  package func build() -> [UInt8] {
    let own = [
      ZIPBuilder.Member("data", data()), ZIPBuilder.Member("policy.pth", policy),
      ZIPBuilder.Member("_stable_baselines3_version", Array("2.9.2".utf8)),
      ZIPBuilder.Member("system_info.txt", Array("- OS: Linux\n- Python: 3.12\n".utf8)),
    ]
    return ZIPBuilder(own + members).build()
  }

  /// RFC 4648, section 4.
  package static func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for index in 0...group.count { text.append(alphabet[bits >> (18 - 6 * index) & 63]) }
      text += String(repeating: "=", count: 3 - group.count)
    }
    return text
  }
}
