package import ByteParsing
package import Findings
package import Formats
package import Pickle

/// Something a judge said about one place of a pickle.
package struct Remark {
  /// nil for something that was not examined.
  package let rule: Rule?
  package let offset: Int
  package let detail: String

  package var verdict: Verdict { rule?.verdict ?? .incomplete }
}

/// Follows a judge through the pickles it judges: an explanation then shows what was judged, and what was said of it,
/// and cannot differ from the verdict.
///
/// A judge says each thing once in a report; an observer hears it at every place it holds for.
package protocol PickleObserver: AnyObject {
  /// An effect, in the order of execution, with what was said of it.
  func observe(_ effect: Effect, _ remarks: [Remark], _ values: borrowing ValueTable)
  /// STOP, with what was said of the result.
  func observe(
    result: SymbolicValue, at offset: Int, _ remarks: [Remark], _ values: borrowing ValueTable)
  /// Something that was said of no effect.
  func observe(_ remark: Remark)
  /// A code object that the last effect makes, or is given.
  func observe(_ code: CodeObject)
  /// The loader takes `count` bytes behind the last effect from the stream itself.
  func observe(skip count: Int)
  /// A pickle begins inside the one that is judged, and is judged before it goes on.
  func beginInner(_ input: Input, at offset: Int)
  /// The innermost pickle has ended.
  func end(_ result: StreamResult)
}

extension PickleJudge {
  /// Judges an effect and shows it to the observer.
  mutating func judgeObserved(_ effect: Effect, _ values: borrowing ValueTable) -> Reaction {
    showRemarks()
    unseen = effect
    let reaction = judge(effect, values)
    showEffect(values)
    showRemarks()
    for code in codes { observer?.observe(code) }
    codes = []
    if case .skip(let count) = reaction { observer?.observe(skip: count) }
    return reaction
  }

  /// Shows the effect that is being judged, unless that was done already.
  mutating func showEffect(_ values: borrowing ValueTable) {
    guard let effect = unseen.take() else { return }
    observer?.observe(effect, takeRemarks(), values)
  }

  /// Keeps a code object that the effect makes for the observer.
  mutating func show(_ code: CodeObject) {
    if observer != nil { codes.append(code) }
  }

  /// Keeps what is said for the observer.
  mutating func remark(_ rule: Rule?, at offset: Int, _ detail: String) {
    guard observer != nil else { return }
    remarks.append(Remark(rule: rule, offset: offset, detail: detail))
  }

  mutating func takeRemarks() -> [Remark] {
    defer { remarks = [] }
    return remarks
  }

  /// Shows what was said of no effect.
  mutating func showRemarks() {
    guard unseen == nil, let observer, !remarks.isEmpty else { return }
    for remark in takeRemarks() { observer.observe(remark) }
  }
}
