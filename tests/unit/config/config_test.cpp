#include "unjam/config/config.h"

#include "config/parse_config.h"
#include "unit/config/private_folder.h"
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
  const PrivateFolder folder;
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

TEST(Config, PasswordsComeFromEnvironmentAndCredentials) {
  const PrivateFolder folder;
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

const std::string kTarget = "targets: [{name: a, logs: [{path: /l}]}]\n";

std::pair<ErrorKind, std::string> failure_of(const std::function<void()>& run) {
  try {
    run();
  } catch (const Error& error) {
    return {error.kind(), error.what()};
  }
  return {ErrorKind::Corrupt, "no failure"};
}

TEST(Config, FilesThatCannotBeRead) {
  const PrivateFolder folder;
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
  const PrivateFolder folder;
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
