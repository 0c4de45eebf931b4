#include "unjam/serve/service_probe.h"

#include <httplib.h>

namespace unjam {

std::optional<ServiceAnswer> ask_readiness(const HttpConfig& config) {
  // A service that listens everywhere is asked where it is nearest.
  const bool everywhere = config.address == "0.0.0.0" || config.address == "::";
  httplib::Client client(everywhere ? "127.0.0.1" : config.address, config.port);
  client.set_connection_timeout(1);
  client.set_read_timeout(1);
  const auto answer = client.Get("/readyz");
  if (!answer) {
    return std::nullopt;
  }
  return ServiceAnswer{answer->status, answer->body};
}

}  // namespace unjam
