#include "collect/json_cursor.h"
#include "collect/pg_containers.h"
#include "unit/collect/pg_container_check.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace unjam {
namespace {

std::string line(int second, const std::string& message, const std::string& more = "") {
  return fmt::format(
      R"({{"timestamp":"2024-05-18 02:40:{:02}.037 UTC","user":"etl","dbname":"shop","pid":2224,)"
      R"("remote_host":"10.0.0.39","remote_port":42224,"session_id":"66480fa0.8b0","line_num":1,)"
      R"("ps":"SELECT","session_start":"2024-05-18 01:40:00 UTC","vxid":"90/1","txid":0,)"
      R"("error_severity":"LOG","message":"{}"{},"application_name":"app",)"
      R"("backend_type":"client backend","query_id":0}})"
      "\n",
      second, message, more);
}

std::string duration(int second, const std::string& sql) {
  return line(second, "duration: 1.500 ms  statement: " + sql);
}

std::string shown(int second, const std::string& sql) {
  return fmt::format("statement|2024-05-18T02:40:{:02}.037000Z|2224|etl@shop/10.0.0.39|1500|{}",
                     second, sql);
}

Delivered read(const std::string& text) { return read_whole(make_pg_json_reader, text); }

struct Case {
  const char* name;
  std::string text;
  std::vector<std::string> events;
  std::map<std::string, std::uint64_t> skipped;
};

TEST(PgJsonLog, Reads) {
  const std::string reordered =
      R"( { "message" : "duration: 1.500 ms  statement: select 1" , "new_key" : {"a":[1,{"b":null}]},)"
      R"( "pid":"2224","flag":true,"error_severity":"LOG","user":"etl","dbname":"shop","hint":null,)"
      R"( "remote_host":"10.0.0.39","timestamp":"2024-05-18 02:40:01.037 UTC"} )"
      "\n";
  const std::string pretty =
      "[\n  {\n    \"timestamp\": \"2024-05-18 02:40:01.037 UTC\",\n    \"user\": \"etl\",\n"
      "    \"dbname\": \"shop\",\n    \"pid\": 2224,\n    \"remote_host\": \"10.0.0.39\",\n"
      "    \"error_severity\": \"LOG\",\n"
      "    \"message\": \"duration: 1.500 ms  statement: select 1\"\n  }\n]\n";
  std::string docker = R"({"log":"{\"timestamp\":\"2024-05-18 02:40:01.037 UTC\",\"user\":\"etl\",)"
                       R"(\"dbname\":\"shop\",\"pid\":2224,\"remote_host\":\"10.0.0.39\",)"
                       R"(\"error_severity\":\"LOG\",)"
                       R"(\"message\":\"duration: 1.500 ms  statement: a\\nb \\\"c\\\"\"}\n",)"
                       R"("stream":"stderr","time":"2024-05-18T02:40:01.1Z"})"
                       "\n";
  const std::vector<Case> cases{
      {"nothing", "", {}, {}},
      {"as servers write it",
       duration(1, "select 1") + duration(2, "select 2"),
       {shown(1, "select 1"), shown(2, "select 2")},
       {}},
      {"any order, unknown keys, nulls", reordered, {shown(1, "select 1")}, {}},
      {"a list over several lines", pretty, {shown(1, "select 1")}, {}},
      {"wrapped by Docker", docker, {shown(1, "a\nb \"c\"")}, {}},
      {"behind a CRI prefix",
       "2024-05-18T02:40:01.037123456Z stderr F " + duration(1, "a"),
       {shown(1, "a")},
       {}},
      {"escapes",
       duration(1, R"(\"\\\/\b\f\n\r\t\u00e9\u6771\ud83d\ude00)"),
       {shown(1, "\"\\/\b\f\n\r\té東😀")},
       {}},
      {"a zero byte", duration(1, R"(a\u0000b)"), {shown(1, std::string("a\0b", 3))}, {}},
      {"lone surrogates",
       duration(1, R"(\ud83dx\ude00\ud83d\ud83d\ude00)"),
       {shown(1, "\uFFFDx\uFFFD\uFFFD😀")},
       {}},
      {"not UTF-8", duration(1, "caf\xE9 \xFF\xFE"), {shown(1, "caf\xE9 \xFF\xFE")}, {}},
      {"a tab that starts a line is data",
       duration(1, R"(select\n\t1)"),
       {shown(1, "select\n\t1")},
       {}},
      {"no line end", duration(1, "a").substr(0, duration(1, "a").size() - 1), {shown(1, "a")}, {}},
      {"line ends of Windows",
       duration(1, "a").substr(0, duration(1, "a").size() - 1) + "\r\n\r\n",
       {shown(1, "a")},
       {}},
      {"bad lines",
       "nonsense\n" + duration(1, "a") + duration(2, "cut").substr(0, 320) + "\n" +
           duration(3, "bad \\x escape") + duration(4, "b") + "{\"a\":\n" + "}}\n" +
           "{\"timestamp\":5}\n" + duration(5, "c"),
       {shown(1, "a"), shown(4, "b"), shown(5, "c")},
       {{"bad json line", 3}, {"no PostgreSQL record", 1}, {"not a json line", 2}}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Delivered delivered = read(c.text);
    EXPECT_EQ(delivered.events, c.events);
    EXPECT_EQ(delivered.skipped, c.skipped);
  }
}

TEST(PgJsonLog, SecondaryFields) {
  EXPECT_EQ(
      read(line(1, "duration: 2.000 ms  execute S_1: select $1",
                R"(,"detail":"parameters: $1 = 'a\"b'")"))
          .events,
      std::vector<std::string>{"statement|2024-05-18T02:40:01.037000Z|2224|etl@shop/10.0.0.39|"
                               "2000|select $1|$1 = 'a\"b'"});
  const std::string error =
      R"({"timestamp":"2024-05-18 02:40:01.000 -03","pid":7,"error_severity":"ERROR",)"
      R"("state_code":"55P03","message":"lock timeout","statement":"select \"slow\""})"
      "\n";
  const Delivered delivered = read(error);
  ASSERT_EQ(delivered.events.size(), 1U);
  EXPECT_EQ(delivered.events[0],
            "error|2024-05-18T05:40:01.000000Z|7|@/|-1|select \"slow\"|55P03|lock timeout");
}

