/// What stands in an XML document, in its order.
package enum XMLPart {
  case instruction(target: [UInt8], offset: Int)
  case documentType(XMLDocumentType)
  case start(XMLElement)
  case end
  /// Characters between tags, or a CDATA section, as they are written.
  case text([UInt8], offset: Int)
}

/// The start of an element. Names are as they are written, with their prefix.
package struct XMLElement {
  package let name: [UInt8]
  package let offset: Int
  package let attributes: [(name: [UInt8], value: [UInt8], offset: Int)]

  /// The name without its prefix.
  package var localName: ArraySlice<UInt8> { XMLElement.local(name) }

  /// The value of the attribute without a prefix; nil where there is none.
  package func value(_ name: String) -> [UInt8]? {
    attributes.first { $0.name.elementsEqual(name.utf8) }?.value
  }

  package static func local(_ name: [UInt8]) -> ArraySlice<UInt8> {
    guard let colon = name.lastIndex(of: UInt8(ascii: ":")) else { return name[...] }
    return name[(colon + 1)...]
  }
}

/// A document type declaration. Nothing of it is followed.
package struct XMLDocumentType {
  package let offset: Int
  /// Whether it names a file or an address of more declarations.
  package fileprivate(set) var isExternal = false
  /// Whether that has a public name, under which readers keep their own copy.
  package fileprivate(set) var hasPublicName = false
  package fileprivate(set) var declaresEntities = false

  package init(offset: Int) { self.offset = offset }

  mutating func refer(hasPublicName: Bool) {
    isExternal = true
    self.hasPublicName = hasPublicName
  }

  mutating func declareEntities() { declaresEntities = true }
}
