// OpenMetrics 1.0 (https://prometheus.io/docs/specs/om/open_metrics_spec/): families together,
// counters with the suffix _total, UTF-8, and `# EOF` at the end.
#include "unjam/base/utf8.h"
#include "unjam/serve/readiness.h"

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace unjam {
namespace {

using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

std::string label_value(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const char c = text.front();
    if (length == 0) {
      result += "\xef\xbf\xbd";
    } else if (c == '\n') {
      result += "\\n";
    } else if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == '\x7f') {
      result += ' ';
    } else {
      result += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(1, length));
  }
  return result;
}

class Page {
 public:
  enum class Type { Counter, Gauge };

  /// What follows belongs to it.
  void family(std::string_view name, Type type, std::string_view unit, std::string_view help) {
    name_ = fmt::format("unjam_{}", name);
    suffix_ = type == Type::Counter ? "_total" : "";
    text_ += fmt::format("# TYPE {} {}\n", name_, type == Type::Counter ? "counter" : "gauge");
    if (!unit.empty()) {
      text_ += fmt::format("# UNIT {} {}\n", name_, unit);
    }
    text_ += fmt::format("# HELP {} {}\n", name_, help);
  }

  void sample(double value, const Labels& labels = {}) {
    text_ += name_ + std::string(suffix_);
    for (std::size_t i = 0; i < labels.size(); ++i) {
      text_ += fmt::format("{}{}=\"{}\"", i == 0 ? '{' : ',', labels[i].first,
                           label_value(labels[i].second));
    }
    text_ += labels.empty() ? "" : "}";
    // Integers of any size in full: 1e+06 would lose digits.
    text_ += fmt::format(" {}\n", value);
  }

  std::string finish() { return std::move(text_) + "# EOF\n"; }

 private:
  std::string text_;
  std::string name_;
  std::string_view suffix_;
};

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

Labels labels_of(const CollectorStatus& collector) {
  return {{"target", collector.target}, {"collector", collector.name}};
}

void add_collectors(const std::vector<CollectorStatus>& collectors, TimePoint now, Page& page) {
  const auto each = [&](auto value) {
    for (const CollectorStatus& collector : collectors) {
      page.sample(value(collector), labels_of(collector));
    }
  };
  using Type = Page::Type;
  page.family("collector_state", Type::Gauge, "", "1 for the state that the collector is in");
  constexpr std::array<CollectorStatus::State, 5> kStates = {
      CollectorStatus::State::Starting, CollectorStatus::State::Running,
      CollectorStatus::State::Retrying, CollectorStatus::State::Refused,
      CollectorStatus::State::Disabled};
  for (const CollectorStatus& collector : collectors) {
    for (const CollectorStatus::State state : kStates) {
      Labels labels = labels_of(collector);
      labels.emplace_back("state", to_string(state));
      page.sample(collector.state == state ? 1 : 0, labels);
    }
  }
  page.family("collector_polls", Type::Counter, "", "Looks at the log or the server");
  each([](const CollectorStatus& c) { return static_cast<double>(c.polls); });
  page.family("collector_poll_seconds", Type::Counter, "seconds", "Time that polls took here");
  each([](const CollectorStatus& c) { return seconds(c.poll_time); });
  page.family("collector_errors", Type::Counter, "", "Polls that failed");
  each([](const CollectorStatus& c) { return static_cast<double>(c.errors); });
  page.family("collector_flushes", Type::Counter, "", "Packets of new numbers");
  each([](const CollectorStatus& c) { return static_cast<double>(c.flushes); });
  page.family("collector_calls", Type::Counter, "", "Executions of statements counted");
  each([](const CollectorStatus& c) { return static_cast<double>(c.calls); });
  page.family("collector_warnings", Type::Gauge, "", "Warnings that hold now; /readyz has them");
  each([](const CollectorStatus& c) { return static_cast<double>(c.health.warnings.size()); });
  page.family("collector_last_flush_age_seconds", Type::Gauge, "seconds",
              "Time since new numbers came");
  for (const CollectorStatus& collector : collectors) {
    if (collector.last_flush) {
      page.sample(seconds(now - *collector.last_flush), labels_of(collector));
    }
  }
}

