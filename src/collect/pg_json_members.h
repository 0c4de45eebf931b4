// The members of a jsonlog record, in the server's order, for a reader that knows what to expect.
#pragma once

#include "collect/digits.h"
#include "collect/pg_json_lines.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace unjam {

/// A member that is expected next.
struct alignas(64) PgJsonMember {
  static constexpr std::size_t kLongestKey = 32;  ///< With quotes and colon.

  constexpr PgJsonMember(std::string_view name, JsonText PgJsonFields::*to, bool is_text)
      : key_size(static_cast<std::uint32_t>(name.size() + 3)),
        key_mask((std::uint32_t{1} << (name.size() + 3)) - 1),
        field(to),
        text(is_text) {
    key[0] = '"';
    std::copy(name.begin(), name.end(), key.begin() + 1);
    key[name.size() + 1] = '"';
    key[name.size() + 2] = ':';
  }

  std::array<char, kLongestKey> key{};  ///< `"name":`
  std::uint32_t key_size;
  std::uint32_t key_mask;
  JsonText PgJsonFields::*field;  ///< nullptr: of no interest.
  bool text;                      ///< PgJsonLines::deliver would unescape it.
};

/// Keys in the server's order.
inline constexpr std::array kPgJsonMembers{
    PgJsonMember{"timestamp", &PgJsonFields::time, false},
    PgJsonMember{"user", &PgJsonFields::user, true},
    PgJsonMember{"dbname", &PgJsonFields::database, true},
    PgJsonMember{"pid", &PgJsonFields::pid, false},
    PgJsonMember{"remote_host", &PgJsonFields::host, true},
    PgJsonMember{"remote_port", nullptr, false},
    PgJsonMember{"session_id", &PgJsonFields::session_id, false},
    PgJsonMember{"line_num", nullptr, false},
    PgJsonMember{"ps", &PgJsonFields::command_tag, true},
    PgJsonMember{"session_start", nullptr, false},
    PgJsonMember{"vxid", nullptr, false},
    PgJsonMember{"txid", nullptr, false},
    PgJsonMember{"error_severity", &PgJsonFields::severity, true},
    PgJsonMember{"state_code", &PgJsonFields::sqlstate, false},
    PgJsonMember{"message", &PgJsonFields::message, true},
    PgJsonMember{"detail", &PgJsonFields::detail, true},
    PgJsonMember{"hint", &PgJsonFields::hint, true},
    PgJsonMember{"internal_query", &PgJsonFields::internal_query, true},
    PgJsonMember{"internal_position", nullptr, false},
    PgJsonMember{"context", &PgJsonFields::context, true},
    PgJsonMember{"statement", &PgJsonFields::statement, true},
    PgJsonMember{"cursor_position", nullptr, false},
    PgJsonMember{"func_name", nullptr, false},
    PgJsonMember{"file_name", nullptr, false},
    PgJsonMember{"file_line_num", nullptr, false},
    PgJsonMember{"application_name", &PgJsonFields::application, true},
    PgJsonMember{"backend_type", nullptr, false},
    PgJsonMember{"leader_pid", nullptr, false},
    PgJsonMember{"query_id", nullptr, false},
};

/// What an escape with one letter stands for; 0: it needs more thought.
inline constexpr std::array<char, 256> kSimpleEscapes = [] {
  std::array<char, 256> escapes{};
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  escapes['/'] = '/';
  escapes['n'] = '\n';
  escapes['t'] = '\t';
  escapes['r'] = '\r';
  escapes['b'] = '\b';
  escapes['f'] = '\f';
  return escapes;
}();

/// The member that followed last time: [0] at the front, [i + 1] behind kPgJsonMembers[i].
using PgJsonFollowers = std::array<std::uint8_t, kPgJsonMembers.size() + 1>;

}  // namespace unjam
