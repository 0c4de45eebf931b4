#include "store/writer_lock.h"

#include "unjam/base/error.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

namespace unjam {

WriterLock::WriterLock(const std::filesystem::path& store) {
  const std::string path = store.string() + ".lock";
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (file_ < 0) {
    const int error = errno;
    const bool denied = error == EACCES || error == EPERM || error == EROFS;
    throw Error(denied ? ErrorKind::Denied : ErrorKind::Unreachable,
                fmt::format("store {}: cannot open {}: {}; its folder must exist and be writable",
                            store.string(), path, std::generic_category().message(error)));
  }
  if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
    ::close(file_);
    throw Error(ErrorKind::Unreachable,
                fmt::format("store {}: another unjam writes it; stop that service, or give this "
                            "one a store of its own",
                            store.string()));
  }
}

WriterLock::~WriterLock() { ::close(file_); }

}  // namespace unjam
