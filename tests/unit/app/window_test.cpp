#include "app/window.h"

#include "unjam/base/error.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace unjam {
namespace {

/// Gives its text in small pieces and then fails, as a damaged archive does.
class FailingSource : public ByteSource {
 public:
  explicit FailingSource(std::string text) : text_(std::move(text)) {}

  std::size_t read(char* to, std::size_t size) override {
    if (at_ == text_.size()) {
      throw Error(ErrorKind::Corrupt, "cut off");
    }
    const std::size_t count = std::min({size, text_.size() - at_, std::size_t{1000}});
    std::memcpy(to, text_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

class CountingSink : public EventSink {
 public:
  void on_event(const LogEvent& event) override { statements.emplace_back(event.sql); }
  std::vector<std::string> statements;
};

TEST(WindowBuffer, DeliversWhatComesBeforeTheDamage) {
  std::string log;
  for (int i = 0; i < 100; ++i) {
    log +=
        "# Time: 2024-05-18T02:40:00.000000Z\n# User@Host: a[a] @ b []  Id:     1\n"
        "# Query_time: 1.000000  Lock_time: 0.000000 Rows_sent: 1  Rows_examined: 1\n"
        "SET timestamp=1716000000;\nselect " +
        std::to_string(i) + ";\n";
  }
  FailingSource source(log);
  WindowBuffer buffer(source, 0);
  const auto reader = make_log_reader({LogFormat::MySqlSlow, Dialect::MySql, std::nullopt}, {});
  CountingSink sink;
  EXPECT_THROW(feed(buffer, *reader, sink), Error);
  ASSERT_EQ(sink.statements.size(), 100U);
  EXPECT_EQ(sink.statements.back(), "select 99");
}

TEST(WindowBuffer, TellsOfDamageAtTheStart) {
  FailingSource source("");
  WindowBuffer buffer(source, 0);
  EXPECT_NO_THROW(buffer.fill());
  EXPECT_TRUE(buffer.bytes().empty());
  EXPECT_THROW(buffer.rethrow_failure(), Error);
}

}  // namespace
}  // namespace unjam
