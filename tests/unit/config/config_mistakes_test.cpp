// What a person can write wrongly, and what is said about it.
#include "config/parse_config.h"
#include "unit/config/private_folder.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace unjam {
namespace {

namespace fs = std::filesystem;

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
        "c:4: unknown key 'maxsize'; did you mean 'max_size'?",
        "c:6: unknown key 'prot'; did you mean 'port'?"}},
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
  const PrivateFolder folder;
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

}  // namespace
}  // namespace unjam
