#include "app/service.h"

#include "app/collector_plans.h"
#include "app/service_log.h"
#include "unjam/base/error.h"
#include "unjam/config/rules.h"
#include "unjam/serve/readiness.h"

#include <algorithm>
#include <ctime>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

namespace unjam {
namespace {

namespace fs = std::filesystem;

constexpr Duration kWriterSilence = std::chrono::minutes(1);
constexpr Duration kCollectorSilence = std::chrono::minutes(10);

Config read_config(const fs::path& path) {
  CheckedConfig checked = check_config(path);
  for (const std::string& warning : checked.warnings) {
    log_event(LogLevel::Warning, "configuration warns", {{"warning", warning}});
  }
  return accept(std::move(checked));
}

StoreOptions store_options(const StoreConfig& config) {
  StoreOptions options;
  options.path = config.path;
  options.max_bytes = config.max_bytes;
  options.keep_minutes = config.keep_minutes;
  options.keep_hours = config.keep_hours;
  options.keep_days = config.keep_days;
  options.samples_per_class = config.samples_per_class;
  return options;
}

bool same_store(const StoreConfig& a, const StoreConfig& b) {
  return a.path == b.path && a.max_bytes == b.max_bytes && a.keep_minutes == b.keep_minutes &&
         a.keep_hours == b.keep_hours && a.keep_days == b.keep_days &&
         a.samples_per_class == b.samples_per_class;
}

bool same_http(const HttpConfig& a, const HttpConfig& b) {
  return a.enabled == b.enabled && a.address == b.address && a.port == b.port;
}

/// What rules a configuration asks for, with the text of all their files.
std::string rules_identity(const Config& config) {
  std::string identity =
      fmt::format("{}\n{}\n", config.rules.string(), fmt::join(config.enable_rules, "\n"));
  if (config.rules.empty()) {
    return identity;
  }
  std::vector<fs::path> files;
  std::error_code failure;
  for (fs::recursive_directory_iterator entry(config.rules / "normalize", failure);
       !failure && entry != fs::recursive_directory_iterator(); entry.increment(failure)) {
    files.push_back(entry->path());
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    std::ifstream stream(file, std::ios::binary);
    identity += file.string() + '\n' + std::string(std::istreambuf_iterator<char>(stream), {});
  }
  return identity;
}

std::uint64_t size_of(const fs::path& path) {
  std::error_code failure;
  const std::uintmax_t size = fs::file_size(path, failure);
  return failure ? 0 : size;
}

/// proc(5), statm: pages.
std::uint64_t resident_bytes() {
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

Duration cpu_time() {
  std::timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::chrono::duration_cast<Duration>(std::chrono::seconds(time.tv_sec) +
                                              std::chrono::nanoseconds(time.tv_nsec));
}

}  // namespace

Service::Service(fs::path config_path)
    : config_path_(std::move(config_path)), started_(system_now()) {
  Config config = read_config(config_path_);
  change_log_level(config.log_level);
  store_ = config.store;
  rules_for(config);
  pipeline_ = std::make_unique<Pipeline>(open_store_writer(store_options(store_)),
                                         PipelineOptions(), system_now);
  take_over(std::move(config));
  start_http(config_.http);
}

Service::~Service() { stop_http(); }

const Service::Rules& Service::rules_for(const Config& config) {
  std::string identity = rules_identity(config);
  for (const Rules& rules : rules_) {
    if (rules.identity == identity) {
      return rules;
    }
  }
  auto normalizer =
      std::make_unique<Normalizer>(load_normalize_rules(config.rules), config.enable_rules);
  return rules_.emplace_back(Rules{std::move(identity), std::move(normalizer)});
}

void Service::start_http(const HttpConfig& http) {
  if (!http.enabled) {
    return;
  }
  http_ = std::make_unique<HttpServer>(http, [this] { return status(); });
  http_thread_ = std::jthread([this](const std::stop_token& stop) {
    http_->run();
    if (!stop.stop_requested()) {
      log_event(LogLevel::Error, "nobody listens any more; restart unjam");
    }
  });
  log_event(LogLevel::Info, "listening",
            {{"address", http.address}, {"port", fmt::format("{}", http_->port())}});
}

void Service::stop_http() {
  if (http_) {
    http_thread_.request_stop();
    http_->stop();
    http_thread_.join();
    http_.reset();
  }
}

void Service::take_over(Config config) {
  const Rules& rules = rules_for(config);
  pipeline_->run(plan_collectors(config, *rules.normalizer, rules.identity));
  change_log_level(config.log_level);
  config_ = std::move(config);
}

void Service::reload() {
  try {
    Config config = read_config(config_path_);
    rules_for(config);
    if (!same_http(config.http, config_.http)) {
      stop_http();
      try {
        start_http(config.http);
      } catch (const Error&) {
        start_http(config_.http);
        throw;
      }
    }
    if (!same_store(config.store, store_)) {
      log_event(LogLevel::Warning, "changes of store take effect at the next restart");
    }
    take_over(std::move(config));
  } catch (const Error& error) {
    note_reload(error.what());
    log_event(LogLevel::Error, "configuration was not reloaded, the old one goes on",
              {{"error", error.what()}});
    return;
  }
  note_reload("");
  log_event(LogLevel::Info, "configuration reloaded",
            {{"targets", fmt::format("{}", config_.targets.size())}});
}

void Service::note_reload(const std::string& trouble) {
  const std::lock_guard lock(mutex_);
  reload_trouble_ = trouble;
  reloads_ += trouble.empty() ? 1U : 0U;
}

bool Service::alive() const { return pipeline_->alive(kWriterSilence, kCollectorSilence); }

bool Service::stop(Duration patience) {
  if (http_) {
    http_thread_.request_stop();
    http_->stop();
  }
  const Pipeline::Stopped stopped = pipeline_->stop(patience);
  for (const std::string& collector : stopped.blocked) {
    log_event(LogLevel::Warning, "collector hangs and is left behind", {{"collector", collector}});
  }
  if (!stopped.stored) {
    log_event(LogLevel::Warning, "what was not stored is read again at the next start");
  }
  if (!stopped.blocked.empty() || !stopped.stored) {
    return false;
  }
  stop_http();
  return true;
}

ServiceStatus Service::status() const {
  ServiceStatus status = pipeline_->status();
  status.started = started_;
  status.store.bytes = size_of(store_.path) + size_of(store_.path.string() + "-wal");
  status.store.most_bytes = store_.max_bytes;
  status.resident_bytes = resident_bytes();
  status.cpu_time = cpu_time();
  const LogCounts counts = log_counts();
  status.warnings_logged = counts.warnings;
  status.errors_logged = counts.errors;
  const std::lock_guard lock(mutex_);
  status.reload_trouble = reload_trouble_;
  status.reloads = reloads_;
  return status;
}

std::string Service::summary() const {
  const ServiceStatus now = status();
  const std::size_t troubles = readiness(now).troubles.size();
  return troubles == 0 ? fmt::format("{} collectors, no trouble", now.collectors.size())
                       : fmt::format("{} collectors, {} in trouble: see /readyz",
                                     now.collectors.size(), troubles);
}

}  // namespace unjam
