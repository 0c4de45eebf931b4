#include "collect/mysql_user_host.h"

#include "collect/mysql_fields.h"

#include <algorithm>
#include <cstring>

namespace unjam {
namespace {

/// What stands behind the last `]`.
std::optional<std::uint64_t> thread_id_of(std::string_view tail) {
  const std::size_t id = tail.find("Id:");
  if (id == std::string_view::npos) {
    return std::nullopt;
  }
  tail.remove_prefix(id + 3);
  tail.remove_prefix(std::min(tail.find_first_not_of(' '), tail.size()));
  return parse_count(tail);
}

/// `names` ends in `]`.
MySqlUserHost split_names(std::string_view names) {
  MySqlUserHost found;
  const std::size_t ip_end = names.size() - 1;
  const std::size_t ip_begin = names.rfind('[');
  const std::size_t at =
      ip_begin == std::string_view::npos ? ip_begin : names.rfind(" @ ", ip_begin);
  std::string_view users = names;
  if (at != std::string_view::npos) {
    users = names.substr(0, at);
    std::string_view host = ip_begin > at + 3 ? names.substr(at + 3, ip_begin - at - 3) : "";
    while (host.ends_with(' ')) {
      host.remove_suffix(1);
    }
    found.host = host.empty() ? names.substr(ip_begin + 1, ip_end - ip_begin - 1) : host;
  }
  const std::size_t bracket = users.rfind('[');
  if (bracket == std::string_view::npos || !users.ends_with(']')) {
    found.user = users;
  } else if (bracket > 0) {
    found.user = users.substr(0, bracket);
  } else {
    found.user = users.substr(1, users.size() - 2);
  }
  return found;
}

}  // namespace

MySqlUserHost parse_user_host(std::string_view value) {
  const std::size_t ip_end = value.rfind(']');
  if (ip_end == std::string_view::npos) {
    return {value.substr(0, value.find(' ')), {}, std::nullopt};
  }
  MySqlUserHost found = split_names(value.substr(0, ip_end + 1));
  found.thread_id = thread_id_of(value.substr(ip_end + 1));
  return found;
}

MySqlUserHost MySqlUserHostParser::parse(std::string_view value) {
  const std::size_t ip_end = value.rfind(']');
  if (ip_end == std::string_view::npos) {
    return parse_user_host(value);
  }
  MySqlUserHost found = parse_names(value.substr(0, ip_end + 1));
  found.thread_id = thread_id_of(value.substr(ip_end + 1));
  return found;
}

MySqlUserHost MySqlUserHostParser::parse_names(std::string_view names) {
  const std::size_t size = names.size();
  if (size < 8 || size > Known{}.text.size()) {
    return split_names(names);
  }
  // The end of the text holds the address, which differs most.
  std::uint64_t last = 0;
  std::memcpy(&last, names.data() + size - sizeof(last), sizeof(last));
  Known& known = known_[((last * 0x9e3779b97f4a7c15ULL) >> 57) ^ (size & 15)];
  MySqlUserHost found;
  if (known.size == size && std::memcmp(known.text.data(), names.data(), size) == 0) {
    found.user = names.substr(known.user.begin, known.user.size);
    found.host = names.substr(known.host.begin, known.host.size);
    return found;
  }
  found = split_names(names);
  const auto part = [&names](std::string_view of) {
    return of.empty() ? Part{}
                      : Part{static_cast<std::uint8_t>(of.data() - names.data()),
                             static_cast<std::uint8_t>(of.size())};
  };
  known.size = static_cast<std::uint8_t>(size);
  known.user = part(found.user);
  known.host = part(found.host);
  std::memcpy(known.text.data(), names.data(), size);
  return found;
}

}  // namespace unjam
