package import Findings
package import Formats

/// Judges an XML document part by part: what its readers fetch, replace or run.
///
/// Source: W3C, XML 1.0 and XInclude 1.1; PMML 4.4, "Functions"; OpenVINO `src/frontends/ir/src/ir_deserializer.cpp`.
package struct XMLJudge {
  private let path: [String]
  package private(set) var findings: [Finding] = []
  /// Names of the elements that are open.
  private var open: [ArraySlice<UInt8>] = []

  package init(path: [String]) { self.path = path }

  private mutating func report(
    _ rule: Rule, at offset: Int, _ detail: String, _ evidence: some Sequence<UInt8>
  ) {
    findings.append(
      Finding(
        rule, at: Location(path: path, offset: offset), detail: detail,
        evidence: String(decoding: Array(evidence).prefix(200), as: UTF8.self)), upTo: 128)
  }

  package mutating func judge(_ part: XMLPart) {
    switch part {
    case .instruction(let target, let offset):
      report(.xmlInstruction, at: offset, "The document has an instruction for another program.", target)
    case .documentType(let type): judge(type)
    case .start(let element):
      judge(element)
      open.append(element.localName)
    case .end: _ = open.popLast()
    case .text: break
    }
  }

  private mutating func judge(_ type: XMLDocumentType) {
    if type.declaresEntities {
      report(.xmlEntity, at: type.offset, "The document declares entities of its own.", [])
    } else if type.isExternal, !type.hasPublicName {
      report(.xmlEntity, at: type.offset, "The document's type is at an address that the file chooses.", [])
    } else {
      report(.xmlDocumentType, at: type.offset, "The document declares a type.", [])
    }
  }

  private mutating func judge(_ element: XMLElement) {
    let name = element.localName
    if open.isEmpty, !XMLVocabulary.isData(root: name) {
      report(
        .xmlVocabulary, at: element.offset, "The document is of a kind whose readers are not known.",
        element.name)
    }
    if name.elementsEqual("include".utf8),
      element.value("href") != nil || element.name.contains(UInt8(ascii: ":"))
    {
      report(
        .xmlInclusion, at: element.offset, "The document includes another.", element.value("href") ?? [])
    }
    if ["script", "iframe", "object", "embed"].contains(where: { name.elementsEqual($0.utf8) }) {
      report(.xmlScript, at: element.offset, "The document has an element that runs code.", element.name)
    }
    for attribute in element.attributes { judge(attribute) }
    if name.elementsEqual("Apply".utf8), let function = element.value("function"),
      function.contains(UInt8(ascii: "."))
    {
      report(
        .xmlFunction, at: element.offset, "A function of the model is a class that the reader has to load.",
        function)
    }
    if name.elementsEqual("layer".utf8), element.value("version")?.elementsEqual("extension".utf8) ?? false
    {
      report(
        .xmlFunction, at: element.offset, "An operation of the model is an extension.",
        element.value("type") ?? [])
    }
    if name.elementsEqual("data".utf8), open.last?.elementsEqual("layer".utf8) ?? false {
      judgeWeights(element)
    }
  }

  private mutating func judge(_ attribute: (name: [UInt8], value: [UInt8], offset: Int)) {
    let name = String(decoding: attribute.name, as: UTF8.self).lowercased()
    let value = String(decoding: attribute.value.prefix(32), as: UTF8.self).lowercased()
    guard
      XMLVocabulary.handlers.contains(name) || value.drop(while: \.isWhitespace).hasPrefix("javascript:")
    else {
      return
    }
    report(.xmlScript, at: attribute.offset, "An attribute is code.", attribute.value)
  }

  /// Where OpenVINO finds a constant in the file of weights.
  private mutating func judgeWeights(_ element: XMLElement) {
    guard let offset = element.value("offset"), let size = element.value("size") else { return }
    let start = UInt64(String(decoding: offset, as: UTF8.self))
    let count = UInt64(String(decoding: size, as: UTF8.self))
    if let start, let count, !start.addingReportingOverflow(count).overflow { return }
    report(.xmlWeights, at: element.offset, "The place of a constant in the weights is none.", offset)
  }
}

/// Kinds of documents by their root elements.
enum XMLVocabulary {
  /// Data to all their readers: models of PMML and OpenVINO, OpenCV's storages, annotations of pictures, exports of wikis.
  private static let data: Set<String> = ["PMML", "net", "opencv_storage", "annotation", "mediawiki"]

  static func isData(root: ArraySlice<UInt8>) -> Bool {
    data.contains(String(decoding: root, as: UTF8.self))
  }

  /// Attributes that browsers run.
  static let handlers: Set<String> = [
    "onload", "onerror", "onclick", "onmouseover", "onfocus", "onbegin", "onend", "onrepeat", "onactivate",
    "onabort",
    "onresize", "onscroll", "onunload", "onmousemove", "ontoggle", "onanimationstart",
  ]
}
