#include "unjam/normalize/query_tags.h"

#include <string>

#include <gtest/gtest.h>

namespace unjam {
namespace {

struct TagsCase {
  std::string_view comment;
  QueryTags tags;
};

TEST(QueryTags, EveryForm) {
  const TagsCase cases[] = {
      // sqlcommenter
      {"/*action='run',controller='a%20b'*/", {{"action", "run"}, {"controller", "a b"}}},
      {R"(/*a='it\'s',b='100%25',c='%27x%27'*/)", {{"a", "it's"}, {"b", "100%"}, {"c", "'x'"}}},
      {"/*route='%2Fpolls 1000',traceparent='00-5bd6-01'*/",
       {{"route", "/polls 1000"}, {"traceparent", "00-5bd6-01"}}},
      {"/* a='1' , b='2' */", {{"a", "1"}, {"b", "2"}}},
      {"/*a='%zz%4'*/", {{"a", "%zz%4"}}},
      {"/*a='',b='x'*/", {{"a", ""}, {"b", "x"}}},
      // Datadog
      {"/*dddbs='svc',ddps='web',dde='prod'*/",
       {{"dddbs", "svc"}, {"ddps", "web"}, {"dde", "prod"}}},
      // Marginalia, Rails
      {"/*application:Shop,controller:users,action:show*/",
       {{"application", "Shop"}, {"controller", "users"}, {"action", "show"}}},
      {"/*application:Shop,line:app/x.rb:10:in 'm'*/",
       {{"application", "Shop"}, {"line", "app/x.rb:10:in 'm'"}}},
      {"/*job:A::B,args:1,2,3*/", {{"job", "A::B"}, {"args", "1,2,3"}}},
      // Line comments
      {"-- job='x'", {{"job", "x"}}},
      {"# job:x", {{"job", "x"}}},
      // Cut off
      {"/*a='x',b='y", {{"a", "x"}}},
      {"/*a='x',b", {{"a", "x"}}},
      // Anything else
      {"/* insert com.x.Entity */", {}},
      {"/*db.tbl:3/3*/", {}},
      {"/* note: fix this */", {}},
      {"/* see http://example.org/x */", {}},
      {"/*http://example.org/x*/", {}},
      {"/* a='b' is the reason */", {}},
      {"/*+ max_execution_time='5' */", {}},
      {"/*!50000 a='b' */", {}},
      {"/*M! a='b' */", {}},
      {"a='b'", {}},
      {"/*", {}},
      {"/**/", {}},
      {"", {}},
  };
  for (const TagsCase& test : cases) {
    EXPECT_EQ(parse_query_tags(test.comment), test.tags) << test.comment;
  }
}

TEST(QueryTags, Bounds) {
  std::string many = "/*";
  for (int i = 0; i < 100; ++i) {
    many += "k" + std::to_string(i) + "='v',";
  }
  many.back() = '*';
  many += '/';
  EXPECT_EQ(parse_query_tags(many).size(), kMaxQueryTags);
  const QueryTags tags =
      parse_query_tags("/*" + std::string(100, 'k') + "='" + std::string(255, 'v') + "\xc3\xa9'*/");
  ASSERT_EQ(tags.size(), 1U);
  EXPECT_EQ(tags[0].first.size(), 64U);
  EXPECT_EQ(tags[0].second, std::string(255, 'v')) << "cut between characters";
  const QueryTags marginalia = parse_query_tags("/*a:" + std::string(1000, 'x') + "*/");
  ASSERT_EQ(marginalia.size(), 1U);
  EXPECT_EQ(marginalia[0].second.size(), 256U);
}

TEST(QueryTags, PerCallKeys) {
  for (const char* key :
       {"traceparent", "tracestate", "trace_id", "Request-Id", "request_id", "job_id"}) {
    EXPECT_TRUE(is_per_call_tag(key)) << key;
  }
  for (const char* key : {"job", "controller", "action", "application", "route", "dddbs", ""}) {
    EXPECT_FALSE(is_per_call_tag(key)) << key;
  }
}

}  // namespace
}  // namespace unjam
