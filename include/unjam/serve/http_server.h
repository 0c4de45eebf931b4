// /healthz, /readyz and /metrics over HTTP. Reads nothing but the request line and its headers, and
// serves no files.
#pragma once

#include "unjam/config/config.h"
#include "unjam/serve/service_status.h"

#include <cstdint>
#include <functional>
#include <memory>

namespace unjam {

class HttpServer {
 public:
  /// Listens at once. `status` is called from several threads and must outlive the server. Throws
  /// Error{Unreachable} when the address cannot be listened on. Port 0: any free one.
  HttpServer(const HttpConfig& config, std::function<ServiceStatus()> status);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;
  /// Answers until stop(); on a thread of the caller's.
  void run();
  /// Ends run(), which has been called or is about to be. Thread-safe.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace unjam