std::string sample() {
  return duration(1, "select 1") +
         duration(2, R"(select \"a\",\n'{\"timestamp\":1}'\nfrom \u6771)") + "garbage\n" +
         duration(3, "insert") + line(4, "checkpoint starting: time") + "{\"cut\": \"he\n" +
         duration(5, "select 5") + duration(6, "select 6");
}

TEST(PgJsonLog, WindowsDoNotMatter) {
  const std::string text = sample();
  const Delivered whole = read(text);
  ASSERT_EQ(whole.events.size(), 5U);
  for (std::size_t step = 1; step < 500; step = step * 5 / 4 + 1) {
    EXPECT_EQ(read_in_windows(make_pg_json_reader, text, step), whole) << step;
  }
}

TEST(PgJsonLog, TwoReadersMeet) {
  const std::string text = sample();
  const Delivered whole = read(text);
  for (std::size_t near = 0; near <= text.size(); ++near) {
    std::size_t split = 0;
    const Delivered both = read_in_two(make_pg_json_reader, text, near, split);
    EXPECT_EQ(both, whole) << near << " " << split;
  }
}

TEST(PgJsonLog, CutAnywhereInventsNothing) {
  const std::string text = sample();
  const std::vector<std::string> events = read(text).events;
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const Delivered cut = read(text.substr(0, size));
    ASSERT_LE(cut.events.size(), events.size()) << size;
    for (std::size_t i = 0; i < cut.events.size(); ++i) {
      if (cut.events[i] == events[i]) {
        continue;
      }
      // Only the last one may be a part, and says so.
      EXPECT_EQ(i + 1, cut.events.size()) << size;
      ASSERT_TRUE(cut.events[i].ends_with("|partial")) << size << ": " << cut.events[i];
      const std::string front = cut.events[i].substr(0, cut.events[i].size() - 8);
      EXPECT_TRUE(events[i].starts_with(front)) << size << ": " << front;
    }
  }
}

