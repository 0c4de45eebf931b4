#include "unit/app/temporary_folder.h"

#include <atomic>
#include <fstream>
#include <random>

#include <unistd.h>

namespace unjam {

TemporaryFolder::TemporaryFolder() {
  static std::atomic<int> number{0};
  folder_ = std::filesystem::temp_directory_path() /
            ("unjam-test-" + std::to_string(::getpid()) + "-" + std::to_string(number++));
  std::filesystem::create_directories(folder_);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string TemporaryFolder::write(const std::string& name, std::string_view bytes) const {
  const std::string path = (folder_ / name).string();
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

std::string make_slow_log(int events) {
  std::mt19937 random(11);
  std::string log =
      "/usr/sbin/mysqld, Version: 8.0.36 (MySQL Community Server - GPL). started with:\n"
      "Tcp port: 3306  Unix socket: /var/run/mysqld/mysqld.sock\n"
      "Time                 Id Command    Argument\n";
  const char* const databases[] = {"shop", "crm", "billing"};
  for (int i = 0; i < events; ++i) {
    const int second = i / 50;
    log += "# Time: 2024-05-18T02:" + std::to_string(10 + second / 60 % 50) + ":" +
           std::to_string(10 + second % 50) + ".000000Z\n";
    log += "# User@Host: app[app] @ web [10.0.0." + std::to_string(random() % 9) +
           "]  Id: " + std::to_string(10 + random() % 5) + "\n";
    log += "# Query_time: 0.0" + std::to_string(10000 + random() % 80000) +
           "  Lock_time: 0.000010 Rows_sent: 1  Rows_examined: 10\n";
    if (random() % 40 == 0) {
      log += std::string("use ") + databases[random() % 3] + ";\n";
    }
    log += "SET timestamp=" + std::to_string(1716000000 + second) + ";\n";
    switch (random() % 4) {
      case 0:
        log += "SELECT *\nFROM orders\nWHERE id = " + std::to_string(random()) + ";\n";
        break;
      case 1:
        log += "UPDATE users SET name = 'it''s \\' ;\n# Time: no' WHERE id = 5;\n";
        break;
      case 2:
        log += "INSERT INTO t (a, b) VALUES (1, 'x'), (2, 'y');\n";
        break;
      default:
        log += "SELECT count(*) FROM t" + std::to_string(random() % 3) +
               " /*controller:a,action:b*/;\n";
    }
  }
  return log;
}

}  // namespace unjam
