// jsonlog: one object a line, its keys at the top.
#include "collect/pg_containers.h"
#include "collect/pg_digits.h"
#include "collect/pg_json_lines.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace unjam {
namespace {

/// A member that is expected next.
struct alignas(64) Member {
  static constexpr std::size_t kLongestKey = 32;

  constexpr Member(std::string_view name, JsonText PgJsonFields::*to, bool is_text)
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

constexpr Member text(std::string_view key, JsonText PgJsonFields::*field) {
  return {key, field, true};
}
constexpr Member verbatim(std::string_view key, JsonText PgJsonFields::*field = nullptr) {
  return {key, field, false};
}

/// Keys in the server's order.
constexpr std::array kMembers{
    verbatim("timestamp", &PgJsonFields::time),
    text("user", &PgJsonFields::user),
    text("dbname", &PgJsonFields::database),
    verbatim("pid", &PgJsonFields::pid),
    text("remote_host", &PgJsonFields::host),
    verbatim("remote_port"),
    verbatim("session_id", &PgJsonFields::session_id),
    verbatim("line_num"),
    text("ps", &PgJsonFields::command_tag),
    verbatim("session_start"),
    verbatim("vxid"),
    verbatim("txid"),
    text("error_severity", &PgJsonFields::severity),
    verbatim("state_code", &PgJsonFields::sqlstate),
    text("message", &PgJsonFields::message),
    text("detail", &PgJsonFields::detail),
    text("hint", &PgJsonFields::hint),
    text("internal_query", &PgJsonFields::internal_query),
    verbatim("internal_position"),
    text("context", &PgJsonFields::context),
    text("statement", &PgJsonFields::statement),
    verbatim("cursor_position"),
    verbatim("func_name"),
    verbatim("file_name"),
    verbatim("file_line_num"),
    text("application_name", &PgJsonFields::application),
    verbatim("backend_type"),
    verbatim("leader_pid"),
    verbatim("query_id"),
};

/// What an escape with one letter stands for; 0: it needs more thought.
constexpr std::array<char, 256> kSimpleEscapes = [] {
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

/// The member that followed last time: [0] at the front, [i + 1] behind kMembers[i].
using Followers = std::array<std::uint8_t, kMembers.size() + 1>;

}  // namespace
}  // namespace unjam

#define UNJAM_KERNEL "collect/pg_json_log_kernel.inc"
#include "collect/pg_kernel.inc"

namespace unjam {
namespace {

class PgJsonReader : public PgJsonLines {
 public:
  using PgJsonLines::PgJsonLines;

 protected:
  void collect(JsonCursor& cursor, PgJsonFields& fields) const override {
    if (!cursor.enter_object()) {
      return;
    }
    JsonText key;
    std::size_t place = 0;
    do {
      const char* const front = cursor.place();
      // A member begins behind a brace or a comma.
      const char* const begin = front - (place == 0 ? 1 : 0);
      const char* const end =
          kWideBlocks ? wide::read_ordinary(begin, cursor.end(), place, followers_, fields)
                      : plain::read_ordinary(begin, cursor.end(), place, followers_, fields);
      if (end != begin) {
        cursor.read_up_to(end);
      }
      if (!cursor.next_member(key)) {
        return;
      }
      place = read_field(cursor, key.raw, fields, std::max<std::size_t>(place, 1));
    } while (cursor.good());
  }

 private:
  /// The value of any member. Returns the place behind it, `place` if it is none of kMembers.
  static std::size_t read_field(JsonCursor& cursor, std::string_view key, PgJsonFields& fields,
                                std::size_t place) {
    read_json_field(cursor, find_jsonlog_field(fields, key));
    const auto* const known =
        std::find_if(kMembers.begin(), kMembers.end(), [key](const Member& member) {
          return std::string_view(member.key.data() + 1, member.key_size - 3) == key;
        });
    return known == kMembers.end() ? place : static_cast<std::size_t>(known - kMembers.begin()) + 1;
  }

  mutable Followers followers_{};
};

}  // namespace

std::unique_ptr<LogReader> make_pg_json_reader(const ReaderOptions& options, bool mid_file) {
  return std::make_unique<PgJsonReader>(options, mid_file);
}

bool looks_like_pg_json(std::string_view head) {
  return PgJsonReader(ReaderOptions{}, true).recognises(head);
}

}  // namespace unjam
