// Between the collectors and the one writer: full means wait. Nothing is dropped, because what
// waits is durable elsewhere (a log, a server's cumulative counters).
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <stop_token>
#include <utility>
#include <vector>

namespace unjam {

/// First in, first out; bounded by the number and the bytes of what it holds. Thread-safe.
template <typename T>
class BoundedQueue {
 public:
  BoundedQueue(std::size_t most_items, std::size_t most_bytes)
      : most_items_(most_items), most_bytes_(most_bytes) {}

  /// Waits for room, but no longer than until `stop` is asked for or the queue is closed; false
  /// then, and `item` is untouched. One item larger than the bound has room in an empty queue.
  bool push(T& item, std::size_t bytes, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const bool room = room_.wait(lock, stop, [&] { return closed_ || has_room(bytes); });
    // The wait also ends well when both happen at once: stopping goes first.
    if (!room || closed_ || stop.stop_requested()) {
      return false;
    }
    items_.push_back({std::move(item), bytes});
    bytes_ += bytes;
    lock.unlock();
    something_.notify_one();
    return true;
  }

  /// Takes what is there, in order, up to about `most_bytes` (at least one item). Waits up to
  /// `patience` when nothing is; empty after that, or when closed and drained.
  std::vector<T> pop(std::chrono::microseconds patience, std::size_t most_bytes) {
    std::vector<T> taken;
    {
      std::unique_lock lock(mutex_);
      something_.wait_for(lock, patience, [&] { return closed_ || !items_.empty(); });
      std::size_t bytes = 0;
      while (!items_.empty() && (taken.empty() || bytes + items_.front().bytes <= most_bytes)) {
        bytes += items_.front().bytes;
        taken.push_back(std::move(items_.front().item));
        items_.pop_front();
      }
      bytes_ -= bytes;
    }
    room_.notify_all();
    return taken;
  }

  /// Nothing gets in any more; what is in can still be taken.
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    room_.notify_all();
    something_.notify_all();
  }

  std::size_t items() const {
    const std::lock_guard lock(mutex_);
    return items_.size();
  }
  std::size_t bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
  }
  std::size_t most_bytes() const { return most_bytes_; }

 private:
  struct Entry {
    T item;
    std::size_t bytes;
  };

  bool has_room(std::size_t bytes) const {
    return items_.empty() || (items_.size() < most_items_ && bytes_ + bytes <= most_bytes_);
  }

  const std::size_t most_items_;
  const std::size_t most_bytes_;
  mutable std::mutex mutex_;
  std::condition_variable_any room_;
  std::condition_variable something_;
  std::deque<Entry> items_;
  std::size_t bytes_ = 0;
  bool closed_ = false;
};

}  // namespace unjam