TEST(PgJsonLog, HostileInputsEnd) {
  std::string nested;
  for (int i = 0; i < 50000; ++i) {
    nested += "{\"a\":[\n";
  }
  for (const std::string& text :
       {std::string(1 << 20, '{'), std::string(1 << 20, '['), std::string(1 << 20, '"'), nested,
        "{\"" + std::string(1 << 20, '\\'), "{\"a\":" + std::string(1 << 20, '1')}) {
    EXPECT_TRUE(read(text).events.empty());
  }
}

TEST(PgJsonLog, IsRecognised) {
  const std::string lines = duration(1, "select 1") + duration(2, "select 2");
  EXPECT_TRUE(looks_like_pg_json(lines));
  EXPECT_TRUE(looks_like_pg_json(lines.substr(50))) << "starts inside a record";
  EXPECT_TRUE(looks_like_pg_json(duration(1, std::string(900, 'x')).substr(0, 700)))
      << "one cut line";
  EXPECT_FALSE(
      looks_like_pg_json("{\"timestamp\":\"2024-05-18T02:40:00Z\",\"message\":\"hello\"}\n"));
  EXPECT_FALSE(looks_like_pg_json("{}\n[]\n"));
  EXPECT_FALSE(looks_like_pg_json(""));
}

using Members = std::vector<std::pair<std::string, std::string>>;

std::string object_of(const Members& members, const std::string& comma, const std::string& colon) {
  std::string out = "{";
  for (const auto& [key, value] : members) {
    out += (out.size() > 1 ? comma : "") + "\"" + key + "\"" + colon + value;
  }
  return out + "}\n";
}

/// Members without white space between them are read fast, others slowly. With a change anywhere,
/// both must tell the same.
TEST(PgJsonLog, FastAndSlowReadingTellTheSame) {
  const std::string sql =
      R"(SELECT \"a\" FROM t\n  WHERE b = 'a long literal, to fill blocks\\'\n)";
  const Members ordinary{{"timestamp", R"("2024-05-18 02:40:00.037 UTC")"},
                         {"user", R"("etl")"},
                         {"dbname", R"("shop")"},
                         {"pid", "2224"},
                         {"remote_host", R"("10.0.0.39")"},
                         {"remote_port", "42224"},
                         {"session_id", R"("66480fa0.8b0")"},
                         {"line_num", "1"},
                         {"ps", R"("SELECT")"},
                         {"txid", "0"},
                         {"error_severity", R"("LOG")"},
                         {"message", R"("duration: 1.500 ms  statement: )" + sql + '"'},
                         {"detail", R"("parameters: $1 = '\"'")"},
                         {"application_name", R"("app")"},
                         {"query_id", "-12345678901234567"}};
  const std::string plain(200, 'x');
  const std::vector<std::string> values{"null",
                                        "true",
                                        "-1",
                                        "1e5",
                                        "12345678",
                                        "123456789012345678",
                                        "[1,\"]\"]",
                                        R"({"user":"x"})",
                                        R"("")",
                                        R"("\"")",
                                        R"("\u00e9\ud83d\ude00")",
                                        R"("\ud83d")",
                                        R"("\q")",
                                        R"("\u12")",
                                        "\"a\nb\"",
                                        '"' + plain + '"',
                                        '"' + plain + R"(\n\t\r\b\f\/\\)" + plain + '"',
                                        "\"",
                                        "",
                                        "1 "};
  const auto compare = [&](const Members& odd) {
    std::vector<Delivered> delivered;
    for (const char* const blank : {"", " "}) {
      const std::string comma = std::string(",") + blank;
      const std::string colon = std::string(":") + blank;
      std::string log = object_of(ordinary, comma, colon) + object_of(odd, comma, colon);
      for (int i = 0; i < 3; ++i) {
        log += object_of(ordinary, comma, colon);
      }
      delivered.push_back(read_whole(make_pg_json_reader, log));
    }
    EXPECT_EQ(delivered[0].events, delivered[1].events) << object_of(odd, ",", ":");
    EXPECT_EQ(delivered[0].skipped, delivered[1].skipped) << object_of(odd, ",", ":");
    EXPECT_GE(delivered[0].events.size(), 3U);
  };
  for (std::size_t i = 0; i < ordinary.size(); ++i) {
    for (const std::string& value : values) {
      Members odd = ordinary;
      odd[i].second = value;
      compare(odd);
    }
    for (std::size_t j = 0; j < ordinary.size(); ++j) {
      Members odd = ordinary;
      std::swap(odd[i], odd[j]);
      compare(odd);
      odd = ordinary;
      odd.insert(odd.begin() + static_cast<std::ptrdiff_t>(i), ordinary[j]);
      compare(odd);
    }
    Members odd = ordinary;
    odd[i].first += "x";
    compare(odd);
    odd.erase(odd.begin() + static_cast<std::ptrdiff_t>(i));
    compare(odd);
  }
}

