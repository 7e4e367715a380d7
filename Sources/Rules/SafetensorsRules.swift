package import Findings
package import Formats

/// What is wrong with a safetensors file's header.
package enum SafetensorsRules {
  private static let tensorCount = 4096

  package static func findings(_ header: SafetensorsHeader, path: [String]) -> [Finding] {
    var findings = header.irregularities.map { irregularity in
      Finding(
        rule(irregularity.kind), at: Location(path: path, offset: irregularity.offset),
        detail: irregularity.detail)
    }
    if header.tensors.count > tensorCount, header.byteCount > header.dataEnd {
      findings.append(
        Finding(
          .safetensorsHeaderSize, at: Location(path: path, offset: 0),
          detail:
            "\(header.tensors.count) tensors of \(header.dataEnd) bytes have a header of \(header.byteCount)."
        ))
    }
    return findings
  }

  private static func rule(_ kind: SafetensorsHeader.Irregularity.Kind) -> Rule {
    switch kind {
    case .header: .safetensorsHeader
    case .layout: .safetensorsLayout
    case .name: .safetensorsName
    }
  }
}
