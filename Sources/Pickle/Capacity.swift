/// How much the machine keeps at most. Reaching a limit ends the stream as not examined; only elements
/// of containers are let go instead, because little depends on them.
package struct Capacity: Sendable {
  /// Values on the stack.
  package var stack = 1 << 24
  /// Marks on the stack.
  package var marks = 1 << 22
  /// Memo slots.
  package var memo = 1 << 26
  /// Containers, imports and calls.
  package var nodes = 1 << 24
  /// Elements kept in all containers, tuples included; at most 2^24.
  package var elements = 1 << 24
  /// Elements above which only tuples are still kept.
  package var mutableElements = 4 << 20
  /// Elements kept of one list, dictionary (keys and values both count) or set; below 2^16.
  package var containerElements = 512
  /// Bytes of all different imported names.
  package var nameBytes = 1 << 26
  /// Bytes of the input that are in memory at a time.
  package var window = 1 << 18

  package init() {}
}
