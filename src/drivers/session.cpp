#include "unjam/drivers/session.h"

#include "drivers/mysql_session.h"
#include "drivers/pg_session.h"
#include "unjam/base/error.h"

#include <charconv>

namespace unjam {
namespace {

template <typename Number>
std::optional<Number> parse_value(const std::optional<std::string_view>& text, std::size_t column,
                                  std::string_view kind) {
  if (!text) {
    return std::nullopt;
  }
  Number number{};
  const char* const end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, number);
  if (error != std::errc() || stop != end) {
    throw Error(ErrorKind::Unsupported, "the server answered with something that is not " +
                                            std::string(kind) + " in column " +
                                            std::to_string(column + 1));
  }
  return number;
}

}  // namespace

std::optional<std::uint64_t> Row::integer(std::size_t column) const {
  return parse_value<std::uint64_t>(text(column), column, "a count");
}

std::optional<double> Row::real(std::size_t column) const {
  return parse_value<double>(text(column), column, "a number");
}

std::unique_ptr<Session> connect(const ServerAddress& address) {
  switch (address.engine) {
    case Engine::MySql:
    case Engine::MariaDb:
      return connect_mysql(address);
    case Engine::PostgreSql:
      return connect_postgresql(address);
  }
  throw Error(ErrorKind::Unsupported, "unknown kind of server");
}

}  // namespace unjam
