internal import Glibc

/// A value that several threads share: one at a time has it, and the others can wait until it changes.
///
/// The pair of a mutex and a condition of POSIX threads. pthread_mutex_lock(3), pthread_cond_wait(3)
///
/// SAFETY: `value` is touched only with the mutex held; both objects stay where they were made until no
/// reference is left.
@safe package final class Monitor<Value>: @unchecked Sendable {
  private var value: Value
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>

  package init(_ value: sending Value) {
    self.value = value
    unsafe mutex = .allocate(capacity: 1)
    unsafe condition = .allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe condition.initialize(to: pthread_cond_t())
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(condition, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  /// Gives the value to `body`, alone.
  package func withLock<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return try body(&value)
  }

  /// Gives the value to `body`, alone, until it has a result; between its tries the thread waits for others'
  /// changes. Wakes all who wait, because the try with the result may have changed the value.
  package func wait<Result>(until body: (inout Value) -> Result?) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while true {
      if let result = body(&value) {
        unsafe pthread_cond_broadcast(condition)
        return result
      }
      unsafe pthread_cond_wait(condition, mutex)
    }
  }

  /// Changes the value, alone, and wakes all who wait.
  package func update<Result>(_ body: (inout Value) -> Result) -> Result {
    withLock { value in
      defer { unsafe pthread_cond_broadcast(condition) }
      return body(&value)
    }
  }
}
