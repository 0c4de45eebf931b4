#include "support/log_world.h"

#include "unjam/normalize/normalizer.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

namespace unjam {
namespace {

namespace fs = std::filesystem;

void check(bool good, const char* what) {
  if (!good) {
    throw std::runtime_error(what);
  }
}

std::string contents(const std::string& name) {
  std::ifstream in(name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void copy_times(const std::string& from, const std::string& to) {
  struct stat status {};
  check(::stat(from.c_str(), &status) == 0, "stat");
  const std::array<timespec, 2> times{status.st_atim, status.st_mtim};
  check(::utimensat(AT_FDCWD, to.c_str(), times.data(), 0) == 0, "utimensat");
}

}  // namespace

std::string LogWriter::banner() {
  if (kind_ != LogKind::MySql) {
    return {};
  }
  database_.clear();
  return "/usr/sbin/mysqld, Version: 8.0.36 (MySQL Community Server - GPL). started with:\n"
         "Tcp port: 3306  Unix socket: /var/run/mysqld/mysqld.sock\n"
         "Time                 Id Command    Argument\n";
}

std::string LogWriter::event() {
  const std::uint64_t i = count_++;
  const std::uint64_t table = i * 7 % 5;
  const auto us = static_cast<std::int64_t>(1000 + i);
  const std::string database = i / 3 % 2 == 0 ? "shop" : "blog";
  const std::string sql =
      kind_ == LogKind::PgCsv
          ? fmt::format("select * from t{}_x where id = {}\n  and b = 'x'", table, i)
          : fmt::format("select * from t{}_x where id = {}\n\tand b = 'x'", table, i);
  auto& [calls, time] = truth_[fmt::format(
      "{}, {}",
      default_fingerprints()
          .normalizer()
          .fingerprint(kind_ == LogKind::MySql ? Dialect::MySql : Dialect::PostgreSql, sql)
          .text,
      database)];
  ++calls;
  time += us;
  const std::uint64_t second = i / 20;
  const std::string clock = fmt::format("{:02}:{:02}:{:02}.{:03}", second / 3600 % 24,
                                        second / 60 % 60, second % 60, i % 20 * 50);
  switch (kind_) {
    case LogKind::MySql: {
      const bool use = database != database_;
      database_ = database;
      return fmt::format(
          "# Time: 2024-05-18T{}000Z\n# User@Host: app[app] @ web1 [10.0.0.5]  Id: {:5}\n"
          "# Query_time: {}.{:06}  Lock_time: 0.000001 Rows_sent: 1  Rows_examined: {}\n"
          "{}SET timestamp={};\n{};\n",
          clock, i % 9, us / 1'000'000, us % 1'000'000, i, use ? "use " + database + ";\n" : "",
          1'715'990'400 + second, sql);
    }
    case LogKind::PgStderr:
      return fmt::format(
          "2024-05-18 {} UTC [{}] app@{} LOG:  duration: {}.{:03} ms  statement: {}\n", clock,
          4000 + i % 9, database, us / 1000, us % 1000, sql);
    case LogKind::PgCsv:
      return fmt::format(
          "2024-05-18 {} UTC,\"app\",\"{}\",{},\"10.0.0.5:50312\",6648138a.fa0,{},\"SELECT\","
          "2024-05-18 00:00:00 UTC,4/{},0,LOG,00000,\"duration: {}.{:03} ms  statement: {}\""
          ",,,,,,,,,\"psql\",\"client backend\",,0\n",
          clock, database, 4000 + i % 9, i + 1, i, us / 1000, us % 1000, sql);
  }
  return {};
}

LogWorld::LogWorld(LogKind kind) : writer_(kind) {
  std::string name = (fs::temp_directory_path() / "unjam-log-XXXXXX").string();
  check(::mkdtemp(name.data()) != nullptr, "mkdtemp");
  folder_ = name;
  config.path = path();
}

LogWorld::~LogWorld() {
  if (fd_ >= 0) {
    ::close(fd_);
  }
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void LogWorld::set_time(const std::string& name) {
  const auto us = now_.time_since_epoch().count();
  const timespec time{us / 1'000'000, us % 1'000'000 * 1000};
  const std::array<timespec, 2> times{time, time};
  check(::utimensat(AT_FDCWD, name.c_str(), times.data(), 0) == 0, "utimensat");
}

void LogWorld::write(std::string_view bytes) {
  check(::write(fd_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()), "write");
  const auto us = now_.time_since_epoch().count();
  const timespec time{us / 1'000'000, us % 1'000'000 * 1000};
  const std::array<timespec, 2> times{time, time};
  check(::futimens(fd_, times.data()) == 0, "futimens");
}

void LogWorld::reopen(const std::string& name) {
  if (fd_ >= 0) {
    ::close(fd_);
  }
  fd_ = ::open(name.empty() ? path().c_str() : file(name).c_str(), O_WRONLY | O_CREAT | O_APPEND,
               0644);
  check(fd_ >= 0, "open");
  write(writer_.banner());
}

void LogWorld::log(int events) {
  std::string bytes;
  for (int i = 0; i < events; ++i) {
    bytes += writer_.event();
  }
  write(bytes);
}

void LogWorld::log_half() {
  const std::string bytes = writer_.event();
  write(std::string_view(bytes).substr(0, bytes.size() / 2));
  rest_ = bytes.substr(bytes.size() / 2);
}

void LogWorld::log_rest() { write(std::exchange(rest_, {})); }

void LogWorld::rename(std::string_view from, std::string_view to) {
  fs::rename(path(from), path(to));
}

void LogWorld::create() {
  std::ofstream(path()).flush();
  set_time(path());
}

void LogWorld::copy_truncate(std::string_view to) {
  fs::copy_file(path(), path(to), fs::copy_options::overwrite_existing);
  set_time(path(to));
  now_ += std::chrono::seconds(1);
  truncate();
}

void LogWorld::truncate() {
  fs::resize_file(path(), 0);
  set_time(path());
}

void LogWorld::remove(std::string_view suffix) { fs::remove(path(suffix)); }

void LogWorld::gzip(std::string_view suffix) {
  const std::string from = path(suffix);
  const std::string to = from + ".gz";
  const std::string bytes = contents(from);
  gzFile out = ::gzopen(to.c_str(), "wb");
  check(out != nullptr, "gzopen");
  check(::gzwrite(out, bytes.data(), static_cast<unsigned>(bytes.size())) ==
            static_cast<int>(bytes.size()),
        "gzwrite");
  ::gzclose(out);
  copy_times(from, to);
  fs::remove(from);
}

void LogWorld::zstd(std::string_view suffix) {
  const std::string from = path(suffix);
  const std::string to = from + ".zst";
  const std::string bytes = contents(from);
  std::string packed(::ZSTD_compressBound(bytes.size()), '\0');
  packed.resize(::ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), 3));
  std::ofstream(to, std::ios::binary) << packed;
  copy_times(from, to);
  fs::remove(from);
}

void LogWorld::link_to(const std::string& name) {
  const std::string next = path(".next-link");
  fs::create_symlink(file(name), next);
  fs::rename(next, path());
}

Collector& LogWorld::collector() {
  if (!collector_) {
    collector_ = make_log_collector("shop", config, default_fingerprints().normalizer(), committed_,
                                    options);
  }
  return *collector_;
}

void LogWorld::commit(const Flush& flush) {
  check(flush.sequence == committed_.last_sequence + 1, "a sequence is not the next one");
  committed_.last_sequence = flush.sequence;
  if (!flush.checkpoints.empty()) {
    committed_.checkpoints = flush.checkpoints;
  }
  for (const ClassText& text : flush.texts) {
    texts_.emplace(text.id.value, text.text);
  }
  for (const Slice& slice : flush.slices) {
    for (const ClassDelta& delta : slice.classes) {
      std::uint64_t with_database = 0;
      for (const AttributeCount& count : delta.attributes) {
        if (count.attribute.key == "database") {
          auto& [calls, time] =
              seen_[fmt::format("{}, {}", texts_[delta.id.value], count.attribute.value)];
          calls += count.calls;
          time += count.query_time.count();
          with_database += count.calls;
        }
      }
      if (with_database != delta.counts.calls) {
        seen_[texts_[delta.id.value] + " without a database"].first +=
            delta.counts.calls - with_database;
      }
    }
  }
}

void LogWorld::poll(bool crash) {
  bool more = true;
  while (more) {
    const std::optional<Flush> flush = collector().poll(now_, more);
    if (flush && !crash) {
      commit(*flush);
    }
  }
}

void LogWorld::poll_for(int seconds) {
  for (int i = 0; i < seconds; ++i) {
    now_ += std::chrono::seconds(1);
    poll();
  }
}

void LogWorld::restart() {
  collector_.reset();
  (void)collector();
}

}  // namespace unjam
