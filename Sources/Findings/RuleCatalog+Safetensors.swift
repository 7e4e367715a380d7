// safetensors files.
extension Rule {
  package static let safetensorsLength = Rule(
    "safetensors.header-length", "safetensors header of a length that no file has", .high, .deny,
    explanation:
      "The file says that its header is longer than the library reads. A reader that believes it allocates as much.",
    remediation: "Do not load the file.", cwe: ["CWE-789"], atlas: ["AML.T0029"])

  package static let safetensorsHeader = Rule(
    "safetensors.irregular-header", "safetensors header as the library does not write it", .medium, .review,
    explanation:
      "The header says something twice, or something that the format does not have. Readers of safetensors differ in what they make of it.",
    remediation: "Find out what wrote the file, and have the weights saved again.", cwe: ["CWE-436"])

  package static let safetensorsLayout = Rule(
    "safetensors.layout", "Tensors that do not fill their file", .medium, .review,
    explanation:
      "The tensors overlap, leave bytes between or behind them, or need other sizes than they have. The library refuses such a file; other readers may not.",
    remediation: "Find out what wrote the file, and have the weights saved again.", cwe: ["CWE-1284"])

  package static let safetensorsName = Rule(
    "safetensors.tensor-name", "Tensor whose name is a path or cannot be shown", .medium, .review,
    explanation:
      "A program that writes one file for each tensor would write elsewhere; or the name is made not to be seen.",
    remediation: "Look at the names before you give the file to a converter.", cwe: ["CWE-22"])

  package static let safetensorsHeaderSize = Rule(
    "safetensors.header-outweighs-data", "A long header over hardly any data", .medium, .review,
    explanation:
      "The header describes thousands of tensors and is longer than all of them. It costs memory and time and holds no weights.",
    remediation: "Find out what wrote the file.", cwe: ["CWE-400"])
}

extension RuleCatalog {
  static let safetensors: [Rule] = [
    .safetensorsLength, .safetensorsHeader, .safetensorsLayout, .safetensorsName, .safetensorsHeaderSize,
  ]
}
