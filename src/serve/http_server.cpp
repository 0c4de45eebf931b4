#include "unjam/serve/http_server.h"

#include "unjam/base/error.h"
#include "unjam/serve/readiness.h"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <exception>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>

namespace unjam {
namespace {

constexpr std::size_t kThreads = 4;
constexpr std::size_t kLargestBody = 1024;  // Nobody has to send any.
constexpr std::time_t kPatience = 1;        // Seconds, for each read and write.
constexpr std::size_t kRequestsPerConnection = 100;

bool wants_json(const httplib::Request& request) {
  return request.get_header_value("Accept").find("application/json") != std::string::npos;
}

}  // namespace

struct HttpServer::Impl {
  explicit Impl(std::function<ServiceStatus()> tell) : status(std::move(tell)) {}
  std::function<ServiceStatus()> status;
  httplib::Server server;
  std::uint16_t port = 0;
  std::atomic<bool> ended = false;
  std::atomic<bool> stopped = false;
};

HttpServer::HttpServer(const HttpConfig& config, std::function<ServiceStatus()> status)
    : impl_(std::make_unique<Impl>(std::move(status))) {
  httplib::Server& server = impl_->server;
  // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): the library takes it.
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  // The library's choice, SO_REUSEPORT, would let two services share a port without a word.
  server.set_socket_options([](socket_t socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  server.set_payload_max_length(kLargestBody);
  server.set_read_timeout(kPatience);
  server.set_write_timeout(kPatience);
  server.set_keep_alive_timeout(kPatience);
  server.set_keep_alive_max_count(kRequestsPerConnection);
  server.set_default_headers(
      {{"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}});
  server.Get("/healthz", [](const httplib::Request&, httplib::Response& response) {
    response.set_content("alive\n", "text/plain; charset=utf-8");
  });
  server.Get("/readyz", [this](const httplib::Request& request, httplib::Response& response) {
    const Readiness ready = readiness(impl_->status());
    response.status = ready.troubles.empty() ? 200 : 503;
    if (wants_json(request)) {
      response.set_content(render_json(ready), "application/json");
    } else {
      response.set_content(render_text(ready), "text/plain; charset=utf-8");
    }
  });
  server.Get("/metrics", [this](const httplib::Request&, httplib::Response& response) {
    response.set_content(render_metrics(impl_->status()),
                         "application/openmetrics-text; version=1.0.0; charset=utf-8");
  });
  server.set_exception_handler(
      [](const httplib::Request&, httplib::Response& response, const std::exception_ptr&) {
        response.status = 500;
        response.set_content("internal error\n", "text/plain; charset=utf-8");
      });
  server.set_error_handler([](const httplib::Request&, httplib::Response& response) {
    if (response.body.empty()) {
      response.set_content("there are /healthz, /readyz and /metrics\n",
                           "text/plain; charset=utf-8");
    }
  });
  errno = 0;
  const int port = config.port == 0 ? server.bind_to_any_port(config.address)
                   : server.bind_to_port(config.address, config.port) ? config.port
                                                                      : -1;
  if (port < 0) {
    throw Error(
        ErrorKind::Unreachable,
        fmt::format("cannot listen on {} port {}: {}; set http.address and http.port, or "
                    "http.enabled: false",
                    config.address, config.port,
                    errno == 0 ? "no such address" : std::generic_category().message(errno)));
  }
  impl_->port = static_cast<std::uint16_t>(port);
}

HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const { return impl_->port; }

void HttpServer::run() {
  impl_->server.listen_after_bind();
  impl_->ended = true;
}

void HttpServer::stop() {
  // The library forgets a stop that comes before it has begun, and dies of a second one.
  if (impl_->stopped.exchange(true)) {
    return;
  }
  while (!impl_->server.is_running() && !impl_->ended) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  impl_->server.stop();
}

}  // namespace unjam
