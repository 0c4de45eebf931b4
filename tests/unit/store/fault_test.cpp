// What goes wrong around a store: processes that are killed, disks that fill up, files that are
// damaged, of another version or of another program.
#include "drivers/sqlite_db.h"
#include "unit/app/temporary_folder.h"
#include "unit/store/answers.h"
#include "unit/store/any_store.h"
#include "unit/store/random_flushes.h"
#include "unjam/base/error.h"
#include "unjam/store/store.h"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace unjam {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr TimePoint kStart{std::chrono::sys_days(std::chrono::year(2026) / 5 / 14)};

StoreScope always() { return {{kStart - days(500), kStart + days(500)}, {}, Source::Log}; }

/// Sequence n counts n calls of one class, and of a second one.
Flush numbered(std::uint64_t sequence) {
  Flush flush;
  flush.collector = "log:a";
  flush.sequence = sequence;
  Slice slice{"a", Source::Log, kStart + minutes(sequence / 4), {}};
  for (const std::uint64_t id : {1U, 2U}) {
    ClassDelta delta;
    delta.id = {id};
    delta.counts.calls = sequence;
    delta.counts.query_time = Duration(sequence);
    slice.classes.push_back(delta);
  }
  flush.slices = {slice};
  flush.checkpoints = {{"place", std::to_string(sequence)}};
  return flush;
}

void expect_all_up_to(StoreWriter& writer, const StoreReader& reader, std::uint64_t sequence) {
  EXPECT_EQ(writer.last_sequence("log:a"), sequence);
  const FingerprintId classes[] = {{1}, {2}};
  for (const ClassTotal& total : reader.totals(always(), Detail::Sums, classes)) {
    EXPECT_EQ(total.counts.calls, sequence * (sequence + 1) / 2);
  }
  if (sequence > 0) {
    EXPECT_EQ(writer.checkpoints("log:a").at(0).state, std::to_string(sequence));
  }
}

