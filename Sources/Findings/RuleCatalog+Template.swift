/// Techniques that every rule about a template names: an unsafe artifact that a user loads.
private let unsafeArtifact = ["AML.T0010.003", "AML.T0011.000"]

// Chat templates: programs in Jinja that a loader runs on every conversation.
extension Rule {
  package static let templateEscape = Rule(
    "template.sandbox-escape", "Template that reaches into Python", .critical, .deny,
    explanation:
      "The template asks a value for Python's insides (`__class__`, `__globals__`, a frame, a module) or names Python's own functions. Rendered without a sandbox it runs commands; no chat template needs it.",
    remediation: "Do not load the model with this template.", cwe: ["CWE-1336", "CWE-94"],
    atlas: unsafeArtifact)

  package static let templateComputedName = Rule(
    "template.computed-attribute", "Template that computes the name of an attribute", .medium, .review,
    explanation:
      "Which attribute of a value the template asks for is known only when it runs, or the attribute is private.",
    remediation: "Read the template, and render it in a sandbox only.", cwe: ["CWE-1336"],
    atlas: unsafeArtifact)

  package static let templateUnknownName = Rule(
    "template.unreviewed-name", "Template that calls what no chat template calls", .medium, .review,
    explanation:
      "The template calls a function, filter, test or method that neither Jinja nor the loaders of chat templates define, or uses an object of a program around it.",
    remediation: "Find out which program the template is for, and what that program gives it.",
    cwe: ["CWE-1336"], atlas: unsafeArtifact)

  package static let templateReference = Rule(
    "template.other-template", "Template that loads another template", .medium, .review,
    explanation: "What the other template says is not in this file.",
    remediation: "Find the other template and have it examined.", cwe: ["CWE-829"])

  package static let templateCost = Rule(
    "template.resource-use", "Template that can take all time or memory", .medium, .review,
    explanation:
      "The template counts, repeats or pads without sense. Rendering it can stop the program that serves the model.",
    remediation: "Do not render the template.", cwe: ["CWE-400"], atlas: ["AML.T0029"])

  package static let templateMalformed = Rule(
    "template.malformed", "Template that Jinja does not read", .medium, .review,
    explanation:
      "The text is marked as a template and is none that Jinja accepts. Another engine may make something else of it.",
    remediation: "Find out which program the template is for.", cwe: ["CWE-20"])

  package static let templateInstruction = Rule(
    "template.hidden-instruction", "Template that gives the model orders of its own", .medium, .review,
    explanation:
      "The template adds text that tells the model to disregard its user or its instructions, or adds text only where a conversation mentions certain words. Nobody who uses the model sees it.",
    remediation: "Read the template, and compare it with the one that the model's publisher documents.",
    cwe: ["CWE-1427"], atlas: ["AML.T0051.000", "AML.T0018"])

  package static let templateAddress = Rule(
    "template.web-address", "Template that holds a web address", .low, .allow,
    explanation: "The template puts a web address into the conversation. That alone does nothing.",
    remediation: "See that the address is one that the model's publisher would give.", cwe: ["CWE-1427"])
}

extension RuleCatalog {
  static let template: [Rule] = [
    .templateEscape, .templateComputedName, .templateUnknownName, .templateReference, .templateCost,
    .templateMalformed, .templateInstruction, .templateAddress,
  ]
}
