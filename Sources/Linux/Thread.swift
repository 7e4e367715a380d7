internal import CLinux
internal import Glibc

/// A thread of the system. Its owner joins it.
@safe package struct Thread: ~Copyable {
  private let handle: pthread_t

  /// Starts `body` on a thread of its own. pthread_create(3)
  ///
  /// - Parameter name: at most 15 bytes, or the thread has none.
  package init(name: String, _ body: @escaping @Sendable () -> Void) throws(SystemCallError) {
    // SAFETY: the box is retained for the new thread, which releases it; where none was made, it is released here.
    let box = unsafe Unmanaged.passRetained(Body(name: name, run: body))
    var handle = pthread_t()
    let number = unsafe pthread_create(
      &handle, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        // SAFETY: the argument is the box that was retained for this thread, taken once.
        let body = unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
        unsafe clinux_name_thread(body.name)
        body.run()
        return nil
      }, box.toOpaque())
    guard number == 0 else {
      unsafe box.release()
      throw SystemCallError("pthread_create", number, name)
    }
    self.handle = handle
  }

  /// Waits for its end. pthread_join(3)
  package consuming func join() { pthread_join(handle, nil) }

  private final class Body: Sendable {
    let name: String
    let run: @Sendable () -> Void

    init(name: String, run: @escaping @Sendable () -> Void) {
      self.name = name
      self.run = run
    }
  }
}

/// A thread that an array can hold.
package final class HeldThread {
  private var thread: Thread?

  /// As `Thread` starts one.
  package init(name: String, _ body: @escaping @Sendable () -> Void) throws(SystemCallError) {
    thread = try Thread(name: name, body)
  }

  /// Waits for its end.
  package func join() { thread.take()?.join() }
}
