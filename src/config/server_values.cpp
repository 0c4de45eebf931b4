#include "config/server_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace unjam {
namespace {

constexpr std::array<std::pair<std::string_view, Engine>, 3> kEngines = {{
    {"mysql", Engine::MySql},
    {"mariadb", Engine::MariaDb},
    {"postgresql", Engine::PostgreSql},
}};

constexpr std::array<std::pair<std::string_view, Tls>, 4> kTls = {{
    {"off", Tls::Off},
    {"require", Tls::Require},
    {"verify-ca", Tls::VerifyCa},
    {"verify-full", Tls::VerifyFull},
}};

template <typename Table>
auto find(const Table& table, std::string_view name)
    -> std::optional<typename Table::value_type::second_type> {
  for (const auto& [known, value] : table) {
    if (known == name) {
      return value;
    }
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Engine engine) {
  for (const auto& [name, known] : kEngines) {
    if (known == engine) {
      return name;
    }
  }
  return "";
}

std::optional<Engine> parse_engine(std::string_view name) { return find(kEngines, name); }

std::optional<Tls> parse_tls(std::string_view name) { return find(kTls, name); }

bool is_host(std::string_view text) {
  return !text.empty() && text.size() <= 255 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-' || c == '_' || c == ':' || c == '%';
  });
}

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "::1") {
    return true;
  }
  // 127.evil.example is a name, not an address.
  return host.starts_with("127.") && std::all_of(host.begin(), host.end(), [](char c) {
           return (c >= '0' && c <= '9') || c == '.';
         });
}

Tls default_tls(const ServerAddress& address) {
  return !address.socket.empty() || is_loopback(address.host) ? Tls::Off : Tls::VerifyFull;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) {
    return std::nullopt;
  }
  return port;
}

bool is_plain(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

}  // namespace unjam
