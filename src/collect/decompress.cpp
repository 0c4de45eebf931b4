#include "collect/decompress.h"

#include "unjam/base/error.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

namespace unjam {
namespace {

constexpr std::size_t kInputBytes = std::size_t{128} << 10;
constexpr std::size_t kBlockBytes = std::size_t{256} << 10;
constexpr std::size_t kBlocksAhead = 4;

Error corrupt(const std::string& path, std::string_view what) {
  return {ErrorKind::Corrupt,
          fmt::format("cannot read all of {}: {}; what comes before the damage is reported", path,
                      what)};
}

/// Compressed bytes, a buffer at a time.
class Input {
 public:
  explicit Input(std::unique_ptr<ByteSource> raw) : raw_(std::move(raw)), buffer_(kInputBytes) {}

  /// Refills when empty; false at the end.
  bool refill() {
    if (at_ < size_) {
      return true;
    }
    at_ = 0;
    size_ = raw_->read(buffer_.data(), buffer_.size());
    return size_ > 0;
  }
  char* data() { return buffer_.data() + at_; }
  std::size_t size() const { return size_ - at_; }
  void use(std::size_t count) { at_ += count; }

 private:
  std::unique_ptr<ByteSource> raw_;
  std::vector<char> buffer_;
  std::size_t at_ = 0;
  std::size_t size_ = 0;
};

class Decoder {
 public:
  virtual ~Decoder() = default;
  /// Fills at most `size` bytes; 0 at the end.
  virtual std::size_t decode(char* to, std::size_t size) = 0;
};

class GzipDecoder : public Decoder {
 public:
  GzipDecoder(const std::string& path, std::unique_ptr<ByteSource> raw)
      : path_(path), input_(std::move(raw)) {
    constexpr int kGzipWindow = 15 + 16;
    if (inflateInit2(&stream_, kGzipWindow) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  ~GzipDecoder() override { inflateEnd(&stream_); }
  GzipDecoder(const GzipDecoder&) = delete;
  GzipDecoder& operator=(const GzipDecoder&) = delete;

  std::size_t decode(char* to, std::size_t size) override {
    stream_.next_out = reinterpret_cast<Bytef*>(to);
    stream_.avail_out = static_cast<uInt>(size);
    while (stream_.avail_out > 0) {
      if (!input_.refill()) {
        if (inside_) {
          return partial(size, "the gzip stream is cut off");
        }
        break;
      }
      if (!inside_) {
        if (*input_.data() == '\0' && begun_) {
          input_.use(1);
          continue;
        }
        inside_ = true;
        begun_ = true;
      }
      stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
      const std::size_t offered = input_.size();
      stream_.avail_in = static_cast<uInt>(offered);
      const int result = inflate(&stream_, Z_NO_FLUSH);
      input_.use(offered - stream_.avail_in);
      if (result == Z_STREAM_END) {
        inside_ = false;
        inflateReset(&stream_);
      } else if (result != Z_OK && result != Z_BUF_ERROR) {
        return partial(size, stream_.msg != nullptr ? stream_.msg : "the gzip stream is damaged");
      }
    }
    return size - stream_.avail_out;
  }

 private:
  /// Delivers what there is first; the next call finds nothing and throws.
  std::size_t partial(std::size_t size, std::string_view what) {
    if (size > stream_.avail_out) {
      return size - stream_.avail_out;
    }
    throw corrupt(path_, what);
  }

  const std::string& path_;
  Input input_;
  z_stream stream_{};
  bool inside_ = false;  ///< In a member.
  bool begun_ = false;
};

class ZstdDecoder : public Decoder {
 public:
  ZstdDecoder(const std::string& path, std::unique_ptr<ByteSource> raw)
      : path_(path), input_(std::move(raw)), context_(ZSTD_createDCtx(), ZSTD_freeDCtx) {
    if (!context_) {
      throw std::bad_alloc();
    }
    // As `zstd --long=31`: windows that the encoder was told to use are accepted.
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, 31);
  }

  std::size_t decode(char* to, std::size_t size) override {
    ZSTD_outBuffer out{to, size, 0};
    while (out.pos < out.size) {
      if (!input_.refill()) {
        if (inside_ && out.pos == 0) {
          throw corrupt(path_, "the zstd stream is cut off");
        }
        break;
      }
      ZSTD_inBuffer in{input_.data(), input_.size(), 0};
      const std::size_t result = ZSTD_decompressStream(context_.get(), &out, &in);
      if (ZSTD_isError(result) != 0) {
        if (out.pos > 0) {
          break;
        }
        throw corrupt(path_, ZSTD_getErrorName(result));
      }
      input_.use(in.pos);
      inside_ = result != 0;
    }
    return out.pos;
  }

 private:
  const std::string& path_;
  Input input_;
  std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context_;
  bool inside_ = false;
};

struct Block {
  std::vector<char> bytes = std::vector<char>(kBlockBytes);
  std::size_t size = 0;
};

/// A ring of blocks between the decoder's thread and the reader.
class AheadSource : public ByteSource {
 public:
  explicit AheadSource(std::unique_ptr<Decoder> decoder)
      : decoder_(std::move(decoder)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

  std::size_t read(char* to, std::size_t size) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return filled_ > 0 || done_; });
    if (filled_ == 0) {
      if (failure_) {
        std::rethrow_exception(failure_);
      }
      return 0;
    }
    Block& block = blocks_[read_index_];
    lock.unlock();
    const std::size_t count = std::min(size, block.size - read_offset_);
    std::memcpy(to, block.bytes.data() + read_offset_, count);
    read_offset_ += count;
    if (read_offset_ == block.size) {
      read_offset_ = 0;
      read_index_ = (read_index_ + 1) % kBlocksAhead;
      lock.lock();
      --filled_;
      lock.unlock();
      changed_.notify_all();
    }
    return count;
  }

