#include "unit/report/sample_report.h"

#include <cmath>

namespace unjam {
namespace {

using std::chrono::microseconds;

TimePoint at(std::string_view text) { return *parse_time(text); }

Trend trend_of(double height, std::size_t slices) {
  Trend trend{at("2024-05-18T02:00:00Z"), std::chrono::minutes(10), {}};
  for (std::size_t slice = 0; slice < slices; ++slice) {
    const double wave = 1 + std::sin(static_cast<double>(slice) / 7);
    trend.query_time_s.push_back(slice % 11 == 5 ? 0 : std::round(height * wave * 1e6) / 1e6);
  }
  return trend;
}

ReportQuery query_of(const std::string& text, std::uint64_t calls, Duration time, double share) {
  ReportQuery query;
  query.id = fingerprint_id(text);
  query.text = text;
  query.dialect = Dialect::MySql;
  query.calls = calls;
  query.share = share;
  query.timed = true;
  query.query_time = time;
  query.query_time_min = microseconds(1200);
  query.query_time_max = microseconds(8'123'456);
  query.p50 = microseconds(212'000);
  query.p95 = microseconds(1'900'000);
  query.p99 = microseconds(4'400'001);
  query.query_time_mean_s = static_cast<double>(time.count()) / 1e6 / static_cast<double>(calls);
  query.query_time_stddev_s = 0.4321;
  query.first_seen = at("2024-05-18T02:00:00.033083Z");
  query.last_seen = at("2024-05-18T13:59:59.5Z");
  query.trend = trend_of(share * 300, 72);
  return query;
}

ReportQuery orders_query() {
  ReportQuery query = query_of(
      "select o.id, o.total, c.name, c.email from orders o left join customers c on c.id = "
      "o.customer_id where o.customer_id = ? and o.state in (...) and o.created_at between ? and ? "
      "and exists (select ? from refunds r where r.order_id = o.id) order by o.created_at desc "
      "limit ?",
      12'345, microseconds(4'338'123'456), 0.4213);
  query.tables = {"orders", "customers", "refunds"};
  query.lock_time = microseconds(3'200'000);
  query.rows_examined = 4'512'345;
  query.rows_sent = 12'345;
  query.bytes_sent = 98'765'432;
  query.databases = {{"shop", 12'000}, {"shop_archive", 345}};
  query.users = {{"app", 12'000}, {"batch", 300}, {"report", 30}, {"root", 10}, {"admin", 5}};
  query.hosts = {{"10.0.0.20", 12'000}, {"", 345}};
  query.errors = {{"1205", 3}, {"1213", 12}};
  query.tags = {{"controller", {{"orders", 9'000}, {"carts", 345}}},
                {"job", {{"DigestJob", 3'000}}}};
  query.sample = QuerySample{
      "SELECT o.id, o.total, c.name, c.email\nFROM orders o\n\tLEFT JOIN customers c ON c.id = "
      "o.customer_id\nWHERE o.customer_id = ?",
      true, microseconds(8'123'456), at("2024-05-18T05:10:11.25Z"), ""};
  query.lint = {
      {"rows-examined-ratio", "warning", "Reads 365 rows for each row it returns",
       "The server looks at far more rows than it needs, most likely because no index covers the "
       "conditions on customer_id and state together.",
       "Try an index on orders (customer_id, state, created_at)."},
      {"select-list-wide", "info", "Fetches the customer with every order", "", ""}};
  return query;
}

}  // namespace

AnalysisReport sample_report() {
  AnalysisReport report;
  report.version = "1.2.3";
  report.ranked_by = "time";
  report.grouped_by = "fingerprint";
  report.inputs = {{"mysql-slow.log",
                    "mysql-slow",
                    12'345'678,
                    45'678,
                    {{"no query time", 2}},
                    {{"no query time", "# Query_time: oops"}},
                    at("2024-05-18T02:00:00.033083Z"),
                    at("2024-05-18T14:00:00Z")},
                   {"postgresql.csv",
                    "pg-csv",
                    512,
                    3,
                    {},
                    {},
                    at("2024-05-18T03:00:00Z"),
                    at("2024-05-18T03:00:01Z")}};
  report.totals = {45'681,
                   microseconds(10'300'000'001),
                   45'600,
                   microseconds(10'296'789'012),
                   microseconds(5'000'000),
                   137,
                   78,
                   3,
                   21,
                   4,
                   1,
                   2};
  report.trend = trend_of(70, 72);
  report.queries.push_back(orders_query());

  ReportQuery insert = query_of("insert into audit_log (user_id, action, at) values (...)", 31'000,
                                microseconds(2'100'000'000), 0.2039);
  insert.tables = {"audit_log"};
  insert.rows_affected = 31'000;
  insert.lock_time = Duration(0);
  report.queries.push_back(insert);

  ReportQuery postgres =
      query_of("update carts set total = ? where id = ?", 900, microseconds(450'000'000), 0.0437);
  postgres.dialect = Dialect::PostgreSql;
  postgres.tables = {"carts"};
  postgres.trend = {};
  report.queries.push_back(postgres);

  ReportQuery untimed = query_of("select 在庫 from 商品 where 名前 = ?", 7, Duration(0), 0);
  untimed.timed = false;
  untimed.dialect = Dialect::PostgreSql;
  untimed.trend = {};
  report.queries.push_back(untimed);

  report.other = {133, 1348, microseconds(3'408'665'556)};
  const std::string cart = "update carts set total = ? where id = ?";
  report.lock_waits = {{at("2024-05-18T05:10:11.25Z"),
                        fingerprint_id(cart),
                        cart,
                        "ShareLock",
                        "transaction 4711",
                        "shop",
                        "app",
                        4242,
                        {4200, 4201},
                        microseconds(5'001'234),
                        true,
                        3},
                       {std::nullopt,
                        {},
                        "",
                        "ExclusiveLock",
                        "relation carts",
                        "",
                        "",
                        0,
                        {},
                        microseconds(1'000'000),
                        false,
                        1}};
  report.deadlocks = {{at("2024-05-18T06:00:00Z"),
                       "shop",
                       {{100, 101, fingerprint_id(cart), cart, "ShareLock", "transaction 1", true},
                        {101, 100, {}, "", "ShareLock", "transaction 2", false}}}};
  report.errors = {{"40P01", "ERROR", "deadlock detected", fingerprint_id(cart), cart, 12,
                    at("2024-05-18T06:00:00Z"), at("2024-05-18T09:00:00Z")},
                   {"", "FATAL", "role ? does not exist", {}, "", 9, std::nullopt, std::nullopt}};
  report.temporary_files = {{fingerprint_id("select a"), "select a", 2, 300'000'000, 200'000'000}};
  report.notes = {"Times of mysql-slow.log are UTC."};
  return report;
}

AnalysisReport untimed_report() {
  AnalysisReport report;
  report.version = "1.2.3";
  report.ranked_by = "calls";
  report.grouped_by = "fingerprint";
  report.inputs = {{"pg.log", "pg-stderr", 100, 5, {}, {}, std::nullopt, std::nullopt}};
  report.totals.events = 5;
  report.totals.statements = 5;
  report.totals.fingerprints = 1;
  ReportQuery query;
  query.id = fingerprint_id("select ?");
  query.text = "select ?";
  query.dialect = Dialect::PostgreSql;
  query.calls = 5;
  query.share = 1;
  report.queries = {query};
  return report;
}

AnalysisReport empty_report() {
  AnalysisReport report;
  report.version = "1.2.3";
  report.ranked_by = "time";
  report.grouped_by = "fingerprint";
  report.inputs = {{"empty.log", "", 0, 0, {}, {}, std::nullopt, std::nullopt}};
  return report;
}

AnalysisReport report_with_text(const std::string& text) {
  AnalysisReport report = sample_report();
  for (ReportInput& input : report.inputs) {
    input.path = text;
    input.format = text;
    input.skipped = {{text, 1}};
    input.skipped_samples = {{text, text}};
  }
  for (ReportQuery& query : report.queries) {
    query.text = text;
    query.tables = {text, text};
    query.databases = query.users = query.hosts = query.errors = {{text, 1}};
    query.tags = {{text, {{text, 1}}}};
    query.sample = QuerySample{text, false, Duration(1), std::nullopt, text};
    query.lint = {{text, text, text, text, text}};
  }
  for (ReportLockWait& wait : report.lock_waits) {
    wait.fingerprint = wait.mode = wait.object = wait.database = wait.user = text;
  }
  for (ReportDeadlock& deadlock : report.deadlocks) {
    deadlock.database = text;
    for (auto& participant : deadlock.participants) {
      participant.fingerprint = participant.mode = participant.object = text;
    }
  }
  for (ReportError& error : report.errors) {
    error.code = error.severity = error.message = error.fingerprint = text;
  }
  for (ReportTemporaryFiles& files : report.temporary_files) {
    files.fingerprint = text;
  }
  report.notes = {text};
  return report;
}

}  // namespace unjam
