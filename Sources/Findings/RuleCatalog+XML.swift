private let find = "Find out which program reads the file and what it does with it, and decide by hand."

extension Rule {
  package static let xmlEntity = Rule(
    "xml.entity", "XML with entities of its own", .high, .deny,
    explanation:
      "A reader that follows the declarations reads files of its machine, asks other hosts, or replaces a few bytes by more than any memory holds. Models need none.",
    remediation: "Do not load the file. Report it to whoever published it.", cwe: ["CWE-611", "CWE-776"],
    atlas: ["AML.T0011.000", "AML.T0029"])

  package static let xmlInclusion = Rule(
    "xml.inclusion", "XML that includes another document", .high, .deny,
    explanation: "A reader of XInclude opens what is named: a file of its machine, or an address.",
    remediation: "Do not load the file.", cwe: ["CWE-611", "CWE-829"], atlas: ["AML.T0011.000"])

  package static let xmlDocumentType = Rule(
    "xml.document-type", "XML that declares its type", .medium, .review,
    explanation: "Some readers fetch the declarations of a document's type, and act on them.",
    remediation: "Read it only with a parser that takes no document types.", cwe: ["CWE-611"])

  package static let xmlInstruction = Rule(
    "xml.instruction", "XML with an instruction for a program", .medium, .review,
    explanation:
      "A processing instruction tells some program what to do with the document: transform it by a style sheet, or run code.",
    remediation: find, cwe: ["CWE-829"])

  package static let xmlScript = Rule(
    "xml.script", "XML with code for a browser", .medium, .review,
    explanation: "Whoever opens the document in a browser or a viewer runs the code.",
    remediation: "Do not open it in a browser.", cwe: ["CWE-79"])

  package static let xmlFunction = Rule(
    "xml.custom-function", "A model in XML that needs code of its own", .medium, .review,
    explanation:
      "The model names a function, or an operation, that its reader has to load as code from elsewhere.",
    remediation: "Find out where that code comes from, and read it.", cwe: ["CWE-829", "CWE-470"])

  package static let xmlWeights = Rule(
    "xml.weights-range", "A constant outside the weights", .high, .deny,
    explanation:
      "Where the constant begins and how long it is do not fit in any file: a reader that does not check reads elsewhere in memory.",
    remediation: "Do not load the model.", cwe: ["CWE-190", "CWE-125"])

  package static let xmlVocabulary = Rule(
    "xml.unknown-vocabulary", "XML of a kind that is not known", .medium, .review,
    explanation:
      "What a document in XML does depends on its reader: some make objects of the classes it names, or run what stands in it.",
    remediation: find, cwe: ["CWE-502"])
}

extension RuleCatalog {
  static let xml: [Rule] = [
    .xmlEntity, .xmlInclusion, .xmlDocumentType, .xmlInstruction, .xmlScript, .xmlFunction, .xmlWeights,
    .xmlVocabulary,
  ]
}
