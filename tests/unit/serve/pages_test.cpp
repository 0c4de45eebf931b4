#include "unjam/base/error.h"
#include "unjam/serve/http_server.h"
#include "unjam/serve/readiness.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace unjam {
namespace {

const TimePoint kNow{std::chrono::days(20'000)};

CollectorStatus collector(std::string name, CollectorStatus::State state,
                          std::string trouble = "") {
  CollectorStatus status;
  status.name = "log:" + name;
  status.target = std::move(name);
  status.state = state;
  status.trouble = std::move(trouble);
  return status;
}

ServiceStatus healthy() {
  ServiceStatus status;
  status.now = kNow;
  status.started = kNow - std::chrono::hours(1);
  status.collectors = {collector("shop", CollectorStatus::State::Running)};
  status.queue.most_bytes = 1000;
  return status;
}

std::string text_of(const ServiceStatus& status) { return render_text(readiness(status)); }

TEST(Readiness, NoTrouble) {
  EXPECT_EQ(text_of(healthy()), "ready\n");
  EXPECT_EQ(render_json(readiness(healthy())),
            "{\n  \"ready\": true,\n  \"troubles\": [],\n  \"warnings\": []\n}\n");
}

TEST(Readiness, EveryTroubleIsOneLine) {
  using State = CollectorStatus::State;
  ServiceStatus status = healthy();
  status.store.trouble = "disk\nfull";
  status.queue.bytes = 900;
  status.reload_trouble = "c:1: unknown key 'a'";
  status.collectors.push_back(collector("a", State::Retrying, "db1 does not answer"));
  status.collectors.push_back(collector("b", State::Disabled, "wrong password; set it"));
  CollectorStatus hangs = collector("c", State::Running);
  hangs.polling_since = kNow - std::chrono::minutes(2);
  status.collectors.push_back(hangs);
  CollectorStatus warns = collector("d", State::Running);
  warns.health.warnings = {"digest table is full; raise it"};
  status.collectors.push_back(warns);
  EXPECT_EQ(text_of(status),
            "store: disk full\n"
            "queue: 900 of 1000 bytes wait for the store; collectors wait when it is full, and go "
            "on by themselves afterwards\n"
            "reload: the old configuration goes on: c:1: unknown key 'a'\n"
            "retrying: a log:a: db1 does not answer\n"
            "disabled: b log:b: wrong password; set it (then reload unjam)\n"
            "hangs: c log:c: one poll has taken since 2024-10-03T23:58:00.000000Z; is the file "
            "system or network stuck?\n"
            "warning: d log:d: digest table is full; raise it\n");
}

TEST(Readiness, WarningsAloneAreNoTrouble) {
  ServiceStatus status = healthy();
  status.collectors[0].health.warnings = {"slow log is off"};
  EXPECT_EQ(text_of(status), "ready\nwarning: shop log:shop: slow log is off\n");
}

TEST(Readiness, JsonSurvivesAnyBytes) {
  ServiceStatus status = healthy();
  status.collectors[0] =
      collector("shop", CollectorStatus::State::Retrying, "\xff\"\\\n\x01 \xe3\x81\x82");
  const std::string json = render_json(readiness(status));
  EXPECT_NE(json.find("\"what\": \"\xef\xbf\xbd\\\"\\\\   \xe3\x81\x82\""), std::string::npos)
      << json;
}

TEST(Metrics, HostileNamesStayInTheirQuotes) {
  ServiceStatus status = healthy();
  status.collectors[0].name = "log:a\"} 1\nevil{\\\xff";
  const std::string page = render_metrics(status);
  EXPECT_NE(page.find("collector=\"log:a\\\"} 1\\nevil{\\\\\xef\xbf\xbd\""), std::string::npos);
  EXPECT_EQ(page.find("\nevil"), std::string::npos);
}

TEST(Metrics, CollectorsOwnNumbersAreFamiliesTogether) {
  ServiceStatus status = healthy();
  status.collectors.push_back(collector("b", CollectorStatus::State::Running));
  status.collectors[0].health.numbers = {{"lag_bytes", 12}, {"events_total", 3}};
  status.collectors[1].health.numbers = {{"lag_bytes", 1.5}, {"odd name", 1}};
  const std::string page = render_metrics(status);
  EXPECT_NE(page.find("# TYPE unjam_watch_lag_bytes gauge\n"
                      "# HELP unjam_watch_lag_bytes Told by the collector itself\n"
                      "unjam_watch_lag_bytes{target=\"shop\",collector=\"log:shop\"} 12\n"
                      "unjam_watch_lag_bytes{target=\"b\",collector=\"log:b\"} 1.5\n"),
            std::string::npos)
      << page;
  EXPECT_NE(page.find("# TYPE unjam_watch_events counter\n"), std::string::npos);
  EXPECT_NE(page.find("unjam_watch_events_total{"), std::string::npos);
  EXPECT_NE(page.find("unjam_watch_odd_name{"), std::string::npos);
  EXPECT_TRUE(page.ends_with("# EOF\n"));
}

TEST(Metrics, AGaugeAndACounterOfOneNameAreTwoFamilies) {
  ServiceStatus status = healthy();
  status.collectors[0].health.numbers = {{"rows_read", 1}, {"rows_read_total", 3}};
  const std::string page = render_metrics(status);
  EXPECT_NE(page.find("# TYPE unjam_watch_rows_read counter\n"), std::string::npos);
  EXPECT_NE(page.find("# TYPE unjam_watch_rows_read_last gauge\n"), std::string::npos);
  EXPECT_EQ(page.find("# TYPE unjam_watch_rows_read gauge\n"), std::string::npos);
}

TEST(Metrics, BigNumbersKeepTheirDigits) {
  ServiceStatus status = healthy();
  status.collectors[0].calls = 123'456'789'012;
  EXPECT_NE(render_metrics(status).find("} 123456789012\n"), std::string::npos);
}

TEST(HttpServer, TwoDoNotShareAPort) {
  HttpConfig config;
  config.port = 0;
  const HttpServer first(config, healthy);
  config.port = first.port();
  try {
    const HttpServer second(config, healthy);
    ADD_FAILURE() << "listens on a port that is taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Unreachable);
    EXPECT_EQ(std::string(error.what()),
              "cannot listen on 127.0.0.1 port " + std::to_string(first.port()) +
                  ": Address already in use; set http.address and http.port, or http.enabled: "
                  "false");
  }
}

}  // namespace
}  // namespace unjam
