extension Unicode.Scalar {
  /// Whether the character is no visible one: a control character, one that turns the direction of writing, a line
  /// end, one of no width, or one that nobody has assigned.
  package var isInvisible: Bool {
    if value < 0x7F { return value < 0x20 }
    return switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
    default: properties.isDefaultIgnorableCodePoint
    }
  }
}

extension String {
  /// The text with every invisible character as `\u{202E}`. What is visible stays as it is, backslashes too: for
  /// text whose constants are escaped already.
  package var withoutInvisibles: String {
    guard unicodeScalars.contains(where: \.isInvisible) else { return self }
    var text = ""
    for scalar in unicodeScalars {
      if scalar.isInvisible {
        text += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
