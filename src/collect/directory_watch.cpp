#include "collect/directory_watch.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace unjam {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kGather{100};
constexpr std::chrono::milliseconds kRetry{10'000};
constexpr std::uint32_t kEvents = IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE |
                                  IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF;

std::chrono::milliseconds until(Clock::time_point deadline) {
  return std::max(std::chrono::milliseconds(0),
                  std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()));
}

}  // namespace

struct DirectoryWatch::Impl {
  explicit Impl(const std::string& of_path)
      : path(of_path), wake(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
  ~Impl() {
    for (const int fd : {notify, wake}) {
      if (fd >= 0) {
        ::close(fd);
      }
    }
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  /// A folder may be made, replaced or linked elsewhere later, so this is repeated: watching what
  /// is watched changes nothing.
  void watch_folders() {
    if (Clock::now() < next_watch) {
      return;
    }
    next_watch = Clock::now() + kRetry;
    if (notify < 0) {
      notify = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    }
    if (notify < 0) {
      return;
    }
    const fs::path named(path);
    std::error_code error;
    const fs::path target = fs::weakly_canonical(named, error);
    names = {named.filename().string(), target.filename().string()};
    for (const fs::path& folder : {named.parent_path(), target.parent_path()}) {
      // NOLINTNEXTLINE(readability-suspicious-call-argument)
      (void)::inotify_add_watch(notify, folder.empty() ? "." : folder.c_str(), kEvents);
    }
  }

  /// True: one of them is about the log.
  bool take_events() {
    bool found = false;
    alignas(inotify_event) std::array<char, 16384> buffer;
    while (true) {
      const ssize_t got = ::read(notify, buffer.data(), buffer.size());
      if (got <= 0) {
        return found;
      }
      for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
        inotify_event event{};
        std::memcpy(&event, buffer.data() + at, sizeof event);
        const std::string_view name(buffer.data() + at + sizeof event);
        const bool about_folder = event.len == 0;
        found = found || about_folder || std::find(names.begin(), names.end(), name) != names.end();
        at += sizeof event + event.len;
      }
    }
  }

  /// True: something may be there.
  bool wait_once(std::chrono::milliseconds most) {
    std::array<pollfd, 2> fds{{{wake, POLLIN, 0}, {notify, POLLIN, 0}}};
    const nfds_t count = notify >= 0 ? 2 : 1;
    (void)::poll(fds.data(), count, static_cast<int>(most.count()));
    return count == 2 && (fds[1].revents & POLLIN) != 0 && take_events();
  }

  std::string path;
  int notify = -1;  ///< Made by the first wait(): ending one takes the kernel a while.
  int wake;
  std::array<std::string, 2> names;
  Clock::time_point next_watch{};
};

DirectoryWatch::DirectoryWatch(const std::string& path) : impl_(std::make_unique<Impl>(path)) {}
DirectoryWatch::~DirectoryWatch() = default;

void DirectoryWatch::wait(const std::stop_token& stop, std::chrono::milliseconds most) {
  Impl& w = *impl_;
  w.watch_folders();
  const std::stop_callback wake_up(stop, [fd = w.wake] {
    const std::uint64_t one = 1;
    (void)!::write(fd, &one, sizeof one);
  });
  const Clock::time_point deadline = Clock::now() + most;
  while (!stop.stop_requested() && Clock::now() < deadline) {
    if (w.wait_once(until(deadline))) {
      std::array<pollfd, 1> fds{{{w.wake, POLLIN, 0}}};
      (void)::poll(fds.data(), 1, static_cast<int>(std::min(kGather, until(deadline)).count()));
      return;
    }
  }
}

}  // namespace unjam
