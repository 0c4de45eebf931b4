#include "integration/pg_test_server.h"

#include "unjam/config/rules.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace unjam {
namespace {

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  if (value == nullptr) {
    throw std::runtime_error(std::string(name) + " is not set: run pg_counters_test.py");
  }
  return value;
}

std::string output(const std::string& command) {
  FILE* const pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) {
    throw std::runtime_error("could not run " + command);
  }
  std::string text;
  std::array<char, 4096> buffer{};
  while (const std::size_t length = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    text.append(buffer.data(), length);
  }
  if (const int status = ::pclose(pipe); status != 0) {
    throw std::runtime_error(command + " failed: " + text);
  }
  return text;
}

/// As one word of a shell's command.
std::string quoted(const std::string& word) {
  std::string text = "'";
  for (const char c : word) {
    text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return text + "'";
}

}  // namespace

// libpqxx 6.4 loses a result of libpq when the connection breaks while it is made.
extern "C" const char* __lsan_default_suppressions() { return "leak:libpqxx"; }  // NOLINT

PgTestServer::PgTestServer()
    : folder_(environment("UNJAM_PG_FOLDER")),
      port_(static_cast<std::uint16_t>(std::stoi(environment("UNJAM_PG_PORT")))),
      major_(std::stoi(environment("UNJAM_PG_MAJOR"))) {}

std::string PgTestServer::run(const std::string& sql, const std::string& database) const {
  const std::string file = folder_ + "/statements.sql";
  std::ofstream(file) << sql << '\n';
  std::string text = output(quoted(folder_ + "/client") + " -v ON_ERROR_STOP=1 -t -A -d " +
                            quoted(database) + " -f " + quoted(file) + " 2>&1");
  while (text.ends_with('\n')) {
    text.pop_back();
  }
  return text;
}

void PgTestServer::restart(const std::string& how, const std::vector<std::string>& settings) const {
  std::string command = quoted(folder_ + "/restart") + " " + how;
  for (const std::string& setting : settings) {
    command += " " + quoted(setting);
  }
  output(command + " 2>&1");
}

ServerAddress PgTestServer::address() const {
  ServerAddress address;
  address.engine = Engine::PostgreSql;
  address.host = "127.0.0.1";
  address.port = port_;
  address.user = "unjam";
  address.password = Secret("change-me");
  return address;
}

const Normalizer& Watch::normalizer() {
  static const Normalizer kNormalizer{load_normalize_rules()};
  return kNormalizer;
}

StoreScope Watch::everything(Source source) {
  return {{TimePoint(), TimePoint(std::chrono::hours(24 * 365 * 100))}, {}, source};
}

Watch::Watch(const ServerAddress& address) : store_(make_memory_store()) {
  target_.name = "shop";
  target_.address = address;
  restart_unjam();
}

void Watch::restart_unjam() {
  const std::string name = "counters:shop";
  collector_ = make_counter_collector(target_, normalizer(),
                                      {store_->last_sequence(name), store_->checkpoints(name)});
}

void Watch::poll() {
  bool more = false;
  const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  if (const std::optional<Flush> flush = collector_->poll(now, more)) {
    store_->apply(std::span(&*flush, 1));
  }
}

Counts Watch::counts(std::string_view sql) const {
  const std::array ids{normalizer().fingerprint(Dialect::PostgreSql, sql).id};
  return store_->totals(everything(Source::Counters), Detail::Full, ids).at(0).counts;
}

std::uint64_t Watch::all_calls() const {
  std::uint64_t calls = 0;
  for (const ClassTotal& total : store_->totals(everything(Source::Counters), Detail::Load)) {
    calls += total.counts.calls;
  }
  return calls;
}

std::vector<std::string> Watch::texts() const {
  std::vector<std::string> all;
  for (const ClassTotal& total : store_->totals(everything(Source::Counters), Detail::Load)) {
    const auto text = store_->text(total.id);
    all.push_back(text ? text->text : "(no text)");
  }
  return all;
}

double Watch::number(std::string_view name) const {
  for (const auto& [key, value] : health().numbers) {
    if (key == name) {
      return value;
    }
  }
  return -1;
}

}  // namespace unjam
