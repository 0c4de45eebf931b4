// jsonlog: one object a line, its keys at the top.
#include "collect/pg_containers.h"
#include "collect/pg_json_lines.h"

#include <array>
#include <cstddef>

namespace unjam {
namespace {

struct Member {
  JsonKey key;
  JsonText PgJsonFields::*field = nullptr;
  bool unescape = false;
};

/// What PgJsonLines::deliver unescapes is better unescaped when it is read.
constexpr Member text(std::string_view key, JsonText PgJsonFields::*field) {
  return {JsonKey(key), field, true};
}
constexpr Member verbatim(std::string_view key, JsonText PgJsonFields::*field = nullptr) {
  return {JsonKey(key), field, false};
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

class PgJsonReader : public PgJsonLines {
 public:
  PgJsonReader(const ReaderOptions& options, bool mid_file) : PgJsonLines(options, mid_file) {
    for (std::size_t i = 0; i < kMembers.size(); ++i) {
      follower_[i] = i;
    }
  }

 protected:
  void collect(JsonCursor& cursor, PgJsonFields& fields) const override {
    cursor.enter_object();
    JsonText value;
    for (std::size_t place = 0;;) {
      const std::size_t expected = follower_[place];
      if (cursor.take_member(kMembers[expected].key, value)) {
        if (kMembers[expected].field != nullptr) {
          fields.*kMembers[expected].field = value;
        }
        place = expected + 1;
      } else if (!read_member(cursor, place, fields)) {
        return;
      }
    }
  }

 private:
  /// Any member; `place` is where it was expected, and then the place behind it. False: there is
  /// none.
  bool read_member(JsonCursor& cursor, std::size_t& place, PgJsonFields& fields) const {
    for (std::size_t i = place; i < kMembers.size(); ++i) {
      const Member& member = kMembers[i];
      if (cursor.take_key(member.key)) {
        follower_[place] = i;
        place = i + 1;
        JsonText* const field = member.field == nullptr ? nullptr : &(fields.*member.field);
        if (member.unescape && cursor.kind() == JsonCursor::Kind::Text) {
          cursor.read_unescaped(*field);
        } else {
          read_json_field(cursor, field);
        }
        return true;
      }
    }
    JsonText key;
    if (!cursor.next_member(key)) {
      return false;
    }
    read_json_field(cursor, find_jsonlog_field(fields, key.raw));
    return true;
  }

  /// The member that followed last time: [0] at the front, [i + 1] behind kMembers[i].
  mutable std::array<std::size_t, kMembers.size() + 1> follower_{};
};

}  // namespace

std::unique_ptr<LogReader> make_pg_json_reader(const ReaderOptions& options, bool mid_file) {
  return std::make_unique<PgJsonReader>(options, mid_file);
}

bool looks_like_pg_json(std::string_view head) {
  return PgJsonReader(ReaderOptions{}, true).recognises(head);
}

}  // namespace unjam
