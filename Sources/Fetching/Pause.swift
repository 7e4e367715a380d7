internal import Linux

/// Waiting, by the one call for it that the filter allows.
enum Pause {
  static func milliseconds(_ count: Int) {
    var none: [PollEntry] = []
    // A wait that fails is a wait that was shorter.
    do throws(SystemCallError) { try poll(&none, milliseconds: count) } catch {}
  }
}
