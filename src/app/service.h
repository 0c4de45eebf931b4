// `unjam serve` in one object: configuration, pipeline and HTTP, and how they change on a reload.
#pragma once

#include "app/pipeline.h"
#include "unjam/config/config.h"
#include "unjam/normalize/normalizer.h"
#include "unjam/serve/http_server.h"
#include "unjam/serve/service_status.h"

#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace unjam {

/// Used by one thread, apart from what says otherwise.
class Service {
 public:
  /// Reads the configuration, opens the store, begins to collect and to answer. Throws Error.
  explicit Service(std::filesystem::path config_path);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// Reads the configuration anew and takes it over; when anything is wrong with it, says so, and
  /// everything goes on as before.
  void reload();

  /// To be called about once a second.
  void tend() { pipeline_->tend(); }

  /// For the watchdog.
  bool alive() const;

  /// Ends within about `patience`. False: some thread hangs, and only the end of the process ends
  /// it; nothing is lost by that.
  bool stop(Duration patience);

  /// Thread-safe.
  ServiceStatus status() const;
  /// One line for people. Thread-safe.
  std::string summary() const;

 private:
  /// Rules that collectors use; they stay while collectors may.
  struct Rules {
    std::string identity;
    std::unique_ptr<Normalizer> normalizer;
  };

  const Rules& rules_for(const Config& config);
  /// Throws Error when it cannot be listened on.
  void start_http(const HttpConfig& http);
  void stop_http();
  void take_over(Config config);
  /// `trouble`: why it was refused.
  void note_reload(const std::string& trouble);

  const std::filesystem::path config_path_;
  const TimePoint started_;
  Config config_;
  StoreConfig store_;  ///< That of the start: constant afterwards.
  std::deque<Rules> rules_;
  std::unique_ptr<Pipeline> pipeline_;

  mutable std::mutex mutex_;  ///< Guards these two.
  std::string reload_trouble_;
  std::uint64_t reloads_ = 0;

  std::unique_ptr<HttpServer> http_;
  std::jthread http_thread_;
};

}  // namespace unjam
