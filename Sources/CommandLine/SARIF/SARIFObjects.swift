internal import Findings

/// The objects of a SARIF log that are written, with the properties that are filled.
///
/// Source: OASIS, Static Analysis Results Interchange Format 2.1.0; the sections are named beside each.
enum SARIF {
  static let schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
  static let version = "2.1.0"
  /// The folder that relative paths begin in (section 3.14.14).
  static let root = "%SRCROOT%"

  /// Section 3.27.10.
  enum Level: String, Encodable {
    case error, warning, note

    init(_ verdict: Verdict) {
      self =
        switch verdict {
        case .allow: .note
        case .review, .incomplete: .warning
        case .deny: .error
        }
    }
  }

  /// Sections 3.11 and 3.12.
  struct Text: Encodable {
    let text: String

    /// - Parameter text: visible text, which gets none of the syntax of a message: braces are doubled, as placeholders are
    ///   braces (section 3.11.5), and an attacker's words are no link (section 3.11.6).
    init(_ text: String) {
      var plain = ""
      var previous: Character = " "
      for character in text {
        if previous == "]", character == "(" { plain += " " }
        plain.append(character)
        if "{}".contains(character) { plain.append(character) }
        previous = character
      }
      self.text = plain
    }
  }

  /// Section 3.19: the program, and all it can find.
  struct Tool: Encodable {
    struct Driver: Encodable {
      let name = "lazaret"
      let semanticVersion = Engine.version
      let rules = SARIFRules.all.map(SARIFRule.init)
    }

    let driver = Driver()
  }

  /// Section 3.4.
  struct ArtifactLocation: Encodable {
    let uri: String
    let uriBaseId: String?
  }

  /// Section 3.30. Offsets inside of a member are none of the file's, and stand in the message.
  struct Region: Encodable {
    let byteOffset: Int
  }

  /// Section 3.29.
  struct PhysicalLocation: Encodable {
    let artifactLocation: ArtifactLocation
    let region: Region?
  }

  /// Section 3.33: the member of an archive.
  struct LogicalLocation: Encodable {
    let name: String
    let fullyQualifiedName: String
    let kind = "member"
  }

  /// Section 3.28.
  struct Location: Encodable {
    let physicalLocation: PhysicalLocation
    let logicalLocations: [LogicalLocation]?
  }

  /// Section 3.35: a waiver. Without a status it counts as accepted.
  struct Suppression: Encodable {
    let kind = "external"
    let justification: String
  }

  /// Section 3.27.
  struct Result: Encodable {
    struct Properties: Encodable {
      let verdict: String
      /// The registry's name for the model that it belongs to.
      let model: String?
      let sha256: String?
      let evidence: String?
    }

    let ruleId: String
    let ruleIndex: Int
    let level: Level
    let message: Text
    let locations: [Location]
    let partialFingerprints: [String: String]
    let suppressions: [Suppression]?
    let properties: Properties
  }

  /// Section 3.58.
  struct Notification: Encodable {
    let level = Level.error
    let message: Text
  }

  /// Section 3.20.
  struct Invocation: Encodable {
    let executionSuccessful: Bool
    let exitCode: Int32
    let exitCodeDescription: String
    let toolExecutionNotifications: [Notification]
  }
}