/// A collector's own numbers: each name is a family, whoever has it.
void add_health(const std::vector<CollectorStatus>& collectors, Page& page) {
  std::map<std::string, std::vector<std::pair<const CollectorStatus*, double>>> families;
  for (const CollectorStatus& collector : collectors) {
    for (const auto& [name, value] : collector.health.numbers) {
      std::string clean;
      for (const char c : name) {
        const bool word =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        clean += word ? c : '_';
      }
      families[clean].emplace_back(&collector, value);
    }
  }
  constexpr std::string_view kTotal = "_total";
  for (const auto& [name, samples] : families) {
    const bool counter = name.ends_with(kTotal);
    std::string base = counter ? name.substr(0, name.size() - kTotal.size()) : name;
    if (!counter && families.contains(name + std::string(kTotal))) {
      base += "_last";  // Two families may not share a name.
    }
    page.family("watch_" + base, counter ? Page::Type::Counter : Page::Type::Gauge, "",
                "Told by the collector itself");
    const CollectorStatus* last = nullptr;
    for (const auto& [collector, value] : samples) {
      // One sample for each set of labels.
      if (collector != last) {
        page.sample(value, labels_of(*collector));
      }
      last = collector;
    }
  }
}

void add_store(const ServiceStatus& status, Page& page) {
  using Type = Page::Type;
  const auto one = [&](std::string_view name, Type type, std::string_view unit,
                       std::string_view help, double value) {
    page.family(name, type, unit, help);
    page.sample(value);
  };
  const StoreStatus& store = status.store;
  const auto number = [](std::uint64_t value) { return static_cast<double>(value); };
  one("store_writable", Type::Gauge, "", "1: the last write went well",
      store.trouble.empty() ? 1 : 0);
  one("store_commits", Type::Counter, "", "Transactions", number(store.commits));
  one("store_flushes", Type::Counter, "", "Packets of numbers written", number(store.flushes));
  one("store_failures", Type::Counter, "", "Writes that failed and were tried again",
      number(store.failures));
  one("store_write_seconds", Type::Counter, "seconds", "Time that writes took",
      seconds(store.write_time));
  one("store_rolled_up_slices", Type::Counter, "", "Slices merged into coarser ones",
      number(store.rolled_up));
  one("store_expired_slices", Type::Counter, "", "Slices past their retention, removed",
      number(store.expired));
  one("store_dropped_slices", Type::Counter, "", "Slices removed early because the store was full",
      number(store.dropped_for_space));
  if (store.bytes > 0) {
    one("store_bytes", Type::Gauge, "bytes", "Size of the store's files", number(store.bytes));
  }
  if (store.most_bytes > 0) {
    one("store_limit_bytes", Type::Gauge, "bytes", "Setting store.max_size",
        number(store.most_bytes));
  }
  one("queue_items", Type::Gauge, "", "Packets that wait for the store",
      number(status.queue.items));
  one("queue_bytes", Type::Gauge, "bytes", "Memory of what waits for the store",
      number(status.queue.bytes));
  one("queue_limit_bytes", Type::Gauge, "bytes", "Bound of it; then collectors wait",
      number(status.queue.most_bytes));
}

void add_service(const ServiceStatus& status, Page& page) {
  using Type = Page::Type;
  page.family("build_info", Type::Gauge, "", "1, with the version");
  page.sample(1, {{"version", UNJAM_VERSION}});
  page.family("ready", Type::Gauge, "", "1: no trouble; /readyz names what there is");
  page.sample(readiness(status).troubles.empty() ? 1 : 0);
  page.family("uptime_seconds", Type::Gauge, "seconds", "Time since the service began");
  page.sample(seconds(status.now - status.started));
  page.family("reloads", Type::Counter, "", "Reloads of the configuration that were taken over");
  page.sample(static_cast<double>(status.reloads));
  page.family("log_messages", Type::Counter, "", "Warnings and errors in the log");
  page.sample(static_cast<double>(status.warnings_logged), {{"level", "warning"}});
  page.sample(static_cast<double>(status.errors_logged), {{"level", "error"}});
  page.family("cpu_seconds", Type::Counter, "seconds", "Processor time of the service");
  page.sample(seconds(status.cpu_time));
  if (status.resident_bytes > 0) {
    page.family("resident_bytes", Type::Gauge, "bytes", "Memory of the service");
    page.sample(static_cast<double>(status.resident_bytes));
  }
}

}  // namespace

std::string render_metrics(const ServiceStatus& status) {
  Page page;
  add_service(status, page);
  add_store(status, page);
  add_collectors(status.collectors, status.now, page);
  add_health(status.collectors, page);
  return page.finish();
}

}  // namespace unjam
