// jsonlog: one object a line, its keys at the top.
#include "collect/pg_containers.h"
#include "collect/pg_json_lines.h"

namespace unjam {
namespace {

class PgJsonReader : public PgJsonLines {
 public:
  using PgJsonLines::PgJsonLines;

 protected:
  void collect(JsonCursor& cursor, PgJsonFields& fields) const override {
    JsonText key;
    cursor.enter_object();
    while (cursor.next_member(key)) {
      read_json_field(cursor, find_jsonlog_field(fields, key.raw));
    }
  }
};

}  // namespace

std::unique_ptr<LogReader> make_pg_json_reader(const ReaderOptions& options, bool mid_file) {
  return std::make_unique<PgJsonReader>(options, mid_file);
}

bool looks_like_pg_json(std::string_view head) {
  return PgJsonReader(ReaderOptions{}, true).recognises(head);
}

}  // namespace unjam
