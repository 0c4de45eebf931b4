#include "collect/open_log.h"

#include "collect/decompress.h"
#include "unjam/base/error.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

namespace unjam {
namespace {

[[noreturn]] void throw_errno(const std::string& path, int error) {
  const bool denied = error == EACCES || error == EPERM;
  throw Error(
      denied ? ErrorKind::Denied : ErrorKind::Unreachable,
      fmt::format("cannot read log {}: {}; {}", path, std::generic_category().message(error),
                  denied ? "let the user that unjam runs as read it and enter its folder (for "
                           "example: add it to the log's group)"
                         : "check the path and the file system"));
}

FileStatus status_from(const struct stat& status) {
  FileStatus result;
  result.id = {status.st_dev, status.st_ino};
  result.size = static_cast<std::uint64_t>(status.st_size);
  result.modified = TimePoint(std::chrono::seconds(status.st_mtim.tv_sec) +
                              std::chrono::microseconds(status.st_mtim.tv_nsec / 1000));
  return result;
}

bool is_missing(int error) { return error == ENOENT || error == ENOTDIR || error == ESTALE; }

std::string resolved(const std::string& path) {
  std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), &std::free);
  return real ? std::string(real.get()) : path;
}

}  // namespace

ContentMark mark_of(std::string_view bytes) {
  return {static_cast<std::uint32_t>(bytes.size()), XXH3_64bits(bytes.data(), bytes.size())};
}

std::optional<FileStatus> status_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (is_missing(errno)) {
      return std::nullopt;
    }
    throw_errno(path, errno);
  }
  return status_from(status);
}

std::unique_ptr<OpenLog> OpenLog::open(const std::string& path) {
  // A FIFO in the log's place must not block.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    if (is_missing(errno)) {
      return nullptr;
    }
    throw_errno(path, errno);
  }
  std::unique_ptr<OpenLog> log(new OpenLog(resolved(path), fd));
  struct stat status {};
  if (::fstat(fd, &status) != 0) {
    throw_errno(path, errno);
  }
  if (!S_ISREG(status.st_mode)) {
    throw Error(ErrorKind::Unsupported,
                fmt::format("cannot tail {}: it is not a regular file; name the log file", path));
  }
  log->id_ = status_from(status).id;
  std::array<char, kMagicBytes> magic{};
  const std::size_t got = log->read_at(0, magic.data(), magic.size());
  log->compressed_ = compression_of({magic.data(), got}) != Compression::None;
  return log;
}

OpenLog::OpenLog(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}

OpenLog::~OpenLog() {
  stream_.reset();
  ::close(fd_);
}

FileStatus OpenLog::status() const {
  struct stat status {};
  if (::fstat(fd_, &status) != 0) {
    throw_errno(path_, errno);
  }
  return status_from(status);
}

std::size_t OpenLog::read_at(std::uint64_t offset, char* to, std::size_t size) {
  std::size_t have = 0;
  if (!compressed_) {
    while (have < size) {
      const ssize_t got = ::pread(fd_, to + have, size - have, static_cast<off_t>(offset + have));
      if (got < 0 && errno != EINTR) {
        throw_errno(path_, errno);
      }
      if (got == 0) {
        break;
      }
      have += static_cast<std::size_t>(std::max<ssize_t>(got, 0));
    }
    return have;
  }
  if (!stream_ || offset < stream_at_) {
    stream_.reset();
    // The descriptor's own name, since the file may have another one by now.
    file_ = std::make_unique<LogFile>(fmt::format("/proc/self/fd/{}", fd_));
    stream_ = file_->stream();
    stream_at_ = 0;
  }
  while (stream_at_ < offset) {
    std::array<char, 16384> passed_over;
    const std::size_t got = stream_->read(
        passed_over.data(),
        static_cast<std::size_t>(std::min<std::uint64_t>(passed_over.size(), offset - stream_at_)));
    if (got == 0) {
      return 0;
    }
    stream_at_ += got;
  }
  while (have < size) {
    const std::size_t got = stream_->read(to + have, size - have);
    if (got == 0) {
      break;
    }
    have += got;
    stream_at_ += got;
  }
  return have;
}

std::string OpenLog::head() {
  std::string result(ContentMark::kMaxBytes, '\0');
  result.resize(read_at(0, result.data(), result.size()));
  return result;
}

bool OpenLog::has(const ContentMark& mark, std::uint64_t end) {
  if (mark.bytes > ContentMark::kMaxBytes || mark.bytes > end) {
    return false;
  }
  std::string bytes(mark.bytes, '\0');
  const std::size_t got = read_at(end - mark.bytes, bytes.data(), bytes.size());
  return got == bytes.size() && mark_of(bytes) == mark;
}

}  // namespace unjam
