#include "collect/tail_state.h"

#include "collect/rotation_search.h"

#include <string>

#include <gtest/gtest.h>

namespace unjam {
namespace {

TailState example() {
  TailState state;
  state.place.path = "/var/log/my sql/100%\n.log";
  state.place.id = {2049, 123456};
  state.place.head = mark_of("head");
  state.place.offset = 1'234'567'890'123;
  state.place.before = mark_of("before");
  state.place.modified = TimePoint(std::chrono::microseconds(1'716'000'000'123'456));
  state.format = DetectedFormat{LogFormat::PgStderr, Dialect::PostgreSql, "%m [%p] \xff "};
  state.database = "shop";
  state.finished = {{mark_of("a"), TimePoint(std::chrono::seconds(7))}, {mark_of("b"), {}}};
  return state;
}

TEST(TailState, IsReadAsWritten) {
  const TailState state = example();
  const std::string text = write_tail_state(state);
  const auto read = parse_tail_state(text);
  ASSERT_TRUE(read);
  EXPECT_EQ(write_tail_state(*read), text);
  EXPECT_EQ(read->place.path, state.place.path);
  EXPECT_EQ(read->place.id, state.place.id);
  EXPECT_EQ(read->place.head, state.place.head);
  EXPECT_EQ(read->place.offset, state.place.offset);
  EXPECT_EQ(read->place.before, state.place.before);
  EXPECT_EQ(read->place.modified, state.place.modified);
  ASSERT_TRUE(read->format);
  EXPECT_EQ(read->format->format, LogFormat::PgStderr);
  EXPECT_EQ(read->format->log_line_prefix, state.format->log_line_prefix);
  EXPECT_EQ(read->database, "shop");
  EXPECT_EQ(read->finished, state.finished);
}

TEST(TailState, AnythingElseIsNone) {
  const std::string text = write_tail_state(example());
  EXPECT_FALSE(parse_tail_state(""));
  EXPECT_FALSE(parse_tail_state("version 2\n" + text.substr(10)));
  EXPECT_FALSE(parse_tail_state(text + "color blue\n"));
  EXPECT_FALSE(parse_tail_state(text + "offset many\n"));
  EXPECT_FALSE(parse_tail_state(text + "finished 1:2\n"));
  EXPECT_FALSE(parse_tail_state(text.substr(0, text.size() - 1)));
}

TEST(RotatedNames, AreToldFromOthers) {
  for (const char* name :
       {"slow.log.1", "slow.log.12", "slow.log.1.gz", "slow.log-20240518", "slow.log-20240518.zst",
        "slow.log.2024-05-18T10:00Z", "slow.log.old", "slow-20240518.log", "slow.1.log.gz"}) {
    EXPECT_TRUE(is_rotated_name(name, "slow.log")) << name;
  }
  for (const char* name : {"slow.log", "slow.log.gz", "slow.log.swp", "slow.log~", "slow-query.log",
                           "slow.logs", "error.log.1", "slow.log.1.tmp", ".slow.log.1"}) {
    EXPECT_FALSE(is_rotated_name(name, "slow.log")) << name;
  }
}

}  // namespace
}  // namespace unjam
