#include "app/service_log.h"

#include "unjam/base/utf8.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace unjam {
namespace {

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): counts of the whole process.
std::atomic<std::uint64_t> warnings_logged{0};
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): counts of the whole process.
std::atomic<std::uint64_t> errors_logged{0};

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::Debug:
      return spdlog::level::debug;
    case LogLevel::Info:
      return spdlog::level::info;
    case LogLevel::Warning:
      return spdlog::level::warn;
    case LogLevel::Error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

/// sd-daemon(3): `<4>` in front of a line is its priority.
class JournalPriority : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&,
              spdlog::memory_buf_t& to) override {
    const char priority = message.level >= spdlog::level::err    ? '3'
                          : message.level == spdlog::level::warn ? '4'
                          : message.level == spdlog::level::info ? '6'
                                                                 : '7';
    to.push_back('<');
    to.push_back(priority);
    to.push_back('>');
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<JournalPriority>();
  }
};

bool is_bare(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < '\x7f' && c != '"' && c != '=' && c != '\\';
  });
}

std::string log_value(std::string_view text) {
  if (is_bare(text)) {
    return std::string(text);
  }
  std::string result = "\"";
  while (!text.empty()) {
    const auto byte = static_cast<unsigned char>(text.front());
    const std::size_t length = std::max<std::size_t>(1, utf8_length(text));
    if (byte == '"' || byte == '\\') {
      result += '\\';
      result += text.front();
      // U+0080 to U+009F are control characters of terminals too.
    } else if (byte < 0x20 || byte == 0x7f || utf8_length(text) == 0 ||
               (length == 2 && byte == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0)) {
      for (const char c : text.substr(0, length)) {
        result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
      }
    } else {
      result += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return result + '"';
}

}  // namespace

void log_event(LogLevel level, std::string_view sentence, std::initializer_list<LogField> fields) {
  if (level == LogLevel::Warning) {
    ++warnings_logged;
  } else if (level == LogLevel::Error) {
    ++errors_logged;
  }
  if (!spdlog::should_log(spdlog_level(level))) {
    return;
  }
  std::string line(sentence);
  for (const LogField& field : fields) {
    line += fmt::format(" {}={}", field.key, log_value(field.value));
  }
  spdlog::log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
}

void start_log(LogLevel level) {
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  formatter->add_flag<JournalPriority>('J');
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing here changes the environment.
  const bool journal = std::getenv("JOURNAL_STREAM") != nullptr;
  formatter->set_pattern(journal ? "%J%v" : "%Y-%m-%dT%H:%M:%S.%eZ %l %v");
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  sink->set_formatter(std::move(formatter));
  auto logger = std::make_shared<spdlog::logger>("unjam", std::move(sink));
  logger->flush_on(spdlog::level::debug);
  spdlog::set_default_logger(std::move(logger));
  change_log_level(level);
}

void change_log_level(LogLevel level) { spdlog::set_level(spdlog_level(level)); }

LogCounts log_counts() { return {warnings_logged, errors_logged}; }

void prepare_log() { (void)spdlog::default_logger_raw(); }

}  // namespace unjam
