#include "unjam/config/config.h"

#include "config/parse_config.h"
#include "unjam/base/error.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

namespace unjam {
namespace {

namespace fs = std::filesystem;

/// A folder for one test.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / "unjam-config-XXXXXX") {
    std::string name = path_.string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  fs::path write(const std::string& name, const std::string& text,
                 fs::perms rights = fs::perms::owner_read | fs::perms::owner_write) const {
    const fs::path path = path_ / name;
    std::ofstream(path, std::ios::binary) << text;
    fs::permissions(path, rights);
    return path;
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string read_file(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

const fs::path kExample = fs::path(UNJAM_TESTS_DIR).parent_path() / "deploy/unjam.example.yaml";

/// The example with the keys that it does not set.
std::string example_with_all_keys() {
  const std::string text = read_file(kExample);
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    const std::size_t hash = line.find_first_not_of(' ');
    if (hash != std::string::npos && line[hash] == '#' && hash + 1 < line.size() &&
        line[hash + 1] != ' ') {
      line.erase(hash, 1);
    }
    result += line + '\n';
    at = end + 1;
  }
  return result;
}

void collect_keys(const YAML::Node& node, const std::string& path, std::set<std::string>& keys) {
  if (node.IsMap()) {
    for (const auto& entry : node) {
      const std::string key = path + entry.first.Scalar();
      keys.insert(key);
      collect_keys(entry.second, key + '.', keys);
    }
  } else if (node.IsSequence()) {
    for (const auto& element : node) {
      collect_keys(element, path, keys);
    }
  }
}

TEST(Config, TheExampleHasEveryKeyThatTheLoaderKnowsAndNoOther) {
  const std::string text = example_with_all_keys();
  std::set<std::string> known;
  const CheckedConfig checked = parse_config({"example", text}, Secrets::Skip, false, &known);
  for (const std::string& mistake : checked.mistakes) {
    EXPECT_EQ(mistake.find("unknown key"), std::string::npos) << mistake;
  }
  std::set<std::string> written;
  collect_keys(YAML::Load(text), "", written);
  EXPECT_EQ(written, known);
  EXPECT_GE(known.size(), 35U);
}

TEST(Config, TheExampleSetsTheDefaults) {
  const CheckedConfig checked = parse_config({"example", read_file(kExample)}, Secrets::Read);
  ASSERT_EQ(checked.mistakes, std::vector<std::string>());
  EXPECT_EQ(checked.warnings, std::vector<std::string>());
  const Config& read = checked.config;
  const Config defaults;
  EXPECT_EQ(read.store.path, defaults.store.path);
  EXPECT_EQ(read.store.max_bytes, defaults.store.max_bytes);
  EXPECT_EQ(read.store.keep_minutes, defaults.store.keep_minutes);
  EXPECT_EQ(read.store.keep_hours, defaults.store.keep_hours);
  EXPECT_EQ(read.store.keep_days, defaults.store.keep_days);
  EXPECT_EQ(read.store.samples_per_class, defaults.store.samples_per_class);
  EXPECT_EQ(read.store.mask_samples, defaults.store.mask_samples);
  EXPECT_EQ(read.http.enabled, defaults.http.enabled);
  EXPECT_EQ(read.http.address, defaults.http.address);
  EXPECT_EQ(read.http.port, defaults.http.port);
  EXPECT_EQ(read.log_level, defaults.log_level);
  EXPECT_EQ(read.rules, defaults.rules);
  EXPECT_EQ(read.enable_rules, defaults.enable_rules);
  ASSERT_EQ(read.targets.size(), 1U);
  const TargetConfig& target = read.targets.front();
  const TargetConfig plain;
  const ServerAddress address;
  EXPECT_EQ(target.name, "shop");
  ASSERT_TRUE(target.address);
  EXPECT_EQ(target.address->display(), "mysql://unjam@127.0.0.1:3306");
  EXPECT_EQ(target.address->tls, address.tls);
  EXPECT_EQ(target.address->connect_timeout, address.connect_timeout);
  EXPECT_EQ(target.address->statement_timeout, address.statement_timeout);
  EXPECT_EQ(target.counters.enabled, plain.counters.enabled);
  EXPECT_EQ(target.counters.interval, plain.counters.interval);
  EXPECT_EQ(target.slow_log_table, plain.slow_log_table);
  ASSERT_EQ(target.logs.size(), 1U);
  EXPECT_EQ(target.logs.front().path, "/var/log/mysql/slow.log");
  EXPECT_FALSE(target.logs.front().format);
  EXPECT_EQ(target.logs.front().utc_offset, LogConfig().utc_offset);
}

TEST(Config, EveryValueArrives) {
  const Folder folder;
  const fs::path password = folder.write("password", "s3cret\r\n");
  const fs::path ca = folder.write("ca.pem", "-");
  const CheckedConfig checked = parse_config({"c", R"(
store: {path: /tmp/x.db, max_size: 512MB, keep_minutes: 24h, keep_hours: 2w, keep_days: 90d,
  samples_per_class: 3, mask_samples: false}
http: {enabled: false, address: "::1", port: 80}
log_level: warning
rules: /etc/unjam/rules
enable_rules: [numbered-tables]
targets:
- name: a-1_b.C
  engine: postgresql
  host: db.example.com
  port: 6432
  user: watcher
  password_file: )" + password.string() + R"(
  database: app
  tls: verify-ca
  ca_file: )" + ca.string() + R"(
  connect_timeout: 1500ms
  statement_timeout: 2s
  counters: {enabled: true, interval: 1m}
  logs:
  - {path: /var/log/pg.csv, format: pg-csv, log_line_prefix: '%m ', utc_offset: "+09:00"}
  - {path: /var/log/pg.log, utc_offset: "-05:30"}
- name: socket
  engine: mariadb
  socket: /run/mysqld/mysqld.sock
  user: unjam
  slow_log_table: true
  counters: {enabled: false}
- {name: logs, logs: [{path: /l}]}
)"},
                                             Secrets::Read);
  ASSERT_EQ(checked.mistakes, std::vector<std::string>());
  EXPECT_EQ(checked.warnings, std::vector<std::string>());
  const Config& config = checked.config;
  EXPECT_EQ(config.store.max_bytes, 512U << 20);
  EXPECT_EQ(config.store.keep_minutes, std::chrono::hours(24));
  EXPECT_EQ(config.store.keep_hours, std::chrono::days(14));
  EXPECT_EQ(config.store.keep_days, std::chrono::days(90));
  EXPECT_EQ(config.store.samples_per_class, 3U);
  EXPECT_FALSE(config.store.mask_samples);
  EXPECT_FALSE(config.http.enabled);
  EXPECT_EQ(config.http.address, "::1");
  EXPECT_EQ(config.http.port, 80);
  EXPECT_EQ(config.log_level, LogLevel::Warning);
  EXPECT_EQ(config.rules, "/etc/unjam/rules");
  EXPECT_EQ(config.enable_rules, std::vector<std::string>{"numbered-tables"});
  ASSERT_EQ(config.targets.size(), 3U);
  const TargetConfig& first = config.targets[0];
  EXPECT_EQ(first.name, "a-1_b.C");
  EXPECT_EQ(first.line, 9U);
  EXPECT_EQ(first.address->display(), "postgresql://watcher@db.example.com:6432/app");
  EXPECT_EQ(first.address->password.reveal(), "s3cret");
  EXPECT_EQ(first.address->tls, Tls::VerifyCa);
  EXPECT_EQ(first.address->ca_file, ca.string());
  EXPECT_EQ(first.address->connect_timeout, std::chrono::milliseconds(1500));
  EXPECT_EQ(first.address->statement_timeout, std::chrono::seconds(2));
  EXPECT_EQ(first.counters.interval, std::chrono::minutes(1));
  ASSERT_EQ(first.logs.size(), 2U);
  EXPECT_EQ(first.logs[0].format, "pg-csv");
  EXPECT_EQ(first.logs[0].log_line_prefix, "%m ");
  EXPECT_EQ(first.logs[0].utc_offset, std::chrono::hours(9));
  EXPECT_EQ(first.logs[1].utc_offset, -std::chrono::minutes(330));
  EXPECT_EQ(config.targets[1].address->socket, "/run/mysqld/mysqld.sock");
  EXPECT_EQ(config.targets[1].address->tls, Tls::Off);
  EXPECT_TRUE(config.targets[1].slow_log_table);
  EXPECT_FALSE(config.targets[1].counters.enabled);
  EXPECT_FALSE(config.targets[2].address);
}

TEST(Config, TlsIsVerifiedByDefaultWhenTheServerIsRemote) {
  for (const auto& [host, tls] :
       {std::pair("db.example.com", Tls::VerifyFull), std::pair("10.0.0.5", Tls::VerifyFull),
        std::pair("localhost", Tls::Off), std::pair("127.0.0.2", Tls::Off),
        std::pair("'::1'", Tls::Off)}) {
    const CheckedConfig checked = parse_config(
        {"c", std::string("targets: [{name: a, engine: mysql, user: u, host: ") + host + "}]"},
        Secrets::Read);
    ASSERT_EQ(checked.mistakes, std::vector<std::string>());
    EXPECT_EQ(checked.config.targets[0].address->tls, tls) << host;
  }
}

struct Mistaken {
  std::string what;
  std::string text;
  std::vector<std::string> expected;
};

void expect_mistakes(const std::vector<Mistaken>& examples, Secrets secrets = Secrets::Read,
                     bool readable_by_all = false) {
  for (const Mistaken& example : examples) {
    EXPECT_EQ(parse_config({"c", example.text}, secrets, readable_by_all).mistakes,
              example.expected)
        << example.what;
  }
}

const std::string kTarget = "targets: [{name: a, logs: [{path: /l}]}]\n";

TEST(Config, MistakesOfTheWholeFile) {
  expect_mistakes({
      {"empty", "", {"c: is empty; deploy/unjam.example.yaml shows what it may hold"}},
      {"comments only",
       "# nothing\n",
       {"c: is empty; deploy/unjam.example.yaml shows what it may hold"}},
      {"a list",
       "- 1\n",
       {"c:1: the configuration is a mapping with the keys 'targets' and so on, not a list"}},
      {"not YAML", "store: [\n", {"c:2: not valid YAML: end of sequence flow not found"}},
      {"no target",
       "log_level: info\n",
       {"c:1: 'targets' is missing or empty: there is nothing to watch"}},
      {"targets without any",
       "targets:\n",
       {"c:1: 'targets' is missing or empty: there is nothing to watch"}},
      {"unknown key, meant as another",
       kTarget + "loglevel: info\n",
       {"c:2: unknown key 'loglevel'; did you mean 'log_level'?"}},
      {"unknown key, like none", kTarget + "colour: red\n", {"c:2: unknown key 'colour'"}},
      {"log_level",
       kTarget + "log_level: loud\n",
       {"c:2: unknown log_level 'loud'; known are debug, info, warning, error"}},
      {"rules",
       kTarget + "rules: here\n",
       {"c:2: 'rules' is 'here'; write a path that begins with /"}},
      {"enable_rules",
       kTarget + "enable_rules: numbered-tables\n",
       {"c:2: 'enable_rules' must be a list of texts, not text"}},
      {"two documents", kTarget + "---\na: 1\n", {"c:3: the configuration holds one document"}},
      {"a key twice",
       kTarget + "log_level: info\nlog_level: error\n",
       {"c:3: key 'log_level' is given twice"}},
  });
}

TEST(Config, MistakesOfStoreAndHttp) {
  expect_mistakes({
      {"wrong types",
       kTarget + "store: 5\nhttp: [a]\n",
       {"c:2: 'store' must be a mapping, not text", "c:3: 'http' must be a mapping, not a list"}},
      {"unknown keys",
       kTarget + "store:\n  pth: /x\n  maxsize: 2GB\nhttp:\n  prot: 80\n",
       {"c:3: unknown key 'pth'; did you mean 'path'?",
        "c:4: unknown key 'maxsize'; did you mean 'max_size'?", "c:6: unknown key 'prot'"}},
      {"relative path",
       kTarget + "store: {path: unjam.db}\n",
       {"c:2: 'path' is 'unjam.db'; write a path that begins with /"}},
      {"sizes",
       kTarget + "store:\n  max_size: 2\n",
       {"c:3: 'max_size' is '2', which is not a size; write a whole number and its unit: 512MB, "
        "2GB"}},
      {"small size",
       kTarget + "store:\n  max_size: 2MB\n",
       {"c:3: 'max_size' is 2MB; it must be from 16MB to 64TB"}},
      {"overflowing size",
       kTarget + "store:\n  max_size: 99999999999TB\n",
       {"c:3: 'max_size' is '99999999999TB', which is not a size; write a whole number and its "
        "unit: 512MB, 2GB"}},
      {"durations",
       kTarget + "store:\n  keep_minutes: 2\n  keep_hours: 1.5d\n  keep_days: -1d\n",
       {"c:3: 'keep_minutes' is '2', which is not a duration; write a whole number and its unit: "
        "500ms, 10s, 15m, 24h, 7d",
        "c:4: 'keep_hours' is '1.5d', which is not a duration; write a whole number and its unit: "
        "500ms, 10s, 15m, 24h, 7d",
        "c:5: 'keep_days' is '-1d', which is not a duration; write a whole number and its unit: "
        "500ms, 10s, 15m, 24h, 7d"}},
      {"order of retention",
       kTarget + "store: {keep_minutes: 40d}\n",
       {"c:2: what is coarser must be kept as long or longer: keep_minutes 40d ≤ keep_hours 35d ≤ "
        "keep_days 400d does not hold"}},
      {"samples",
       kTarget + "store: {samples_per_class: many}\n",
       {"c:2: 'samples_per_class' must be a whole number from 0 to 1000"}},
      {"boolean",
       kTarget + "store: {mask_samples: maybe}\n",
       {"c:2: 'mask_samples' must be true or false"}},
      {"port",
       kTarget + "http: {port: 70000}\n",
       {"c:2: 'port' must be a whole number from 1 to 65535"}},
      {"address",
       kTarget + "http: {address: 'a b'}\n",
       {"c:2: 'address' is 'a b', which is neither a name nor an address"}},
      {"nothing behind a key",
       kTarget + "store:\n  path:\n",
       {"c:3: 'path' must be text, not nothing (quote it if it is meant as text)"}},
  });
}

TEST(Config, MistakesOfTargets) {
  expect_mistakes({
      {"no mapping",
       "targets: [a]\n",
       {"c:1: each element of 'targets' must be a mapping, not text"}},
      {"two of one name",
       "targets:\n- {name: a, logs: [{path: /l}]}\n- {name: a, logs: [{path: /m}]}\n",
       {"c:3: the name 'a' is taken by the target at line 2; give each its own"}},
      {"no name", "targets: [{logs: [{path: /l}]}]\n", {"c:1: 'name' is missing"}},
      {"bad name",
       "targets: [{name: a/b, logs: [{path: /l}]}]\n",
       {"c:1: the name 'a/b' must be at most 64 letters, digits, - _ ."}},
      {"nothing to watch",
       "targets: [{name: a}]\n",
       {"c:1: the target 'a' has nothing to watch; give 'engine', 'host' and 'user', or 'logs'"}},
      {"nothing to watch on the server",
       "targets: [{name: a, engine: mysql, user: u, counters: {enabled: false}}]\n",
       {"c:1: the target 'a' has nothing to watch; give counters: {enabled: true} or 'logs'"}},
      {"no engine", "targets: [{name: a, host: h, user: u}]\n", {"c:1: 'engine' is missing"}},
      {"unknown engine",
       "targets: [{name: a, engine: oracle, user: u}]\n",
       {"c:1: unknown engine 'oracle'; known are mysql, mariadb, postgresql"}},
      {"no user", "targets: [{name: a, engine: mysql}]\n", {"c:1: 'user' is missing"}},
      {"bad host",
       "targets: [{name: a, engine: mysql, user: u, host: 'a b'}]\n",
       {"c:1: 'host' is 'a b', which is neither a name nor an address"}},
      {"socket and host",
       "targets: [{name: a, engine: mysql, user: u, host: h, socket: /s}]\n",
       {"c:1: 'socket' and 'host' or 'port' are given together; keep one way"}},
      {"port",
       "targets: [{name: a, engine: mysql, user: u, port: 0}]\n",
       {"c:1: 'port' must be a whole number from 1 to 65535"}},
      {"tls",
       "targets: [{name: a, engine: mysql, user: u, tls: prefer}]\n",
       {"c:1: unknown tls 'prefer'; known are off, require, verify-ca, verify-full"}},
      {"ca_file that is not there",
       "targets: [{name: a, engine: mysql, host: h, user: u, ca_file: /no/such}]\n",
       {"c:1: 'ca_file': '/no/such' does not exist, or may not be seen by this user"}},
      {"ca_file without TLS",
       "targets: [{name: a, engine: mysql, user: u, ca_file: /etc/passwd}]\n",
       {"c:1: 'ca_file' needs tls: verify-full (or verify-ca) to be of any use"}},
      {"timeouts",
       "targets:\n- name: a\n  engine: mysql\n  user: u\n  connect_timeout: 10ms\n"
       "  statement_timeout: 2m\n  counters: {interval: 500ms}\n",
       {"c:5: 'connect_timeout' is 10ms; it must be from 100ms to 1m",
        "c:6: 'statement_timeout' is 2m; it must be from 100ms to 1m",
        "c:7: 'interval' is 500ms; it must be from 1s to 1h"}},
      {"slow_log_table of PostgreSQL",
       "targets: [{name: a, engine: postgresql, user: u, slow_log_table: true}]\n",
       {"c:1: 'slow_log_table' is for MySQL and MariaDB; PostgreSQL has none: name its log files "
        "under 'logs'"}},
      {"logs",
       "targets: [{name: a, logs: [/l]}]\n",
       {"c:1: each element of 'logs' must be a mapping, not text"}},
      {"a log's keys",
       "targets:\n- name: a\n  logs:\n  - {format: csv}\n  - {path: l}\n  - {path: /l, utc_offset: "
       "JST}\n  - {path: /l, fromat: auto}\n",
       {"c:4: 'path' is missing",
        "c:4: unknown format 'csv'; known are auto, mysql-slow, mysql-slow-table, pg-stderr, "
        "pg-csv, pg-json, pg-syslog, pg-cloudsql-json, pg-cnpg-json",
        "c:5: 'path' is 'l'; write a path that begins with /",
        "c:6: 'utc_offset' is 'JST'; write Z, +09:00 or -05:30 (in quotes)",
        "c:7: unknown key 'fromat'; did you mean 'format'?",
        "c:7: '/l' is already a log of this target"}},
      {"keys of another level",
       "targets: [{name: a, interval: 10s, logs: [{path: /l}]}]\n",
       {"c:1: unknown key 'interval'"}},
  });
}

TEST(Config, MistakesOfSecrets) {
  const Folder folder;
  const auto rights = fs::perms::owner_all | fs::perms::others_read;
  const std::string open = folder.write("open", "x\n", rights).string();
  const std::string empty = folder.write("empty", "\n").string();
  const std::string lines = folder.write("lines", "user\npassword\n").string();
  const std::string server = "targets: [{name: a, engine: mysql, user: u, ";
  expect_mistakes({
      {"two ways",
       server + "password_env: PATH, password_file: " + lines + "}]\n",
       {"c:1: password_file and password_env are given together; keep one",
        "c:1: 'password_file': '" + lines +
            "' holds more than one line of text; write only the "
            "password into it"}},
      {"no such file",
       server + "password_file: /no/such}]\n",
       {"c:1: 'password_file': '/no/such' does not exist; write the password into it and let only "
        "unjam read it"}},
      {"a folder",
       server + "password_file: " + folder.path().string() + "}]\n",
       {"c:1: 'password_file': '" + folder.path().string() + "' is not a file"}},
      {"readable by all",
       server + "password_file: " + open + "}]\n",
       {"c:1: 'password_file': '" + open + "' can be read by every user; chmod o= " + open}},
      {"empty file",
       server + "password_file: " + empty + "}]\n",
       {"c:1: 'password_file': '" + empty + "' is empty; write the password into it"}},
      {"no variable",
       server + "password_env: UNJAM_NO_SUCH}]\n",
       {"c:1: 'password_env': the environment has no 'UNJAM_NO_SUCH'; set it, in the unit with "
        "EnvironmentFile="}},
      {"a credential's path",
       server + "password_credential: ../x}]\n",
       {"c:1: 'password_credential' is the name of a credential, not a path"}},
      {"no credentials",
       server + "password_credential: shop}]\n",
       {"c:1: 'password_credential': systemd gave no credentials; add "
        "LoadCredential=shop:/path/of/the/file to the unit"}},
  });
  expect_mistakes({{"inline in an open file",
                    server + "password: hunter2}]\n",
                    {"c:1: 'password' stands in a file that every user can read; move it to a "
                     "password_file, or chmod o= c"}}},
                  Secrets::Read, true);
  // Who connects to no server needs no password.
  expect_mistakes({{"skipped", server + "password_file: /no/such}]\n", {}},
                   {"skipped", server + "password_env: UNJAM_NO_SUCH}]\n", {}},
                   {"skipped", server + "password_credential: shop}]\n", {}}},
                  Secrets::Skip);
  expect_mistakes({{"tried", server + "password_credential: shop}]\n", {}},
                   {"tried",
                    server + "password_file: /no/such}]\n",
                    {"c:1: 'password_file': '/no/such' does not exist; write the password into it "
                     "and let only unjam read it"}}},
                  Secrets::Try);
}

TEST(Config, PasswordsComeFromEnvironmentAndCredentials) {
  const Folder folder;
  folder.write("shop", "from systemd\n", fs::perms::owner_read | fs::perms::others_read);
  setenv("CREDENTIALS_DIRECTORY", folder.path().c_str(), 1);
  setenv("UNJAM_TEST_PASSWORD", "from the environment", 1);
  const CheckedConfig checked = parse_config({"c", R"(
targets:
- {name: a, engine: mysql, user: u, password_credential: shop}
- {name: b, engine: mysql, user: u, password_env: UNJAM_TEST_PASSWORD}
- {name: c, engine: mysql, user: u, password: inline}
)"},
                                             Secrets::Read);
  unsetenv("CREDENTIALS_DIRECTORY");
  unsetenv("UNJAM_TEST_PASSWORD");
  ASSERT_EQ(checked.mistakes, std::vector<std::string>());
  EXPECT_EQ(checked.config.targets[0].address->password.reveal(), "from systemd");
  EXPECT_EQ(checked.config.targets[1].address->password.reveal(), "from the environment");
  EXPECT_EQ(checked.config.targets[2].address->password.reveal(), "inline");
  EXPECT_EQ(checked.warnings,
            std::vector<std::string>{"c:5: 'password' stands in the configuration; better move it "
                                     "to a password_file"});
}

TEST(Config, WarnsOfWhatIsUnwise) {
  const CheckedConfig checked = parse_config({"c", R"(
http: {address: 0.0.0.0}
targets:
- {name: a, engine: mysql, host: db1, user: u, tls: off}
- {name: b, engine: mysql, user: u, password_credential: shop}
)"},
                                             Secrets::Try);
  EXPECT_EQ(checked.mistakes, std::vector<std::string>());
  EXPECT_EQ(checked.warnings,
            (std::vector<std::string>{
                "c:2: http is open to the network at 0.0.0.0 and asks nobody for a password; "
                "better 127.0.0.1 behind a proxy",
                "c:4: passwords and statements travel to db1 without encryption; better tls: "
                "verify-full",
                "c:5: the credential 'shop' could not be checked: only the service is given it"}));
}

std::pair<ErrorKind, std::string> failure_of(const std::function<void()>& run) {
  try {
    run();
  } catch (const Error& error) {
    return {error.kind(), error.what()};
  }
  return {ErrorKind::Corrupt, "no failure"};
}

TEST(Config, FilesThatCannotBeRead) {
  const Folder folder;
  const std::string missing = (folder.path() / "none.yaml").string();
  EXPECT_EQ(failure_of([&] { load_config(missing); }),
            std::pair(ErrorKind::Unreachable, "cannot read the configuration " + missing +
                                                  ": No such file or directory; see --config"));
  EXPECT_EQ(
      failure_of([&] { load_config(folder.path()); }).second,
      "cannot read the configuration " + folder.path().string() + ": it is a folder; see --config");
  const fs::path big = folder.write("big", std::string((4U << 20) + 1, ' '));
  EXPECT_EQ(failure_of([&] { load_config(big); }),
            std::pair(ErrorKind::Usage, big.string() + ": larger than a configuration can be "
                                                       "(4194304 bytes)"));
}

TEST(Config, LoadTellsAllMistakesInOneLine) {
  const Folder folder;
  const std::string path = folder.write("c.yaml", kTarget + "a: 1\nstore: {path: x}\n").string();
  EXPECT_EQ(failure_of([&] { load_config(path); }),
            std::pair(ErrorKind::Usage, "2 mistakes in the configuration: " + path +
                                            ":2: unknown key 'a'; " + path +
                                            ":3: 'path' is 'x'; write a path that begins with /"));
  const fs::path right = folder.write("d.yaml", kTarget);
  EXPECT_EQ(load_config(right).targets.size(), 1U);
}

}  // namespace
}  // namespace unjam
