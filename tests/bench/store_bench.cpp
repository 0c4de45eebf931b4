// Measures the store through its contract alone: fills one as a year of logs would, asks what `top`
// asks, and applies what a busy collector sends. See store.sh.
#include "unjam/base/error.h"
#include "unjam/store/store.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace {

using namespace unjam;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

/// What is simulated: logged executions per second and target, spread over classes by Zipf's law
/// (the k-th class has a share of k^-exponent), twice as many by day as by night.
struct Activity {
  std::size_t targets = 20;
  std::size_t classes = 10'000;
  double rate = 2.0;
  double exponent = 1.2;
  int days = 365;
};

/// Ends within an hour, a day and a week, so that every level has a part of the range.
constexpr TimePoint kNow{std::chrono::sys_days(std::chrono::year(2026) / 5 / 12) + hours(14) +
                         minutes(37)};

double cpu_ms() { return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

double wall_ms() {
  return std::chrono::duration<double, std::milli>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

class Generator {
 public:
  explicit Generator(const Activity& activity) : activity_(activity) {
    double sum = 0;
    for (std::size_t k = 0; k < activity.classes; ++k) {
      shares_.push_back(std::pow(static_cast<double>(k + 1), -activity.exponent));
      sum += shares_.back();
      medians_.push_back(std::exp(normal() * 1.5 + std::log(8000.0)));
      texts_.push_back(fmt::format(
          "SELECT `orders`.`id`, `orders`.`state_{}` FROM `orders_{}` WHERE `orders`.`user_id` = ? "
          "AND `orders`.`created_at` > ? ORDER BY `orders`.`id` DESC LIMIT ?",
          k, k % 300));
    }
    for (double& share : shares_) {
      share /= sum;
    }
  }

  /// What a target's log tells of [begin, begin + length), as one slice.
  Slice slice(std::size_t target, TimePoint begin, Duration length) {
    const double seconds = std::chrono::duration<double>(length).count();
    const double hour =
        std::chrono::duration<double, std::ratio<3600>>(begin.time_since_epoch() + length / 2)
            .count();
    const double daily = length >= days(1) ? 1.0 : 1.0 + 0.33 * std::sin(hour / 24 * 6.2832);
    Slice slice;
    slice.target = fmt::format("shop-{}", target);
    slice.minute = begin;
    for (std::size_t k = 0; k < shares_.size(); ++k) {
      const double expected = shares_[k] * activity_.rate * seconds * daily;
      const auto calls = std::poisson_distribution<std::uint64_t>(expected)(random_);
      if (calls > 0) {
        slice.classes.push_back(delta(k, calls));
      }
    }
    return slice;
  }

  ClassDelta delta(std::size_t k, std::uint64_t calls) {
    constexpr double kSigma = 0.8;
    ClassDelta delta;
    delta.id = fingerprint_id(texts_[k]);
    Counts& counts = delta.counts;
    counts.calls = calls;
    const auto add = [&](double us, std::uint64_t times) {
      const Duration time(static_cast<std::int64_t>(us) + 1);
      counts.histogram.add(time, times);
      counts.query_time += time * static_cast<std::int64_t>(times);
      counts.query_time_max = std::max(counts.query_time_max, time);
    };
    if (calls <= 500) {
      for (std::uint64_t i = 0; i < calls; ++i) {
        add(medians_[k] * std::exp(kSigma * normal()), 1);
      }
    } else {
      // Bucket by bucket, each with its noise.
      std::uint64_t left = calls;
      constexpr double kStep = 0.02;
      for (double z = -4; z < 4 && left > 0; z += kStep) {
        const double share = std::exp(-z * z / 2) * kStep / 2.5066;
        const auto here = std::min(left, std::poisson_distribution<std::uint64_t>(
                                             share * static_cast<double>(calls))(random_));
        if (here > 0) {
          add(medians_[k] * std::exp(kSigma * z), here);
          left -= here;
        }
      }
      if (left > 0) {
        add(medians_[k], left);
      }
    }
    counts.lock_time.add(calls * (2 + random_() % 40));
    counts.rows_sent.add(calls * (1 + k % 20));
    counts.rows_examined.add(calls * (1 + k % 20) * (1 + random_() % 50));
    const auto all = [&](const char* key, std::string value) {
      delta.attributes.push_back({{key, std::move(value)}, calls, counts.query_time});
    };
    all("user", fmt::format("app{}", k % 4));
    all("database", "shop");
    all("tag:controller", fmt::format("controller_{}", k % 120));
    all("tag:action", fmt::format("action_{}", k % 900));
    std::map<std::uint64_t, std::uint64_t> hosts;
    for (std::uint64_t i = 0; i < std::min<std::uint64_t>(calls, 6); ++i) {
      hosts[random_() % 6] += calls / std::min<std::uint64_t>(calls, 6);
    }
    for (const auto& [host, count] : hosts) {
      delta.attributes.push_back({{"host", fmt::format("web-{}", host)},
                                  count,
                                  counts.query_time * static_cast<std::int64_t>(count) /
                                      static_cast<std::int64_t>(calls)});
    }
    return delta;
  }

  ClassSample sample(std::size_t k, std::size_t target, TimePoint at) {
    ClassSample sample;
    sample.target = fmt::format("shop-{}", target);
    sample.id = fingerprint_id(texts_[k]);
    sample.sql =
        texts_[k] + fmt::format(" /*controller:controller_{},action:action_{}*/", k % 120, k % 900);
    sample.query_time = Duration(static_cast<std::int64_t>(medians_[k] * std::exp(normal())));
    sample.at = at;
    sample.attributes = {{"user", fmt::format("app{}", k % 4)}, {"database", "shop"}};
    return sample;
  }

  ClassText text(std::size_t k) const {
    return {fingerprint_id(texts_[k]), texts_[k], Dialect::MySql};
  }

 private:
  double normal() { return std::normal_distribution<double>()(random_); }

  Activity activity_;
  std::mt19937_64 random_{42};
  std::vector<double> shares_;
  std::vector<double> medians_;
  std::vector<std::string> texts_;
};

void maintain_all(StoreWriter& writer, TimePoint now) {
  while (writer.maintain(now).more) {
  }
}

/// As a service that ran all the time would have left it: days one by one while they are past the
/// retention of hours, then hours, then minutes.
void generate(const std::string& path, const Activity& activity) {
  StoreOptions options;
  options.path = path;
  const auto writer = open_store_writer(options);
  Generator generator(activity);
  std::uint64_t sequence = 0;
  const auto apply = [&](TimePoint begin, Duration length) {
    Flush flush;
    flush.collector = "generator";
    flush.sequence = ++sequence;
    for (std::size_t target = 0; target < activity.targets; ++target) {
      flush.slices.push_back(generator.slice(target, begin, length));
    }
    if (sequence == 1) {
      for (std::size_t k = 0; k < activity.classes; ++k) {
        flush.texts.push_back(generator.text(k));
      }
    }
    writer->apply({&flush, 1});
    maintain_all(*writer, begin + length);
  };
  const TimePoint hours_from = std::chrono::floor<days>(kNow - options.keep_hours);
  const TimePoint minutes_from = std::chrono::floor<hours>(kNow - options.keep_minutes);
  for (TimePoint at = std::chrono::floor<days>(kNow) - days(activity.days); at < hours_from;
       at += days(1)) {
    apply(at, days(1));
  }
  std::fprintf(stderr, "days are there\n");
  for (TimePoint at = hours_from; at < minutes_from; at += hours(1)) {
    apply(at, hours(1));
  }
  std::fprintf(stderr, "hours are there\n");
  for (TimePoint at = minutes_from; at + minutes(1) <= kNow; at += minutes(1)) {
    apply(at, minutes(1));
  }
  std::fprintf(stderr, "minutes are there\n");
  for (int round = 0; round < 12; ++round) {
    Flush flush;
    flush.collector = "generator";
    flush.sequence = ++sequence;
    for (std::size_t target = 0; target < activity.targets; ++target) {
      for (std::size_t k = 0; k < activity.classes; k += 1U << round / 2) {
        flush.samples.push_back(generator.sample(k, target, kNow - hours(20 - round)));
      }
    }
    writer->apply({&flush, 1});
  }
  maintain_all(*writer, kNow);
}

/// One `top`: the loads of 30 days and of the 30 days before, and plots of the ten heaviest.
void top(const std::string& path) {
  const double wall = wall_ms();
  const double cpu = cpu_ms();
  const auto reader = open_store_reader(path);
  const double opened = wall_ms();
  for (int run = 0; run < 12; ++run) {
    const double begin_wall = run == 0 ? wall : wall_ms();
    const double begin_cpu = run == 0 ? cpu : cpu_ms();
    const TimeRange range{kNow - days(30), kNow};
    auto now = reader->totals({range, {}, Source::Log}, Detail::Load);
    const double after_now = wall_ms();
    const auto before =
        reader->totals({{range.begin - days(30), range.begin}, {}, Source::Log}, Detail::Load);
    const double after_before = wall_ms();
    constexpr std::size_t kTop = 10;
    const std::size_t size = std::min(kTop, now.size());
    std::partial_sort(now.begin(), now.begin() + static_cast<std::ptrdiff_t>(size), now.end(),
                      [](const ClassTotal& a, const ClassTotal& b) {
                        return a.counts.query_time > b.counts.query_time;
                      });
    std::vector<FingerprintId> heaviest;
    for (std::size_t i = 0; i < size; ++i) {
      heaviest.push_back(now[i].id);
    }
    const auto points = reader->history({range, {}, Source::Log}, Detail::Load, heaviest, 30);
    const double end = wall_ms();
    std::printf(
        "%s %6.1f ms, %6.1f ms CPU (open %.1f, now %.1f, before %.1f, history %.1f): %zu "
        "and %zu classes\n",
        run == 0 ? "fresh" : "warm ", end - begin_wall, cpu_ms() - begin_cpu,
        run == 0 ? opened - wall : 0.0, after_now - (run == 0 ? opened : begin_wall),
        after_before - after_now, end - after_before, now.size(), before.size());
  }
}

/// What `show` asks about the heaviest class.
void show(const std::string& path) {
  const auto reader = open_store_reader(path);
  const StoreScope scope{{kNow - days(30), kNow}, {}, Source::Log};
  const auto totals = reader->totals(scope, Detail::Load);
  const FingerprintId id =
      std::max_element(totals.begin(), totals.end(), [](const ClassTotal& a, const ClassTotal& b) {
        return a.counts.query_time < b.counts.query_time;
      })->id;
  const auto time = [](const char* what, const auto& f) {
    const double begin = wall_ms();
    const double begin_cpu = cpu_ms();
    f();
    std::printf("show %s %.1f ms, %.1f ms CPU\n", what, wall_ms() - begin, cpu_ms() - begin_cpu);
  };
  time("totals of one class, with histogram,", [&] {
    reader->totals(scope, Detail::Full, {&id, 1});
  });
  time("its history in 60 parts", [&] { reader->history(scope, Detail::Load, {&id, 1}, 60); });
  time("its users", [&] { reader->attributes(scope, "user", id); });
  time("its samples", [&] { reader->samples(id); });
  time("users of all classes", [&] { reader->attributes(scope, "user"); });
  time("sums of all classes", [&] { reader->totals(scope, Detail::Sums); });
  time("histograms of all classes", [&] { reader->totals(scope, Detail::Full); });
  time("coverage", [&] { reader->coverage(scope.range); });
  time("text", [&] { reader->text(id); });
}

/// A collector that sends 2,000 classes a second, with histograms, for ten minutes.
void ingest(const std::string& path) {
  StoreOptions options;
  options.path = path;
  const auto writer = open_store_writer(options);
  Generator generator({});
  constexpr int kSeconds = 600;
  double apply = 0;
  double maintain = 0;
  double longest = 0;
  for (int second = 0; second < kSeconds; ++second) {
    Flush flush;
    flush.collector = "log:shop";
    flush.sequence = static_cast<std::uint64_t>(second + 1);
    Slice slice;
    slice.target = "shop";
    slice.minute = std::chrono::floor<minutes>(kNow + std::chrono::seconds(second));
    for (std::size_t k = 0; k < 2000; ++k) {
      slice.classes.push_back(generator.delta(k, 1 + k % 30));
    }
    flush.slices.push_back(std::move(slice));
    const double begin = cpu_ms();
    writer->apply({&flush, 1});
    const double applied = cpu_ms();
    writer->maintain(kNow + std::chrono::seconds(second));
    const double maintained = cpu_ms();
    apply += applied - begin;
    maintain += maintained - applied;
    longest = std::max(longest, maintained - applied);
  }
  std::printf("apply %.2f ms CPU a flush, maintain %.2f ms CPU a second (longest call %.0f ms)\n",
              apply / kSeconds, maintain / kSeconds, longest);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() < 2) {
    std::fprintf(stderr, "store_bench generate|top|show|ingest STORE [DAYS [RATE [EXPONENT]]]\n");
    return 2;
  }
  try {
    Activity activity;
    if (arguments.size() > 2) {
      activity.days = std::stoi(arguments[2]);
    }
    if (arguments.size() > 3) {
      activity.rate = std::stod(arguments[3]);
    }
    if (arguments.size() > 4) {
      activity.exponent = std::stod(arguments[4]);
    }
    const std::string& command = arguments[0];
    command == "generate" ? generate(arguments[1], activity)
    : command == "top"    ? top(arguments[1])
    : command == "show"   ? show(arguments[1])
                          : ingest(arguments[1]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