std::string message_of(ErrorKind kind, const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

TEST(StoreFaults, AKillLosesAndDoublesNothing) {
  TemporaryFolder folder;
  StoreOptions options;
  options.path = folder.path("unjam.db");
  std::mt19937 random(3);
  std::uint64_t known = 0;
  for (int kill = 0; kill < 40; ++kill) {
    int acknowledged[2];
    ASSERT_EQ(::pipe(acknowledged), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(acknowledged[0]);
      try {
        const auto writer = open_store_writer(options);
        for (std::uint64_t sequence = writer->last_sequence("log:a") + 1;; ++sequence) {
          const Flush flush = numbered(sequence);
          writer->apply({&flush, 1});
          if (::write(acknowledged[1], &sequence, sizeof sequence) != sizeof sequence) {
            ::_exit(2);
          }
          writer->maintain(kStart + minutes(sequence / 4) + hours(sequence % 3));
        }
      } catch (const std::exception&) {
        ::_exit(1);
      }
    }
    ::close(acknowledged[1]);
    ::usleep(static_cast<useconds_t>(1000 + random() % 60'000));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status));
    for (std::uint64_t sequence = 0;
         ::read(acknowledged[0], &sequence, sizeof sequence) == sizeof sequence;) {
      known = sequence;
    }
    ::close(acknowledged[0]);
    const auto writer = open_store_writer(options);
    const std::uint64_t last = writer->last_sequence("log:a");
    // One may have been stored and not yet acknowledged.
    EXPECT_GE(last, known);
    EXPECT_LE(last, known + 1);
    known = last;
    expect_all_up_to(*writer, *open_store_reader(options.path), last);
  }
  EXPECT_GT(known, 40U);
}

TEST(StoreFaults, AFullDiskStoresNothingOfACallAndMendsItself) {
  TemporaryFolder folder;
  StoreOptions options;
  options.path = folder.path("unjam.db");
  const auto writer = open_store_writer(options);
  const auto reader = open_store_reader(options.path);
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  int failures = 0;
  std::uint64_t sequence = 1;
  for (std::size_t limit : {70'000U, 150'000U, 300'000U, 500'000U}) {
    const rlimit full{limit, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &full), 0);
    std::string failed;
    for (int tries = 0; tries < 3000 && failed.empty(); ++tries) {
      const std::vector<Flush> flushes = {numbered(sequence), numbered(sequence + 1)};
      try {
        writer->apply(flushes);
        sequence += 2;
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Unreachable) << error.what();
        failed = error.what();
      }
    }
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    failures += failed.empty() ? 0 : 1;
    expect_all_up_to(*writer, *reader, sequence - 1);
    const std::vector<Flush> again = {numbered(sequence), numbered(sequence + 1)};
    writer->apply(again);
    sequence += 2;
    expect_all_up_to(*writer, *reader, sequence - 1);
  }
  EXPECT_EQ(failures, 4);
}

TEST(StoreFaults, OneWriterAtATime) {
  TemporaryFolder folder;
  StoreOptions options;
  options.path = folder.path("unjam.db");
  auto writer = open_store_writer(options);
  const std::string message =
      message_of(ErrorKind::Unreachable, [&] { open_store_writer(options); });
  EXPECT_NE(message.find("another unjam writes it"), std::string::npos) << message;
  writer.reset();
  open_store_writer(options);
}

TEST(StoreFaults, EachMistakeHasItsMessage) {
  TemporaryFolder folder;
  const auto write_at = [](const std::filesystem::path& path) {
    StoreOptions options;
    options.path = path;
    open_store_writer(options);
  };
  const auto read_at = [](const std::filesystem::path& path) { open_store_reader(path); };
  const std::string newer = folder.path("newer.db");
  write_at(newer);
  SqliteDb(newer, SqliteDb::Mode::Create).execute("PRAGMA user_version = 99");
  const std::string older = folder.path("older.db");
  write_at(older);
  SqliteDb(older, SqliteDb::Mode::Create).execute("PRAGMA user_version = 0");
  const std::string foreign = folder.path("foreign.db");
  SqliteDb(foreign, SqliteDb::Mode::Create).execute("CREATE TABLE t(x)");
  const std::string text = folder.write("text.db", std::string(5000, 'x'));
  const std::string empty = folder.write("empty.db", "");
  const struct {
    ErrorKind kind;
    std::function<void()> f;
    const char* says;
  } cases[] = {
      {ErrorKind::Usage, [&] { write_at(newer); }, "use a newer unjam"},
      {ErrorKind::Usage, [&] { read_at(newer); }, "use a newer unjam"},
      {ErrorKind::Usage, [&] { read_at(older); }, "it migrates the store"},
      {ErrorKind::Usage, [&] { write_at(foreign); }, "another program"},
      {ErrorKind::Usage, [&] { read_at(foreign); }, "another program"},
      {ErrorKind::Corrupt, [&] { write_at(text); }, "move it aside"},
      {ErrorKind::Corrupt, [&] { read_at(text); }, "move it aside"},
      {ErrorKind::Unreachable, [&] { read_at(empty); }, "start `unjam serve`"},
      {ErrorKind::Unreachable, [&] { read_at(folder.path("none.db")); }, "start `unjam serve`"},
      {ErrorKind::Unreachable, [&] { write_at(folder.path("no/folder.db")); }, "must exist"},
  };
  for (const auto& test : cases) {
    const std::string message = message_of(test.kind, test.f);
    EXPECT_NE(message.find(test.says), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

void fill(StoreWriter& writer, std::uint64_t seed) {
  RandomFlushes random(seed);
  for (int i = 0; i < 60; ++i) {
    const Flush flush = random.next(kStart - days(3), kStart);
    writer.apply({&flush, 1});
  }
  maintain_all(writer, kStart - days(1));
}

TEST(StoreFaults, ADamagedFileIsToldAndNeverCrashes) {
  TemporaryFolder folder;
  StoreOptions options;
  options.path = folder.path("whole.db");
  fill(*open_store_writer(options), 5);
  std::ifstream file(options.path, std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(file), {}};
  ASSERT_GT(whole.size(), 100'000U);
  std::mt19937 random(9);
  int told = 0;
  for (int round = 0; round < 60; ++round) {
    std::string damaged = whole;
    if (round % 10 == 0) {
      damaged.resize(random() % damaged.size());
    } else {
      const std::size_t at = random() % damaged.size();
      for (std::size_t i = at; i < std::min(damaged.size(), at + (round % 3 == 0 ? 3000 : 1));
           ++i) {
        damaged[i] = static_cast<char>(random());
      }
    }
    StoreOptions one = options;
    one.path = folder.write("damaged" + std::to_string(round) + ".db", damaged);
    const FingerprintId classes[] = {RandomFlushes(1).some_class()};
    try {
      const auto writer = open_store_writer(one);
      answers(*open_store_reader(one.path), always(), classes, 10);
      maintain_all(*writer, kStart + days(500));
    } catch (const Error& error) {
      EXPECT_TRUE(error.kind() == ErrorKind::Corrupt || error.kind() == ErrorKind::Usage ||
                  error.kind() == ErrorKind::Unreachable)
          << error.what();
      ++told;
    }
  }
  EXPECT_GT(told, 10);
}

TEST(StoreFaults, TheFileStaysWithinItsBound) {
  TemporaryFolder folder;
  StoreOptions options;
  options.path = folder.path("unjam.db");
  options.max_bytes = 2 << 20;
  const auto writer = open_store_writer(options);
  RandomFlushes random(4);
  std::uint64_t dropped = 0;
  std::optional<TimePoint> detail_from;
  for (int hour = 0; hour < 24 * 6; ++hour) {
    const TimePoint now = kStart + hours(hour);
    std::vector<Flush> flushes;
    for (int i = 0; i < 10; ++i) {
      flushes.push_back(random.next(now - hours(1), now));
    }
    writer->apply(flushes);
    const Maintenance done = maintain_all(*writer, now);
    EXPECT_FALSE(done.more);
    dropped += done.dropped_for_space;
    detail_from = done.detail_from ? done.detail_from : detail_from;
  }
  EXPECT_GT(dropped, 0U);
  ASSERT_TRUE(detail_from.has_value());
  EXPECT_GT(*detail_from, kStart);
  EXPECT_LE(std::filesystem::file_size(options.path), options.max_bytes);
  // The days are still there.
  const auto reader = open_store_reader(options.path);
  std::uint64_t first_day = 0;
  for (const ClassTotal& total :
       reader->totals({{kStart, kStart + days(1)}, {}, Source::Log}, Detail::Load)) {
    first_day += total.counts.calls;
  }
  EXPECT_GT(first_day, 0U);
}

TEST(StoreFaults, WhatNobodyRefersToGoes) {
  TemporaryFolder folder;
  StoreOptions options;
  options.path = folder.path("unjam.db");
  options.keep_minutes = options.keep_hours = options.keep_days = days(3);
  auto writer = open_store_writer(options);
  fill(*writer, 6);
  // Classes stay as long as the collectors that have sent their texts.
  writer.reset();
  writer = open_store_writer(options);
  Flush flush = numbered(1);
  flush.slices[0].minute = kStart + days(30);
  writer->apply({&flush, 1});
  EXPECT_FALSE(maintain_all(*writer, kStart + days(31)).more);
  SqliteDb db(options.path, SqliteDb::Mode::Read);
  EXPECT_EQ(db.value("SELECT count(*) FROM class"), 2);
  EXPECT_EQ(db.value("SELECT count(*) FROM class_text"), 0);
  EXPECT_EQ(db.value("SELECT count(*) FROM attribute"), 0);
  EXPECT_EQ(db.value("SELECT count(*) FROM sample"), 0);
  EXPECT_EQ(db.value("SELECT count(*) FROM error"), 0);
  EXPECT_EQ(db.value("SELECT count(*) FROM error_kind"), 0);
  EXPECT_EQ(db.value("SELECT count(*) FROM segment"), db.value("SELECT count(*) FROM block"));
}

/// Golden files are stores that a released schema version wrote; `fill` says with what.
/// Only while no version was released that writes it.
void write_golden_store(const std::filesystem::path& path) {
  StoreOptions options;
  options.path = path;
  std::filesystem::remove(path);
  fill(*open_store_writer(options), 5);
  for (const char* ending : {".lock", "-wal", "-shm"}) {
    std::filesystem::remove(path.string() + ending);
  }
}

TEST(StoreFaults, EveryOlderVersionIsOpened) {
  const std::filesystem::path golden = std::filesystem::path(UNJAM_TESTS_DIR) / "golden/store";
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets it
  if (std::getenv("UNJAM_UPDATE_GOLDEN") != nullptr) {
    write_golden_store(golden / "version_1.db");
  }
  int versions = 0;
  for (const auto& entry : std::filesystem::directory_iterator(golden)) {
    SCOPED_TRACE(entry.path());
    ++versions;
    TemporaryFolder folder;
    StoreOptions options;
    options.path = folder.path("unjam.db");
    std::filesystem::copy_file(entry.path(), options.path);
    std::filesystem::permissions(options.path, std::filesystem::perms::owner_write,
                                 std::filesystem::perm_options::add);
    const auto writer = open_store_writer(options);
    const auto expected = make_any_store("memory");
    fill(expected->writer(), 5);
    const FingerprintId classes[] = {RandomFlushes(1).some_class()};
    EXPECT_EQ(answers(*open_store_reader(options.path), always(), classes, 0),
              answers(expected->reader(), always(), classes, 0));
    const Flush more = numbered(1);
    writer->apply({&more, 1});
    EXPECT_FALSE(maintain_all(*writer, kStart + days(500)).more);
  }
  EXPECT_EQ(versions, 1);
}

}  // namespace
}  // namespace unjam
