#include "collect/rotation_search.h"

#include "unjam/base/bytes.h"
#include "unjam/base/error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <system_error>

namespace unjam {
namespace {

using namespace std::string_view_literals;
namespace fs = std::filesystem;

/// Kernels stamp some writes with the time of the last tick, others exactly.
constexpr Duration kTick = std::chrono::milliseconds(50);

std::string_view without_compression(std::string_view name) {
  for (const std::string_view ending : {".gz"sv, ".zst"sv}) {
    if (name.ends_with(ending)) {
      name.remove_suffix(ending.size());
    }
  }
  return name;
}

bool is_compressed_name(std::string_view name) { return without_compression(name) != name; }

/// ".1", "-20240518", "_2024-05-18T12.00Z", ".old"
bool is_suffix(std::string_view text) {
  if (text.size() < 2 || "._-~"sv.find(text[0]) == std::string_view::npos) {
    return false;
  }
  text.remove_prefix(1);
  constexpr std::array kWords = {"old"sv, "bak"sv, "prev"sv, "backup"sv, "save"sv, "rotated"sv};
  if (std::find(kWords.begin(), kWords.end(), text) != kWords.end()) {
    return true;
  }
  return is_digit(text[0]) && std::all_of(text.begin(), text.end(), [](char c) {
           return is_digit(c) || ".-_:+TZ"sv.find(c) != std::string_view::npos;
         });
}

/// Of ".7" or ".7.gz": 7.
std::optional<std::uint64_t> number_of(std::string_view path) {
  path = without_compression(path);
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view digits = path.substr(dot + 1);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool sound = error == std::errc() && end == digits.data() + digits.size();
  return sound && digits.size() <= 5 ? std::optional(number) : std::nullopt;
}

bool same_but_digits(std::string_view a, std::string_view b) {
  const auto blind = [](std::string_view text) {
    std::string result;
    for (const char c : text) {
      if (!is_digit(c)) {
        result += c;
      } else if (result.empty() || result.back() != '0') {
        result += '0';
      }
    }
    return result;
  };
  return blind(without_compression(a)) == blind(without_compression(b));
}

/// Siblings come and go while they are looked at.
std::optional<FileStatus> try_status(const std::string& path) {
  try {
    return status_of(path);
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::unique_ptr<OpenLog> try_open(const std::string& path) {
  try {
    return OpenLog::open(path);
  } catch (const Error&) {
    return nullptr;
  }
}

void add_folder(const fs::path& folder, std::string_view base, bool of_target,
                std::vector<RotatedLog>& to) {
  std::error_code error;
  for (fs::directory_iterator entry(folder.empty() ? "." : folder, error), end;
       !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    const bool other = name != base && !(of_target && !same_but_digits(name, base));
    if (!is_rotated_name(name, base) && !(of_target && other)) {
      continue;
    }
    const std::string path = entry->path().string();
    if (const auto status = try_status(path)) {
      to.push_back({path, *status});
    }
  }
}

Duration slack_of(const RotatedLog& sibling) {
  return is_compressed_name(sibling.path) ? kTimeSlack : kTick;
}

/// A damaged or half-written compressed sibling is none.
bool holds(OpenLog& log, const TailPlace& place) {
  try {
    return (log.compressed() || log.status().size >= place.offset) &&
           log.has(place.head, place.head.bytes) && log.has(place.before, place.offset);
  } catch (const Error&) {
    return false;
  }
}

/// The oldest sibling that holds `place`: as far as its beginning, others may too.
std::unique_ptr<OpenLog> find_content(const std::string& path, const TailPlace& place,
                                      const std::vector<FinishedLog>& finished) {
  if (place.head.bytes == 0 || place.before.bytes == 0) {
    return nullptr;
  }
  for (const RotatedLog& sibling : rotated_logs(path)) {
    if (sibling.status.modified + slack_of(sibling) >= place.modified &&
        sibling.status.id != place.id) {
      auto log = try_open(sibling.path);
      if (log && holds(*log, place) && !is_finished(*log, finished)) {
        return log;
      }
    }
  }
  return nullptr;
}

}  // namespace

bool is_rotated_name(std::string_view name, std::string_view base) {
  name = without_compression(name);
  if (name.starts_with(base)) {
    return is_suffix(name.substr(base.size()));
  }
  // The date before the extension.
  const std::size_t dot = base.rfind('.');
  if (dot == std::string_view::npos || dot == 0) {
    return false;
  }
  const std::string_view stem = base.substr(0, dot);
  const std::string_view extension = base.substr(dot);
  return name.size() > base.size() && name.starts_with(stem) && name.ends_with(extension) &&
         is_suffix(name.substr(stem.size(), name.size() - base.size()));
}

std::vector<RotatedLog> rotated_logs(const std::string& path) {
  std::vector<RotatedLog> result;
  const fs::path named(path);
  add_folder(named.parent_path(), named.filename().string(), false, result);
  std::error_code error;
  if (fs::is_symlink(named, error)) {
    const fs::path target = fs::weakly_canonical(named, error);
    if (!error) {
      add_folder(target.parent_path(), target.filename().string(), true, result);
    }
  }
  const auto itself = try_status(path);
  std::erase_if(result,
                [&](const RotatedLog& log) { return itself && log.status.id == itself->id; });
  // Until a compressed copy is whole and has the time of its original, that stands beside it.
  std::set<std::string, std::less<>> plain;
  for (const RotatedLog& log : result) {
    if (!is_compressed_name(log.path)) {
      plain.insert(log.path);
    }
  }
  std::erase_if(result, [&](const RotatedLog& log) {
    return is_compressed_name(log.path) && plain.contains(without_compression(log.path));
  });
  const bool numbered = std::all_of(result.begin(), result.end(),
                                    [](const RotatedLog& log) { return number_of(log.path); });
  // Times are too coarse to order files that were written within moments; dates in names are not.
  const bool dated =
      !numbered && std::all_of(result.begin(), result.end(), [&](const RotatedLog& log) {
        const std::string& first = result.front().path;
        return same_but_digits(log.path, first) &&
               without_compression(log.path).size() == without_compression(first).size();
      });
  std::sort(result.begin(), result.end(), [&](const RotatedLog& a, const RotatedLog& b) {
    if (numbered && number_of(a.path) != number_of(b.path)) {
      return number_of(a.path) > number_of(b.path);
    }
    if (!numbered && !dated && a.status.modified != b.status.modified) {
      return a.status.modified < b.status.modified;
    }
    return a.path < b.path;
  });
  return result;
}

std::unique_ptr<OpenLog> find_place(const std::string& path, const TailPlace& place,
                                    const std::vector<FinishedLog>& finished) {
  auto current = OpenLog::open(path);
  if (current && current->id() == place.id && holds(*current, place)) {
    return current;
  }
  std::vector<std::string> names{place.path};
  for (const RotatedLog& sibling : rotated_logs(path)) {
    names.push_back(sibling.path);
  }
  for (const std::string& name : names) {
    const auto status = try_status(name);
    if (status && status->id == place.id) {
      auto log = try_open(name);
      if (log && log->id() == place.id && holds(*log, place)) {
        return log;
      }
    }
  }
  if (auto log = find_content(path, place, finished)) {
    return log;
  }
  // Moved to another file system, or put back from a copy.
  const bool known = place.head.bytes > 0 && place.before.bytes > 0;
  return known && current && holds(*current, place) ? std::move(current) : nullptr;
}

std::unique_ptr<OpenLog> find_copy(const std::string& path, const TailPlace& place,
                                   const std::vector<FinishedLog>& finished) {
  return find_content(path, place, finished);
}

bool is_finished(OpenLog& log, const std::vector<FinishedLog>& finished) {
  if (finished.empty()) {
    return false;
  }
  const std::string head = log.head();
  return std::any_of(finished.begin(), finished.end(), [&](const FinishedLog& known) {
    return head.size() == known.head.bytes && mark_of(head) == known.head;
  });
}

std::unique_ptr<OpenLog> next_rotated(const std::string& path, TimePoint after,
                                      const std::vector<FinishedLog>& finished,
                                      const FileId& current) {
  for (const RotatedLog& sibling : rotated_logs(path)) {
    if (sibling.status.modified + slack_of(sibling) < after || sibling.status.size == 0 ||
        sibling.status.id == current) {
      continue;
    }
    try {
      auto log = OpenLog::open(sibling.path);
      if (log && log->id() == sibling.status.id && !is_finished(*log, finished) &&
          !log->head().empty()) {
        return log;
      }
    } catch (const Error& error) {
      // While it is being compressed, the whole one stands beside it.
      if (error.kind() != ErrorKind::Corrupt) {
        throw;
      }
    }
  }
  return nullptr;
}

}  // namespace unjam
