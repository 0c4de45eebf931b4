// jsonlog: one object a line, its keys at the top.
#include "collect/pg_containers.h"
#include "collect/pg_json_lines.h"
#include "collect/pg_json_members.h"
#include "collect/pg_processor.h"

#include <algorithm>
#include <cstddef>

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
    static const auto read_ordinary =
        choose_kernel(plain::read_ordinary, avx2::read_ordinary, avx512::read_ordinary);
    JsonText key;
    std::size_t place = 0;
    do {
      const char* const front = cursor.place();
      // A member begins behind a brace or a comma.
      const char* const begin = front - (place == 0 ? 1 : 0);
      const char* const end = read_ordinary(begin, cursor.end(), place, followers_, fields);
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
  /// The value of any member. Returns the place behind it, `place` if it is none of kPgJsonMembers.
  static std::size_t read_field(JsonCursor& cursor, std::string_view key, PgJsonFields& fields,
                                std::size_t place) {
    read_json_field(cursor, find_jsonlog_field(fields, key));
    const auto* const known = std::find_if(
        kPgJsonMembers.begin(), kPgJsonMembers.end(), [key](const PgJsonMember& member) {
          return std::string_view(member.key.data() + 1, member.key_size - 3) == key;
        });
    return known == kPgJsonMembers.end()
               ? place
               : static_cast<std::size_t>(known - kPgJsonMembers.begin()) + 1;
  }

  mutable PgJsonFollowers followers_{};
};

}  // namespace

std::unique_ptr<LogReader> make_pg_json_reader(const ReaderOptions& options, bool mid_file) {
  return std::make_unique<PgJsonReader>(options, mid_file);
}

bool looks_like_pg_json(std::string_view head) {
  return PgJsonReader(ReaderOptions{}, true).recognises(head);
}

}  // namespace unjam
