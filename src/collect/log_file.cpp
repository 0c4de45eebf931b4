#include "unjam/collect/log_file.h"

#include "collect/decompress.h"
#include "unjam/base/error.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace unjam {
namespace {

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() {
    if (fd_ > STDERR_FILENO) {
      ::close(fd_);
    }
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

[[noreturn]] void throw_errno(const std::string& path, int error) {
  const bool denied = error == EACCES || error == EPERM;
  throw Error(denied ? ErrorKind::Denied : ErrorKind::Unreachable,
              fmt::format("cannot read {}: {}; {}", path, std::generic_category().message(error),
                          denied ? "run as a user who may read it" : "check the path"));
}

std::size_t read_fully(const std::string& path, int fd, char* to, std::size_t size) {
  while (true) {
    const ssize_t got = ::read(fd, to, size);
    if (got >= 0) {
      return static_cast<std::size_t>(got);
    }
    if (errno != EINTR) {
      throw_errno(path, errno);
    }
  }
}

class RangeSource : public ByteSource {
 public:
  RangeSource(const std::string& path, int fd, std::uint64_t begin, std::uint64_t end)
      : path_(path), fd_(fd), at_(begin), end_(end) {}

  std::size_t read(char* to, std::size_t size) override {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(size, end_ - at_));
    while (wanted > 0) {
      const ssize_t got = ::pread(fd_, to, wanted, static_cast<off_t>(at_));
      if (got >= 0) {
        at_ += static_cast<std::uint64_t>(got);
        return static_cast<std::size_t>(got);
      }
      if (errno != EINTR) {
        throw_errno(path_, errno);
      }
    }
    return 0;
  }

 private:
  const std::string& path_;
  int fd_;
  std::uint64_t at_;
  std::uint64_t end_;
};

/// What was read to look at the magic number, then the rest of the descriptor.
class PipeSource : public ByteSource {
 public:
  PipeSource(const std::string& path, int fd, std::string head, std::uint64_t limit)
      : path_(path), fd_(fd), head_(std::move(head)), left_(limit) {}

  std::size_t read(char* to, std::size_t size) override {
    if (!head_.empty()) {
      const std::size_t count = std::min(size, head_.size());
      std::memcpy(to, head_.data(), count);
      head_.erase(0, count);
      return count;
    }
    const std::size_t got =
        read_fully(path_, fd_, to, static_cast<std::size_t>(std::min<std::uint64_t>(size, left_)));
    left_ -= got;
    return got;
  }

 private:
  const std::string& path_;
  int fd_;
  std::string head_;
  std::uint64_t left_;
};

}  // namespace

struct LogFile::Impl {
  Impl(std::string name, int descriptor) : path(std::move(name)), fd(descriptor) {}

  std::string path;
  FileDescriptor fd;
  std::string head;  ///< Bytes taken from the descriptor already.
  bool regular = false;
  std::uint64_t size = 0;
  Compression compression = Compression::None;
};

LogFile::LogFile(std::string path) {
  const bool standard_input = path == "-";
  const int fd = standard_input ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    throw_errno(path, errno);
  }
  impl_ = std::make_unique<Impl>(std::move(path), fd);
  struct stat status {};
  if (::fstat(fd, &status) != 0) {
    throw_errno(impl_->path, errno);
  }
  if (S_ISDIR(status.st_mode)) {
    throw_errno(impl_->path, EISDIR);
  }
  impl_->regular = S_ISREG(status.st_mode) && !standard_input;
  impl_->size = S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0;
  impl_->head.resize(kMagicBytes);
  std::size_t have = 0;
  while (have < kMagicBytes) {
    const std::size_t got =
        read_fully(impl_->path, fd, impl_->head.data() + have, kMagicBytes - have);
    if (got == 0) {
      break;
    }
    have += got;
  }
  impl_->head.resize(have);
  impl_->compression = compression_of(impl_->head);
}

LogFile::~LogFile() = default;
LogFile::LogFile(LogFile&&) noexcept = default;
LogFile& LogFile::operator=(LogFile&&) noexcept = default;

const std::string& LogFile::path() const { return impl_->path; }
bool LogFile::seekable() const { return impl_->regular && impl_->compression == Compression::None; }
std::uint64_t LogFile::size() const { return impl_->size; }

std::unique_ptr<ByteSource> LogFile::range(std::uint64_t begin, std::uint64_t end) const {
  return std::make_unique<RangeSource>(impl_->path, impl_->fd.get(), begin, end);
}

std::unique_ptr<ByteSource> LogFile::stream() {
  const std::uint64_t limit =
      impl_->regular ? impl_->size - std::min<std::uint64_t>(impl_->size, impl_->head.size())
                     : UINT64_MAX;
  auto raw = std::make_unique<PipeSource>(impl_->path, impl_->fd.get(), impl_->head, limit);
  return impl_->compression == Compression::None
             ? std::move(raw)
             : decompress(impl_->path, std::move(raw), impl_->compression);
}

}  // namespace unjam
