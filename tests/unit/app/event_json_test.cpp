#include "app/event_json.h"

#include <string>

#include <gtest/gtest.h>

namespace unjam {
namespace {

std::string exact(std::string_view text) {
  std::string out;
  append_exact_json(out, text);
  return out;
}

TEST(EventJson, EveryByteCanBeHadBack) {
  using namespace std::string_view_literals;
  EXPECT_EQ(exact("a\"b\\c\n\t\r"), R"("a\"b\\c\n\t\r")");
  EXPECT_EQ(exact("\0\x01\x7f"sv), "\"\\u0000\\u0001\\u007f\"");
  EXPECT_EQ(exact("caf\xc3\xa9"), "\"caf\xc3\xa9\"");
  EXPECT_EQ(exact("\xff\xc3("), R"("\udcff\udcc3(")");
  EXPECT_EQ(exact("\xed\xa0\x80"), R"("\udced\udca0\udc80")") << "a surrogate is not valid UTF-8";
  EXPECT_EQ(exact("\xf0\x9f\x98\x80"), "\"\xf0\x9f\x98\x80\"");
  EXPECT_EQ(exact("\xf0\x9f"), R"("\udcf0\udc9f")");
  EXPECT_EQ(exact("\xc2\x9b"
                  "31m\xe2\x80\xae"),
            R"("\u009b31m\u202e")")
      << "nothing steers a terminal";
}

TEST(EventJson, LeavesOutWhatIsNotTold) {
  LogEvent event;
  event.sql = "select 1";
  event.query_time = Duration(1500);
  std::string out;
  append_event_line(out, {event, event.sql, {}, FingerprintId{5}, {}});
  EXPECT_EQ(out, R"({"kind":"statement","sql":"select 1","query_time_us":1500,"partial":false,)"
                 R"("fingerprint_id":"0000000000000005"})"
                 "\n");
}

TEST(EventJson, TagsLockWaitsAndDeadlocks) {
  LogEvent event;
  event.kind = EventKind::LockWait;
  event.lock_wait = LockWaitDetail{true, Duration(7), "ShareLock", "transaction 1", {2}, {3, 4}};
  std::string out;
  append_event_line(out, {event, {}, {}, {}, {{"a\"", "b"}}});
  EXPECT_EQ(
      out,
      R"({"kind":"lock_wait","acquired":true,"waited_us":7,"mode":"ShareLock",)"
      R"("object":"transaction 1","holders":[2],"queue":[3,4],"tags":{"a\"":"b"},"partial":false})"
      "\n");
}

}  // namespace
}  // namespace unjam
