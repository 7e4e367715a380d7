import ByteParsing
package import Findings
package import Formats

/// Judges what an ONNX model holds, one event after the other.
package final class OnnxJudge {
  private let path: [String]
  package private(set) var findings: [Finding] = []
  /// What it says of files beside it.
  package private(set) var names: [Finding] = []
  private var named: Set<[UInt8]> = []
  private var functions: Set<Onnx.Function> = []
  /// Operators of other domains, each once, and where it was met first.
  private var foreign: [Onnx.Function: Int] = [:]

  package init(path: [String]) { self.path = path }

  private func report(_ rule: Rule, at offset: Int, _ detail: String, evidence: String = "") {
    findings.append(
      Finding(
        rule, at: Location(path: path, offset: offset), detail: detail,
        evidence: String(evidence.prefix(200))), upTo: 128)
  }

  package func judge(_ event: Onnx.Event) {
    switch event {
    case .node(let node): judge(node)
    case .tensor(let tensor): judge(tensor)
    case .function(let function): functions.insert(function)
    case .metadata, .domain: break
    }
  }

  // MARK: Operators

  /// Domains that runtimes bring (`onnx/defs/schema.h`; ONNX Runtime, `include/onnxruntime/core/graph/constants.h`).
  private static let domains: Set<String> = [
    "", "ai.onnx", "ai.onnx.ml", "ai.onnx.training", "ai.onnx.preview", "ai.onnx.preview.training",
    "com.microsoft",
    "com.microsoft.nchwc", "com.ms.internal.nhwc",
  ]

  /// Operators of those domains that run code of the model's author.
  private static let running: Set<String> = [
    "PyOp", "PythonOp", "PythonOpGrad", "ATen", "ATenOp", "EPContext", "ExternalOp", "Custom",
  ]

  private func judge(_ node: Onnx.Node) {
    if node.trees.isTooDeep {
      report(
        .dataIrregular, at: node.offset, "A tree has more than \(OnnxTrees.depthLimit) levels.",
        evidence: node.operation)
    }
    if Self.running.contains(node.operation) || node.operation.hasPrefix("PyCustomOp") {
      report(
        .onnxCustomOperator, at: node.offset, "An operator is '\(node.operation)', which runs code.",
        evidence: "\(node.domain).\(node.operation)")
    } else if !Self.domains.contains(node.domain) {
      let name = Onnx.Function(name: node.operation, domain: node.domain)
      // Most may turn out to be functions of the model; what is one too many counts as none of them.
      guard foreign[name] != nil || foreign.count < 4096 else {
        return report(
          .onnxCustomOperator, at: node.offset, "The model has operators of more than 4096 other names.",
          evidence: "\(node.domain).\(node.operation)")
      }
      foreign[name] = min(foreign[name] ?? .max, node.offset)
    }
  }

  /// To be called at the end: functions that the model defines may stand behind the nodes that use them.
  package func finish() {
    for (operation, offset) in foreign.sorted(by: { $0.value < $1.value })
    where !functions.contains(operation) {
      report(
        .onnxCustomOperator, at: offset,
        "The operator '\(operation.name)' is of the domain '\(operation.domain)'.",
        evidence: "\(operation.domain).\(operation.name)")
    }
  }

  // MARK: Tensors

  private func judge(_ tensor: Onnx.Tensor) {
    guard tensor.elementCount != nil else {
      return report(.onnxTensor, at: tensor.offset, "A tensor's shape is \(tensor.lengths.prefix(8)).")
    }
    if let count = tensor.rawCount, !tensor.isExternal, tensor.byteCount != count {
      report(
        .onnxTensor, at: tensor.offset,
        "A tensor of the shape \(tensor.lengths.prefix(8)) has \(count) bytes.")
    }
    if let prefix = tensor.rawCount.map({ _ in tensor.rawPrefix }), tensor.type == 2 || tensor.type == 3,
      NumpyRules.carriesPickle(prefix)
    {
      report(.carriedPickle, at: tensor.offset, "The bytes of a tensor begin as a pickle.")
    }
    if tensor.isExternal || !tensor.external.isEmpty { judgeExternal(tensor) }
  }

  private static let keys = ["location", "offset", "length", "checksum", "basepath"].map { Array($0.utf8) }

  private static let memory = ByteMarks(["_MEM_ADDR_"])

  /// Whether ONNX Runtime takes the location for an address in its own memory (`onnxruntime/core/framework/tensorprotoutils.h`,
  /// `kTensorProtoMemoryAddressTag`).
  private static func isMemory(_ location: [UInt8]) -> Bool {
    location.starts(with: "*/".utf8) || memory.first(in: location.span) != nil
  }

  private func judgeExternal(_ tensor: Onnx.Tensor) {
    let shown = tensor.external.map {
      "\(String(decoding: $0.key, as: UTF8.self))=\(String(decoding: $0.value, as: UTF8.self))"
    }
    .joined(separator: " ")
    for (key, value) in tensor.external {
      if key == Self.keys[0] || key == Self.keys[4] {
        if PortablePath(value).leavesItsFolder || Self.isMemory(value) {
          report(
            .onnxExternalPath, at: tensor.offset, "A tensor's data are read from elsewhere.",
            evidence: shown)
        }
      } else if !Self.keys.contains(key) {
        report(
          .onnxExternal, at: tensor.offset, "External data have a key that no exporter writes.",
          evidence: shown)
      }
    }
    if Set(tensor.external.map(\.key)).count < tensor.external.count {
      report(.onnxExternal, at: tensor.offset, "External data have a key twice.", evidence: shown)
    }
    guard let location = tensor.external.first(where: { $0.key == Self.keys[0] }), !location.value.isEmpty
    else {
      return report(.onnxExternal, at: tensor.offset, "External data have no location.", evidence: shown)
    }
    judgeRange(tensor, shown)
    guard !PortablePath(location.value).leavesItsFolder, named.count < Self.nameLimit,
      named.insert(location.value).inserted
    else { return }
    names.append(
      PackageNote.file(
        location.value, at: Location(path: path, offset: tensor.offset), for: "It has tensors of the model."
      ))
  }

  /// Files that are kept: more than are reported, so that the report says that there are more.
  private static let nameLimit = 8192

  private func judgeRange(_ tensor: Onnx.Tensor, _ shown: String) {
    func number(_ key: [UInt8]) -> Int? {
      guard let text = tensor.external.first(where: { $0.key == key })?.value else { return 0 }
      guard text.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
      return Int(String(decoding: text, as: UTF8.self))
    }
    guard let offset = number(Self.keys[1]), let length = number(Self.keys[2]), offset <= 1 << 48,
      length <= 1 << 48
    else {
      return report(
        .onnxExternal, at: tensor.offset, "External data have no place that a file can have.",
        evidence: shown)
    }
    if length > 0, let size = tensor.byteCount, size != length {
      report(
        .onnxTensor, at: tensor.offset, "A tensor of \(size) bytes has \(length) in its file.",
        evidence: shown)
    }
  }
}
