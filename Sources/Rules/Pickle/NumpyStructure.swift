import Findings
import Pickle

/// A field of a structured type, as bytes inside an element.
private struct Field {
  let name: String
  let offset: Int
  let size: Int
  let hasObject: Bool
  let value: SymbolicValue
}

extension PickleJudge {
  /// A structured type: `V<n>` with names and `{name: (type, offset[, title])}`.
  mutating func checkStructure(
    _ dtype: inout NumpyDtype, _ parts: [SymbolicValue], _ itemSize: Int, _ flags: Int,
    _ values: borrowing ValueTable
  ) -> Judgement {
    guard dtype.kind == UInt8(ascii: "V"), parts[3].kind == .tuple, parts[4].kind == .dictionary,
      let entryCount = values.elementCount(parts[4])
    else { return .refused(.forgedDtype, "it has fields that do not belong to its code") }
    guard let names = values.elements(parts[3]), let entries = values.elements(parts[4]),
      entries.count <= 2 * PickleJudgeLimits.walkedValues
    else { return .unfollowed("its fields are too many to be followed") }
    guard itemSize == dtype.itemSize else {
      return .refused(.forgedDtype, "its item size \(itemSize) is not that of its code, \(dtype.itemSize)")
    }
    var fields: [Field] = []
    for index in stride(from: 0, to: entries.count - 1, by: 2) {
      switch field(entries[index], entries[index + 1], itemSize: itemSize, values) {
      case .success(let field): fields.append(field)
      case .failure(let failure): return failure.judgement
      }
    }
    if let judgement = checkNames(names, fields, values) { return judgement }
    dtype.hasObject = fields.contains { $0.hasObject }
    guard NumpyDtype.flagsAreHonest(flags, hasObject: dtype.hasObject, isStruct: true) else {
      return .refused(.forgedDtype, "its flags \(flags) are not those of its fields")
    }
    dtype.fields = parts[4]
    dtype.fieldEntries = entryCount
    return .reviewed
  }

  private struct FieldFailure: Error { let judgement: Judgement }

  private mutating func field(
    _ key: SymbolicValue, _ value: SymbolicValue, itemSize: Int, _ values: borrowing ValueTable
  ) -> Result<Field, FieldFailure> {
    func refused(_ reason: String) -> Result<Field, FieldFailure> {
      .failure(FieldFailure(judgement: .refused(.forgedDtype, reason)))
    }
    guard let name = values.string(key, limit: 1024) else { return refused("a field's name is no text") }
    guard value.kind == .tuple, let parts = values.elements(value), parts.count == 2 || parts.count == 3,
      let offset = values.integer(parts[1])
    else { return refused("the field '\(name)' is not (type, offset)") }
    let reading = useDtype(parts[0], values)
    guard case .known(let type) = reading else { return .failure(FieldFailure(judgement: reading.failure)) }
    guard offset >= 0, offset <= itemSize, type.itemSize <= itemSize - offset else {
      return refused("the field '\(name)' lies outside an element")
    }
    return .success(
      Field(name: name, offset: offset, size: type.itemSize, hasObject: type.hasObject, value: value))
  }

  /// Every name has its field, every other key is the title of a named field, and no object shares its bytes.
  private func checkNames(
    _ names: [SymbolicValue], _ fields: [Field], _ values: borrowing ValueTable
  ) -> Judgement? {
    var listed: Set<String> = []
    for name in names {
      guard let text = values.string(name, limit: 1024), listed.insert(text).inserted else {
        return .refused(.forgedDtype, "its names are no distinct texts")
      }
    }
    let named = fields.filter { listed.contains($0.name) }
    guard named.count == listed.count else {
      return .refused(.forgedDtype, "its names and fields disagree")
    }
    for field in fields where !listed.contains(field.name) {
      guard
        named.contains(where: {
          $0.offset == field.offset && $0.size == field.size && $0.hasObject == field.hasObject
        })
      else { return .refused(.forgedDtype, "the field '\(field.name)' has no name") }
    }
    let ordered = named.filter { $0.size > 0 }.sorted { $0.offset < $1.offset }
    var end = 0
    var objectEnd = 0
    for field in ordered {
      if field.offset < objectEnd || (field.hasObject && field.offset < end) {
        return .refused(.forgedDtype, "the field '\(field.name)' shares bytes with an object")
      }
      end = max(end, field.offset + field.size)
      if field.hasObject { objectEnd = max(objectEnd, field.offset + field.size) }
    }
    return nil
  }
}