 private:
  void run(const std::stop_token& stop) {
    std::size_t write_index = 0;
    std::exception_ptr failure;
    try {
      while (true) {
        {
          std::unique_lock lock(mutex_);
          if (!changed_.wait(lock, stop, [this] { return filled_ < kBlocksAhead; })) {
            return;
          }
        }
        Block& block = blocks_[write_index];
        block.size = decoder_->decode(block.bytes.data(), block.bytes.size());
        if (block.size == 0) {
          break;
        }
        write_index = (write_index + 1) % kBlocksAhead;
        {
          const std::lock_guard lock(mutex_);
          ++filled_;
        }
        changed_.notify_all();
      }
    } catch (...) {
      // Handed to the reading thread, which rethrows it behind the last sound byte.
      failure = std::current_exception();
    }
    {
      const std::lock_guard lock(mutex_);
      failure_ = failure;
      done_ = true;
    }
    changed_.notify_all();
  }

  std::unique_ptr<Decoder> decoder_;
  std::array<Block, kBlocksAhead> blocks_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::size_t filled_ = 0;
  bool done_ = false;
  std::exception_ptr failure_;
  std::size_t read_index_ = 0;
  std::size_t read_offset_ = 0;
  std::jthread thread_;
};

}  // namespace

Compression compression_of(std::string_view head) {
  using namespace std::string_view_literals;
  if (head.starts_with("\x1f\x8b"sv)) {
    return Compression::Gzip;
  }
  return head.starts_with("\x28\xb5\x2f\xfd"sv) ? Compression::Zstd : Compression::None;
}

std::unique_ptr<ByteSource> decompress(const std::string& path, std::unique_ptr<ByteSource> raw,
                                       Compression compression) {
  std::unique_ptr<Decoder> decoder;
  if (compression == Compression::Gzip) {
    decoder = std::make_unique<GzipDecoder>(path, std::move(raw));
  } else {
    decoder = std::make_unique<ZstdDecoder>(path, std::move(raw));
  }
  return std::make_unique<AheadSource>(std::move(decoder));
}

}  // namespace unjam
