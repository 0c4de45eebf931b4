#include "app/window.h"

#include "unjam/base/error.h"

#include <algorithm>
#include <cstring>

namespace unjam {
namespace {

/// Fits the second-level cache, so the reader finds the bytes where the kernel just put them.
constexpr std::size_t kFirstCapacity = std::size_t{256} << 10;

}  // namespace

WindowBuffer::WindowBuffer(ByteSource& source, std::uint64_t begin)
    : source_(source),
      data_(std::make_unique<char[]>(kFirstCapacity + kScanPadding)),
      capacity_(kFirstCapacity),
      offset_(begin) {}

void WindowBuffer::fill() {
  if (at_end_) {
    return;
  }
  if (size_ == capacity_) {
    const std::size_t capacity = capacity_ * 2;
    auto data = std::make_unique<char[]>(capacity + kScanPadding);
    std::memcpy(data.get(), data_.get() + first_, size_);
    data_ = std::move(data);
    capacity_ = capacity;
    first_ = 0;
  }
  if (first_ > 0) {
    std::memmove(data_.get(), data_.get() + first_, size_);
    first_ = 0;
  }
  while (size_ < capacity_) {
    std::size_t got = 0;
    try {
      got = source_.read(data_.get() + size_, capacity_ - size_);
    } catch (const Error&) {
      failure_ = std::current_exception();
    }
    if (got == 0) {
      at_end_ = true;
      return;
    }
    size_ += got;
  }
}

void WindowBuffer::rethrow_failure() const {
  if (failure_) {
    std::rethrow_exception(failure_);
  }
}

void WindowBuffer::drop(std::size_t count) {
  first_ += count;
  size_ -= count;
  offset_ += count;
}

std::uint64_t feed(WindowBuffer& buffer, LogReader& reader, EventSink& sink, std::uint64_t stop) {
  while (buffer.offset() < stop) {
    buffer.fill();
    Window window;
    window.bytes = buffer.bytes();
    window.at_end = buffer.at_end();
    if (stop - buffer.offset() < window.bytes.size()) {
      window.stop = static_cast<std::size_t>(stop - buffer.offset());
    }
    const std::size_t used = reader.read(window, sink);
    buffer.drop(used);
    if (window.at_end && (buffer.bytes().empty() || used == 0)) {
      break;
    }
  }
  if (buffer.offset() < stop) {
    buffer.rethrow_failure();
  }
  return buffer.offset();
}

}  // namespace unjam