TEST(PgJsonLog, EscapesStandAnywhereInABlock) {
  for (std::size_t before = 0; before < 70; ++before) {
    for (std::size_t between = 0; between < 70; ++between) {
      const std::string front(before, 'x');
      const std::string middle(between, 'y');
      EXPECT_EQ(read(duration(1, front + "\\n" + middle + "\\\"\\\\z") + duration(2, "1")).events,
                (std::vector{shown(1, front + "\n" + middle + "\"\\z"), shown(2, "1")}));
    }
  }
}

TEST(JsonCursor, Unescapes) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"(plain)", "plain"},
      {R"(\u0041\u00)", "A"},
      {R"(tail\)", "tail"},
      {R"(\ud83d)", "\uFFFD"},
      {R"(\ud83d\u0041)", "\uFFFDA"},
      {std::string(40, 'x') + R"(\n)" + std::string(40, 'y'),
       std::string(40, 'x') + "\n" + std::string(40, 'y')},
  };
  for (const auto& [raw, text] : cases) {
    std::string out = "before ";
    append_json_text({raw, true}, out);
    EXPECT_EQ(out, "before " + text);
  }
}

TEST(JsonCursor, TellsCutFromBad) {
  const std::vector<std::pair<std::string, JsonCursor::State>> cases{
      {R"({"a":1,"b":[{},[]],"c":{"d":null}})", JsonCursor::State::Good},
      {R"({})", JsonCursor::State::Good},
      {R"({"a":1)", JsonCursor::State::Cut},
      {R"({"a":"x\u00)", JsonCursor::State::Cut},
      {R"({"a")", JsonCursor::State::Cut},
      {R"({"a":[1,)", JsonCursor::State::Cut},
      {R"({"a":1,})", JsonCursor::State::Bad},
      {R"({"a" 1})", JsonCursor::State::Bad},
      {R"({"a":1 "b":2})", JsonCursor::State::Bad},
      {R"({"a":[1 2]})", JsonCursor::State::Bad},
      {R"({"a":"\q"})", JsonCursor::State::Bad},
      {R"({"a":"\u00zz"})", JsonCursor::State::Bad},
      {"{\"a\":\"x\ny\"}", JsonCursor::State::Bad},
      {R"({a:1})", JsonCursor::State::Bad},
      {R"({"a":})", JsonCursor::State::Bad},
      {"{\"a\":" + std::string(100, '['), JsonCursor::State::Bad},
  };
  for (const auto& [text, state] : cases) {
    JsonCursor cursor(text);
    cursor.skip();
    EXPECT_EQ(cursor.state(), state) << text;
  }
}

}  // namespace
}  // namespace unjam
